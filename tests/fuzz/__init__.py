"""Every parser of foreign input against mutated input, with a kept corpus: `python -m tests.fuzz`."""
