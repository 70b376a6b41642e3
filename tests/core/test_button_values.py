"""What buttons carry comes back as it was packed; what somebody made by hand is nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.button_values import unpack
from bot.core.cards import pack
from storage.base import LARGEST_ID

texts = st.text(st.characters(exclude_characters=":"))


@given(st.integers(1, LARGEST_ID), texts, st.text())
def test_what_was_packed_comes_back(row: int, middle: str, last: str) -> None:
    assert unpack(pack(row, middle, last), int, str, str) == (row, middle, last)


@given(st.text())
def test_whatever_a_button_carries_has_as_many_values_as_are_asked_for(value: str) -> None:
    row, text, revision = unpack(value, int, str, int)
    assert isinstance(text, str)
    assert 0 <= row <= LARGEST_ID
    assert 0 <= revision <= LARGEST_ID


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", (0, "", "")),
        ("7", (7, "", "")),
        ("7:es", (7, "es", "")),
        ("7:es:https://example.org:80", (7, "es", "https://example.org:80")),
        ("x:es", (0, "es", "")),
        (f"{2**53}:es", (0, "es", "")),
    ],
)
def test_short_and_forged_values(value: str, found: tuple[int, str, str]) -> None:
    assert unpack(value, int, str, str) == found
