"""The figures of the acceptance stories, and the default cadence around them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.nudges.cadence import CADENCE_JSON, Anchor, Expiry, Step, due
from bot.nudges.default_cadence import DEFAULT_CADENCE, default_cadence
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession, ScheduledReader, SeriesSchedule
from bot.nudges.series_plan import plan
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import HolidayCalendar, Reader, next_allowed
from bot.timekeeping.zones import local_to_utc
from prompts.time_zones import load_zone
from tests.support.kinds import ALL_KINDS

PACIFIC = "America/Los_Angeles"
TUESDAYS = (date(2027, 2, 23), date(2027, 3, 2), date(2027, 3, 9), date(2027, 3, 16))
ZONES = ("America/Adak", "America/Anchorage", PACIFIC, "America/Boise")
OPTIONAL = [step for step in DEFAULT_CADENCE if step.nature == "optional"]


def noon_sessions() -> tuple[PlannedSession, ...]:
    starts = [local_to_utc(day, time(12), PACIFIC) for day in TUESDAYS]
    return tuple(
        PlannedSession(str(number), start, start + timedelta(minutes=90), PACIFIC, frozenset({"pat"}))
        for number, start in enumerate(starts, start=1)
    )


def story_plan(zone: str = PACIFIC, steps: tuple[Step, ...] = DEFAULT_CADENCE) -> list[Planned]:
    commitments = tuple(CommitmentMade(f"c{s.id}", "ana", s.end_utc) for s in noon_sessions())
    schedule = SeriesSchedule("7", Reader(PACIFIC), noon_sessions(), commitments)
    ana = ScheduledReader("ana", Reader(zone, None, HolidayCalendar("US", "AK")), followup_opted_in=True)
    pat = ScheduledReader("pat", Reader(zone), enrolled=False)
    return plan(schedule, [ana, pat], steps, ALL_KINDS)


def local_days(planned: list[Planned], kind: str, zone: str, repeat_key: str | None = None) -> list[str]:
    return [
        nudge.at_utc.astimezone(load_zone(zone)).strftime("%m-%d %H:%M")
        for nudge in planned
        if nudge.step.kind == kind and repeat_key in (None, nudge.step.repeat_key)
    ]


def test_noon_pacific_sessions_start_an_hour_earlier_in_utc_after_the_clocks_change() -> None:
    assert [f"{session.start_utc:%H:%M}" for session in noon_sessions()] == [
        "20:00",
        "20:00",
        "20:00",
        "19:00",
    ]


@pytest.mark.parametrize(
    ("zone", "shown"), [("America/Adak", "10:00"), ("America/Anchorage", "11:00"), ("America/Boise", "13:00")]
)
def test_every_session_reads_the_same_local_hour_in_each_state(zone: str, shown: str) -> None:
    assert {f"{s.start_utc.astimezone(load_zone(zone)):%H:%M}" for s in noon_sessions()} == {shown}


@pytest.mark.parametrize("zone", ZONES)
def test_make_it_stick_comes_on_six_growing_days_after_the_series(zone: str) -> None:
    days = ["03-19", "03-23", "03-30", "04-13", "05-11", "06-08"]
    assert local_days(story_plan(zone), "make_it_stick", zone) == [f"{day} 09:00" for day in days]


@pytest.mark.parametrize("zone", ZONES)
def test_a_sixty_day_form_on_a_saturday_arrives_on_monday_and_the_ninety_day_form_on_its_day(
    zone: str,
) -> None:
    assert local_days(story_plan(zone), "follow_up_form", zone) == ["05-17 09:00", "06-14 09:00"]


def test_a_series_may_ask_after_thirty_days_instead_of_sixty() -> None:
    assert local_days(story_plan(steps=default_cadence(30)), "follow_up_form", PACIFIC, "first") == [
        "04-15 09:00"
    ]


def test_an_item_due_on_memorial_day_reaches_a_quiet_reader_in_adak_the_next_morning() -> None:
    reader = Reader("America/Adak", QuietHours(time(17), time(8)), HolidayCalendar("US", "AK"))
    memorial_day = local_to_utc(date(2027, 5, 31), time(9), "America/Adak")
    step = Step(kind="note", anchor="commitment", days=1, at=time(9), audience="opted_in", nature="optional",
                expires=Expiry(days=5))  # fmt: skip
    when = due(step, Anchor("c", memorial_day - timedelta(days=1), "America/Adak"), reader)
    assert reader.local(when.at_utc).strftime("%Y-%m-%d %H:%M") == "2027-06-01 09:00"
    assert (when.nominal_utc, when.moved_because) == (memorial_day, "holiday")
    assert next_allowed(memorial_day, reader) == when.at_utc


def test_presenters_hear_14_7_and_2_days_before_the_first_session_and_7_and_2_before_the_others() -> None:
    planned = story_plan()
    assert local_days(planned, "presenter_planning", PACIFIC) == ["02-09 09:00"]
    assert local_days(planned, "presenter_checklist", PACIFIC) == [
        "02-16 09:00", "02-23 09:00", "03-02 09:00", "03-09 09:00"]  # fmt: skip
    assert local_days(planned, "presenter_tech_check", PACIFIC) == [
        "02-22 12:00", "03-01 12:00", "03-08 12:00", "03-15 12:00"]  # fmt: skip
    assert {nudge.person_id for nudge in planned if nudge.step.audience == "presenters"} == {"pat"}


def test_the_day_before_is_24_absolute_hours_even_across_the_clock_change() -> None:
    tomorrow = [nudge for nudge in story_plan() if nudge.step.kind == "session_tomorrow"]
    links = [nudge for nudge in story_plan() if nudge.step.kind == "join_link"]
    for nudge in tomorrow:
        assert nudge.anchor.at_utc - nudge.at_utc == timedelta(hours=24)
    for nudge in links:
        assert nudge.anchor.at_utc - nudge.at_utc == timedelta(minutes=15)
    for person in ("ana", "pat"):
        assert [nudge.person_id for nudge in tomorrow].count(person) == 4
        assert [nudge.person_id for nudge in links].count(person) == 4


def test_the_series_form_takes_the_place_of_the_last_sessions_form_with_its_reminder_and_close() -> None:
    planned = story_plan()
    assert [n.anchor.session_id for n in planned if n.step.kind == "post_session_form"] == ["1", "2", "3"]
    assert local_days(planned, "post_session_form", PACIFIC) == ["02-23 13:30", "03-02 13:30", "03-09 13:30"]
    assert local_days(planned, "series_form", PACIFIC) == ["03-17 09:00"]
    assert local_days(planned, "form_reminder", PACIFIC) == [
        "02-26 09:00", "03-05 09:00", "03-12 09:00", "03-19 09:00"]  # fmt: skip
    assert local_days(planned, "form_close", PACIFIC) == [
        "02-28 13:30", "03-07 13:30", "03-14 13:30", "03-22 09:00"]  # fmt: skip


def test_look_back_comes_the_morning_after_every_session_and_knows_the_next_one_if_any() -> None:
    looks = [nudge for nudge in story_plan() if nudge.step.kind == "look_back"]
    assert local_days(looks, "look_back", PACIFIC) == [
        "02-24 09:00",
        "03-03 09:00",
        "03-10 09:00",
        "03-17 09:00",
    ]
    assert [nudge.anchor.next_session_id for nudge in looks] == ["2", "3", "4", None]
    assert [nudge.expires_utc for nudge in looks[:3]] == [s.start_utc for s in noon_sessions()[1:]]


def test_three_days_before_a_tuesday_is_a_saturday_so_the_channel_looks_ahead_on_monday() -> None:
    planned = story_plan()
    assert local_days(planned, "look_ahead", PACIFIC) == [
        "02-22 09:00",
        "03-01 09:00",
        "03-08 09:00",
        "03-15 09:00",
    ]
    assert {n.person_id for n in planned if n.step.kind == "look_ahead"} == {None}


def test_every_check_in_comes_at_its_time_and_the_plan_is_rehearsed_the_day_after_it_was_made() -> None:
    """The reminder of the form and the partners' round join it: four messages in a week, not five."""
    planned = story_plan()
    check_ins = local_days(planned, "commitment_check_in", PACIFIC)
    assert check_ins == ["02-26 09:00", "03-05 09:00", "03-12 09:00", "03-19 09:00"]
    assert {n.moved_because for n in planned if n.step.kind == "commitment_check_in"} == {None}
    assert local_days(planned, "commitment_rehearsal", PACIFIC) == [
        "02-24 09:00", "03-03 09:00", "03-10 09:00", "03-17 09:00"]  # fmt: skip


