"""Answering a prompt by simply writing back in the one-to-one chat.

A message counts as an answer only when the last thing we sent to this person was a prompt, at most three
days ago, and they have not answered it yet. It is always saved as private, and can be undone at once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from bot.cards import Button, Card
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Reply
from bot.reflections.prompt_forms import first_text_field
from bot.reflections.prompting import KIND
from bot.reflections.reflecting import PLANS, keep_reflection, my_reflection
from prompts.library import read_library
from prompts.words import reflections as words
from storage.nudges import Nudge
from storage.reflections import PromptSent, Reflection
from storage.series import Cohort
from storage.sessions import Session

ANSWERABLE_FOR = timedelta(days=3)
MOST_CHARACTERS = 3000


async def prompt_answered(desk: Desk) -> Reply | None:
    """A listener: saves the words as a private reflection when they answer a prompt."""
    event = desk.event
    if event.type != "said" or event.where.kind != "direct" or not event.text.strip():
        return None
    prompt = await _prompt_sent_last(desk)
    if prompt is None or prompt.kind in PLANS:
        return None
    kind, variant = read_library().variant(prompt.variant)
    field = first_text_field(kind)
    if field is None:
        return None
    cohort = await desk.db.get_one(Cohort, prompt.cohort_id)
    session = await desk.db.get(Session, prompt.session_id) if prompt.session_id else None
    text = event.text.strip()[:MOST_CHARACTERS]
    mine = await keep_reflection(desk, cohort, session, prompt, kind, variant, {field.id: text}, "private")
    say = desk.language
    return Reply(
        card=Card(
            text=words.saved_reply(say),
            buttons=(
                Button(label=words.undo(say), action="reflection.undo", value=str(mine.id)),
                Button(label=words.add_or_share(say), form="reflect", value=f"edit:{mine.id}"),
            ),
        )
    )


async def _prompt_sent_last(desk: Desk) -> PromptSent | None:
    """The prompt that was the last message to me, if it is fresh and has no answer of mine."""
    last = (
        await desk.db.scalars(
            select(Nudge)
            .where(Nudge.person_id == desk.me.id, Nudge.state == "sent")
            .order_by(col(Nudge.sent_at).desc(), col(Nudge.id).desc())
            .limit(1)
        )
    ).first()
    if last is None or last.kind != KIND or last.sent_at is None:
        return None
    if last.sent_at < desk.now - ANSWERABLE_FOR:
        return None
    answered = await desk.db.scalars(
        select(Reflection.id).where(
            Reflection.person_id == desk.me.id, Reflection.prompt_id == last.subject_id
        )
    )
    return None if answered.first() is not None else await desk.db.get(PromptSent, last.subject_id)


async def undo_pressed(desk: Desk, value: str) -> Reply:
    """Forget a reply that was saved; pressed again, it is simply gone already."""
    found = await desk.db.get(Reflection, row_id(value))
    if found is not None:
        await desk.db.delete(await my_reflection(desk, value))
    return Reply(card=Card(text=words.undone(desk.language)), replace=True)
