# ruff: noqa: E501 - a rule stands on one line
"""What a step may say, and a due moment's edges: its end, catching up, a facilitator's own moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.nudges.cadence import LATE, Anchor, Due, Expiry, Step, caught_up, due, due_when_moved
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import Reader

NOON = datetime(2027, 2, 2, 12, tzinfo=UTC)
"""A Tuesday."""
READER = Reader("UTC")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def step(**given: Any) -> Step:
    said = {
        "kind": "k",
        "anchor": "session_start",
        "audience": "cohort",
        "nature": "logistics",
        "hours": "any",
    }
    return Step.model_validate({**said, **({} if "days" in given else {"minutes": 0}), **given})


def anchor(**given: Any) -> Anchor:
    return Anchor("a", given.pop("at_utc", NOON), "UTC", **given)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"days": 1, "minutes": 1}, "either days or minutes"),
        ({"days": None, "minutes": None}, "either days or minutes"),
        ({"minutes": 1, "at": "09:00"}, "goes with days"),
        ({"days": 1, "at": "09:00+01:00"}, "goes with days"),
        ({"days": 0}, "zero days need a time"),
        ({"nature": "optional", "hours": "office"}, "optional message expires"),
        ({"nature": "optional", "hours": "office", "expires": {"until": "session_end"}}, "optional message expires"),
        ({"nature": "optional", "hours": "any", "expires": {"days": 1}}, "keeps office hours"),
        ({"anchor": "form_opened"}, "says which steps open it"),
        ({"opened_by": ("form",)}, "says which steps open it"),
        ({"audience": "presenters", "anchor": "commitment"}, "sessions and the series only"),
        ({"audience": "cohort_and_presenters", "anchor": "commitment"}, "sessions and the series only"),
        ({"audience": "presenters", "anchor": "form_opened", "opened_by": ("f",)}, "sessions and the series only"),
        ({"anchor": "commitment", "delivery": "channel"}, "writer's alone"),
        ({"expires": {}}, "a moment or a number of days"),
    ],
)  # fmt: skip
def test_a_step_that_makes_no_sense_is_refused_with_the_reason(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        step(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"days": 0, "at": "09:00"},
        {"days": -1},
        {"nature": "optional", "hours": "office", "expires": {"days": 1}},
        {"anchor": "form_opened", "opened_by": ("form",)},
        {"audience": "cohort", "anchor": "commitment"},
        {"audience": "presenters", "anchor": "series_end"},
        {"anchor": "commitment", "delivery": "direct"},
        {"expires": {"until": "session_end"}},
    ],
)
def test_its_neighbours_are_taken(given: dict[str, Any]) -> None:
    assert step(**given).kind == "k"


def test_a_step_is_told_from_others_of_its_kind_and_says_whom_it_is_for() -> None:
    assert (step().slug, step(repeat_key="2").slug) == ("k", "k.2")
    told = {
        name: step(audience=name).is_to_cohort for name in ("cohort", "cohort_and_presenters", "absentees")
    }
    assert told == {"cohort": True, "cohort_and_presenters": True, "absentees": False}


def test_an_anchor_knows_its_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        anchor(at_utc=datetime(2027, 2, 2, 12))  # noqa: DTZ001 - that is the point


def test_it_is_stale_from_its_end_on() -> None:
    assert Due(NOON, NOON, NOON, None).stale
    assert not Due(NOON, NOON, NOON + HOUR, None).stale
    assert not Due(NOON, NOON, None, None).stale


@pytest.mark.parametrize(
    ("until", "field"),
    [
        ("session_start", "session_start_utc"),
        ("session_end", "session_end_utc"),
        ("next_session_start", "next_session_start_utc"),
        ("series_end", "series_end_utc"),
    ],
)
def test_an_end_is_the_named_moment_else_so_many_days_else_none(until: str, field: str) -> None:
    moments = {
        name: NOON + number * DAY
        for number, name in enumerate(
            ("session_start_utc", "session_end_utc", "next_session_start_utc", "series_end_utc"), start=3
        )
    }
    both = step(expires={"until": until, "days": 2})
    assert due(both, anchor(**moments), READER).expires_utc == moments[field]
    assert due(both, anchor(**(moments | {field: None})), READER).expires_utc == NOON + 2 * DAY
    assert due(step(expires={"until": until}), anchor(), READER).expires_utc is None
    assert due(step(), anchor(**moments), READER).expires_utc is None


def test_minutes_are_absolute_and_days_keep_the_clock_of_reader_or_anchor() -> None:
    adak = Reader("America/Adak")
    assert due(step(minutes=90), anchor(), adak).at_utc == NOON + timedelta(minutes=90)
    assert due(step(days=2), anchor(), adak).at_utc == NOON + 2 * DAY
    assert due(step(days=1, at=time(9)), anchor(), adak).at_utc == datetime(2027, 2, 3, 19, tzinfo=UTC)


def test_what_is_kept_from_a_reader_rolls_on_and_says_why() -> None:
    asleep = Reader("UTC", QuietHours(time(11), time(14)))
    rolled = due(step(hours="waking"), anchor(), asleep)
    assert (rolled.at_utc, rolled.nominal_utc, rolled.moved_because) == (NOON + 2 * HOUR, NOON, "quiet_hours")
    assert due(step(hours="waking"), anchor(), READER).moved_because is None


def test_minutes_before_a_moment_only_ever_come_earlier() -> None:
    asleep = Reader("UTC", QuietHours(time(11), time(11, 55)))
    before = due(step(minutes=-30, hours="waking"), anchor(), asleep)
    assert before.at_utc < datetime(2027, 2, 2, 11, tzinfo=UTC)
    assert before.moved_because == "quiet_hours"
    after = due(step(minutes=0, hours="waking"), anchor(at_utc=NOON - HOUR), asleep)
    assert after.at_utc == datetime(2027, 2, 2, 11, 55, tzinfo=UTC)


def test_days_before_a_moment_come_earlier_when_they_would_reach_its_day() -> None:
    """A Sunday's message for a Monday session goes on Friday; for a Tuesday session it goes on Monday."""
    sunday_for = {day: anchor(at_utc=datetime(2027, 2, day, 12, tzinfo=UTC)) for day in (8, 9)}
    told = {
        day: due(step(days=-(day - 7), at=time(9), hours="office"), one, READER).at_utc.date()
        for day, one in sunday_for.items()
    }
    assert told == {8: date(2027, 2, 5), 9: date(2027, 2, 8)}


