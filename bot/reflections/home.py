"""What of reflections stands on the home page: my open commitments, and a way to write."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import my_enrollments
from bot.reflections.committing import said
from prompts.text import Marked
from prompts.words import reflections as words
from storage.reflections import Commitment, CommitmentStatus

SHOWN = 3


async def home(ctx: Context) -> Card | None:
    """Nothing for somebody who takes part in no cohort."""
    if not await my_enrollments(ctx):
        return None
    found = await ctx.db.scalars(
        select(Commitment)
        .where(
            Commitment.person_id == ctx.me.id,
            Commitment.status != CommitmentStatus.LET_GO,
            Commitment.action != "",
        )
        .order_by(col(Commitment.id).desc())
        .limit(SHOWN)
    )
    language = ctx.language
    lines = [Marked("- ") + said(one.cue, one.action, language) for one in found]
    buttons = [
        Button(label=words.reflect_now(language), action="reflect.choose"),
        Button(label=words.write_one(language), form="commit"),
    ]
    if lines:
        buttons.append(Button(label=words.see_commitments(language), action="commitment.list"))
    text = Marked("\n").join(lines) if lines else words.no_commitments(language)
    return Card(
        sections=(Section(title=words.my_commitments_title(language), text=text, buttons=tuple(buttons)),)
    )
