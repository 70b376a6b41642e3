"""`experiment`: plan it, see its power, start it, stop it, read what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import cohort_by_id, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.experiments.analysis import Effect, effect
from bot.experiments.design import Power, power
from bot.experiments.outcomes import KINDS, outcomes_of
from bot.nudges.planner import replan_cohort
from bot.timekeeping.readers_hours import OFFICE_CLOSES, OFFICE_OPENS
from prompts import dates
from prompts.kind_titles import kind_title
from prompts.text import Marked, plain
from prompts.words import console as console_words
from prompts.words import experiments as words
from storage.base import opaque_id
from storage.experiments import Experiment, ExperimentState, Varies
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort, CohortChannel, Enrollment, EnrollmentStatus, Series

USUAL = 0.4
"""The share that answers, where nothing is known yet."""
WANTED = (0.1, 0.15, 0.2, 0.3)
LONGEST = 200


async def experiment_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    return Reply(card=await _card(ctx, cohort))


async def _card(ctx: Context, cohort: Cohort) -> Card:
    """The newest experiment of the cohort, or how to plan one."""
    language = ctx.language
    found = await ctx.db.scalars(
        select(Experiment).where(Experiment.cohort_id == cohort.id).order_by(col(Experiment.id).desc())
    )
    newest = found.first()
    plan = Button(label=words.plan_one(language), form="experiment", value=str(cohort.id))
    if newest is None:
        return Card(title=words.title(language), text=words.none_yet(language), buttons=(plan,))
    if newest.state == ExperimentState.PLANNED:
        return await _planned_card(ctx, newest)
    said = await _said(ctx, newest)
    stop = Button(label=words.stop(language), action="experiment.stop", value=str(newest.id))
    running = newest.state == ExperimentState.RUNNING
    return Card(
        title=words.title(language),
        text=words.running(language) if running else words.stopped(language),
        facts=(*_plan_facts(newest, language), *said),
        buttons=(stop,) if running else (plan,),
        context=words.how_it_is_judged(language),
    )


def _plan_facts(one: Experiment, language: str) -> tuple[Fact, ...]:
    return (
        Fact(label=words.message_label(language), value=kind_title(language, one.kind)),
        _new_arm(one, language),
        Fact(label=words.worth_label(language), value=_points(one.wanted, language)),
        Fact(label=words.detectable_label(language), value=_points(one.detectable, language)),
    )


def _new_arm(one: Experiment, language: str) -> Fact:
    if one.varies == Varies.TIME:
        return Fact(label=words.time_label(language), value=_clock(one.at_minutes or 0))
    opening = one.opening.get(language) or next(iter(one.opening.values()), "")
    return Fact(label=words.opening_label(language), value=opening)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _points(share: float, language: str) -> Marked:
    return words.points(language, n=dates.decimal(language, Decimal(100 * share), 0))


async def _said(ctx: Context, one: Experiment) -> tuple[Fact, ...]:
    """The effect with its cost beside it; or that nothing may be said yet."""
    language, k = ctx.language, ctx.community.k_inside
    found = await outcomes_of(ctx.db, one, ctx.now)
    people = len({each.person for each in found.occasions})
    now = power(people, max(1, len(found.occasions) // max(1, people)), USUAL, one.wanted)
    judged = effect(found.occasions, k) if now.enough else None
    if not isinstance(judged, Effect):
        return (Fact(label=words.effect_label(language), value=words.too_early(language)),)
    told = words.effect_told(
        language,
        difference=_signed(judged.difference, language),
        low=_signed(judged.lower, language),
        high=_signed(judged.upper, language),
        people=dates.number(language, judged.people),
        occasions=dates.number(language, judged.occasions),
    )
    usual, new = ("<" + str(k) if 0 < count < k else str(count) for count in found.stops)
    return (
        Fact(label=words.effect_label(language), value=told),
        Fact(label=words.stops_label(language), value=words.stops_told(language, usual=usual, new=new)),
    )


def _signed(share: float, language: str) -> str:
    shown = dates.decimal(language, Decimal(abs(100 * share)), 1)
    return f"{'−' if share < 0 else '+'}{shown}"


# --- planning -------------------------------------------------------------------------------------------


async def plan_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    cohort = await _cohort(ctx, context)
    series = await ctx.db.get_one(Series, cohort.series_id)
    language = ctx.language
    kinds = tuple(Option(value=kind, label=kind_title(language, kind)) for kind in KINDS)
    worth = tuple(Option(value=str(one), label=plain(_points(one, language))) for one in WANTED)
    varies = (
        Option(value=Varies.WORDING.value, label=words.varies_wording(language)),
        Option(value=Varies.TIME.value, label=words.varies_time(language)),
    )
    openings = tuple(
        Field(name=f"opening_{code}", kind="text", most=LONGEST, required=False,
              label=words.opening_in(language, language=console_words.language_name(language, code)))
        for code in series.languages
    )  # fmt: skip
    return Form(
        name="experiment",
        title=words.title(language),
        submit=words.see_plan(language),
        context=str(cohort.id),
        intro=words.plan_intro(language),
        fields=(
            Field(name="kind", kind="choice", label=words.message_label(language), options=kinds),
            Field(name="varies", kind="choice", label=words.varies_label(language), options=varies),
            *openings,
            Field(name="at", kind="time", label=words.time_label(language), required=False,
                  hint=words.time_hint(language)),
            Field(name="wanted", kind="choice", label=words.worth_label(language), options=worth),
        ),
    )  # fmt: skip


async def plan_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep the plan and say its power; nothing has begun."""
    cohort = await _cohort(ctx, context)
    running = await ctx.db.scalars(
        select(Experiment).where(
            Experiment.cohort_id == cohort.id, Experiment.state == ExperimentState.RUNNING
        )
    )
    if running.first() is not None:
        raise Refusal(words.one_at_a_time(ctx.language))
    if missing := _missing(ctx.language, values):
        return Reply(errors=missing)
    kind, wanted = str(values["kind"]), float(str(values["wanted"]))
    timed = values["varies"] == Varies.TIME
    at = values["at"]
    said = await _power(ctx.db, cohort, kind, wanted)
    one = Experiment(
        community_id=ctx.community.id,
        cohort_id=cohort.id,
        kind=kind,
        varies=str(values["varies"]),
        opening={} if timed else _openings(values),
        at_minutes=at.hour * 60 + at.minute if timed and isinstance(at, time) else None,
        wanted=wanted,
        detectable=said.detectable,
        seed=opaque_id(),
        planned_by_id=ctx.me.id,
        planned_at=ctx.now,
    )
    ctx.db.add(one)
    await ctx.db.flush()
    return Reply(card=await _planned_card(ctx, one))


