"""The messages that ask for an evaluation. They only read: a press opens the form."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card, Section
from bot.core.composers import ComposeContext
from bot.core.links import Links
from bot.core.reply import Skip
from bot.evaluations.answering import why_not
from bot.evaluations.batches import FORM
from bot.evaluations.opening import absence_is_known, asked_instrument, evaluation_of, instrument_for
from bot.evaluations.subjects import Subject, key_of_message, subject_of
from prompts import dates
from prompts.words import evaluations as words
from prompts.words import reflections as reflection_words
from prompts.words import subjects
from storage.evaluations import Evaluation
from storage.nudges import Nudge, NudgeState

AT_THE_END = frozenset({"form_live", "post_session_form"})
_SAYS_CLOSED = timedelta(days=30)
"""How long a link still opens after the form has closed, to say so."""


async def ask(reading: ComposeContext) -> Card | Skip:
    """A session's form, the series form or a follow-up, to one person or to the channel."""
    found = await _open_subject(reading)
    if isinstance(found, Skip):
        return await _were_you_there(reading) if found.reason == "not_attended" else found
    subject, evaluation = found
    channel_id = reading.nudge.channel_id
    if (
        evaluation is not None
        and channel_id is not None
        and (await _stands(reading.db, Nudge.key == by_hand(evaluation.id, channel_id)))
    ):
        return Skip("opened_by_hand")
    return await ask_card(reading, subject, evaluation)


async def _were_you_there(reading: ComposeContext) -> Card | Skip:
    """One line to who did not check in to a session, where nobody told for sure who was absent."""
    subject = await subject_of(reading.db, key_of_message(reading.nudge), reading.community.id)
    if reading.reader is None or subject is None or subject.session is None:
        return Skip("not_attended")
    if await absence_is_known(reading.db, subject):
        return Skip("not_attended")
    there = Button(label=words.i_was_there(reading.language), form=FORM, value=subject.key)
    return Card(
        subject=subjects.were_you_there(reading.language),
        text=words.were_you_there(reading.language, about=subject.about(reading.language)),
        buttons=(there,),
    )


def by_hand(evaluation_id: int, channel_id: int) -> str:
    """The key of the post with which a facilitator opens a form in a channel."""
    return f"evaluation:{evaluation_id}:{channel_id}"


async def posted_in(db: AsyncSession, evaluation_id: int, channel_id: int, session_id: int | None) -> bool:
    """Whether the form stands in the channel already, by hand or by its planned post."""
    planned = and_(
        col(Nudge.kind) == "form_live",
        col(Nudge.channel_id) == channel_id,
        col(Nudge.session_id) == session_id,
        col(Nudge.state).in_((NudgeState.SENT, NudgeState.CLAIMED, NudgeState.UNKNOWN)),
    )
    return await _stands(db, or_(col(Nudge.key) == by_hand(evaluation_id, channel_id), planned))


async def _stands(db: AsyncSession, which: ColumnElement[bool] | bool) -> bool:
    return (await db.scalars(select(Nudge.id).where(which).limit(1))).first() is not None


async def remind(reading: ComposeContext) -> Card | Skip:
    """The one reminder, to those only who have not answered."""
    found = await _open_subject(reading)
    if isinstance(found, Skip):
        return found
    subject, evaluation = found
    window = subject.window()
    closes_at = evaluation.closes_at if evaluation is not None else (window or (reading.now, reading.now))[1]
    text = words.reminder(
        reading.language,
        about=subject.about(reading.language),
        day=dates.day(reading.language, closes_at, reading.zone),
    )
    return Card(
        title=words.reminder_title(reading.language), text=text, buttons=buttons(reading, subject, closes_at)
    )


async def ask_card(reading: ComposeContext, subject: Subject, evaluation: Evaluation | None) -> Card:
    """Names the mode before anything is asked."""
    instrument = asked_instrument(evaluation) if evaluation else await instrument_for(reading.db, subject)
    said = words.anonymous_ask if instrument.mode == "anonymous" else words.confidential_ask
    about = subject.about(reading.language)
    text = said(reading.language, about=about, minutes=instrument.takes_minutes)
    title = instrument.title.root.get(reading.language, "")
    closes_at = evaluation.closes_at if evaluation else (subject.window() or (reading.now, reading.now))[1]
    card = Card(title=title, text=text, buttons=buttons(reading, subject, closes_at))
    return card.model_copy(update={"sections": closing(reading, subject)})


def closing(reading: ComposeContext, subject: Subject) -> tuple[Section, ...]:
    """At a session's end the list of choices comes with the form: a plan chosen there is carried out far more
    often than one written later (docs/evidence.md)."""
    if reading.nudge.kind not in AT_THE_END or subject.cohort is None:
        return ()
    language = reading.language
    choose = Button(label=reflection_words.choose_now(language), form="commit", value=str(subject.cohort.id))
    return (
        Section(
            title=reflection_words.what_will_you_do(language),
            text=reflection_words.closing_text(language),
            buttons=(choose,),
        ),
    )


def buttons(reading: ComposeContext, subject: Subject, closes_at: datetime) -> tuple[Button, ...]:
    """The form here, and for one reader also as a page: by a link of their own, until it closes."""
    here = Button(label=words.answer(reading.language), form=FORM, value=subject.key, style="primary")
    if reading.reader is None or closes_at <= reading.now:
        return (here,)
    url = answer_link(reading.links, subject, reading.reader.id, reading.now, closes_at)
    return here, Button(label=words.on_a_page(reading.language), url=url)


def answer_link(links: Links, subject: Subject, person_id: int, now: datetime, closes_at: datetime) -> str:
    """One person's own page of the form."""
    return links.to("form", f"{FORM}|{subject.key}", person_id, now, closes_at - now + _SAYS_CLOSED)


async def _open_subject(reading: ComposeContext) -> tuple[Subject, Evaluation | None] | Skip:
    subject = await subject_of(reading.db, key_of_message(reading.nudge), reading.community.id)
    if subject is None:
        return Skip("no_session")
    evaluation = await evaluation_of(reading.db, subject)
    person_id = reading.reader.id if reading.reader is not None else None
    reason = await why_not(reading.db, person_id, subject, evaluation, reading)
    if reason and not (reading.reader is None and reason == "not_attended"):
        return Skip(reason)
    return subject, evaluation
