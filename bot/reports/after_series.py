"""What people recalled after a series, and what its messages cost them: told once, when all of it is over.

Published once for each series and never again, so that nothing is left to subtract. The two tables of recall
have the same answers behind them: ideas and days with too few people are left out of both, so that neither
gives away what the other leaves out. [own]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.nudges.cohort_plan import cadence_of
from bot.nudges.costs import costs_of
from bot.statistics.suppression import suppress
from storage.learning import StickAnswer
from storage.people import Person
from storage.publications import PublishedTable
from storage.series import Cohort, Series
from storage.sessions import KeyIdea, Session, SessionStatus

RECALL, COSTS = "recall", "message_costs"
SETTLES = timedelta(days=14)
"""After the last reminder: by then its answers are in."""
STICK = "make_it_stick"


@dataclass(frozen=True, slots=True)
class Recalled:
    """One answer to a question after the series: the days after it on which it was asked, from the plan."""

    person: int
    idea: int
    days: int
    had: bool


@dataclass(slots=True)
class AfterSeries:
    """`sent` and `outs` are messages and ways out by kind; `people` how many people took one."""

    answers: list[Recalled] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    outs: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)


async def count_after_series(
    db: AsyncSession, community_id: int, before: datetime, over: Iterable[int]
) -> dict[int, AfterSeries]:
    """Of the series among `over` whose last reminder is long enough ago at `before` (UTC); without those of
    which it has been told."""
    told = await db.scalars(
        select(PublishedTable.scope).where(
            PublishedTable.community_id == community_id, PublishedTable.name == COSTS
        )
    )
    known, found = set(told), {}
    for series in await db.scalars(
        select(Series).where(Series.community_id == community_id, col(Series.id).in_(list(over)))
    ):
        if f"series:{series.id}" in known:
            continue
        days = sorted(one.days or 0 for one in cadence_of(series) if one.kind == STICK)
        cohorts = list(await db.scalars(select(Cohort).where(Cohort.series_id == series.id)))
        ends = await _last_end(db, [one.id for one in cohorts])
        if ends is None or ends + timedelta(days=max(days, default=0)) + SETTLES > before:
            continue
        found[series.id] = await _counted(db, cohorts, days, before)
    return found


async def _last_end(db: AsyncSession, cohort_ids: list[int]) -> datetime | None:
    rows = await db.execute(
        select(Session.starts_at, Session.minutes).where(
            col(Session.cohort_id).in_(cohort_ids), Session.status != SessionStatus.CANCELLED
        )
    )
    return max((starts_at + timedelta(minutes=minutes) for starts_at, minutes in rows), default=None)


async def _counted(db: AsyncSession, cohorts: list[Cohort], days: list[int], before: datetime) -> AfterSeries:
    counted = AfterSeries(answers=await _answers(db, [one.id for one in cohorts], days, before))
    for cohort in cohorts:
        costs = await costs_of(db, cohort)
        counted.sent.update(costs.sent)
        counted.outs.update(costs.outs)
        counted.people.update({kind: len(people) for kind, people in costs.people.items()})
    return counted


async def _answers(
    db: AsyncSession, cohort_ids: list[int], days: list[int], before: datetime
) -> list[Recalled]:
    """People who deleted their data no longer count."""
    rows = await db.execute(
        select(StickAnswer.person_id, StickAnswer.idea_id, StickAnswer.place, StickAnswer.recalled)
        .join(KeyIdea, col(KeyIdea.id) == StickAnswer.idea_id)
        .join(Session, col(Session.id) == KeyIdea.session_id)
        .join(Person, col(Person.id) == StickAnswer.person_id)
        .where(
            col(Session.cohort_id).in_(cohort_ids),
            col(Person.deleted_at).is_(None),
            col(StickAnswer.recalled).is_not(None),
            StickAnswer.answered_at < before,
            col(StickAnswer.place).between(1, len(days)),
        )
    )
    return [Recalled(person, idea, days[place - 1], bool(had)) for person, idea, place, had in rows]


# --- as tables --------------------------------------------------------------------------------------------


def recall_table(answers: Iterable[Recalled], k: int) -> dict[str, int]:
    """``idea|7|had`` and ``idea|7|n``, ``days|14|had`` and ``days|14|n``; empty where too few answered."""
    kept = list(answers)
    while few := _too_few(kept, k):
        kept = [one for one in kept if ("idea", one.idea) not in few and ("days", one.days) not in few]
    table: Counter[str] = Counter()
    for one in kept:
        for name, value in (("idea", one.idea), ("days", one.days)):
            table[f"{name}|{value}|n"] += 1
            table[f"{name}|{value}|had"] += one.had
    return dict(table)


def _too_few(answers: Iterable[Recalled], k: int) -> set[tuple[str, int]]:
    """The ideas and days of which fewer than `k` people said anything."""
    people: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in answers:
        people["idea", one.idea].add(one.person)
        people["days", one.days].add(one.person)
    return {name for name, who in people.items() if len(who) < k}


def costs_table(counted: AfterSeries, k: int, secret: str) -> dict[str, int]:
    """``sent|look_back`` for every kind, ``outs|look_back`` where it may be told: by how many people it is
    about, and never so that another one could be worked out."""
    table = {f"sent|{kind}": count for kind, count in counted.sent.items()}
    shown = suppress({kind: counted.people[kind] for kind in counted.sent}, k, secret)
    return table | {
        f"outs|{cell.label}": counted.outs[cell.label] for cell in shown.cells if cell.count is not None
    }


def cells_of(counts: Mapping[str, int], name: str) -> dict[str, tuple[int, int | None]]:
    """What a table says of ``idea``, ``days`` (n, had it) or a ``kind`` of message (sent, ways out)."""
    if name == "kind":
        kinds = [key.partition("|")[2] for key in counts if key.startswith("sent|")]
        return {kind: (counts[f"sent|{kind}"], counts.get(f"outs|{kind}")) for kind in kinds}
    values = [key.split("|")[1] for key in counts if key.startswith(f"{name}|") and key.endswith("|n")]
    return {one: (counts[f"{name}|{one}|n"], counts.get(f"{name}|{one}|had", 0)) for one in values}
