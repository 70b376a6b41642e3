"""Make it stick: the question in a direct message, the idea at a press, and the quiet ways out.

Three taps at most: show the idea, say how the plan goes, done. Nothing that somebody writes is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.communities.opting_out import do_stop
from bot.core.button_values import unpack
from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.notes import note
from bot.core.reply import Refusal, Reply, Skip
from bot.experiments.wording import worded
from bot.learning.composing.stick import OwnCommitment, idea_card, question_card
from bot.learning.gathering import open_commitment
from bot.learning.look_back import NOTHING, not_in
from bot.learning.recall_plan import KIND
from bot.learning.stick_ideas import (
    LATER,
    Reminder,
    pace_of,
    put_off_nudges,
    reminder_behind,
    reminder_of,
)
from bot.nudges.cohort_people import reader_of
from bot.reflections.committing import said
from bot.timekeeping.readers_hours import next_allowed
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


async def make_it_stick(reading: ComposeContext) -> Card | Skip:
    """Only the questions, one or two; the ideas wait behind their buttons."""
    reader_id = reading.reader.id if reading.reader is not None else None
    reminder = await reminder_of(reading.db, reading.nudge, reader_id)
    if reminder is None:
        return NOTHING
    if not all(idea.complete_in(reading.language) for idea in reminder.ideas):
        return not_in(reading.language)
    if reading.reader is not None and reading.nudge.group:
        pace = await pace_of(reading.db, reminder.cohort.id, reading.reader.id)
        if pace is not None and (reminder.place - pace.from_place) % 2:
            return Skip("slowed_down")
    values = [reminder.value_of(idea) for idea in reminder.ideas]
    card = question_card(reminder.ideas, reading.language, values, reminder.value)
    return await worded(reading, card)


# --- the idea -------------------------------------------------------------------------------------------


async def shown(ctx: Context, value: str) -> Reply:
    """Show the idea, in place of the question."""
    reminder = await reminder_behind(ctx, value)
    await _remember(ctx, reminder)
    return await _revealed(ctx, reminder, wrote="")


async def answer_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    reminder = await reminder_behind(ctx, context)
    language = ctx.language
    _require_language(ctx, reminder)
    return Form(
        name="stick-answer",
        title=words.stick_title(language),
        submit=words.see_the_idea(language),
        context=reminder.value,
        intro=marked(reminder.idea.part("question", language)),
        fields=(
            Field(name="answer", kind="paragraph", label=words.answer_label(language), required=False,
                  hint=words.answer_hint(language), most=LONGEST_ANSWER),
        ),
    )  # fmt: skip


async def answered(ctx: Context, context: str, values: Values) -> Reply:
    """Their own answer beside the idea; it is quoted back this once."""
    reminder = await reminder_behind(ctx, context)
    await _remember(ctx, reminder)
    return await _revealed(ctx, reminder, wrote=str(values["answer"]))


async def recalled(ctx: Context, value: str) -> Reply:
    """They say whether they recalled it."""
    _, _, _, flag = unpack(value, str, str, str, str)
    reminder = await reminder_behind(ctx, value)
    answer = await _remember(ctx, reminder)
    answer.recalled = flag == "1"
    return Reply(card=Card(text=(words.recalled_yes if answer.recalled else words.recalled_no)(ctx.language)))


async def _revealed(ctx: Context, reminder: Reminder, wrote: str) -> Reply:
    _require_language(ctx, reminder)
    mine = await open_commitment(ctx.db, ctx.me.id, reminder.cohort.id, reminder.session_id)
    url = ""
    if reminder.last:
        url = ctx.links.to("took-along", reminder.cohort.series_id, ctx.me.id, ctx.now, life=PAGE_LIFE)
    card = idea_card(
        reminder.idea,
        ctx.language,
        reminder.value,
        job_role=ctx.me.job_role,
        setting=ctx.me.setting,
        wrote=wrote,
        commitment=OwnCommitment(mine.id, said(mine.cue, mine.action, ctx.language)) if mine else None,
        took_along_url=url,
    )
    return Reply(card=card, replace=ctx.event.where.kind == "direct" and not wrote)


def _require_language(ctx: Context, reminder: Reminder) -> None:
    if not reminder.idea.complete_in(ctx.language):
        name = community_words.language_name(ctx.language, ctx.language)
        raise Refusal(words.idea_not_in(ctx.language, language=name))


async def _remember(ctx: Context, reminder: Reminder) -> StickAnswer:
    """That they looked, and when; the same row for a second look."""
    found = await ctx.db.scalars(
        select(StickAnswer).where(
            StickAnswer.person_id == ctx.me.id,
            StickAnswer.idea_id == reminder.idea.id,
            StickAnswer.place == reminder.place,
        )
    )
    answer = found.first()
    if answer is None:
        answer = StickAnswer(
            person_id=ctx.me.id,
            idea_id=reminder.idea.id,
            place=reminder.place,
            answered_at=ctx.now,
        )
        ctx.db.add(answer)
    answer.answered_at = ctx.now
    return answer


# --- later, fewer, none ---------------------------------------------------------------------------------


async def later(ctx: Context, value: str) -> Reply:
    """The same question once more, a week from now, when they may be written to. Twice is once."""
    reminder = await reminder_behind(ctx, value)
    reader = reader_of(ctx.me, reminder.cohort.zone)
    due = next_allowed(ctx.now + LATER_BY, reader)
    ideas = "+".join(str(idea.id) for idea in reminder.ideas)
    key = f"{LATER}|{reminder.place}|{ideas}|{reminder.cohort.id}|{ctx.me.id}|{due:%Y-%m-%d}"
    known = await ctx.db.scalars(select(Nudge).where(Nudge.key == key))
    if known.first() is None:
        ctx.db.add(
            note(
                key,
                ctx.community.id,
                ctx.now,
                kind=KIND,
                cohort_id=reminder.cohort.id,
                subject_id=reminder.idea.id,
                person_id=ctx.me.id,
                due_at=due,
                expires_at=due + WORTH_FOR,
                nature="optional",
            )
        )
    day = dates.day(ctx.language, due, reader.zone)
    return Reply(card=Card(text=words.later_done(ctx.language, day=day)))


async def slow_down(ctx: Context, value: str) -> Reply:
    """Every second reminder of this series from here on; each is asked at its own time."""
    reminder = await reminder_behind(ctx, value)
    pace = await pace_of(ctx.db, reminder.cohort.id, ctx.me.id)
    if pace is None:
        ctx.db.add(
            StickPace(
                person_id=ctx.me.id,
                cohort_id=reminder.cohort.id,
                from_place=reminder.place,
                since=ctx.now,
            )
        )
    again = Button(label=words.all_again(ctx.language), action="stick.all", value=reminder.value)
    return Reply(card=Card(text=words.slowed(ctx.language), buttons=(again,)))


async def all_again(ctx: Context, value: str) -> Reply:
    """The undo of `slow_down`."""
    reminder = await reminder_behind(ctx, value)
    pace = await pace_of(ctx.db, reminder.cohort.id, ctx.me.id)
    if pace is not None:
        await ctx.db.delete(pace)
    return Reply(card=Card(text=words.not_slowed(ctx.language)))


async def stop(ctx: Context, value: str) -> Reply:
    """No more of these: those planned are taken back, those put off too. Says how to undo it."""
    for nudge in await put_off_nudges(ctx):
        nudge.state, nudge.reason = "skipped", "opted_out"
    return await do_stop(ctx, KIND)