def _openings(values: Values) -> dict[str, str]:
    return {
        name.removeprefix("opening_"): str(text).strip()
        for name, text in values.items()
        if name.startswith("opening_")
    }


def _missing(language: str, values: Values) -> dict[str, str]:
    """What the chosen kind of experiment still needs, by field."""
    if values["varies"] == Varies.TIME:
        at = values["at"]
        fits = isinstance(at, time) and OFFICE_OPENS <= at <= OFFICE_CLOSES
        return {} if fits else {"at": plain(words.time_hint(language))}
    empty = [code for code, text in _openings(values).items() if not text]
    return {f"opening_{code}": plain(words.opening_needed(language)) for code in empty}


async def _power(db: AsyncSession, cohort: Cohort, kind: str, wanted: float) -> Power:
    """By the people who take part, and the messages of this kind that are planned for each."""
    people = (
        await db.scalars(
            select(func.count()).where(
                Enrollment.cohort_id == cohort.id, Enrollment.status == EnrollmentStatus.ACTIVE
            )
        )
    ).one()
    planned = (
        await db.scalars(
            select(func.count()).where(
                Nudge.cohort_id == cohort.id, Nudge.kind == kind, Nudge.state == NudgeState.PLANNED
            )
        )
    ).one()
    return power(people, max(1, planned // max(1, people)), USUAL, wanted)


async def _planned_card(ctx: Context, one: Experiment) -> Card:
    language = ctx.language
    enough = one.detectable <= one.wanted
    start = Button(label=words.start(language), action="experiment.start", value=str(one.id), style="primary")
    return Card(
        title=words.plan_title(language),
        text=(words.power_enough if enough else words.power_lacking)(language),
        facts=_plan_facts(one, language),
        buttons=(start,) if enough else (),
        context=words.plan_context(language),
    )


async def start_pressed(ctx: Context, value: str) -> Reply:
    """Seal the plan in the audit trail, tell the cohort, and begin to draw."""
    one, cohort = await _experiment(ctx, value)
    if one.state != ExperimentState.PLANNED or one.detectable > one.wanted:
        raise Refusal(words.cannot_start(ctx.language))
    one.state, one.started_at = ExperimentState.RUNNING, ctx.now
    ctx.audit(
        "experiment_started",
        f"experiment:{one.id}",
        kind=one.kind,
        wanted=one.wanted,
        detectable=round(one.detectable, 4),
        plan=_digest(one),
    )
    series = await ctx.db.get_one(Series, cohort.series_id)
    for channel in await ctx.db.scalars(select(CohortChannel).where(CohortChannel.cohort_id == cohort.id)):
        text = Marked("\n\n").join(
            (words.times_told_to_everybody if one.varies == Varies.TIME else words.told_to_everybody)(
                code, kind=kind_title(code, one.kind)
            )
            for code in series.languages
        )
        ctx.post(
            Card(text=text),
            channel_id=channel.id,
            cohort_id=cohort.id,
            key=f"experiment:{one.id}:{channel.id}",
        )
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    return Reply(card=await _card(ctx, cohort), replace=True)


def _digest(one: Experiment) -> str:
    """Of all that was decided beforehand: neither the words nor the draw can be changed unseen."""
    new = f"{one.varies}|{sorted(one.opening.items())}|{one.at_minutes}"
    told = f"{one.kind}|{new}|{one.wanted}|{one.detectable}|{one.seed}"
    return hashlib.sha256(told.encode()).hexdigest()


async def stop_pressed(ctx: Context, value: str) -> Reply:
    one, cohort = await _experiment(ctx, value)
    if one.state == ExperimentState.RUNNING:
        one.state, one.stopped_at = ExperimentState.STOPPED, ctx.now
        ctx.audit("experiment_stopped", f"experiment:{one.id}", plan=_digest(one))
        await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    return Reply(card=await _card(ctx, cohort), replace=True)


async def _experiment(ctx: Context, value: str) -> tuple[Experiment, Cohort]:
    one = await ctx.db.get(Experiment, row_id(value))
    if one is None or one.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    return one, await _cohort(ctx, str(one.cohort_id))


async def _cohort(ctx: Context, value: str) -> Cohort:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort
