"""The messages that ask for an evaluation. They only read: a press opens the form."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.cards import Button, Card, Section
from bot.core.context import ComposeContext
from bot.core.links import Links
from bot.core.reply import Skip
from bot.evaluations.answer_store import FORM
from bot.evaluations.answering import why_not
from bot.evaluations.opening import asked_instrument, evaluation_of, instrument_for
from bot.evaluations.subjects import Subject, key_of_message, subject_of
from prompts import dates
from prompts.words import evaluations as words
from prompts.words import reflections as reflection_words
from storage.evaluations import Evaluation

AT_THE_END = frozenset({"form_live", "post_session_form"})
_SAYS_CLOSED = timedelta(days=30)
"""How long a link still opens after the form has closed, to say so."""


async def ask(reading: ComposeContext) -> Card | Skip:
    """A session's form, the series form or a follow-up, to one person or to the channel."""
    found = await _open_subject(reading)
    if isinstance(found, Skip):
        return found
    subject, evaluation = found
    return await ask_card(reading, subject, evaluation)


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
    text = said(reading.language, about=subject.about(reading.language))
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
