"""Each person is written to at the time of day at which they answer most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.jobs import JobContext
from bot.features import all_features
from bot.nudges.answer_times import learn_answer_times, usual_minute
from prompts import dates
from storage.learning import StickAnswer
from storage.people import Person
from tests.communities.support import enroll, rows
from tests.learning.support import key_ideas, replan, series_with_sessions
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, staged


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([], None),
        ([600] * 4, None),  # four are too few
        ([605, 610, 615, 620, 625], 600),
        ([9 * 60, 13 * 60, 13 * 60 + 5, 13 * 60 + 10, 13 * 60 + 20, 20 * 60], 13 * 60),
        ([540, 600, 660, 720, 780, 840], None),  # no hour is theirs
        ([22 * 60] * 6, None),  # nobody is written to at ten at night
    ],
)  # fmt: skip
def test_the_hour_with_most_answers(answers: list[int], found: int | None) -> None:
    assert usual_minute(answers) == found


@given(st.lists(st.integers(0, 1439), max_size=30))
def test_it_is_always_within_office_hours(answers: list[int]) -> None:
    found = usual_minute(answers)
    assert found is None or 9 * 60 <= found < 16 * 60


async def _hour_of_next(stage: Stage, person: Person) -> set[str]:
    mine = [one for one in await stage.nudges("planned") if one.person_id == person.id]
    local = [dates.in_zone(one.due_at, "America/Los_Angeles") for one in mine if one.kind == "make_it_stick"]
    assert local
    return {f"{one:%H:%M}" for one in local}


async def test_who_answers_after_lunch_is_written_to_after_lunch(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), all_features()) as stage:
        cohort, sessions = await series_with_sessions(stage)
        ana = await stage.person("ana", zone="America/Los_Angeles")
        await enroll(stage, cohort, ana)
        ideas = await key_ideas(stage, sessions[0], approved=True)
        await replan(stage, cohort)
        before = await _hour_of_next(stage, ana)
        assert all("09:00" <= one < "11:00" for one in before)
        day = datetime(2027, 2, 1, 21, 15, tzinfo=UTC)  # 13:15 at hers
        async with stage.database.write() as db:
            for number in range(5):
                db.add(
                    StickAnswer(
                        person_id=ana.id, idea_id=ideas[number % 3].id, place=number, recalled=True,
                        answered_at=day + timedelta(minutes=number),
                    )
                )  # fmt: skip
        stage.clock.move_to(day + timedelta(minutes=30))
        await learn_answer_times(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))
        assert (await rows(stage, Person))[0].answers_at == 13 * 60 + 10
        assert await _hour_of_next(stage, ana) == {"13:10"}
