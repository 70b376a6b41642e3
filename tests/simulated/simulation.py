"""A cohort's weeks on a moved clock: the real planner, sender and database, and everything that happens to
them. Each deed is one method; what must hold is checked at every delivery and after every deed."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.nudges import sender as sender_module
from bot.nudges.decisions import NO_DECISION, decide
from bot.nudges.planner import plan_commitment, replan_cohort, replan_person
from bot.nudges.sender import Sender
from bot.timekeeping.zones import local_to_utc
from prompts.time_zones import load_zone
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Community, Identity, OptOut, Person, Workspace
from storage.reflections import Commitment
from storage.series import Cohort, CohortChannel, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session
from tests.simulated.far_side import Crash, FarSide, Weather
from tests.support.kinds import ALL_KINDS

ZONES = ("America/Los_Angeles", "America/Boise", "America/Anchorage", "America/Adak", "America/Phoenix")
QUIET = ((None, None), (17 * 60, 8 * 60), (20 * 60, 7 * 60), (12 * 60, 13 * 60))
KINDS = ("look_back", "make_it_stick", "look_ahead", "optional", "commitment_check_in")
OFFICE = (time(9), time(16))
DAY_ONE = date(2026, 10, 1)
COHORT = 1
PEOPLE = 4
SESSIONS = 2
MOST_ROUNDS = 3_000
BATCH = 20


class Simulation:
    """A few people, half on Slack and half on Teams; sessions a week apart."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.chance = Random(seed)
        start = datetime.combine(DAY_ONE + timedelta(days=self.chance.randrange(200)), time(17), UTC)
        self.clock = MovedClock(start)
        self.weather = Weather()
        self.sides = {
            name: FarSide(name, self.chance, self.clock.now, self._arrived, self.weather)
            for name in ("slack", "teams")
        }
        self.delivered: Counter[str] = Counter()
        self.broken: list[str] = []
        self.sender = self._new_process()

    def _new_process(self) -> Sender:
        sender_module.AT_ONCE = 1  # one after the other, so that a seed is the same in every run
        links = Links("http://127.0.0.1", "simulated-secret")
        return Sender(self.database, self.clock, self.sides, ALL_KINDS, links)

    # --- the stage ---------------------------------------------------------------------------------------

    async def begin(self) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            db.add(Community(name="Simulated", created_at=now))
            await db.flush()
            db.add_all(
                Workspace(community_id=1, platform=name, tenant=name, installed_at=now) for name in self.sides
            )
            db.add(
                ProjectYear(
                    community_id=1, label="Year", starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31)
                )
            )
            db.add(Project(community_id=1, title="Project"))
            await db.flush()
            db.add(
                Series(
                    community_id=1,
                    project_id=1,
                    year_id=1,
                    slug="weeks",
                    title={"en": "Weeks"},
                    created_at=now,
                )
            )
            await db.flush()
            db.add(Cohort(community_id=1, series_id=1, name="Cohort", zone=ZONES[0], created_at=now))
            await db.flush()
            for workspace in (1, 2):
                db.add(
                    CohortChannel(cohort_id=COHORT, workspace_id=workspace, conversation=f"19:c{workspace}")
                )
            first = now.date() + timedelta(days=self.chance.randint(2, 20))
            for number in range(1, SESSIONS + 1):
                day = first + timedelta(weeks=number - 1)
                db.add(
                    Session(
                        community_id=1, cohort_id=COHORT, number=number, title={"en": f"Part {number}"},
                        starts_at=local_to_utc(day, time(12), ZONES[0]), zone=ZONES[0], minutes=90,
                        uid=f"part-{number}",
                    )
                )  # fmt: skip
        for number in range(PEOPLE):
            await self.join(number, plan=number == PEOPLE - 1)

    async def join(self, number: int, *, plan: bool = True) -> None:
        """Somebody new takes part."""
        now = self.clock.now()
        quiet_from, quiet_to = self.chance.choice(QUIET)
        async with self.database.write() as db:
            person = Person(
                community_id=1, name=f"P{number}", zone=self.chance.choice(ZONES), quiet_from=quiet_from,
                quiet_to=quiet_to, created_at=now,
            )  # fmt: skip
            db.add(person)
            await db.flush()
            user, workspace = f"u{person.id}", 1 + number % 2
            db.add(Identity(workspace_id=workspace, person_id=person.id, platform_user=user))
            db.add(Enrollment(cohort_id=COHORT, person_id=person.id, status="active", joined_at=now))
            if plan:
                await replan_cohort(db, ALL_KINDS, COHORT, now)

    # --- deeds -------------------------------------------------------------------------------------------

    async def opt_out(self, person: int, kind: str) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            found = await db.scalars(select(OptOut).where(OptOut.person_id == person, OptOut.kind == kind))
            standing = found.first()
            if standing is None:
                db.add(OptOut(person_id=person, kind=kind, since=now))
            else:
                await db.delete(standing)  # and in again
            await replan_person(db, ALL_KINDS, person, now)

    async def pause(self, person: int, days: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = await db.get_one(Person, person)
            row.paused_until = now.date() + timedelta(days=days)
            await replan_person(db, ALL_KINDS, person, now)

    async def leave_or_return(self, person: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = (await db.scalars(select(Enrollment).where(Enrollment.person_id == person))).one()
            row.status = "active" if row.status == "left" else "left"
            await replan_cohort(db, ALL_KINDS, COHORT, now)

    async def delete(self, person: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = await db.get_one(Person, person)
            row.deleted_at = row.deleted_at or now
            await replan_cohort(db, ALL_KINDS, COHORT, now)

    async def sleep_at(self, person: int, quiet: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = await db.get_one(Person, person)
            row.quiet_from, row.quiet_to = QUIET[quiet]
            await replan_person(db, ALL_KINDS, person, now)

    async def cancel_or_restore(self, session: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = await db.get_one(Session, session)
            if row.starts_at > now:
                row.status = "scheduled" if row.status == "cancelled" else "cancelled"
            await replan_cohort(db, ALL_KINDS, COHORT, now)

    async def move(self, session: int, hours: int) -> None:
        now = self.clock.now()
        async with self.database.write() as db:
            row = await db.get_one(Session, session)
            if min(row.starts_at, row.starts_at + timedelta(hours=hours)) > now:
                row.starts_at += timedelta(hours=hours)
            await replan_cohort(db, ALL_KINDS, COHORT, now)

    async def commit_to(self, person: int, days: int) -> None:
        """A plan with a check-in; whoever has one open answers it instead."""
        now = self.clock.now()
        async with self.database.write() as db:
            query = select(Commitment).where(
                Commitment.person_id == person, col(Commitment.follow_up).is_(None)
            )
            plan = (await db.scalars(query)).first()
            if plan is not None:
                plan.follow_up = "done"
            else:
                plan = Commitment(
                    person_id=person, cohort_id=COHORT, action="ask first", created_at=now, updated_at=now,
                    due_on=now.date() + timedelta(days=days),
                )  # fmt: skip
                db.add(plan)
            await plan_commitment(db, ALL_KINDS, plan, now)

    async def hold_or_release(self, pick: int) -> None:
        """A facilitator changes their mind about one message."""
        now = self.clock.now()
        async with self.database.write() as db:
            query = select(Nudge.group).where(col(Nudge.state).in_(["planned", "held"])).distinct()
            groups = sorted(await db.scalars(query))
            if groups:
                series = await db.get_one(Series, 1)
                group = groups[pick % len(groups)]
                before = series.settings.messages.get(group, NO_DECISION)
                decide(series, group, before.model_copy(update={"held": not before.held}))
                await replan_cohort(db, ALL_KINDS, COHORT, now)

    async def replan(self) -> None:
        """Planning twice changes nothing."""
        async with self.database.write() as db:
            await replan_cohort(db, ALL_KINDS, COHORT, self.clock.now())

    # --- time --------------------------------------------------------------------------------------------

    async def pass_time(self, hours: float) -> None:
        """Let time pass, stopping at everything that falls due; whoever dies is followed by another."""
        until = self.clock.now() + timedelta(hours=hours)
        for _ in range(MOST_ROUNDS):
            await self._send_due()
            due = await self._next()
            if due is None or due > until:
                break
            self.clock.move_to(max(due, self.clock.now() + timedelta(seconds=1)))
        else:
            raise AssertionError("it never comes to rest")
        self.clock.move_to(max(until, self.clock.now()))

    async def down(self, hours: float) -> None:
        """No process runs for a while."""
        self.clock.advance(timedelta(hours=hours))
        self.sender = self._new_process()

    def set_clock(self, hours: int) -> None:
        """The machine's clock was wrong, and is set."""
        self.clock.advance(timedelta(hours=hours))

    async def _send_due(self) -> None:
        for _ in range(MOST_ROUNDS):
            try:
                if await self.sender.send_due(limit=BATCH) < BATCH:
                    return
            except Crash:
                await _nothing_survives()
                self.sender = self._new_process()
        raise AssertionError("it never comes to rest")

    async def _next(self) -> datetime | None:
        planned = select(func.min(Nudge.due_at)).where(Nudge.state == "planned")
        claimed = select(func.min(Nudge.lease_until)).where(Nudge.state == "claimed")
        async with self.database.read() as db:
            moments = (await db.execute(select(planned.scalar_subquery(), claimed.scalar_subquery()))).one()
        return min((moment for moment in moments if moment is not None), default=None)

    # --- what must hold ----------------------------------------------------------------------------------

    async def _arrived(self, mark: str) -> None:
        """At every delivery: not again, and wanted at this moment, whatever was planned. What does not hold
        is written down for `check`: the sender would take an exception for the platform's."""
        self.delivered[mark] += 1
        async with self.database.read() as db:
            concerned = (await db.execute(_CONCERNED.where(Nudge.mark == mark))).one()
            nudge = concerned[0]
            wrong = [await _unwanted(db, *concerned, self.clock.now())]
        wrong.append("arrived twice" if self.delivered[mark] > 1 else "")
        self.broken += [f"{nudge.key} at {self.clock.now():%Y-%m-%d %H:%M}: {one}" for one in wrong if one]

    async def check(self) -> None:
        """After every deed: nothing arrived that must not, and what is planned is due inside its reader's
        hours."""
        assert not self.broken, "; ".join(self.broken)
        async with self.database.read() as db:
            query = (
                select(Nudge, Person)
                .join(Person, col(Person.id) == Nudge.person_id)
                .where(Nudge.state == "planned", Nudge.nature == "optional", Nudge.due_because != "retry")
            )
            for nudge, person in (await db.execute(query)).all():
                local = nudge.due_at.astimezone(load_zone(person.zone))
                told = f"{nudge.key} is due {local:%a %Y-%m-%d %H:%M} {person.zone}"
                assert local.weekday() < 5, f"{told}: at a weekend"
                assert OFFICE[0] <= local.time() <= OFFICE[1], f"{told}: outside office hours"
                assert not _quiet(person, local), f"{told}: in quiet hours"

    async def end(self) -> None:
        """Fine weather, a long time: everything has come to an end, with a reason."""
        vars(self.weather).update(vars(Weather()))
        await self.pass_time(24 * 7 * 40)
        await self.check()
        async with self.database.read() as db:
            nudges = list(await db.scalars(select(Nudge)))
        for nudge in nudges:
            arrived = self.delivered[nudge.mark]
            told = f"{nudge.key} ended as {nudge.state} ({nudge.reason})"
            assert nudge.state in {"sent", "skipped", "unknown", "held", "failed"}, told
            assert nudge.state != "sent" or arrived == 1, f"{told} and never arrived"
            assert nudge.state == "sent" or nudge.reason, f"{told} without a reason"
            assert not arrived or nudge.state in {"sent", "unknown"}, f"{told} and arrived"
            assert nudge.state != "failed", f"{told} on a far side that only ever recovers"
            assert nudge.state != "unknown" or await self._on_teams(nudge), f"{told} on Slack"

    async def _on_teams(self, nudge: Nudge) -> bool:
        async with self.database.read() as db:
            if nudge.channel_id is not None:
                return (await db.get_one(CohortChannel, nudge.channel_id)).workspace_id == 2
            query = select(Identity.workspace_id).where(Identity.person_id == nudge.person_id)
            return (await db.scalars(query)).one() == 2


_CONCERNED = (
    select(Nudge, Session, Person, Enrollment)
    .outerjoin(Session, col(Session.id) == Nudge.session_id)
    .outerjoin(Person, col(Person.id) == Nudge.person_id)
    .outerjoin(Enrollment, col(Enrollment.person_id) == Nudge.person_id)
)
"""A message, its session, its reader and whether they take part."""


async def _unwanted(
    db: AsyncSession,
    nudge: Nudge,
    session: Session | None,
    person: Person | None,
    enrolled: Enrollment | None,
    now: datetime,
) -> str:
    """Why a message must not arrive at this moment, from the tables alone; empty when it may."""
    if nudge.expires_at is not None and now >= nudge.expires_at:
        return "it is stale"
    if session is not None and session.status == "cancelled":
        return "its session is cancelled"
    if person is None or enrolled is None:
        return "" if nudge.person_id is None else "to nobody"
    if person.deleted_at is not None:
        return "the person is deleted"
    refused = set(await db.scalars(select(OptOut.kind).where(OptOut.person_id == person.id)))
    if nudge.kind in refused or (nudge.nature == "optional" and "optional" in refused):
        return "after an opt-out"
    if enrolled.status == "left":
        return "after leaving"
    today = now.astimezone(load_zone(person.zone)).date()
    paused = nudge.nature == "optional" and person.paused_until is not None and today < person.paused_until
    return "in a pause" if paused else ""


async def _nothing_survives() -> None:
    """With its process everything ends that was under way in it."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _quiet(person: Person, local: datetime) -> bool:
    if person.quiet_from is None or person.quiet_to is None:
        return False
    minute = local.hour * 60 + local.minute
    if person.quiet_from < person.quiet_to:
        return person.quiet_from <= minute < person.quiet_to
    return minute >= person.quiet_from or minute < person.quiet_to
