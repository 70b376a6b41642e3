"""What came after a series, in its report: recall by idea and by time, and what messages cost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from bot.reports.after_series import Recalled, recall_table
from storage.learning import StickAnswer
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.series import Cohort
from storage.sessions import KeyIdea, Session
from tests.reports.support import FEATURES, FIRST, attend, people, report, table
from tests.reports.test_report_parts import later, small
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged

OVER = 17
"""Weeks after the stage's start: two after the last reminder, and a cut."""


async def two_ideas(stage: Stage, cohort: Cohort) -> list[KeyIdea]:
    async with stage.database.write() as db:
        session = (await db.scalars(select(Session).where(col(Session.cohort_id) == cohort.id))).first()
        assert session is not None
        ideas = [
            KeyIdea(
                session_id=session.id, position=at, text={"en": {"idea": f"Idea {at}"}}, approved_at=START
            )
            for at in (1, 2)
        ]
        db.add_all(ideas)
    return ideas


async def answers(stage: Stage, who: list[Person], idea: KeyIdea, place: int, had: int) -> None:
    """The first `had` of them had it in mind."""
    async with stage.database.write() as db:
        for number, person in enumerate(who):
            db.add(
                StickAnswer(
                    person_id=person.id, idea_id=idea.id, place=place, recalled=number < had,
                    answered_at=FIRST + timedelta(days=10),
                )
            )  # fmt: skip


async def got_and_stopped(stage: Stage, cohort: Cohort, who: list[Person], kind: str, stopped: int) -> None:
    async with stage.database.write() as db:
        for number, person in enumerate(who):
            sent = FIRST + timedelta(days=4, minutes=number)
            db.add(
                Nudge(
                    key=f"{kind}|{person.id}", community_id=1, kind=kind, cohort_id=cohort.id,
                    person_id=person.id, state="sent", due_at=sent, sent_at=sent, created_at=START,
                )
            )  # fmt: skip
            if number < stopped:
                db.add(OptOut(person_id=person.id, kind=kind, since=sent + timedelta(hours=1)))


async def test_recall_is_told_once_by_idea_and_by_time_with_n_and_interval(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        cohort = await small(stage)
        who = await people(stage, 12)
        await attend(stage, cohort, [(one, 1) for one in who])
        first, second = await two_ideas(stage, cohort)
        await answers(stage, who, first, 1, 6)
        await answers(stage, who, first, 3, 9)
        await answers(stage, who[:4], second, 2, 2)
        later(stage, OVER - 4)
        assert not [one for one in (await report(stage)).tables if one.key.startswith("recall")], "not over"
        later(stage, OVER)
        made = await report(stage)
        by_idea, by_time = table(made, "recall_by_idea"), table(made, "recall_by_time")
        assert by_idea.rows == (("Idea 1", "60%", 24, "39%–76%"),), "four people are too few for idea 2"
        assert [row[:3] for row in by_time.rows] == [
            ("3 days after", "50%", 12),
            ("14 days after", "80%", 12),
        ]
        await answers(stage, (await people(stage, 6)), second, 4, 6)
        later(stage, OVER + 2)
        assert table(await report(stage), "recall_by_idea").rows == by_idea.rows, "told once"


def test_what_one_table_leaves_out_the_other_does_not_give_away() -> None:
    """All answers of a thin idea go from both tables, and what is thin then goes as well."""
    thick = [Recalled(person, 1, 3, True) for person in range(6)]
    thin = [Recalled(person, 2, days, False) for person in range(4) for days in (3, 7)]
    found = recall_table([*thick, *thin, *(Recalled(person, 1, 7, True) for person in range(3))], 5)
    assert found == {"idea|1|n": 6, "idea|1|had": 6, "days|3|n": 6, "days|3|had": 6}
    assert recall_table(thin, 5) == {}


async def test_costs_are_told_by_kind_and_hidden_where_few_people_are_behind(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        cohort = await small(stage)
        who = await people(stage, 40)
        await attend(stage, cohort, [(one, 1) for one in who])
        for kind, stopped in (
            ("look_back", 6),
            ("partner_check", 9),
            ("make_it_stick", 2),
            ("form_reminder", 0),
        ):
            await got_and_stopped(stage, cohort, who, kind, stopped)
        later(stage, OVER)
        rows = {str(row[0]): row[1:] for row in table(await report(stage), "message_costs").rows}
        assert rows.pop("Make it stick") == (None, 40, None), "two people"
        assert sorted(str(row[0]) for row in rows.values()) == ["0.0%", "22.5%", "None"], (
            "one hidden beside it"
        )
        assert {row[2] for row in rows.values()} == {"0.0%–8.8%", "12.3%–37.5%", None}
