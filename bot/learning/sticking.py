"""Make it stick: the question in a direct message, the idea at a press, and the quiet ways out.

Three taps at most: show the idea, say how the plan goes, done. Nothing that somebody writes is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.cards import Button, Card
from bot.communities.preferences import do_stop
from bot.desk import Desk, Reading
from bot.feature import Refusal, Reply, Skip
from bot.forms import Field, Form, Values
from bot.learning.composing.stick import OwnCommitment, idea_card, question_card
from bot.learning.gathering import open_commitment
from bot.learning.looking import NOTHING, not_in
from bot.learning.stick_ideas import (
    KIND,
    LATER,
    Reminder,
    pace_of,
    put_off_nudges,
    reminder_behind,
    reminder_of,
)
from bot.nudges.cohort_people import reader_of
from bot.nudges.reader import next_allowed
from bot.reflections.committing import said
from prompts import dates
from prompts.text import marked
from prompts.words import communities as community_words
from prompts.words import learning as words
from storage.learning import StickAnswer, StickPace
from storage.nudges import Nudge

LATER_BY = timedelta(days=7)
WORTH_FOR = timedelta(days=10)
"""A reminder that could not go for so long would meet the next one."""
LONGEST_ANSWER = 500
PAGE_LIFE = timedelta(days=180)
"""How long the link to the personal page works: people come back to it months later."""


async def make_it_stick(reading: Reading) -> Card | Skip:
    """Only the question; the idea waits behind the button."""
    reminder = await reminder_of(reading.db, reading.nudge)
    if reminder is None:
        return NOTHING
    if not reminder.idea.complete_in(reading.language):
        return not_in(reading.language)
    if reading.reader is not None and reading.nudge.group:
        pace = await pace_of(reading.db, reminder.cohort.id, reading.reader.id)
        if pace is not None and (reminder.place - pace.from_place) % 2:
            return Skip("slowed_down")
    return question_card(reminder.idea, reading.language, reminder.value)


# --- the idea -------------------------------------------------------------------------------------------


async def shown(desk: Desk, value: str) -> Reply:
    """Show the idea, in place of the question."""
    reminder = await reminder_behind(desk, value)
    await _remember(desk, reminder)
    return await _revealed(desk, reminder, wrote="")


async def answer_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    reminder = await reminder_behind(desk, context)
    say = desk.language
    _require_language(desk, reminder)
    return Form(
        name="stick-answer",
        title=words.stick_title(say),
        submit=words.see_the_idea(say),
        context=reminder.value,
        intro=marked(reminder.idea.part("question", say)),
        fields=(
            Field(name="answer", kind="paragraph", label=words.answer_label(say), required=False,
                  hint=words.answer_hint(say), most=LONGEST_ANSWER),
        ),
    )  # fmt: skip


async def answered(desk: Desk, context: str, values: Values) -> Reply:
    """Their own answer beside the idea; it is quoted back this once."""
    reminder = await reminder_behind(desk, context)
    await _remember(desk, reminder)
    return await _revealed(desk, reminder, wrote=str(values["answer"]))


async def recalled(desk: Desk, value: str) -> Reply:
    """They say whether they recalled it."""
    where, _, flag = value.rpartition(":")
    reminder = await reminder_behind(desk, where)
    answer = await _remember(desk, reminder)
    answer.recalled = flag == "1"
    return Reply(
        card=Card(text=(words.recalled_yes if answer.recalled else words.recalled_no)(desk.language))
    )


async def _revealed(desk: Desk, reminder: Reminder, wrote: str) -> Reply:
    _require_language(desk, reminder)
    mine = await open_commitment(desk.db, desk.me.id, reminder.cohort.id, reminder.session_id)
    url = ""
    if reminder.last:
        url = desk.links.to(
            "took-along", reminder.cohort.series_id, desk.me.id or 0, desk.now, life=PAGE_LIFE
        )
    card = idea_card(
        reminder.idea,
        desk.language,
        reminder.value,
        job_role=desk.me.job_role,
        setting=desk.me.setting,
        wrote=wrote,
        commitment=OwnCommitment(mine.id or 0, said(mine.cue, mine.action, desk.language)) if mine else None,
        took_along_url=url,
    )
    return Reply(card=card, replace=desk.event.where.kind == "direct" and not wrote)


def _require_language(desk: Desk, reminder: Reminder) -> None:
    if not reminder.idea.complete_in(desk.language):
        name = community_words.language_name(desk.language, desk.language)
        raise Refusal(words.idea_not_in(desk.language, language=name))


async def _remember(desk: Desk, reminder: Reminder) -> StickAnswer:
    """That they looked, and when; the same row for a second look."""
    found = await desk.db.scalars(
        select(StickAnswer).where(
            StickAnswer.person_id == desk.me.id, StickAnswer.idea_id == reminder.idea.id
        )
    )
    answer = found.first()
    if answer is None:
        answer = StickAnswer(person_id=desk.me.id or 0, idea_id=reminder.idea.id, answered_at=desk.now)
        desk.db.add(answer)
    answer.answered_at = desk.now
    return answer


# --- later, fewer, none ---------------------------------------------------------------------------------


async def later(desk: Desk, value: str) -> Reply:
    """The same question once more, a week from now, when they may be written to. Twice is once."""
    reminder = await reminder_behind(desk, value)
    reader = reader_of(desk.me, reminder.cohort.zone)
    due = next_allowed(desk.now + LATER_BY, reader)
    key = f"{LATER}|{reminder.place}|{reminder.idea.id}|{reminder.cohort.id}|{desk.me.id}|{due:%Y-%m-%d}"
    known = await desk.db.scalars(select(Nudge).where(Nudge.key == key))
    if known.first() is None:
        desk.db.add(
            Nudge(
                key=key,
                community_id=desk.community.id or 0,
                kind=KIND,
                cohort_id=reminder.cohort.id,
                subject_id=reminder.idea.id,
                person_id=desk.me.id,
                due_at=due,
                expires_at=due + WORTH_FOR,
                created_at=desk.now,
            )
        )
    day = dates.day(desk.language, due, reader.zone)
    return Reply(card=Card(text=words.later_done(desk.language, day=day)))


async def slow_down(desk: Desk, value: str) -> Reply:
    """Every second reminder of this series from here on; each is asked at its own time."""
    reminder = await reminder_behind(desk, value)
    pace = await pace_of(desk.db, reminder.cohort.id, desk.me.id)
    if pace is None:
        desk.db.add(
            StickPace(
                person_id=desk.me.id or 0,
                cohort_id=reminder.cohort.id or 0,
                from_place=reminder.place,
                since=desk.now,
            )
        )
    again = Button(label=words.all_again(desk.language), action="stick.all", value=reminder.value)
    return Reply(card=Card(text=words.slowed(desk.language), buttons=(again,)))


async def all_again(desk: Desk, value: str) -> Reply:
    """The undo of `slow_down`."""
    reminder = await reminder_behind(desk, value)
    pace = await pace_of(desk.db, reminder.cohort.id, desk.me.id)
    if pace is not None:
        await desk.db.delete(pace)
    return Reply(card=Card(text=words.not_slowed(desk.language)))


async def stop(desk: Desk, value: str) -> Reply:
    """No more of these: those planned are taken back, those put off too. Says how to undo it."""
    for nudge in await put_off_nudges(desk):
        nudge.state, nudge.reason = "skipped", "opted_out"
    return await do_stop(desk, KIND)
