"""The plan of a whole series: keys, moves, opting out and the weekly cap."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.cadence import Expiry, Step
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession, ScheduledReader, SeriesSchedule
from bot.nudges.series_plan import CadenceError, plan
from bot.nudges.weekly_cap import spread
from bot.timekeeping.readers_hours import Reader
from tests.nudges.strategies import moments, recipients, schedules

BOISE = Reader("America/Boise")
WEDNESDAY = datetime(2027, 3, 17, 18, tzinfo=UTC)


def weekly_counts(planned: list[Planned], people: list[ScheduledReader]) -> Counter[tuple[str, int, int]]:
    readers = {person.id: person.reader for person in people}
    return Counter(
        (n.person_id, *readers[n.person_id].local(n.at_utc).isocalendar()[:2])
        for n in planned
        if n.person_id and n.step.counts_towards_cap and n.skip is None
    )


@given(schedules(), recipients())
def test_every_nudge_has_its_own_key_and_planning_again_changes_nothing(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    planned = plan(schedule, people, DEFAULT_CADENCE)
    assert len({nudge.key for nudge in planned}) == len(planned)
    assert plan(schedule, list(reversed(people)), DEFAULT_CADENCE[::-1]) == planned
    assert all(nudge.at_utc.tzinfo is UTC for nudge in planned)


@given(schedules(), recipients())
def test_nobody_gets_more_than_two_optional_messages_a_week_and_nothing_stale(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    planned = plan(schedule, people, DEFAULT_CADENCE)
    assert all(times <= 2 for times in weekly_counts(planned, people).values())
    assert all(n.skip or n.expires_utc is None or n.at_utc < n.expires_utc for n in planned)
    readers = {person.id: person.reader for person in people}
    again = spread(planned, readers)
    assert sorted(again, key=lambda n: n.key) == sorted(planned, key=lambda n: n.key)


@given(schedules(), recipients(), st.integers(1, 60))
def test_moving_a_session_moves_its_nudges_and_keeps_every_key(
    schedule: SeriesSchedule, people: list[ScheduledReader], days: int
) -> None:
    """The last session moves: what belongs to earlier sessions alone keeps its nominal moment."""
    last = schedule.sessions[-1]
    by = timedelta(days=7 * days)
    moved = replace(last, start_utc=last.start_utc + by, end_utc=last.end_utc + by)
    before = {n.key: n for n in plan(schedule, people, DEFAULT_CADENCE)}
    later = replace(schedule, sessions=(*schedule.sessions[:-1], moved))
    after = {n.key: n for n in plan(later, people, DEFAULT_CADENCE)}
    assert before.keys() == after.keys()
    for key, nudge in before.items():
        belongs = nudge.anchor.session_id == last.id
        assert (after[key].nominal_utc > nudge.nominal_utc) == belongs, key


@given(schedules(), recipients())
def test_a_cancelled_session_takes_exactly_its_own_keys_with_it(
    schedule: SeriesSchedule, people: list[ScheduledReader]
) -> None:
    fewer = replace(schedule, sessions=schedule.sessions[:-1])
    before = {n.key for n in plan(schedule, people, DEFAULT_CADENCE)}
    after = {n.key for n in plan(fewer, people, DEFAULT_CADENCE)}
    assert after <= before
    assert not any(f"session:{schedule.sessions[-1].id}|" in key for key in after)
    assert (after == set()) == (len(schedule.sessions) == 1)


@given(schedules(), recipients(), st.data())
def test_what_is_settled_is_left_out_and_the_rest_is_planned(
    schedule: SeriesSchedule, people: list[ScheduledReader], data: st.DataObject
) -> None:
    keys = {nudge.key for nudge in plan(schedule, people, DEFAULT_CADENCE)}
    settled = data.draw(st.sets(st.sampled_from(sorted(keys))))
    assert {n.key for n in plan(schedule, people, DEFAULT_CADENCE, settled=settled)} == keys - settled


@given(schedules(), moments)
def test_a_commitment_is_asked_about_by_its_writer_only(schedule: SeriesSchedule, made: datetime) -> None:
    schedule = replace(schedule, commitments=(CommitmentMade("c", "ana", made),))
    planned = plan(schedule, [ScheduledReader("ana", BOISE), ScheduledReader("ben", BOISE)], DEFAULT_CADENCE)
    assert [n.person_id for n in planned if n.step.kind == "commitment_check_in"] == ["ana"]


def one_session(*people: ScheduledReader, steps: tuple[Step, ...] = DEFAULT_CADENCE) -> list[Planned]:
    session = PlannedSession("s", WEDNESDAY, WEDNESDAY + timedelta(hours=1), "America/Boise")
    return plan(SeriesSchedule("7", BOISE, (session,)), people, steps)


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


def test_above_the_cap_make_it_stick_stays_then_look_back_then_the_rest_moves_or_is_skipped() -> None:
    def extra(kind: str, days: int) -> Step:
        return Step(kind=kind, anchor="series_end", days=1, audience="cohort", nature="optional",
                    expires=Expiry(days=days))  # fmt: skip

    steps = (extra("aside", 1), extra("tip", 9), extra("look_back", 9), extra("make_it_stick", 9))
    found = {n.step.kind: n for n in one_session(ScheduledReader("ana", BOISE), steps=steps)}
    assert (found["make_it_stick"].moved_because, found["look_back"].moved_because) == (None, None)
    assert (found["tip"].moved_because, found["tip"].skip) == ("weekly_cap", None)
    assert f"{BOISE.local(found['tip'].at_utc):%a %m-%d %H:%M}" == "Mon 03-22 09:00"
    assert found["aside"].skip == "weekly_cap"


def test_messages_sent_elsewhere_count_towards_the_week() -> None:
    session = PlannedSession("s", WEDNESDAY, WEDNESDAY + timedelta(hours=1), "America/Boise")
    schedule = SeriesSchedule("7", BOISE, (session,))
    taken = {"ana": [WEDNESDAY - timedelta(days=2), WEDNESDAY - timedelta(days=1)]}
    planned = plan(schedule, [ScheduledReader("ana", BOISE)], DEFAULT_CADENCE, taken=taken)
    look_back = next(n for n in planned if n.step.kind == "look_back")
    assert f"{BOISE.local(look_back.at_utc):%m-%d}" == "03-22"
