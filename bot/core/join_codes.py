"""The codes with which people join a cohort."""

import secrets

CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
"""No vowels and no letters that look like digits: a code spells nothing and can be read out."""


def new_join_code() -> str:
    """Eight letters, about 34 bits; it starts with a letter, so it is never taken for a row id."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
