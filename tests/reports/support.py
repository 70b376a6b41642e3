"""People, sessions, attendance and closed forms on a stage, for tests of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.evaluations.feature import FEATURE as EVALUATIONS
from bot.reports.build import Audience, make_report
from bot.reports.document import Figure, Report, Table, Value
from bot.reports.feature import FEATURE as REPORTS
from storage.evaluations import AnonymousAnswer, Evaluation, LedgerEntry
from storage.people import Community, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Attendance, Session
from tests.support.stage import START, Stage

FEATURES = (COMMUNITIES, EVALUATIONS, REPORTS)
ASKED = {"en": "?"}
FIRST = datetime(2027, 2, 2, 20, tzinfo=UTC)
"""A Tuesday, the day after the stage begins."""
_SCALE = {"text": ASKED, "labels": [ASKED] * 5}
FORM: dict[str, object] = {
    "name": "story", "version": 1, "kind": "post_series", "mode": "anonymous", "title": ASKED,
    "items": [
        {"id": "recommend", "kind": "scale5", "measures": "recommendation", **_SCALE},
        {"id": "promote", "kind": "scale10", "measures": "net_promoter", "text": ASKED},
        {"id": "skill", "kind": "retrospective", "measures": "retrospective", **_SCALE},
        {"id": "intend", "kind": "intent", "measures": "intent", "text": ASKED},
    ],
}  # fmt: skip


async def year(stage: Stage, label: str, starts: date) -> int:
    async with stage.database.write() as db:
        row = ProjectYear(community_id=1, label=label, starts_on=starts, ends_on=starts + timedelta(days=364))
        db.add(row)
    return row.id


async def project(stage: Stage, title: str) -> int:
    async with stage.database.write() as db:
        row = Project(community_id=1, title=title)
        db.add(row)
    return row.id


async def cohort(
    stage: Stage, slug: str, project_id: int, year_id: int, sessions: int = 4, first: datetime = FIRST
) -> Cohort:
    """A series with one cohort and weekly sessions of an hour."""
    async with stage.database.write() as db:
        series = Series(
            community_id=1, project_id=project_id, year_id=year_id, slug=slug, title={"en": slug.title()},
            created_at=START,
        )  # fmt: skip
        db.add(series)
        await db.flush()
        row = Cohort(community_id=1, series_id=series.id, name=slug.title(), created_at=START)
        db.add(row)
        await db.flush()
        for number in range(1, sessions + 1):
            db.add(
                Session(
                    community_id=1, cohort_id=row.id, number=number, title={"en": f"Part {number}"},
                    starts_at=first + timedelta(weeks=number - 1), zone="America/Boise", minutes=60,
                    uid=f"{slug}{number}",
                )
            )  # fmt: skip
    return row


async def people(stage: Stage, count: int, **attributes: object) -> list[Person]:
    async with stage.database.write() as db:
        rows = [
            Person(community_id=1, name="P", created_at=START, **attributes)  # type: ignore[arg-type]
            for _ in range(count)
        ]
        db.add_all(rows)
    return rows


async def attend(stage: Stage, group: Cohort, attends: Sequence[tuple[Person, int]], since: int = 1) -> None:
    """Enroll everybody, and let each attend so many sessions, from the `since`th on."""
    async with stage.database.write() as db:
        sessions = list(
            await db.scalars(select(Session.id).where(Session.cohort_id == group.id).order_by(Session.number))  # type: ignore[arg-type]
        )
        enrolled = set(await db.scalars(select(Enrollment.person_id).where(Enrollment.cohort_id == group.id)))
        for person, times in attends:
            if person.id not in enrolled:
                db.add(
                    Enrollment(
                        cohort_id=group.id, person_id=person.id, status="active",
                        consented_at=START,
                    )
                )  # fmt: skip
            for session in sessions[since - 1 : since - 1 + times]:
                db.add(
                    Attendance(
                        session_id=session or 0, person_id=person.id, minutes=30, source="zoom",
                        recorded_at=START,
                    )
                )  # fmt: skip


async def answered(
    stage: Stage,
    key: str,
    group: Cohort,
    answers: Sequence[Mapping[str, object]],
    *,
    asked: int = 0,
    closes: datetime = START,
    state: str = "closed",
    session_id: int | None = None,
    form: Mapping[str, object] | None = None,
) -> None:
    """A form of the cohort (or one session) with these answers."""
    async with stage.database.write() as db:
        row = Evaluation(
            key=key, community_id=1, cohort_id=group.id, session_id=session_id, purpose="series",
            name="story", version=1, mode="anonymous", instrument=dict(form or FORM), opens_at=START,
            closes_at=closes, state=state,
        )  # fmt: skip
        db.add(row)
        await db.flush()
        db.add_all(AnonymousAnswer(evaluation_id=row.id, answers=dict(answer)) for answer in answers)
        if asked:
            for person in list(await db.scalars(select(Person).limit(asked))):
                db.add(LedgerEntry(evaluation_id=row.id, person_id=person.id))


async def report(
    stage: Stage, scope: str = "series:1", audience: Audience = "inside", language: str = "en"
) -> Report:
    found = await report_or_none(stage, scope, audience, language)
    assert found is not None
    return found


async def report_or_none(
    stage: Stage, scope: str, audience: Audience = "inside", language: str = "en"
) -> Report | None:
    async with stage.database.write() as db:
        community = await db.get_one(Community, 1)
        return await make_report(db, community, scope, audience, language, stage.clock.now())


def figure(made: Report, key: str) -> Figure:
    return next(one for one in made.figures if one.key == key)


def table(made: Report, key: str) -> Table:
    return next(one for one in made.tables if one.key == key)


def column(made: Report, key: str, place: int = 1) -> dict[str, Value]:
    """A column of a table, by the label of each row."""
    return {str(row[0]): row[place] for row in table(made, key).rows}
