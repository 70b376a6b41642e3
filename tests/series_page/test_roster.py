"""Who needs a word, and the one line that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import delete

from bot.series_page.roster import Known, RosterMember, members_of, presence, reason
from bot.sessions.lookup import sessions_of
from prompts.text import plain
from storage.people import Person
from storage.series import Cohort
from storage.sessions import Attendance, Session
from tests.communities.support import rows
from tests.learning.support import reflect
from tests.series_page.furnishing import half_way
from tests.support.stage import Stage

FINE = Known("active", True, False, (True, True, True), timedelta(days=3), True)
WEEKS = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None),
        ({"there": (True, True, False)}, None),
        ({"there": (True, False, True)}, None),
        ({"there": (True, False, False)}, "missed the last 2 of 3 sessions"),
        ({"there": (False, False, False)}, "missed the last 3 of 3 sessions"),
        ({"there": (), "silent": 3 * WEEKS}, "nothing heard for 3 weeks"),
        ({"there": (), "silent": 3 * WEEKS - timedelta(hours=1)}, None),
        ({"silent": None}, None),
        ({"reached": False}, "no message can reach them now"),
        ({"reached": False, "on_pages": True}, "has the personal page only, so no message reaches them"),
        ({"reached": False, "status": "paused", "there": (False, False)}, None),
        ({"status": "invited"}, "has been invited and has not joined"),
        ({"status": "invited", "begins_soon": False}, None),
        ({"status": "listed", "reached": False}, None),
        ({"status": "waiting", "reached": False}, None),
    ],
)
def test_the_first_reason_that_holds_is_told(change: dict[str, object], told: str | None) -> None:
    why = reason("en", replace(FINE, **change))  # type: ignore[arg-type]
    assert (plain(why) if why else None) == told


async def _members(stage: Stage, cohort: Cohort) -> dict[str, RosterMember]:
    async with stage.database.read() as db:
        sessions = await sessions_of(db, cohort.id)
        there = await presence(db, sessions)
        found = await members_of(db, cohort, sessions, there, "en", stage.clock.now())
    return {one.name: one for one in found}


async def test_what_is_private_is_no_sign_of_life_and_what_is_shared_is_one(stage: Stage) -> None:
    """A reason must not tell, not even by its absence, that somebody wrote for themselves."""
    cohort, _ = await half_way(stage)
    people = {one.name: one for one in await rows(stage, Person)}
    async with stage.database.write() as db:
        await db.execute(delete(Attendance))
    held = (await rows(stage, Session))[3]
    for name, visibility in (
        ("Mary Nick", "private"),
        ("Jo Abernathy", "facilitators"),
        ("Tom Lee", "cohort"),
    ):
        await reflect(stage, people[name], held, "aardvark", visibility)
    told = {name: plain(one.why or "") for name, one in (await _members(stage, cohort)).items()}
    assert told["Lu Ames"] == told["Mary Nick"] == told["Jo Abernathy"] == "nothing heard for 3 weeks"
    assert told["Tom Lee"] == ""


async def test_where_somebody_is_reached_is_told_by_platform(stage: Stage) -> None:
    cohort, _ = await half_way(stage)
    members = await _members(stage, cohort)
    assert members["Ben Okafor"].ways == ("slack",)
    assert members["Ana Ruiz"].ways == ()
    assert members["Ben Okafor"].attended == 2
