"""The plan of a whole series: keys, moves, opting out and the budget."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.budget import MOST_A_DAY, MOST_IN_7_DAYS, PLANNED_IN_7_DAYS, WEEK, placed
from bot.nudges.cadence import Expiry, Step
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession, ScheduledReader, SeriesSchedule
from bot.nudges.series_plan import CadenceError, plan
from bot.timekeeping.readers_hours import Reader
from tests.nudges.strategies import moments, recipients, schedules
from tests.support.kinds import ALL_KINDS

BOISE = Reader("America/Boise")
WEDNESDAY = datetime(2027, 3, 17, 18, tzinfo=UTC)


def messages(planned: list[Planned]) -> dict[str, list[datetime]]:
    """The moments of the messages that each person is to get: parts of one share a moment."""
    found: dict[str, set[datetime]] = {}
    for nudge in planned:
        if nudge.person_id and nudge.skip is None and not ALL_KINDS[nudge.step.kind].apart:
            found.setdefault(nudge.person_id, set()).add(nudge.at_utc)
    return {person: sorted(moments) for person, moments in found.items()}


def fullest_week(moments: list[datetime]) -> int:
    return max(sum(start <= one < start + WEEK for one in moments) for start in moments)


@given(schedules(), recipients())
def test_every_nudge_has_its_own_key_and_planning_again_changes_nothing(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    planned = plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)
    assert len({nudge.key for nudge in planned}) == len(planned)
    assert plan(schedule, list(reversed(people)), DEFAULT_CADENCE[::-1], ALL_KINDS) == planned
    assert all(nudge.at_utc.tzinfo is UTC for nudge in planned)


@given(schedules(), recipients())
def test_nobody_gets_too_many_messages_and_nothing_stale(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    """However sessions lie, what shares a moment is one message; only what cannot wait at all (a session a
    day) may go beyond the plan's budget, and the sender keeps the hard one."""
    planned = plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)
    kept = [n for n in planned if ALL_KINDS[n.step.kind].kept and n.moved_because == "budget"]
    if not kept:
        readers = {person.id: person.reader for person in people}
        for person_id, moments_of in messages(planned).items():
            shown = [readers[person_id].local(one).replace(tzinfo=None) for one in moments_of]
            assert fullest_week(shown) <= PLANNED_IN_7_DAYS
            assert max(Counter(one.date() for one in moments_of).values()) <= MOST_A_DAY + 1
    assert all(n.skip or n.expires_utc is None or n.at_utc < n.expires_utc for n in planned)


@given(schedules(), recipients())
def test_placing_again_changes_nothing(schedule: SeriesSchedule, people: list[ScheduledReader]) -> None:
    planned = plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)
    readers = {person.id: person.reader for person in people}
    again = placed(planned, ALL_KINDS, readers)
    assert sorted(again, key=lambda n: n.key) == sorted(planned, key=lambda n: n.key)


@given(schedules(), recipients(), st.integers(1, 60))
def test_moving_a_session_moves_its_nudges_and_keeps_every_key(
    schedule: SeriesSchedule, people: list[ScheduledReader], days: int
) -> None:
    """The last session moves: what belongs to earlier sessions alone keeps its nominal moment."""
    last = schedule.sessions[-1]
    by = timedelta(days=7 * days)
    moved = replace(last, start_utc=last.start_utc + by, end_utc=last.end_utc + by)
    before = {n.key: n for n in plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)}
    later = replace(schedule, sessions=(*schedule.sessions[:-1], moved))
    after = {n.key: n for n in plan(later, people, DEFAULT_CADENCE, ALL_KINDS)}
    assert before.keys() == after.keys()
    for key, nudge in before.items():
        belongs = nudge.anchor.session_id == last.id
        assert (after[key].nominal_utc > nudge.nominal_utc) == belongs, key


@given(schedules(), recipients())
def test_a_cancelled_session_takes_exactly_its_own_keys_with_it(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    fewer = replace(schedule, sessions=schedule.sessions[:-1])
    before = {n.key for n in plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)}
    after = {n.key for n in plan(fewer, people, DEFAULT_CADENCE, ALL_KINDS)}
    assert after <= before
    assert not any(f"session:{schedule.sessions[-1].id}|" in key for key in after)
    assert (after == set()) == (len(schedule.sessions) == 1)


@given(schedules(), recipients(), st.data())
def test_what_is_settled_is_left_out_and_the_rest_is_planned(
    schedule: SeriesSchedule, people: list[ScheduledReader], data: st.DataObject
) -> None:
    keys = {nudge.key for nudge in plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS)}
    settled = data.draw(st.sets(st.sampled_from(sorted(keys))))
    assert {
        n.key for n in plan(schedule, people, DEFAULT_CADENCE, ALL_KINDS, settled=settled)
    } == keys - settled


@given(schedules(), moments)
def test_a_commitment_is_asked_about_by_its_writer_only(schedule: SeriesSchedule, made: datetime) -> None:
    schedule = replace(schedule, commitments=(CommitmentMade("c", "ana", made),))
    planned = plan(
        schedule, [ScheduledReader("ana", BOISE), ScheduledReader("ben", BOISE)], DEFAULT_CADENCE, ALL_KINDS
    )
    assert [n.person_id for n in planned if n.step.kind == "commitment_check_in"] == ["ana"]


def one_session(*people: ScheduledReader, steps: tuple[Step, ...] = DEFAULT_CADENCE) -> list[Planned]:
    session = PlannedSession("s", WEDNESDAY, WEDNESDAY + timedelta(hours=1), "America/Boise")
    return plan(SeriesSchedule("7", BOISE, (session,)), people, steps, ALL_KINDS)


