"""Answering a prompt by simply writing back in the one-to-one chat.

A message counts as an answer only when the last thing we sent to this person was a prompt, at most three
days ago, and they have not answered it yet. It is always saved as private, and can be undone at once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.reply import Reply
from bot.reflections.prompt_forms import first_text_field
from bot.reflections.prompting import KIND
from bot.reflections.reflecting import PLANS, keep_reflection, my_reflection
from prompts.library import read_library
from prompts.words import reflections as words
from storage.nudges import Nudge, NudgeState
from storage.reflections import PromptSent, Reflection
from storage.series import Cohort
from storage.sessions import Session

ANSWERABLE_FOR = timedelta(days=3)
MOST_CHARACTERS = 3000


async def prompt_answered(ctx: Context) -> Reply | None:
    """A listener: saves the words as a private reflection when they answer a prompt."""
    event = ctx.event
    if event.type != "said" or event.where.kind != "direct" or not event.text.strip():
        return None
    prompt = await _prompt_sent_last(ctx)
    if prompt is None or prompt.kind in PLANS:
        return None
    kind, variant = read_library().variant(prompt.variant)
    field = first_text_field(kind)
    if field is None:
        return None
    cohort = await ctx.db.get_one(Cohort, prompt.cohort_id)
    session = await ctx.db.get(Session, prompt.session_id) if prompt.session_id else None
    text = event.text.strip()[:MOST_CHARACTERS]
    mine = await keep_reflection(ctx, cohort, session, prompt, kind, variant, {field.id: text}, "private")
    language = ctx.language
    return Reply(
        card=Card(
            text=words.saved_reply(language),
            buttons=(
                Button(label=words.undo(language), action="reflection.undo", value=str(mine.id)),
                Button(label=words.add_or_share(language), form="reflect", value=pack("edit", mine.id)),
            ),
        )
    )


async def _prompt_sent_last(ctx: Context) -> PromptSent | None:
    """The prompt that was the last message to me, if it is fresh and has no answer of mine."""
    last = (
        await ctx.db.scalars(
            select(Nudge)
            .where(Nudge.person_id == ctx.me.id, Nudge.state == NudgeState.SENT)
            .order_by(col(Nudge.sent_at).desc(), col(Nudge.id).desc())
            .limit(1)
        )
    ).first()
    if last is None or last.kind != KIND or last.sent_at is None:
        return None
    if last.sent_at < ctx.now - ANSWERABLE_FOR:
        return None
    answered = await ctx.db.scalars(
        select(Reflection.id).where(
            Reflection.person_id == ctx.me.id, Reflection.prompt_id == last.subject_id
        )
    )
    return None if answered.first() is not None else await ctx.db.get(PromptSent, last.subject_id)


async def undo_pressed(ctx: Context, value: str) -> Reply:
    """Forget a reply that was saved; pressed again, it is simply gone already."""
    found = await ctx.db.get(Reflection, row_id(value))
    if found is not None:
        await ctx.db.delete(await my_reflection(ctx, value))
    return Reply(card=Card(text=words.undone(ctx.language)), replace=True)