def test_learning_partners_are_paired_asked_and_asked_once_more_after_48_hours() -> None:
    planned = story_plan()
    assert local_days(planned, "partner_round", PACIFIC) == ["02-26 09:00", "03-05 09:00", "03-12 09:00"]
    assert local_days(planned, "partner_check", PACIFIC) == ["03-01 12:00", "03-08 12:00", "03-15 12:00"]
    assert local_days(planned, "partner_ask_again", PACIFIC) == ["03-03 09:00", "03-10 09:00", "03-17 09:00"]


def test_nothing_of_the_default_cadence_is_stale_in_the_story() -> None:
    assert [nudge.key for nudge in story_plan() if nudge.skip] == []


def test_a_cadence_survives_being_written_as_json() -> None:
    assert CADENCE_JSON.validate_json(CADENCE_JSON.dump_json(DEFAULT_CADENCE)) == DEFAULT_CADENCE


def test_a_join_link_in_quiet_hours_comes_at_the_last_minute_before_them() -> None:
    reader = Reader(PACIFIC, QuietHours(time(17), time(8)))
    start = local_to_utc(date(2027, 3, 16), time(17, 5), PACIFIC)
    step = next(step for step in DEFAULT_CADENCE if step.kind == "join_link")
    when = due(step, Anchor("s", start + timedelta(minutes=5), PACIFIC, session_end_utc=start), reader)
    assert f"{reader.local(when.at_utc):%H:%M}" == "16:55"
    early = due(step, Anchor("s", start + timedelta(minutes=55), PACIFIC), reader)
    assert (f"{reader.local(early.at_utc):%H:%M}", early.moved_because) == ("16:59", "quiet_hours")


