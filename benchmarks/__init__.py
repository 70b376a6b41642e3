"""Measurements against peers, one command each; never part of the test suite."""
