"""The rules of the house, checked: who may import whom, and how things are called."""
