"""Corrections that are looked at before they are made, and taken back afterwards: the values travel in the
buttons, and are read and checked anew as if they had been typed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

MOST = 1800
"""Characters of a button's value; Slack takes 2,000."""


def as_value(row: int, changes: Mapping[str, str]) -> str:
    """``12?name=Spring+2027``"""
    return f"{row}?{urlencode(changes)}"


def from_value(value: str) -> tuple[str, dict[str, str]]:
    """The row's id as text, and the changes."""
    row, _, query = value.partition("?")
    return row, dict(parse_qsl(query[:MOST], keep_blank_values=True))
