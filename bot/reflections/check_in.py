"""The check-in on a commitment: one tap answers; it can wait some days, or stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, as_part, pack
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.notes import note
from bot.core.reply import Refusal, Reply, Skip
from bot.experiments.wording import worded
from bot.nudges.cohort_people import reader_of
from bot.nudges.planner import plan_commitment
from bot.reflections.committing import my_commitment, said, today
from bot.timekeeping.readers_hours import next_allowed
from bot.timekeeping.zones import first_moment
from prompts import dates
from prompts.words import reflections as words
from storage.nudges import Nudge
from storage.reflections import Commitment, CommitmentStatus
from storage.series import Cohort

KIND = "commitment_check_in"
ANSWERS = ("done", "partly", "not", "changed")
STATUS_AFTER = {"done": "working", "partly": "tried", "changed": "changed"}
LIFE = timedelta(days=10)
MOST_PLANS = 4
STILL_OPEN = timedelta(days=21)
"""A plan that was not answered for so long is not brought up again beside newer ones."""


async def commitment_check_in(reading: ComposeContext) -> Card | Skip:
    """Asks the writer, and only the writer, how it went: all open plans on one card."""
    one = await reading.db.get(Commitment, reading.nudge.subject_id)
    if one is None or reading.reader is None or one.person_id != reading.reader.id:
        return Skip("no_commitment")
    if one.status == CommitmentStatus.LET_GO or one.due_on is None:
        return Skip("let_go")
    if one.follow_up is not None:
        return Skip("already_answered")
    if one.due_on > dates.in_zone(reading.now, reading.zone).date():
        return Skip("rescheduled")
    return await worded(reading, _card(one, await _open_plans(reading, one), reading.language))


def _card(one: Commitment, plans: Sequence[Commitment], language: str) -> Card:
    if len(plans) == 1:
        return Card(
            title=words.check_in_title(language),
            text=words.check_in(language, plan=said(one.cue, one.action, language)),
            buttons=_answers(one, language),
            context=words.check_in_context(language),
        )
    return Card(
        title=words.check_in_title(language),
        text=words.check_in_several(language, n=len(plans)),
        sections=tuple(
            Section(
                text=words.check_in(language, plan=said(plan.cue, plan.action, language)),
                buttons=tuple(map(as_part, _answers(plan, language))),
            )
            for plan in plans
        ),
        context=words.check_in_context(language),
    )


def _answers(one: Commitment, language: str) -> tuple[Button, ...]:
    answers = (
        Button(
            label=words.follow_up(language, answer), action="commitment.answer", value=pack(one.id, answer)
        )
        for answer in ANSWERS
    )
    return (
        *answers,
        Button(label=words.ask_later(language), action="commitment.again", value=pack(one.id, 3)),
        Button(
            label=words.status(language, "let_go"), action="commitment.status", value=pack(one.id, "let_go")
        ),
    )


async def _open_plans(reading: ComposeContext, one: Commitment) -> list[Commitment]:
    """All of the writer's plans that are due and unanswered: the one asked about first, then the newest of
    the last weeks, `MOST_PLANS` together."""
    today = dates.in_zone(reading.now, reading.zone).date()
    found = await reading.db.scalars(
        select(Commitment)
        .where(
            Commitment.person_id == one.person_id,
            Commitment.id != one.id,
            Commitment.status != CommitmentStatus.LET_GO,
            col(Commitment.follow_up).is_(None),
            col(Commitment.due_on) <= today,
            col(Commitment.due_on) > today - STILL_OPEN,
        )
        .order_by(col(Commitment.id).desc())
        .limit(MOST_PLANS - 1)
    )
    return [one, *found]


async def answered(ctx: Context, value: str) -> Reply:
    """One tap. A later tap corrects it."""
    one_id, answer = unpack(value, str, str)
    one = await my_commitment(ctx, one_id)
    if answer not in ANSWERS:
        raise Refusal(words.no_commitment(ctx.language))
    one.follow_up, one.updated_at = answer, ctx.now
    one.status = STATUS_AFTER.get(answer, one.status)
    await plan_commitment(ctx.db, ctx.kinds, one, ctx.now)
    language = ctx.language
    again = Button(label=words.carry_forward(language), action="commitment.again", value=pack(one.id, 7))
    let_go = Button(
        label=words.status(language, "let_go"), action="commitment.status", value=pack(one.id, "let_go")
    )
    return Reply(
        card=Card(
            text=words.answer_thanks(language, answer=words.follow_up(language, answer)),
            buttons=() if answer == "done" else (again, let_go),
        ),
        replace=True,
    )


async def asked_again(ctx: Context, value: str) -> Reply:
    """Carry it forward: ask again some days from now (1 to 60)."""
    one_id, given = unpack(value, str, str)
    one = await my_commitment(ctx, one_id)
    days = int(given) if given.isdecimal() and len(given) < 4 else 0
    if not 1 <= days <= 60:
        raise Refusal(words.no_commitment(ctx.language))
    cohort = await ctx.db.get_one(Cohort, one.cohort_id)
    one.due_on, one.follow_up, one.updated_at = (
        today(ctx, cohort.zone) + timedelta(days=days),
        None,
        ctx.now,
    )
    if one.status == CommitmentStatus.LET_GO:
        one.status = "intended"
    await plan_commitment(ctx.db, ctx.kinds, one, ctx.now)
    await _ask_once_more(ctx, cohort, one)
    day = dates.day(ctx.language, one.due_on)
    return Reply(card=Card(text=words.will_ask(ctx.language, day=day)), replace=True)


async def _ask_once_more(ctx: Context, cohort: Cohort, one: Commitment) -> None:
    """The cadence asks once; after that, the writer's own wish is a message of its own."""
    asked = await ctx.db.scalars(
        select(Nudge.id).where(
            Nudge.kind == KIND, Nudge.subject_id == one.id, col(Nudge.state).not_in(["planned", "held"])
        )
    )
    if asked.first() is None or one.due_on is None:
        return
    key = f"{KIND}:{one.id}:{one.due_on.isoformat()}"
    if (await ctx.db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is not None:
        return
    reader = reader_of(ctx.me, cohort.zone)
    due = next_allowed(first_moment(one.due_on, time(9), reader.zone), reader)
    ctx.db.add(
        note(
            key,
            ctx.community.id,
            ctx.now,
            kind=KIND,
            cohort_id=cohort.id,
            subject_id=one.id,
            person_id=ctx.me.id,
            due_at=_utc(due),
            expires_at=_utc(due) + LIFE,
            nature="optional",
        )
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


async def stopped(ctx: Context, value: str) -> Reply:
    """Never ask about this one again; the commitment stays."""
    one = await my_commitment(ctx, value)
    one.due_on, one.updated_at = None, ctx.now
    await plan_commitment(ctx.db, ctx.kinds, one, ctx.now)
    again = Button(label=words.ask_after_all(ctx.language), action="commitment.again", value=pack(one.id, 3))
    return Reply(card=Card(text=words.will_not_ask(ctx.language), buttons=(again,)), replace=True)
