"""`cost`: what the messages cost people: stops, pauses, "later" and "fewer", by kind and by place.

Beside every nudge's use stands its cost (docs/evidence.md). Small counts are hidden as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card, Section
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.nudges.kinds import BUNDLE, NOTE
from bot.statistics.formulas import Share, wilson_interval
from bot.statistics.suppression import suppress
from prompts import dates
from prompts.text import Marked
from prompts.words import console as words
from storage.learning import StickPace
from storage.nudges import Nudge, NudgeState
from storage.people import AuditEvent, OptOut
from storage.series import Cohort, Enrollment
from storage.sessions import Session, SessionStatus

WARN_ABOVE = 2.0
"""Stops per 100 messages of a kind from which its card warns."""
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


@dataclass(frozen=True, slots=True)
class WayOut:
    """Somebody stopped, paused, put off or asked for fewer. `kind` is empty where it was about all."""

    person_id: int
    at: datetime
    kind: str


async def cost_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    costs = await costs_of(ctx.db, cohort)
    return Reply(card=cost_card(costs, ctx.language, cohort.name, ctx.community.k_inside))


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


def cost_card(costs: Costs, language: str, cohort: str, k: int) -> Card:
    """By kind, most sent first, and by place; a warning where a shown rate is above `WARN_ABOVE`."""
    kinds = {kind: costs.outs.get(kind, 0) for kind, _ in costs.sent.most_common()}
    places = {str(place): costs.outs_at.get(place, 0) for place in sorted(costs.sent_at, key=_last)}
    by_kind = _lines(kinds, costs.sent, k, language, lambda slug: words.kind(language, slug))
    by_place = _lines(
        places,
        {str(place): count for place, count in costs.sent_at.items()},
        k,
        language,
        lambda slug: _place_name(language, slug),
    )
    if not by_kind:
        return Card(title=words.cost_title(language, cohort=cohort), text=words.cost_nothing(language))
    return Card(
        title=words.cost_title(language, cohort=cohort),
        text=words.cost_text(language),
        sections=(
            Section(title=words.cost_by_kind(language), text=by_kind),
            Section(title=words.cost_by_place(language), text=by_place),
        ),
        context=words.cost_context(language, k=k),
    )


def _last(place: int) -> int:
    return place if place != AFTER else 10_000


def _place_name(language: str, slug: str) -> Marked:
    return words.cost_after(language) if slug == str(AFTER) else words.cost_before(language, number=slug)


def _lines(outs: Mapping[str, int], sent: Mapping[str, int], k: int, language: str, name: Any) -> Marked:
    table = suppress(dict(outs), k)
    lines = []
    for cell in table.cells:
        n = sent[cell.label]
        if cell.count is None:
            lines.append(words.cost_hidden(language, kind=name(cell.label), n=dates.number(language, n)))
            continue
        lines.append(_line(language, name(cell.label), Share(cell.count, n)))
    return Marked("\n").join([Marked("- ") + line for line in lines])


def _line(language: str, kind: Marked, share: Share) -> Marked:
    interval = wilson_interval(share)
    rate = share.percent or 0.0
    told = words.cost_warning if rate > WARN_ABOVE else words.cost_line
    return told(
        language,
        kind=kind,
        n=dates.number(language, share.n),
        rate=dates.decimal(language, Decimal(rate), 1),
        low=dates.decimal(language, Decimal(interval.low if interval else 0), 1),
        high=dates.decimal(language, Decimal(interval.high if interval else 0), 1),
    )
