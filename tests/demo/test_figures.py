"""The demo's figures, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.demo.figures import (
    Got,
    ToldLoad,
    asked,
    fullest_day,
    fullest_week,
    per_person,
    percentile,
    same_minute,
    within,
)

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def got(days: float, kind: str = "look_back", text: str = "", person: str = "ana") -> Got:
    return Got(person, NOON + timedelta(days=days), kind, text)


def test_the_fullest_seven_days_are_any_seven_and_a_week_later_is_not_among_them() -> None:
    moments = [NOON + timedelta(days=day) for day in (0, 1, 3, 6, 7, 8)]
    assert fullest_week(moments) == 4
    assert fullest_week([NOON, NOON + timedelta(days=7)]) == 1
    assert fullest_week([]) == 0


def test_days_and_minutes() -> None:
    moments = [NOON, NOON + timedelta(seconds=59), NOON + timedelta(seconds=60), NOON + timedelta(days=1)]
    assert fullest_day(moments) == 3
    assert same_minute(moments) == 1


def test_what_was_told_is_held_against_what_came_since_without_join_links() -> None:
    came = per_person([got(day) for day in range(1, 11)] + [got(2, "join_link"), got(-1)])
    assert within([ToldLoad("ana", NOON, 10)], came) == (1.0, 1.0)
    assert within([ToldLoad("ana", NOON, 12)], came)[0] == 1.0
    assert within([ToldLoad("ana", NOON, 13)], came)[0] == 0.0
    assert within([ToldLoad("ana", NOON, 10), ToldLoad("ben", NOON, 10)], came)[0] == 0.5


def test_a_question_is_found_however_a_platform_escapes_it() -> None:
    messages = [
        got(1, text="One minute\nWhat do you &amp; the team do first\\?"),
        got(2, text="Something else"),
        got(3, text="*¿Qué hace primero?*"),
    ]
    assert asked(messages, ["What do you & the team do first?", "¿Qué hace primero?"]) == 2


def test_the_percentile_is_a_value_that_occurs() -> None:
    assert percentile([1, 2, 3, 4], 0.95) == 4
    assert percentile([1] * 19 + [9], 0.95) == 1
    assert percentile([], 0.95) == 0
