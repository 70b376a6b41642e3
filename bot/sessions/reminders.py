"""The two reminders of a session: a day before, and the join link a quarter of an hour before."""

from __future__ import annotations

from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.lookup import cohort_by_id, enrollment_of, title_in
from bot.core.reply import Refusal, Reply, Skip
from bot.sessions.invitation_replies import answer_of
from prompts import dates
from prompts.words import sessions as words
from storage.sessions import InvitationAnswer, Session

NOT_COMING = "not_coming"
"""Why somebody is not reminded: their calendar has answered that they do not come."""


async def session_tomorrow(reading: ComposeContext) -> Card | Skip:
    """When and where, in the reader's own zone. Left out for people who have the session in their own
    calendar, unless it was moved: a copy of the old time may stand there; and for whose calendar has answered
    the invitation, either way."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    reader_id = reading.reader.id if reading.reader is not None else None
    enrollment = await enrollment_of(reading.db, session.cohort_id, reader_id)
    if enrollment is not None and enrollment.has_calendar and session.moved_from is None:
        return Skip("in_own_calendar")
    if (answer := await answer_of(reading.db, session.id, reader_id)) and answer != InvitationAnswer.MAYBE:
        return Skip(NOT_COMING if answer == InvitationAnswer.NO else "in_own_calendar")
    language, title = reading.language, title_in(session.title, reading.language)
    when = dates.when(language, session.starts_at, reading.zone)
    text = words.tomorrow_text(language, when=when, minutes=session.minutes)
    buttons = (Button(label=words.join(language), url=session.join_link),) if session.join_link else ()
    agenda = Button(label=words.agenda(language), action="session.agenda", value=str(session.id))
    have = Button(label=words.i_have_it(language), action="session.have", value=str(session.cohort_id))
    mine = (have,) if enrollment is not None else ()
    return Card(
        title=words.tomorrow_title(language, title=title), text=text, buttons=(*buttons, agenda, *mine)
    )


async def have_pressed(ctx: Context, value: str) -> Reply:
    """I have the sessions in my own calendar: no message the day before."""
    return await _set_calendar(ctx, value, has=True)


async def remind_pressed(ctx: Context, value: str) -> Reply:
    """The undo of `have_pressed`."""
    return await _set_calendar(ctx, value, has=False)


async def _set_calendar(ctx: Context, value: str, *, has: bool) -> Reply:
    language, cohort = ctx.language, await cohort_by_id(ctx, value)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None:
        raise Refusal(words.not_found(language))
    enrollment.has_calendar = has
    if not has:
        return Reply(card=Card(text=words.reminded_again(language, cohort=cohort.name)))
    again = Button(label=words.remind_me_again(language), action="session.remind", value=value)
    return Reply(card=Card(text=words.have_it_done(language, cohort=cohort.name), buttons=(again,)))


async def join_link(reading: ComposeContext) -> Card | Skip:
    """Where to click, and a way to say "I'm here". Left out for people who have declined the invitation."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    reader_id = reading.reader.id if reading.reader is not None else None
    if await answer_of(reading.db, session.id, reader_id) == InvitationAnswer.NO:
        return Skip(NOT_COMING)
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
