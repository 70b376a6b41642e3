"""Look ahead and look back at send time: gather what is true now, compose it for one reader."""

from __future__ import annotations

from bot.cards import Card
from bot.desk import Reading
from bot.feature import Skip
from bot.learning import gathering
from bot.learning.composing.look_ahead import compose_look_ahead
from bot.learning.composing.look_back import LookBack, compose_look_back
from prompts.catalog import MissingTranslation
from storage.sessions import Session

NOTHING = Skip("nothing_to_say")


def not_in(language: str) -> Skip:
    """A text lacks the reader's language: the message waits for it and goes in no other."""
    return Skip(f"missing_{language}")


async def look_ahead(reading: Reading) -> Card | Skip:
    """Three days before a session, in the cohort's channel."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    meeting = await gathering.meeting_of(reading.db, session)
    try:
        return compose_look_ahead(meeting, reading.language, reading.zone) or NOTHING
    except MissingTranslation:
        return not_in(reading.language)


async def look_back(reading: Reading) -> Card | Skip:
    """One day after a session, to each person. A reader who is not enrolled (a preview) gets the words for
    somebody of whom it is not known whether they were there."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    told = await _told(reading, session)
    try:
        return compose_look_back(told, reading.language, reading.zone) or NOTHING
    except MissingTranslation:
        return not_in(reading.language)


async def _told(reading: Reading, session: Session) -> LookBack:
    db = reading.db
    all_sessions = await gathering.sessions_of_cohort(db, session.cohort_id)
    later = [one for one in all_sessions if one.starts_at > session.starts_at]
    following = next((one for one in later if one.starts_at > reading.now), None)
    ideas = await gathering.approved_ideas(db, [session.id])
    reader_id = reading.reader.id if reading.reader else None
    return LookBack(
        title=session.title,
        ideas=tuple({code: parts.get("idea", "") for code, parts in idea.text.items()} for idea in ideas),
        themes=tuple(theme.name for theme in await gathering.themes_of(db, [session.id])),
        resources=gathering.resources_of(session),
        shared=await gathering.shared_reflections(db, session.id),
        harvest=await gathering.harvest_of(db, session.id),
        following=await gathering.meeting_of(db, following) if following else None,
        last=not later,
        attended=await gathering.was_there(db, session, reader_id),
    )
