"""A run that leaves tests out says so in one line."""

from tests.support.left_out import one_line


def test_nothing_left_out_says_nothing() -> None:
    """A complete run prints no such line."""
    assert one_line([]) == ""


def test_each_reason_is_named_once_with_its_count() -> None:
    """Two missing things are told apart in one line."""
    line = one_line(["no Chromium: x", "no PostgreSQL: y", "no Chromium: x"])
    assert line == "left out: 2 tests (no Chromium: x); 1 tests (no PostgreSQL: y)"
