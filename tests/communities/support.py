"""A community with a project, a year, a series and a cohort, for dialogue tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

from sqlmodel import SQLModel, col, select

from bot.core.events import Where
from storage.nudges import Job
from storage.people import Community, Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Enrollment, Project, ProjectYear, Series
from tests.support.stage import START, Stage

Row = TypeVar("Row", bound=SQLModel)
CHANNEL = Where(conversation="C-spring", kind="channel")


async def furnish(
    stage: Stage, *, capacity: int | None = None, name: str = "Spring", community: int = 1
) -> Cohort:
    """One project, year, series (``steady``) and cohort, join code ``HJKMNPQR`` in community 1."""
    async with stage.database.write() as db:
        project = Project(community_id=community, title="Well-Being")
        year = ProjectYear(
            community_id=community, label="Year 9", starts_on=date(2026, 9, 30), ends_on=date(2027, 9, 29)
        )
        db.add_all([project, year])
        await db.flush()
        series = Series(
            community_id=community,
            project_id=project.id,
            year_id=year.id,
            slug="steady",
            title={"en": "Steady Teams", "es": "Equipos firmes"},
            languages=["en", "es"],
            created_at=START,
        )
        db.add(series)
        await db.flush()
        cohort = Cohort(
            community_id=community,
            series_id=series.id,
            name=name,
            capacity=capacity,
            join_code="HJKMNPQR" if community == 1 else "ZZZZZZZZ",
            created_at=START,
        )
        db.add(cohort)
    return cohort


async def elsewhere(stage: Stage) -> Cohort:
    """A cohort of another community, in a workspace of its own."""
    async with stage.database.write() as db:
        other = Community(name="Elsewhere", languages=["en"], created_at=datetime(2027, 1, 1, tzinfo=UTC))
        db.add(other)
        await db.flush()
        db.add(
            Workspace(
                community_id=other.id,
                platform="slack",
                tenant="T2",
                name="Elsewhere",
                installed_at=START,
            )
        )
    return await furnish(stage, name="Theirs", community=other.id)


async def channel_for(stage: Stage, cohort: Cohort) -> CohortChannel:
    async with stage.database.write() as db:
        channel = CohortChannel(
            cohort_id=cohort.id, workspace_id=1, conversation=CHANNEL.conversation, name="steady"
        )
        db.add(channel)
    return channel


async def enroll(stage: Stage, cohort: Cohort, person: Person, status: str = "active") -> Enrollment:
    async with stage.database.write() as db:
        enrollment = Enrollment(
            cohort_id=cohort.id,
            person_id=person.id,
            status=status,
            consented_at=START if status == "active" else None,
        )
        db.add(enrollment)
    return enrollment


async def rows(stage: Stage, table: type[Row]) -> list[Row]:
    """All rows of a table, oldest first."""
    async with stage.database.read() as db:
        return list(await db.scalars(select(table).order_by(table.id)))  # type: ignore[attr-defined]


async def person_of(stage: Stage, user: str) -> Person:
    """The person behind a platform user."""
    async with stage.database.read() as db:
        identity = (await db.scalars(select(Identity).where(Identity.platform_user == user))).one()
        return await db.get_one(Person, identity.person_id)


async def enrollment_status(stage: Stage, user: str) -> str:
    person = await person_of(stage, user)
    async with stage.database.read() as db:
        found = await db.scalars(select(Enrollment.status).where(Enrollment.person_id == person.id))
        return found.one()


async def errands_of(stage: Stage, kind: str) -> list[Job]:
    async with stage.database.read() as db:
        return list(await db.scalars(select(Job).where(Job.kind == kind).order_by(col(Job.id))))
