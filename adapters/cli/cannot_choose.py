"""Why a command does not know which community is meant."""

from __future__ import annotations


class CannotChoose(Exception):
    """The text says why, and what to do."""
