"""What messages cost people: stops, pauses, "later" and "fewer", by kind and by place in the series.

No platform tells the bot whether a message was opened (docs/evidence.md), so that is no part of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.nudges.kinds import BUNDLE, NOTE
from storage.learning import StickPace
from storage.nudges import Nudge, NudgeState
from storage.people import AuditEvent, OptOut
from storage.series import Cohort, Enrollment
from storage.sessions import Session, SessionStatus

AFTER = 0
"""In place of a session's number: after the series."""


@dataclass
class Costs:
    """Messages sent and people's ways out of them, by kind and by place (the session that was next; 0: after
    the last). A way out counts for the last message that the person got before it."""

    sent: Counter[str] = field(default_factory=Counter)
    outs: Counter[str] = field(default_factory=Counter)
    sent_at: Counter[int] = field(default_factory=Counter)
    outs_at: Counter[int] = field(default_factory=Counter)
    people: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Who took a way out of a kind: a rate is shown by how many people it is about."""
    people_at: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class WayOut:
    """Somebody stopped, paused, put off or asked for fewer. `kind` is empty where it was about all."""

    person_id: int
    at: datetime
    kind: str


async def costs_of(db: AsyncSession, cohort: Cohort) -> Costs:
    """All of a cohort's messages to single people, and their ways out."""
    found = await db.scalars(
        select(Nudge)
        .where(
            Nudge.cohort_id == cohort.id,
            Nudge.state == NudgeState.SENT,
            col(Nudge.person_id).is_not(None),
            col(Nudge.kind).not_in([BUNDLE, NOTE]),
        )
        .order_by(col(Nudge.sent_at))
    )
    sent = list(found)
    ends = await _ends(db, cohort)
    costs = Costs()
    for nudge in sent:
        costs.sent[nudge.kind] += 1
        costs.sent_at[_place(nudge.sent_at, ends)] += 1
    for way in await _ways_out(db, cohort):
        before = [
            nudge
            for nudge in sent
            if nudge.person_id == way.person_id and nudge.sent_at is not None and nudge.sent_at <= way.at
            and way.kind in ("", nudge.kind)
        ]  # fmt: skip
        if before:
            costs.outs[before[-1].kind] += 1
            costs.outs_at[_place(way.at, ends)] += 1
            costs.people[before[-1].kind].add(way.person_id)
            costs.people_at[_place(way.at, ends)].add(way.person_id)
    return costs


async def _ends(db: AsyncSession, cohort: Cohort) -> list[tuple[datetime, int]]:
    rows = await db.execute(
        select(Session.starts_at, Session.number)
        .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at))
    )
    return [(row.starts_at, row.number) for row in rows]


def _place(moment: datetime | None, starts: list[tuple[datetime, int]]) -> int:
    """The number of the next session; `AFTER` when there is none any more."""
    return next((number for start, number in starts if moment is not None and moment <= start), AFTER)


async def _ways_out(db: AsyncSession, cohort: Cohort) -> list[WayOut]:
    members = select(Enrollment.person_id).where(Enrollment.cohort_id == cohort.id)
    stops = await db.scalars(select(OptOut).where(col(OptOut.person_id).in_(members)))
    found = [WayOut(one.person_id, one.since, "" if one.kind == "optional" else one.kind) for one in stops]
    pauses = await db.scalars(
        select(AuditEvent).where(
            col(AuditEvent.actor_id).in_(members), col(AuditEvent.action).in_(["paused", "left"])
        )
    )
    found += [WayOut(one.actor_id or 0, one.at, "") for one in pauses]
    fewer = await db.scalars(select(StickPace).where(StickPace.cohort_id == cohort.id))
    found += [WayOut(one.person_id, one.since, "make_it_stick") for one in fewer]
    later = await db.scalars(
        select(Nudge).where(Nudge.cohort_id == cohort.id, col(Nudge.key).startswith("make_it_stick.later|"))
    )
    return found + [WayOut(one.person_id or 0, one.created_at, "make_it_stick") for one in later]
