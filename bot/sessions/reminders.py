"""The two reminders of a session: a day before, and the join link a quarter of an hour before."""

from __future__ import annotations

from bot.core.cards import Button, Card
from bot.core.context import ComposeContext
from bot.core.lookup import title_in
from bot.core.reply import Skip
from prompts import dates
from prompts.words import sessions as words
from storage.sessions import Session


async def session_tomorrow(reading: ComposeContext) -> Card | Skip:
    """When and where, in the reader's own zone."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    language, title = reading.language, title_in(session.title, reading.language)
    when = dates.when(language, session.starts_at, reading.zone)
    text = words.tomorrow_text(language, when=when, minutes=session.minutes)
    buttons = (Button(label=words.join(language), url=session.join_link),) if session.join_link else ()
    agenda = Button(label=words.agenda(language), action="session.agenda", value=str(session.id))
    return Card(title=words.tomorrow_title(language, title=title), text=text, buttons=(*buttons, agenda))


async def join_link(reading: ComposeContext) -> Card | Skip:
    """Where to click, and a way to say "I'm here"."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    language, title = reading.language, title_in(session.title, reading.language)
    here = Button(label=words.i_am_here(language), action="session.here", value=str(session.id))
    join = (
        (Button(label=words.join(language), url=session.join_link, style="primary"),)
        if session.join_link
        else ()
    )
    when = dates.when(language, session.starts_at, reading.zone)
    text = (
        words.soon_text(language, when=when)
        if session.join_link
        else words.soon_without_link(language, when=when)
    )
    return Card(title=words.soon_title(language, title=title), text=text, buttons=(*join, here))
