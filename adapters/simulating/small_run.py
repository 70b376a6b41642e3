"""A small community in a real SQLite file, planned by the product and partly sent: what the paper must meet.

Only the platform is not there: it answers every post at once, so that what is measured is ours.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.platform import Address, Sent
from bot.features import all_kinds
from bot.nudges.planner import replan_cohort
from bot.nudges.sender import Sender
from bot.simulation.limits import MessageCosts
from bot.simulation.load import COHORT_ZONE, SESSION, Scenario, recipients, schedule
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.people import Community, Identity, Person, Workspace
from storage.reflections import Commitment
from storage.series import Cohort, CohortChannel, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session, SessionPresenter


@dataclass
class Measured:
    """What stands in the database, and what it took. Bytes, seconds."""

    by_hour: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    planned: int = 0
    planning_seconds: float = 0
    bytes_per_nudge: float = 0
    settled: int = 0
    """Sent, or skipped after the second look."""
    sends_per_second: float = 0

    @property
    def costs(self) -> MessageCosts:
        """The paper's costs with these in place of the stored ones."""
        return replace(
            MessageCosts(), bytes_per_nudge=self.bytes_per_nudge, sends_per_second=self.sends_per_second
        )


async def small_run(scenario: Scenario, folder: Path, most_sent: int = 1_000) -> Measured:
    """One cohort for each of the scenario's starts, written to a database in `folder`, and the first
    `most_sent` messages of the busiest hour sent."""
    file = folder / "simulated.db"
    database = Database(f"sqlite:///{file}")
    try:
        await migrate(database)
        before = file.stat().st_size
        measured = await _plan(database, scenario)
        await _send(database, measured, most_sent)
        await _checkpoint(database)
        measured.bytes_per_nudge = (file.stat().st_size - before) / measured.planned
        return measured
    finally:
        await database.close()


async def _plan(database: Database, scenario: Scenario) -> Measured:
    now = min(scenario.starts) - timedelta(days=30)
    zones: dict[int, str] = {}
    async with database.write() as db:
        series = await write_community(db, now)
        for number, start in enumerate(scenario.starts):
            zones |= await write_cohort(db, series, number, scenario, start, now)
    measured = Measured()
    started = time.perf_counter()
    for cohort_id in range(1, len(scenario.starts) + 1):
        async with database.write() as db:
            await replan_cohort(db, all_kinds(), cohort_id, now)
    measured.planning_seconds = time.perf_counter() - started
    async with database.read() as db:
        for due, person_id in await db.execute(select(Nudge.due_at, Nudge.person_id)):
            hour = due.replace(minute=0, second=0, microsecond=0)
            measured.by_hour[hour, zones.get(person_id, COHORT_ZONE)] += 1
    measured.planned = sum(measured.by_hour.values())
    return measured


async def write_community(db: AsyncSession, now: datetime) -> Series:
    """One community with a Slack workspace, and the series that its cohorts take."""
    db.add(Community(name="Simulated", created_at=now))
    await db.flush()
    db.add(Workspace(community_id=1, platform="slack", tenant="T1", installed_at=now))
    year = ProjectYear(
        community_id=1, label="1", starts_on=now.date(), ends_on=now.date() + timedelta(days=365)
    )
    project = Project(community_id=1, title="Simulated")
    db.add_all([year, project])
    await db.flush()
    series = Series(
        community_id=1,
        project_id=project.id,
        year_id=year.id,
        slug="simulated",
        title={"en": "Simulated"},
        created_at=now,
    )
    db.add(series)
    await db.flush()
    return series


async def write_cohort(
    db: AsyncSession, series: Series, number: int, scenario: Scenario, start: datetime, now: datetime
) -> dict[int, str]:
    """The cohort's rows; returns each person's zone by row id."""
    cohort = Cohort(community_id=1, series_id=series.id, name=f"C{number}", zone=COHORT_ZONE, created_at=now)
    db.add(cohort)
    await db.flush()
    db.add(CohortChannel(cohort_id=cohort.id, workspace_id=1, conversation=f"C{number}"))
    planned = schedule(scenario, start)
    people: dict[str, Person] = {}
    readers = {recipient.id: recipient.reader for recipient in recipients(scenario)}
    for each in recipients(scenario):
        calendar = each.reader.holidays
        people[each.id] = Person(
            community_id=1,
            name=each.id,
            zone=each.reader.zone,
            state=str(calendar.subdivision) if calendar else "",
            answers_at=9 * 60 + int(each.morning.total_seconds() // 60),
            created_at=now,
        )
    db.add_all(people.values())
    await db.flush()
    for each in recipients(scenario):
        person_id = people[each.id].id
        db.add(
            Identity(
                workspace_id=1, person_id=person_id, platform_user=f"U{person_id}", direct=f"D{person_id}"
            )
        )
        if each.enrolled:
            db.add(
                Enrollment(
                    cohort_id=cohort.id,
                    person_id=person_id,
                    status="active",
                    partners_opt_in=each.partners_opted_in,
                    follow_up_opt_in=each.followup_opted_in,
                    joined_at=now,
                )
            )
    for order, one in enumerate(planned.sessions, start=1):
        session = Session(
            community_id=1,
            cohort_id=cohort.id,
            number=order,
            title={"en": f"Session {order}"},
            starts_at=one.start_utc,
            zone=one.zone,
            minutes=int(SESSION.total_seconds() // 60),
            uid=f"{number}-{order}",
        )
        db.add(session)
        await db.flush()
        for presenter in one.presenter_ids:
            db.add(SessionPresenter(session_id=session.id, person_id=people[presenter].id))
    for made in planned.commitments:
        db.add(
            Commitment(
                cohort_id=cohort.id,
                person_id=people[made.person_id].id,
                cue="after lunch",
                action="try it",
                due_on=readers[made.person_id].local(made.made_utc).date() + timedelta(days=3),
                created_at=made.made_utc,
                updated_at=made.made_utc,
            )
        )
    await db.flush()
    return {people[each].id: reader.zone for each, reader in readers.items()}


class _AtOnce:
    """A platform that takes every post at once; nothing else of the port is called."""

    name = "slack"

    def __init__(self) -> None:
        self._numbers = count()

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        return Sent(to, str(next(self._numbers)))


async def _send(database: Database, measured: Measured, most: int) -> None:
    hours: Counter[datetime] = Counter()
    for (hour, _), number in measured.by_hour.items():
        hours[hour] += number
    busiest = max(hours, key=lambda hour: (hours[hour], hour))
    await _skip_earlier(database, busiest)
    clock = MovedClock(busiest + timedelta(minutes=59))  # all of the hour is due: mornings are spread over it
    platform: Any = _AtOnce()
    sender = Sender(
        database, clock, {"slack": platform}, all_kinds(), Links("http://127.0.0.1", "simulated-secret-key")
    )
    started = time.perf_counter()
    while measured.settled < most and (claimed := await sender.send_due()):
        measured.settled += claimed
    measured.sends_per_second = measured.settled / (time.perf_counter() - started)


async def _skip_earlier(database: Database, moment: datetime) -> None:
    """What was due before is not part of this: the hour begins with an empty queue."""
    async with database.write() as db:
        await db.execute(
            update(Nudge)
            .where(col(Nudge.due_at) < moment.astimezone(UTC), col(Nudge.state) == "planned")
            .values(state="skipped", reason="simulated")
        )


async def _checkpoint(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
