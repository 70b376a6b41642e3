"""What presenters get before a session: planning at first, the checklist, the tech check."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.cards import Button, Card, Section
from bot.core.composers import ComposeContext
from bot.core.lookup import title_in
from bot.core.reply import Skip
from bot.planning.briefing import brief_card
from bot.planning.questions import asked_for
from bot.sessions.checklists import open_items
from bot.sessions.lookup import segments_of
from prompts import dates
from prompts.text import Marked
from prompts.words import planning as words
from storage.sessions import ChecklistItem, Session

SHOWN = 8
MOST_ASKED = 3


async def presenter_planning(reading: ComposeContext) -> Card | Skip:
    """Two weeks before the first session: what is to be agreed on, and who will be there."""
    session = await _session(reading)
    if session is None:
        return Skip("no_session")
    brief = await brief_card(reading.db, session, reading.community, reading.language)
    card = await _card(reading, session, words.planning_title, words.planning_text)
    return card.model_copy(update={"facts": brief.facts})


async def presenter_checklist(reading: ComposeContext) -> Card | Skip:
    """A week before: what is still open, and whether the agenda fills the session."""
    session = await _session(reading)
    if session is None:
        return Skip("no_session")
    return await _card(reading, session, words.week_title, words.week_text)


async def presenter_tech_check(reading: ComposeContext) -> Card | Skip:
    """Two days before: sound, screen, rooms."""
    session = await _session(reading)
    if session is None:
        return Skip("no_session")
    return await _card(reading, session, words.tech_title, words.tech_text)


async def _session(reading: ComposeContext) -> Session | None:
    return await reading.db.get(Session, reading.nudge.session_id)


async def _card(
    reading: ComposeContext, session: Session, title: Callable[..., Marked], text: Callable[..., Marked]
) -> Card:
    language, value = reading.language, str(session.id)
    items = await open_items(reading.db, session)
    sections = (Section(title=words.open_items(language), text=_lines(language, items)),) if items else ()
    asked = (await asked_for(reading.db, session.id, None))[:MOST_ASKED]
    if asked:
        lines = [Marked("- {text}").format(text=one.question.text) for one in asked]
        sections = (*sections, Section(title=words.questions(language), text=Marked("\n").join(lines)))
    planned = sum(segment.minutes for segment in await segments_of(reading.db, session.id))
    context = (
        ""
        if planned == session.minutes
        else words.sum_differs(language, planned=planned, minutes=session.minutes)
    )
    join = (Button(label=words.open_room(language), url=session.join_link),) if session.join_link else ()
    return Card(
        title=title(language, title=title_in(session.title, language)),
        text=text(language, when=dates.when(language, session.starts_at, reading.zone)),
        sections=sections,
        buttons=(
            Button(label=words.checklist(language), action="checklist", value=value, style="primary"),
            Button(label=words.run_of_show(language), action="session.agenda", value=value),
            Button(label=words.questions(language), action="questions", value=value),
            *join,
        ),
        context=context,
    )


def _lines(language: str, items: list[ChecklistItem]) -> Marked:
    lines = []
    for item in items[:SHOWN]:
        text = title_in(item.text, language)
        day = dates.day(language, item.due_on) if item.due_on else ""
        lines.append(
            Marked("- ")
            + (words.item_due(language, text=text, day=day) if day else Marked("{t}").format(t=text))
        )
    return Marked("\n").join(lines)
