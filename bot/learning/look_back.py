"""Look ahead and look back at send time: gather what is true now, compose it for one reader."""

from __future__ import annotations

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of
from bot.core.reply import Refusal, Reply, Skip
from bot.learning import gathering
from bot.learning.composing.look_ahead import compose_look_ahead
from bot.learning.composing.look_back import LookBack, compose_look_back
from bot.learning.composing.stick import question_section
from bot.learning.recall_plan import recall_plan
from bot.learning.stick_ideas import as_value
from bot.nudges.editions import with_edition
from bot.sessions.lookup import session_by_id
from bot.timekeeping.zones import zone_for
from prompts.catalog import MissingTranslation
from prompts.words import communities as community_words
from prompts.words import learning as words
from prompts.words import planning as planning_words
from storage.nudges import Nudge
from storage.series import Cohort, Series
from storage.sessions import Session

NOTHING = Skip("nothing_to_say")


def not_in(language: str) -> Skip:
    """A text lacks the reader's language: the message waits for it and goes in no other."""
    return Skip(f"missing_{language}")


async def look_ahead(reading: ComposeContext) -> Card | Skip:
    """Three days before a session, in the cohort's channel; in its other languages behind a button."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    meeting = await gathering.meeting_of(reading.db, session)
    try:
        card = compose_look_ahead(meeting, reading.language, reading.zone)
    except MissingTranslation:
        return not_in(reading.language)
    if card is None:
        return NOTHING
    ask = Button(
        label=planning_words.ask(reading.language), form="ask", value=str(session.id), style="primary"
    )
    return card.model_copy(update={"buttons": (ask, *await _other_languages(reading, session))})


async def _other_languages(reading: ComposeContext, session: Session) -> tuple[Button, ...]:
    """Each labelled in its own language, for those who read that one."""
    cohort = await reading.db.get_one(Cohort, session.cohort_id)
    series = await reading.db.get_one(Series, cohort.series_id)
    return tuple(
        Button(label=words.read_it_in(code), action="ahead.read", value=pack(reading.nudge.id, code))
        for code in series.languages
        if code != reading.language
    )


async def read_in(ctx: Context, value: str) -> Reply:
    """The same look ahead for who pressed, in another language of the series and on their own clock."""
    nudge_id, code = unpack(value, int, str)
    nudge = await ctx.db.get(Nudge, nudge_id)
    if nudge is None or nudge.kind != "look_ahead":
        raise Refusal(words.not_found(ctx.language))
    _, cohort = await session_by_id(ctx, str(nudge.session_id))
    series = await ctx.db.get_one(Series, cohort.series_id)
    if code not in series.languages:
        raise Refusal(words.not_found(ctx.language))
    reading = ComposeContext(
        db=ctx.db, now=ctx.now, nudge=nudge, reader=None, language=code,
        zone=zone_for(ctx.me.zone, cohort.zone), community=ctx.community, links=ctx.links,
    )  # fmt: skip
    composed = await look_ahead(reading)
    if isinstance(composed, Skip):
        raise Refusal(words.only_in(ctx.language, language=community_words.language_name(code, code)))
    return Reply(card=await with_edition(reading, composed))


async def look_back(reading: ComposeContext) -> Card | Skip:
    """One day after a session, to each person. A reader who is not enrolled (a preview) gets the words for
    somebody of whom it is not known whether they were there."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None:
        return Skip("no_session")
    takes_part = await _takes_part(reading, session)
    try:
        told = await _told(reading, session, takes_part)
        card = compose_look_back(told, reading.language, reading.zone)
    except MissingTranslation:
        return not_in(reading.language)
    if card is None:
        return NOTHING
    step = Button(
        label=words.plan_a_step(reading.language),
        form="commit",
        value=str(session.cohort_id),
        style="primary",
    )
    return card.model_copy(update={"buttons": (step,) if takes_part else ()})


async def _takes_part(reading: ComposeContext, session: Session) -> bool:
    if reading.reader is None:
        return False
    enrollment = await enrollment_of(reading.db, session.cohort_id, reading.reader.id)
    return enrollment is not None and enrollment.status in TAKES_PART


async def _told(reading: ComposeContext, session: Session, takes_part: bool) -> LookBack:
    db = reading.db
    all_sessions = await gathering.sessions_of_cohort(db, session.cohort_id)
    later = [one for one in all_sessions if one.starts_at > session.starts_at]
    following = next((one for one in later if one.starts_at > reading.now), None)
    ideas = await gathering.approved_ideas(db, [session.id])
    reader_id = reading.reader.id if reading.reader and takes_part else None
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
        recall=await _recall(reading, session, all_sessions),
    )


async def _recall(reading: ComposeContext, session: Session, all_sessions: list[Session]) -> Section | None:
    """One question on the session before this one, where it left an approved idea: a core idea rather than
    another, and none that a facilitator left out."""
    earlier = [one for one in all_sessions if one.starts_at < session.starts_at]
    if not earlier:
        return None
    cohort = await reading.db.get_one(Cohort, session.cohort_id)
    plan = await recall_plan(reading.db, cohort)
    dropped = {one.id for one in plan.dropped}
    approved = await gathering.approved_ideas(reading.db, [earlier[-1].id])
    ideas = [as_value(one) for one in approved if one.id not in dropped]
    whole = [one for one in ideas if one.complete_in(reading.language)]
    chosen = next((one for one in whole if one.id in plan.places), next(iter(whole), None))
    if chosen is None:
        return None
    return question_section(chosen, reading.language, pack(chosen.id, cohort.id, 0))
