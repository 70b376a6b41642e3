"""`cost`: what the messages cost people, by kind and by place, on the facilitator's card.

Beside every nudge's use stands its cost (docs/evidence.md). Small counts are hidden as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.core.cards import Card, Section
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.nudges.costs import AFTER, Costs, costs_of
from bot.statistics.formulas import Share, wilson_interval
from bot.statistics.suppression import suppress
from prompts import dates
from prompts.kind_titles import kind_title
from prompts.text import Marked
from prompts.words import console as words

WARN_ABOVE = 2.0
"""Stops per 100 messages of a kind from which its card warns."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One kind or place: messages `sent`, the ways `outs` after them, and how many `people` took one."""

    name: Marked
    sent: int
    outs: int
    people: int


async def cost_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    costs = await costs_of(ctx.db, cohort)
    return Reply(card=cost_card(costs, ctx.language, cohort.name, ctx.community.k_inside))


def cost_card(costs: Costs, language: str, cohort: str, k: int) -> Card:
    """By kind, most sent first, and by place; a warning where a shown rate is above `WARN_ABOVE`."""
    kinds = [_Row(kind_title(language, kind), sent, costs.outs[kind], len(costs.people[kind]))
             for kind, sent in costs.sent.most_common()]  # fmt: skip
    places = [
        _Row(_place_name(language, place), sent, costs.outs_at[place], len(costs.people_at[place]))
        for place, sent in sorted(costs.sent_at.items(), key=lambda each: _last(each[0]))
    ]
    by_kind, by_place = _lines(kinds, k, language), _lines(places, k, language)
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


def _place_name(language: str, place: int) -> Marked:
    return words.cost_after(language) if place == AFTER else words.cost_before(language, number=str(place))


def _lines(rows: Sequence[_Row], k: int, language: str) -> Marked:
    """Hidden by how many people a rate is about: one person may have taken several ways out."""
    table = suppress({str(number): row.people for number, row in enumerate(rows)}, k)
    shown = {cell.label for cell in table.cells if not cell.hidden}
    lines = []
    for number, row in enumerate(rows):
        if str(number) in shown:
            lines.append(_line(language, row.name, Share(min(row.outs, row.sent), row.sent)))
        else:
            lines.append(words.cost_hidden(language, kind=row.name, n=dates.number(language, row.sent)))
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
