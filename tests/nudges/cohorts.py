"""A cohort with four Tuesday sessions at noon Pacific, planned into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from bot.nudges.planner import replan_cohort, replan_person
from bot.timekeeping.zones import local_to_utc
from prompts.time_zones import load_zone
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, CohortChannel, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session, SessionPresenter
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage

PACIFIC = "America/Los_Angeles"
TUESDAYS = (date(2027, 2, 23), date(2027, 3, 2), date(2027, 3, 9), date(2027, 3, 16))
BEFORE_ALL = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)


async def cohort_on(
    stage: Stage, *, name: str = "Spring 2027", community_id: int = 1, slug: str = "steady"
) -> int:
    """Series, cohort, four sessions and one Slack channel; nobody in it and nothing planned."""
    async with stage.database.write() as db:
        year = ProjectYear(
            community_id=community_id,
            label=f"Year {slug}",
            starts_on=date(2026, 9, 1),
            ends_on=date(2027, 8, 31),
        )
        project = Project(community_id=community_id, title=f"Project {slug}")
        db.add_all([year, project])
        await db.flush()
        series = Series(
            community_id=community_id, project_id=project.id, year_id=year.id, slug=slug,
            title={"en": "Steady Teams"}, languages=["en", "es"], created_at=START,
        )  # fmt: skip
        db.add(series)
        await db.flush()
        cohort = Cohort(
            community_id=community_id, series_id=series.id, name=name, zone=PACIFIC, created_at=START
        )
        db.add(cohort)
        await db.flush()
        cohort_id = cohort.id
        db.add(CohortChannel(cohort_id=cohort_id, workspace_id=1, conversation=f"C-{slug}", name=slug))
        for number, day in enumerate(TUESDAYS, start=1):
            db.add(
                Session(
                    community_id=community_id, cohort_id=cohort_id, number=number,
                    title={"en": f"Part {number}"},
                    starts_at=local_to_utc(day, time(12), PACIFIC), zone=PACIFIC, minutes=90,
                    uid=f"{slug}-{number}",
                )
            )  # fmt: skip
    return cohort_id


async def enroll(stage: Stage, cohort_id: int, *people: Person, status: str = "active") -> None:
    async with stage.database.write() as db:
        for person in people:
            db.add(Enrollment(cohort_id=cohort_id, person_id=person.id, status=status, joined_at=BEFORE_ALL))


async def presents(stage: Stage, cohort_id: int, person: Person) -> None:
    """At every session."""
    async with stage.database.write() as db:
        for session in await db.scalars(select(Session).where(Session.cohort_id == cohort_id)):
            db.add(SessionPresenter(session_id=session.id, person_id=person.id))


async def replanned(stage: Stage, cohort_id: int) -> None:
    async with stage.database.write() as db:
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())


async def replanned_for(stage: Stage, person: Person) -> None:
    async with stage.database.write() as db:
        await replan_person(db, ALL_KINDS, person.id, stage.clock.now())


async def change_session(stage: Stage, cohort_id: int, number: int, **changes: object) -> None:
    """Change one session and plan anew, as the sessions feature does."""
    async with stage.database.write() as db:
        session = await session_of(stage, cohort_id, number)
        row = await db.get_one(Session, session.id)
        for name, value in changes.items():
            setattr(row, name, value)
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())


async def session_of(stage: Stage, cohort_id: int, number: int) -> Session:
    async with stage.database.read() as db:
        return (
            await db.scalars(select(Session).where(Session.cohort_id == cohort_id, Session.number == number))
        ).one()


async def enrollment_of(stage: Stage, cohort_id: int, person: Person, **changes: object) -> None:
    """Change an enrollment and plan anew."""
    async with stage.database.write() as db:
        row = (
            await db.scalars(
                select(Enrollment).where(Enrollment.cohort_id == cohort_id, Enrollment.person_id == person.id)
            )
        ).one()
        for name, value in changes.items():
            setattr(row, name, value)
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())


async def rows(stage: Stage, *states: str, kind: str = "", person: Person | None = None) -> Sequence[Nudge]:
    """The outbox, by due time and key."""
    query = select(Nudge).order_by(col(Nudge.due_at), col(Nudge.key))
    if states:
        query = query.where(col(Nudge.state).in_(states))
    if kind:
        query = query.where(Nudge.kind == kind)
    if person is not None:
        query = query.where(Nudge.person_id == person.id)
    async with stage.database.read() as db:
        return list(await db.scalars(query))


def in_state(nudges: Sequence[Nudge]) -> set[tuple[str, str]]:
    return {(nudge.state, nudge.reason) for nudge in nudges}


def local(nudge: Nudge, zone: str = PACIFIC) -> str:
    return nudge.due_at.astimezone(load_zone(zone)).strftime("%m-%d %H:%M")


def hours_before(moment: datetime, hours: float) -> datetime:
    return moment - timedelta(hours=hours)
