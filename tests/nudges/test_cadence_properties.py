"""What holds for every reader, anchor and step."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.nudges.cadence import Anchor, Expiry, Step, due
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import HolidayCalendar, Hours, Reader, last_allowed, next_allowed, refusal
from bot.timekeeping.zones import first_moment, local_to_utc, occurrences
from prompts.time_zones import UnknownZone, load_zone
from tests.nudges.strategies import anchors, easy_readers, minutes_of_day, moments, readers

MINUTE = timedelta(minutes=1)
WINDOWED: list[Hours] = ["office", "waking"]
FIELDS: dict[str, object] = {"kind": "note", "anchor": "session_end", "audience": "cohort", "nature": "form"}


def optional(days: int, at: time | None = None) -> Step:
    return Step(kind="note", anchor="session_end", days=days, at=at, audience="cohort", nature="optional",
                expires=Expiry(days=30))  # fmt: skip


@given(st.integers(1, 90), st.none() | minutes_of_day, anchors, readers)
def test_what_is_planned_after_an_anchor_is_due_after_it(
    days: int, at: time | None, anchor: Anchor, reader: Reader
) -> None:
    when = due(optional(days, at), anchor, reader)
    assert when.at_utc >= when.nominal_utc > anchor.at_utc


@given(st.integers(-90, -1), st.none() | minutes_of_day, anchors, readers)
def test_what_is_planned_days_before_an_anchor_is_due_before_it(
    days: int, at: time | None, anchor: Anchor, reader: Reader
) -> None:
    assert due(optional(days, at), anchor, reader).at_utc < anchor.at_utc


@given(st.integers(-20_160, -1), anchors, readers)
def test_what_is_planned_minutes_before_an_anchor_never_slips(
    minutes: int, anchor: Anchor, reader: Reader
) -> None:
    step = Step(kind="link", anchor="session_start", minutes=minutes, audience="cohort", nature="logistics",
                hours="waking")  # fmt: skip
    when = due(step, anchor, reader)
    assert when.at_utc <= when.nominal_utc == anchor.at_utc + timedelta(minutes=minutes)
    assert refusal(when.at_utc, reader, "waking") is None


@given(st.integers(-90, 90).filter(bool), anchors, easy_readers)
def test_optional_messages_arrive_in_office_hours_on_working_days(
    days: int, anchor: Anchor, reader: Reader
) -> None:
    local = reader.local(due(optional(days), anchor, reader).at_utc)
    assert time(9) <= local.time() <= time(16)
    assert local.weekday() < 5
    assert reader.holidays is None or local.date() not in reader.holidays
    assert reader.quiet_hours is None or not reader.quiet_hours.covers(local.time())


@given(st.integers(1, 200), minutes_of_day, anchors)
def test_days_keep_the_anchors_wall_clock_wherever_that_time_exists(
    days: int, at: time, anchor: Anchor
) -> None:
    step = Step(kind="close", anchor="form_opened", days=days, audience="attendees", delivery="none",
                nature="form", hours="any", opened_by=("form",))  # fmt: skip
    zone = load_zone(anchor.zone)
    before = anchor.at_utc.astimezone(zone)
    after = due(step, anchor, Reader("America/Boise")).at_utc.astimezone(zone)
    day = before.date() + timedelta(days=days)
    if occurrences(day, before.time(), anchor.zone):
        assert (after.date(), after.time()) == (day, before.time())
        assert after.fold == 0
    else:
        assert after.replace(tzinfo=None) > datetime.combine(day, before.time())


@given(moments, readers, st.sampled_from(WINDOWED))
def test_the_next_moment_is_allowed_and_nothing_allowed_lies_before_it(
    moment: datetime, reader: Reader, hours: Hours
) -> None:
    found = next_allowed(moment, reader, hours)
    assert refusal(found, reader, hours) is None
    assert next_allowed(found, reader, hours) == found >= moment
    passed = int((found - moment) / MINUTE)
    skipped_over = [moment + MINUTE * minute for minute in range(0, passed, 7)]
    assert [when for when in (*skipped_over, found - MINUTE)
            if moment <= when < found and refusal(when, reader, hours) is None] == []  # fmt: skip


@given(moments, readers, st.sampled_from(WINDOWED))
def test_the_last_moment_is_allowed_and_nothing_allowed_lies_after_it(
    moment: datetime, reader: Reader, hours: Hours
) -> None:
    found = last_allowed(moment, reader, hours)
    assert refusal(found, reader, hours) is None
    assert last_allowed(found, reader, hours) == found <= moment
    passed = int((moment - found) / MINUTE)
    skipped_over = [moment - MINUTE * minute for minute in range(0, passed, 7)]
    assert [when for when in (*skipped_over, found + MINUTE)
            if found < when <= moment and refusal(when, reader, hours) is None] == []  # fmt: skip


@pytest.mark.parametrize(
    ("quiet", "arrives"),
    [
        (None, "09:00"),
        (QuietHours(time(8), time(10, 30)), "10:30"),
        (QuietHours(time(12), time(9)), "09:00"),
        (QuietHours(time(8), time(18)), "18:00"),
        (QuietHours(time(18), time(17, 30)), "17:30"),
        (QuietHours(time(8), time(16)), "16:00"),
    ],
)
def test_a_message_waits_for_the_first_minute_outside_quiet_hours_even_of_a_night_shift(
    quiet: QuietHours | None, arrives: str
) -> None:
    reader = Reader("America/Boise", quiet)
    saturday = local_to_utc(date(2027, 5, 15), time(11), "America/Boise")
    assert f"{reader.local(next_allowed(saturday, reader)):%a %H:%M}" == f"Mon {arrives}"


@pytest.mark.parametrize("last", [time(16, 0), time(9, 0)])
def test_both_ends_of_the_office_hours_belong_to_them(last: time) -> None:
    reader = Reader("America/Adak")
    moment = local_to_utc(date(2027, 3, 16), last, "America/Adak")
    assert next_allowed(moment, reader) == moment


def test_quiet_hours_that_end_in_a_gap_end_with_the_gap_and_in_a_fold_twice() -> None:
    reader = Reader("America/Boise", QuietHours(time(22), time(2, 30)))
    spring = local_to_utc(date(2027, 3, 14), time(1), "America/Boise")
    assert f"{reader.local(next_allowed(spring, reader, 'waking')):%H:%M}" == "03:00"
    reader = Reader("America/Boise", QuietHours(time(22), time(1, 30)))
    second_one_ten = local_to_utc(date(2027, 11, 7), time(1, 10), "America/Boise", "later")
    opened = next_allowed(second_one_ten, reader, "waking")
    assert opened == local_to_utc(date(2027, 11, 7), time(1, 30), "America/Boise", "later")


def test_a_time_in_a_gap_moves_to_its_end_and_a_repeated_time_is_taken_once() -> None:
    gap = first_moment(date(2027, 3, 14), time(2, 30), "America/Boise")
    assert f"{gap.astimezone(load_zone('America/Boise')):%H:%M}" == "03:00"
    both = occurrences(date(2027, 11, 7), time(1, 30), "America/Boise")
    assert first_moment(date(2027, 11, 7), time(1, 30), "America/Boise") == both[0] < both[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"days": 1, "minutes": 1},
        {"minutes": 5, "at": time(9)},
        {"days": 0},
        {"days": 1, "nature": "optional"},
        {"days": 1, "nature": "optional", "expires": {"days": 3}, "hours": "any"},
        {"days": 1, "anchor": "form_opened"},
        {"days": 1, "opened_by": ("series_form",)},
        {"days": 1, "anchor": "commitment", "audience": "presenters"},
        {"days": 1, "anchor": "commitment", "delivery": "channel"},
        {"days": 1, "expires": {}},
        {"days": 1, "kind": "Not a slug"},
        {"days": 1, "surprise": True},
        {"days": 401},
    ],
)
def test_a_step_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Step.model_validate(FIELDS | wrong)


def test_readers_with_an_unknown_zone_or_holiday_calendar_are_refused() -> None:
    with pytest.raises(UnknownZone):
        Reader("America/Atlantis")
    with pytest.raises(ValueError, match="ZZ"):
        HolidayCalendar("US", "ZZ")
    with pytest.raises(ValueError, match="same minute"):
        QuietHours(time(8), time(8))
