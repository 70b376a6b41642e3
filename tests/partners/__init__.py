"""Tests of learning partners."""
