"""How many messages a person is to expect from a cohort: told at joining and with the settings, then kept.

Computed from the person's own plan, so that what is shared, folded or left out is counted as it will be. What
only some get (a reminder, a check-in on a plan not made yet) counts by its share (`bot.core.message_kinds`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.core.message_kinds import MessageKinds
from bot.nudges.cohort_plan import CohortPlan, Suppose, load_plan
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession
from prompts import dates
from storage.series import Cohort, Enrollment, ToldLoad

SUPPOSED = "supposed"
"""Before the id of a commitment that nobody has made yet."""
COMMITS = 0.5
"""The share of a session's people who make a plan at its end (the sample's; a community's own may differ)."""
PARTNERS = "partners"
WITHIN = 0.2
"""How far what arrives may be from what was told."""


@dataclass(frozen=True, slots=True)
class LoadAhead:
    """`during` messages from `since` to the last session's day `until`, on the cohort's calendar, and `after`
    messages from then on."""

    since: datetime
    until: date
    during: int
    after: int

    @property
    def total(self) -> int:
        return self.during + self.after

    @property
    def a_week(self) -> int:
        """Rounded, and never none where there is one."""
        weeks = max(1.0, (self.until - self.since.date()).days / 7)
        return max(1, round(self.during / weeks)) if self.during else 0

    def stored(self) -> ToldLoad:
        return ToldLoad(since=self.since, until=self.until, during=self.during, after=self.after)


async def load_ahead(
    db: AsyncSession, kinds: MessageKinds, cohort: Cohort, person_id: int, now: datetime
) -> LoadAhead | None:
    """From `now` on; None while the cohort has no session to come."""
    plan = await load_plan(db, kinds, cohort, now, set(), person_id, supposed=_at_each_end(person_id, now))
    planned = await _to_come(db, kinds, plan, person_id, now)
    ends = [one for one in plan.ends_utc if one > now]
    if not planned or not ends:
        return None
    last = ends[-1]
    during = expected((one for one in planned if one.at_utc <= last), kinds)
    after = expected((one for one in planned if one.at_utc > last), kinds)
    return LoadAhead(now, dates.in_zone(last, cohort.zone).date(), round(during), round(after))


async def load_by_choice(
    db: AsyncSession,
    kinds: MessageKinds,
    cohort: Cohort,
    person_id: int,
    now: datetime,
    refused: Collection[str],
) -> dict[str, float]:
    """By kind of message (`PARTNERS` stands for all of pairing): how many messages fewer come from `now` on
    without it, or more with it where it is among the `refused`. A part of a message that comes anyway costs
    none."""
    suppose = _at_each_end(person_id, now)
    plan = await load_plan(db, kinds, cohort, now, set(), person_id, suppose, refusing_nothing=True)
    return effects_of(await _to_come(db, kinds, plan, person_id, now), refused, kinds)


async def _to_come(
    db: AsyncSession, kinds: MessageKinds, plan: CohortPlan, person_id: int, now: datetime
) -> list[Planned]:
    """What will be sent from `now` on; nothing on the day before for who has the sessions in a calendar."""
    found = await db.scalars(
        select(Enrollment.has_calendar).where(
            Enrollment.cohort_id == plan.cohort.id, Enrollment.person_id == person_id
        )
    )
    has_calendar = bool(found.first())
    return [
        one.planned
        for one in plan.wanted
        if one.planned.skip is None
        and one.planned.at_utc >= now
        and not (has_calendar and kinds[one.planned.step.kind].in_calendar)
    ]


def effects_of(planned: Sequence[Planned], refused: Collection[str], kinds: MessageKinds) -> dict[str, float]:
    """The same from a plan that refuses nothing. Pure."""
    wanted = [one for one in planned if _choice(one, kinds) not in refused]
    now = expected(wanted, kinds)
    effects = {}
    for choice in {_choice(one, kinds) for one in planned}:
        if choice in refused:
            back = [one for one in planned if _choice(one, kinds) == choice]
            effects[choice] = expected([*wanted, *back], kinds) - now
        else:
            effects[choice] = now - expected((one for one in wanted if _choice(one, kinds) != choice), kinds)
    return effects


def _choice(planned: Planned, kinds: MessageKinds) -> str:
    return kinds[planned.step.kind].choice or planned.step.kind


def expected(planned: Iterable[Planned], kinds: MessageKinds) -> float:
    """How many messages these are: each moment counts by the chance that any of its parts is sent."""
    nobody: defaultdict[datetime, float] = defaultdict(lambda: 1.0)
    for one in planned:
        kind = kinds[one.step.kind]
        if one.person_id is not None and not kind.apart:
            chance = kind.chance * (COMMITS if one.anchor.id.startswith(f"commitment:{SUPPOSED}") else 1)
            nobody[one.at_utc] *= 1 - chance
    return sum(1 - none for none in nobody.values())


def _at_each_end(person_id: int, now: datetime) -> Suppose:
    def suppose(sessions: Sequence[PlannedSession]) -> tuple[CommitmentMade, ...]:
        return tuple(
            CommitmentMade(f"{SUPPOSED}{session.id}", str(person_id), session.end_utc + timedelta(minutes=1))
            for session in sessions
            if session.end_utc > now
        )

    return suppose


async def tell_load(
    db: AsyncSession, kinds: MessageKinds, enrollment: Enrollment, cohort: Cohort, now: datetime
) -> LoadAhead | None:
    """Work it out anew and keep what the person is told now."""
    load = await load_ahead(db, kinds, cohort, enrollment.person_id, now)
    enrollment.told_load = load.stored() if load is not None else None
    return load