def test_what_follows_a_moment_may_reach_any_day() -> None:
    friday = anchor(at_utc=datetime(2027, 2, 5, 12, tzinfo=UTC))
    assert due(step(days=1, at=time(9), hours="office"), friday, READER).at_utc.date() == date(2027, 2, 8)


def test_a_message_is_late_after_an_hour_and_then_waits_for_its_readers_hours() -> None:
    assert LATE == HOUR
    office = step(hours="office")
    told = Due(NOON, NOON, None, None)
    assert caught_up(told, office, READER, NOON + HOUR - timedelta(seconds=1)) is told
    late = caught_up(told, office, READER, NOON + HOUR)
    assert (late.at_utc, late.moved_because) == (NOON + HOUR, "late")
    evening = caught_up(told, office, READER, NOON + 10 * HOUR)
    assert evening.at_utc == datetime(2027, 2, 3, 9, tzinfo=UTC)


def test_a_facilitators_moment_is_on_the_readers_clock_and_may_lengthen_its_life() -> None:
    adak, wall = Reader("America/Adak"), datetime(2027, 2, 10, 9)  # noqa: DTZ001 - on each reader's clock
    moved = due_when_moved(step(expires={"days": 2}), anchor(), adak, wall)
    nine = datetime(2027, 2, 10, 19, tzinfo=UTC)
    assert (moved.at_utc, moved.nominal_utc, moved.moved_because) == (nine, NOON, "moved")
    assert moved.expires_utc == nine + 2 * DAY
    early = due_when_moved(step(expires={"days": 9}), anchor(), READER, datetime(2027, 2, 1, 9))  # noqa: DTZ001
    assert early.expires_utc == NOON + 9 * DAY
    named = step(expires={"until": "session_start"})
    assert due_when_moved(named, anchor(session_start_utc=NOON), READER, wall).expires_utc == NOON
    assert due_when_moved(step(), anchor(), READER, wall).expires_utc is None
    weekend = due_when_moved(step(hours="office"), anchor(), READER, datetime(2027, 2, 6, 9))  # noqa: DTZ001
    assert weekend.at_utc == datetime(2027, 2, 8, 9, tzinfo=UTC)


def test_an_expiry_has_a_moment_or_days() -> None:
    assert (Expiry(days=3).days, Expiry(until="series_end").until) == (3, "series_end")