def test_who_opted_out_of_a_kind_or_of_the_follow_up_gets_neither_it_nor_its_reminder() -> None:
    kinds = {
        n.step.kind
        for n in one_session(ScheduledReader("ana", BOISE, opted_out_kinds=frozenset({"series_form"})))
    }
    assert {"series_form", "form_reminder", "follow_up_form"}.isdisjoint(kinds)
    assert {"make_it_stick", "look_back"} <= kinds


def test_who_is_not_enrolled_and_presents_nothing_gets_nothing() -> None:
    assert {n.person_id for n in one_session(ScheduledReader("guest", BOISE, enrolled=False))} == {None}


def test_a_changed_offset_keeps_the_key() -> None:
    steps = tuple(
        step.model_copy(update={"days": 2}) if step.kind == "look_back" else step for step in DEFAULT_CADENCE
    )
    ana = ScheduledReader("ana", BOISE)
    assert {n.key for n in one_session(ana, steps=steps)} == {n.key for n in one_session(ana)}


def test_a_cadence_with_two_steps_of_one_name_or_a_form_nobody_opens_is_refused() -> None:
    with pytest.raises(CadenceError, match="look_back"):
        one_session(steps=(*DEFAULT_CADENCE, *(s for s in DEFAULT_CADENCE if s.kind == "look_back")))
    with pytest.raises(CadenceError, match="form_reminder"):
        one_session(steps=tuple(s for s in DEFAULT_CADENCE if s.kind == "form_reminder"))


def test_two_recipients_with_one_id_and_ids_that_would_blur_a_key_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        one_session(ScheduledReader("ana", BOISE), ScheduledReader("ana", BOISE))
    with pytest.raises(ValueError, match="identifier"):
        ScheduledReader("a|b", BOISE)
    with pytest.raises(ValueError, match="ends after"):
        PlannedSession("s", WEDNESDAY, WEDNESDAY, "America/Boise")


def test_what_finds_no_room_joins_the_next_message_or_waits_and_a_check_in_is_never_left_out() -> None:
    def extra(kind: str, days: int, expires: int = 30) -> Step:
        return Step(kind=kind, anchor="series_end", days=days, at=time(9), audience="cohort",
                    nature="optional", expires=Expiry(days=expires))  # fmt: skip

    filling = tuple(extra("welcome", day).model_copy(update={"repeat_key": str(day)}) for day in
                    (1, 2, 5, 6))  # fmt: skip
    steps = (*filling, extra("tip", 7), extra("aside", 7, 1), extra("commitment_check_in", 7, 1))
    found = {n.step.slug: n for n in one_session(ScheduledReader("ana", BOISE), steps=steps)}
    assert {found[f"welcome.{day}"].moved_because for day in (1, 2, 5, 6)} == {None}
    assert (found["aside"].skip, found["commitment_check_in"].skip) == ("budget", None)
    assert f"{BOISE.local(found['tip'].at_utc):%a %m-%d %H:%M}" == "Thu 03-25 09:00"
    assert found["commitment_check_in"].at_utc == found["tip"].at_utc


def test_what_is_due_on_one_day_is_one_message() -> None:
    def extra(kind: str, at: time) -> Step:
        return Step(kind=kind, anchor="series_end", days=1, at=at, audience="cohort", nature="optional",
                    expires=Expiry(days=9))  # fmt: skip

    steps = (extra("make_it_stick", time(11)), extra("look_back", time(9)), extra("tip", time(10)))
    found = one_session(ScheduledReader("ana", BOISE), steps=steps)
    assert len({n.at_utc for n in found}) == 1
    assert f"{BOISE.local(found[0].at_utc):%H:%M}" == "11:00"


def test_messages_of_other_series_count_and_are_joined() -> None:
    """Of three series on one weekday the last one planned loses nothing: its look back is a part of another
    message."""
    session = PlannedSession("s", WEDNESDAY, WEDNESDAY + timedelta(hours=1), "America/Boise")
    schedule = SeriesSchedule("7", BOISE, (session,))
    taken = {"ana": [WEDNESDAY + timedelta(days=day, minutes=10) for day in (-3, -2, 0, 1)]}
    planned = plan(schedule, [ScheduledReader("ana", BOISE)], DEFAULT_CADENCE, ALL_KINDS, taken=taken)
    look_back = next(n for n in planned if n.step.kind == "look_back")
    assert (look_back.skip, look_back.at_utc) == (None, taken["ana"][-1])


def test_three_weekly_series_at_once_lose_no_look_back_and_keep_the_budget() -> None:
    taken: dict[str, list[datetime]] = {"ana": []}
    for number in range(3):
        sessions = tuple(
            PlannedSession(f"{number}{week}", at, at + timedelta(hours=1), "America/Boise")
            for week in range(4)
            for at in [WEDNESDAY + timedelta(days=number, weeks=week)]
        )
        planned = plan(SeriesSchedule(str(number), BOISE, sessions), [ScheduledReader("ana", BOISE)],
                       DEFAULT_CADENCE, ALL_KINDS, taken=taken)  # fmt: skip
        looks = [n for n in planned if n.step.kind == "look_back"]
        assert [n.skip for n in looks] == [None] * 4
        taken["ana"] += messages(planned)["ana"]
    assert fullest_week(sorted(set(taken["ana"]))) <= MOST_IN_7_DAYS


def test_a_person_is_written_to_at_a_minute_of_their_own_morning() -> None:
    early, late = ScheduledReader("ana", BOISE), ScheduledReader("ben", BOISE, morning=timedelta(minutes=70))
    planned = [n for n in one_session(early, late) if n.step.kind == "look_back"]
    assert sorted(f"{BOISE.local(n.at_utc):%H:%M}" for n in planned) == ["09:00", "10:10"]
