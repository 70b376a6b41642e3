"""Breakout rounds and learning partners: who is with whom, and why."""
