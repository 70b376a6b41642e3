"""Evaluation: instruments, their answers, and the formulas over them."""
