"""Dates and times as readers expect them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prompts import dates
from prompts.text import plain

SEVEN = datetime(2027, 2, 9, 15, 0, tzinfo=UTC)
PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("language", "hours", "shown"),
    [
        ("en", 0, "Tue, Feb 9, 7:00 AM (Pacific Standard Time)"),
        ("en", 2, "Tue, Feb 9, 7:00 – 9:00 AM (Pacific Standard Time)"),
        ("en", 6, "Tue, Feb 9, 7:00 AM – 1:00 PM (Pacific Standard Time)"),
        ("en", 26, "Tue, Feb 9, 7:00 AM – Wed, Feb 10, 9:00 AM (Pacific Standard Time)"),
        ("es", 2, "mar, 9 de feb, 7:00–9:00 a.m. (hora estándar del Pacífico)"),
        ("es", 6, "mar, 9 de feb, 7:00 a.m. – 1:00 p.m. (hora estándar del Pacífico)"),
        ("es", 26, "mar, 9 de feb, 7:00 a.m. – mié, 10 de feb, 9:00 a.m. (hora estándar del Pacífico)"),
    ],
)
def test_a_span_says_the_day_once_where_it_is_the_same(language: str, hours: int, shown: str) -> None:
    assert plain(dates.span(language, SEVEN, SEVEN + timedelta(hours=hours), PACIFIC)) == shown


def test_a_span_over_a_change_of_the_clock_names_both_times() -> None:
    first = datetime(2027, 3, 13, 17, 0, tzinfo=UTC)
    shown = plain(dates.span("en", first, first + timedelta(days=1), PACIFIC))
    assert (
        shown
        == "Sat, Mar 13, 9:00 AM (Pacific Standard Time) – Sun, Mar 14, 10:00 AM (Pacific Daylight Time)"
    )