def test_what_prepares_for_a_session_comes_earlier_rather_than_after_its_start() -> None:
    """Saturday rolls to Monday, Monday is a holiday, and the session starts on Tuesday at eight."""
    reader = Reader(PACIFIC, holidays=HolidayCalendar("US"))
    start = local_to_utc(date(2027, 6, 1), time(8), PACIFIC)
    step = next(step for step in DEFAULT_CADENCE if step.kind == "look_ahead")
    when = due(step, Anchor("s", start, PACIFIC, session_start_utc=start), reader)
    assert f"{reader.local(when.at_utc):%a %m-%d %H:%M}" == "Fri 05-28 16:00"
    assert not when.stale


def test_a_look_back_that_could_only_arrive_after_the_next_session_is_stale() -> None:
    reader = Reader(PACIFIC)
    end = local_to_utc(date(2027, 2, 26), time(13), PACIFIC)
    step = next(step for step in DEFAULT_CADENCE if step.kind == "look_back")
    next_start = local_to_utc(date(2027, 2, 28), time(12), PACIFIC)
    assert due(step, Anchor("s", end, PACIFIC, next_session_start_utc=next_start), reader).stale


def test_an_evening_session_counts_its_days_on_the_readers_own_calendar() -> None:
    """Noon Pacific on the 16th is the 17th in Tokyo: the morning after is the 18th there."""
    end = datetime(2027, 3, 16, 20, 30, tzinfo=UTC)
    step = next(step for step in DEFAULT_CADENCE if step.kind == "look_back")
    when = due(step, Anchor("s", end, PACIFIC), Reader("Asia/Tokyo"))
    assert f"{when.at_utc.astimezone(load_zone('Asia/Tokyo')):%m-%d %H:%M}" == "03-18 09:00"
