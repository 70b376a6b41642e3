"""Tests of the product, by room; what a test may borrow stands in `tests.support`."""
