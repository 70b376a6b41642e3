"""What a facilitator sees of a cohort's commitments: counts of people, and never a small one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Card, Fact
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.reflections.committing import STATUSES
from bot.statistics.suppression import enough_respondents, suppress
from prompts import dates
from prompts.words import reflections as words
from storage.people import Person
from storage.reflections import Commitment


async def tally_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """People by the status of their latest commitment: each person counts once."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    rows = await ctx.db.execute(
        select(Commitment.person_id, Commitment.status)
        .join(Person, col(Person.id) == Commitment.person_id)
        .where(Commitment.cohort_id == cohort.id, col(Person.deleted_at).is_(None))
        .order_by(col(Commitment.updated_at), col(Commitment.id))
    )
    latest = {row.person_id: row.status for row in rows}
    language, k = ctx.language, ctx.community.k_inside
    if not enough_respondents(len(latest), k):
        return Reply(card=Card(title=words.tally_title(language, cohort=cohort.name),
                               text=words.tally_hidden(language, k=k)))  # fmt: skip
    counted = Counter(latest.values())
    table = suppress({status: counted.get(status, 0) for status in STATUSES}, k)
    facts = [
        Fact(
            label=words.status(language, cell.label),
            value=words.hidden_count(language) if cell.count is None else dates.number(language, cell.count),
        )
        for cell in table.cells
    ]
    return Reply(
        card=Card(
            title=words.tally_title(language, cohort=cohort.name),
            text=words.tally_total(language, n=len(latest)),
            facts=tuple(facts),
            context=words.tally_context(language, k=k),
        )
    )
