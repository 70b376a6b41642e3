"""Reflections and commitments: the prompts, what people answer, and what they plan to do."""
