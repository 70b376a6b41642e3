"""`cost`: what the messages cost people, by kind and by place, on the facilitator's card.

Beside every nudge's use stands its cost (docs/evidence.md). Small counts are hidden as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from prompts.text import Marked
from prompts.words import console as words

WARN_ABOVE = 2.0
"""Stops per 100 messages of a kind from which its card warns."""


async def cost_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    costs = await costs_of(ctx.db, cohort)
    return Reply(card=cost_card(costs, ctx.language, cohort.name, ctx.community.k_inside))


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
