"""What of reflections stands on the home page: my open commitments, and a way to write."""

from __future__ import annotations

from sqlmodel import col, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import my_enrollments
from bot.desk import Desk
from bot.reflections.committing import said
from prompts.text import Marked
from prompts.words import reflections as words
from storage.reflections import Commitment

SHOWN = 3


async def home(desk: Desk) -> Card | None:
    """Nothing for somebody who takes part in no cohort."""
    if not await my_enrollments(desk):
        return None
    found = await desk.db.scalars(
        select(Commitment)
        .where(Commitment.person_id == desk.me.id, Commitment.status != "let_go", Commitment.action != "")
        .order_by(col(Commitment.id).desc())
        .limit(SHOWN)
    )
    say = desk.language
    lines = [Marked("- ") + said(one.cue, one.action, say) for one in found]
    buttons = [
        Button(label=words.reflect_now(say), action="reflect.choose"),
        Button(label=words.write_one(say), form="commit"),
    ]
    if lines:
        buttons.append(Button(label=words.see_commitments(say), action="commitment.list"))
    text = Marked("\n").join(lines) if lines else words.no_commitments(say)
    return Card(sections=(Section(title=words.my_commitments_title(say), text=text, buttons=tuple(buttons)),))
