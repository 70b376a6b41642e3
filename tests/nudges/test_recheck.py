"""What is looked at again just before a message goes, each for itself, at its edges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.nudges.prefetch import Facts
from bot.nudges.recheck import why_not_wanted
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.series import Cohort, Enrollment
from storage.sessions import Session
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START

ANA, COHORT, MEETING = 7, 1, 1
"""The first cohort and session that there are."""
DAY_AFTER = (START + timedelta(days=1)).date()


def facts(
    person: dict[str, Any] | None = None,
    session: str = "scheduled",
    enrollment: dict[str, Any] | None = None,
    opted_out: tuple[str, ...] = (),
    zones: tuple[str, str] = ("America/Boise", "America/Boise"),
) -> Facts:
    """Ana in one cohort with one session; `zones` are the cohort's and the community's."""
    cohort = Cohort(
        id=COHORT, name="C", series_id=1, community_id=1, zone=zones[0], join_code="X", created_at=START
    )
    meeting = Session(
        id=MEETING, community_id=1, cohort_id=COHORT, number=1, status=session, starts_at=START,
        zone="UTC", minutes=60, uid="u",
    )  # fmt: skip
    enrolled = {} if enrollment is None else {(ANA, COHORT): Enrollment(person_id=ANA, **enrollment)}
    return Facts(
        communities={1: Community(id=1, name="N", zone=zones[1], created_at=START)},
        people={ANA: Person(id=ANA, community_id=1, name="Ana", created_at=START, **(person or {}))},
        sessions={MEETING: meeting},
        cohorts={COHORT: cohort},
        series={},
        channels={},
        workspaces={},
        accounts={},
        enrollments=enrolled,
        opt_outs={ANA: opted_out} if opted_out else {},
        editions={},
    )


def nudge(**given: Any) -> Nudge:
    about = {"kind": "reflection", "nature": "optional", "person_id": ANA, "cohort_id": COHORT}
    row = {"key": "k", "community_id": 1, "due_at": START, "created_at": START}
    return Nudge(**{**row, **about, **given})


def why(there: Facts, **given: Any) -> str:
    return why_not_wanted(there, ALL_KINDS, nudge(**given), START)


@pytest.mark.parametrize(
    ("seconds", "reason"), [(-1, "stale"), (0, "stale"), (1, "")], ids=["before", "now", "after"]
)
def test_what_is_over_does_not_go(seconds: int, reason: str) -> None:
    assert why(facts(), expires_at=START + timedelta(seconds=seconds)) == reason
    assert why(facts(), expires_at=None) == ""


def test_a_cancelled_session_takes_its_messages_with_it_but_no_note_about_it() -> None:
    gone = facts(session="cancelled")
    assert why(gone, session_id=MEETING) == "session_cancelled"
    assert why(gone, session_id=MEETING, person_id=None) == "session_cancelled"
    assert why(gone, session_id=MEETING, kind="note") == ""
    assert why(gone, session_id=None) == why(facts(), session_id=MEETING) == why(facts(), session_id=99) == ""


def test_a_channel_is_nobody_who_could_have_left() -> None:
    assert why(facts({"deleted_at": START}), person_id=None) == ""


def test_who_is_deleted_gets_nothing_not_even_a_note() -> None:
    gone = facts({"deleted_at": START})
    assert why(gone) == why(gone, kind="note") == why(gone, nature="logistics") == "deleted"


def test_a_note_goes_to_who_is_paused_has_opted_out_or_has_left() -> None:
    away = facts({"paused_until": DAY_AFTER}, enrollment={"status": "left"}, opted_out=("note", "optional"))
    assert why(away, kind="note") == ""


@pytest.mark.parametrize(("until", "reason"), [(DAY_AFTER, "paused"), (START.date(), ""), (None, "")])
def test_a_pause_holds_up_to_its_day_and_only_what_is_optional(until: date | None, reason: str) -> None:
    assert why(facts({"paused_until": until})) == reason
    assert why(facts({"paused_until": until}), nature="logistics") == ""
    assert why(facts(enrollment={"status": "active", "paused_until": until})) == reason


def test_the_day_is_the_readers_else_the_cohorts_else_the_communitys() -> None:
    """Where it is tomorrow already, a pause until tomorrow is over."""
    ahead, here = "Pacific/Kiritimati", "America/Boise"
    assert why(facts({"paused_until": DAY_AFTER, "zone": ahead}, zones=(here, here))) == ""
    assert why(facts({"paused_until": DAY_AFTER, "zone": here}, zones=(ahead, ahead))) == "paused"
    assert why(facts({"paused_until": DAY_AFTER}, zones=(ahead, here))) == ""
    assert why(facts({"paused_until": DAY_AFTER}, zones=("", ahead))) == ""
    assert why(facts({"paused_until": DAY_AFTER}, zones=(ahead, here)), cohort_id=None) == "paused"


def test_an_opt_out_is_of_one_kind_or_of_all_that_is_optional() -> None:
    assert why(facts(opted_out=("reflection",))) == "opted_out"
    assert why(facts(opted_out=("reflection",)), nature="logistics") == "opted_out"
    assert why(facts(opted_out=("optional",))) == "opted_out"
    assert why(facts(opted_out=("optional",)), nature="logistics") == ""
    assert why(facts(opted_out=("commitment",))) == why(facts(opted_out=())) == ""


def test_who_has_left_gets_nothing_of_the_cohort_but_what_a_presenter_gets() -> None:
    left = facts(enrollment={"status": "left"})
    assert why(left) == why(left, nature="logistics") == "left"
    assert why(left, kind="presenter_checklist") == ""
    assert why(left, kind="presenter_song") == "left", "its name alone says nothing"
    assert why(left, cohort_id=None) == ""
    assert why(facts(enrollment={"status": "active"})) == why(facts(enrollment=None)) == ""
