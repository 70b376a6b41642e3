"""Commitments: choosing or writing them, and what has become of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import row_id
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import plan_commitment
from bot.reflections.lookup import choices_for, cohorts_to_write_in, my_cohort, session_now, session_of
from bot.reflections.plans import IfThenPlan, plan_of, read_plan
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, escape, plain
from prompts.words import reflections as words
from storage.reflections import Commitment, CommitmentStatus
from storage.series import Cohort
from storage.sessions import Session

CHECK_IN_AFTER = timedelta(days=3)
MOST = 3
MOST_CHARACTERS = 500
STATUSES = ("intended", "tried", "working", "changed", "let_go")
FEW = 5
"""Cues that are offered at once."""
OPEN = ("intended", "tried", "working", "changed")


# --- writing them -------------------------------------------------------------------------------------


async def commit_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Without a plan: the form. With one: that plan, as typed."""
    cohort = (await cohorts_to_write_in(ctx))[0]
    if not typed.get("plan"):
        return Reply(form=await commit_form(ctx, str(cohort.id), {}))
    plan = read_plan(typed["plan"])
    if len(plan.cue) > MOST_CHARACTERS or len(plan.action) > MOST_CHARACTERS:
        raise Refusal(words.plan_too_long(ctx.language, most=MOST_CHARACTERS))
    return await do_commit(ctx, cohort, await session_now(ctx.db, cohort.id, ctx.now), [plan])


def _few_cues(cohort: Cohort, cues: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """A handful to choose from, of each cohort always the same: a form that is sent days later, or twice,
    finds them again. One's own words may always stand instead."""
    start = FEW * cohort.id
    return [cues[(start + place) % len(cues)] for place in range(min(FEW, len(cues)))]


async def commit_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The session's list, and a plan in one's own words. The context is the cohort, empty for my latest, and
    once the form was shown the session, too: a form that is sent late finds the choices that it offered."""
    cohort, session = await _place(ctx, context)
    choices = await choices_for(ctx.db, session, ctx.language)
    language, library = ctx.language, read_library()
    listed = library.kind("choose-commitments").fields[0]
    cue, action = library.kind("if-then-plan").fields
    fields = []
    if options := _options(choices.by_source.get("session_commitments", ())):
        fields.append(Field(name="chosen", kind="choices", label=listed.label.say(language),
                            hint=listed.hint.say(language), required=False, options=options,
                            most=MOST))  # fmt: skip
    fields += [
        Field(
            name="cue",
            kind="choice",
            label=cue.label.say(language),
            hint=words.cue_hint(language),
            required=False,
            options=_options(_few_cues(cohort, choices.by_source["cues"])),
        ),
        Field(
            name="own_cue",
            kind="text",
            label=library.own_words.say(language),
            required=False,
            most=MOST_CHARACTERS,
        ),
        Field(
            name="action",
            kind="paragraph",
            label=action.label.say(language),
            hint=action.hint.say(language),
            required=False,
            most=MOST_CHARACTERS,
        ),
    ]
    return Form(
        name="commit",
        title=words.commit_title(language),
        submit=words.save(language),
        intro=words.commit_intro(language),
        fields=tuple(fields),
        context=pack(cohort.id, session.id) if session else str(cohort.id),
    )


async def commit_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort, session = await _place(ctx, context)
    choices = await choices_for(ctx.db, session, ctx.language)
    listed, cues = dict(choices.by_source.get("session_commitments", ())), dict(choices.by_source["cues"])
    picked: Any = values.get("chosen") or ()
    plans = [IfThenPlan("", listed[one]) for one in picked]
    cue = str(values["own_cue"] or cues.get(str(values["cue"] or ""), ""))
    action = str(values["action"] or "")
    if cue and not action:
        return Reply(errors={"action": plain(words.action_missing(ctx.language))})
    if action:
        plans.append(plan_of(cue, action))
    if len(plans) > MOST:
        return Reply(errors={"action": plain(words.three_at_most(ctx.language))})
    if not plans:
        return Reply(card=Card(text=words.nothing_saved(ctx.language)))
    return await do_commit(ctx, cohort, session, plans)


async def do_commit(
    ctx: Context, cohort: Cohort, session: Session | None, plans: Sequence[IfThenPlan]
) -> Reply:
    """Save what is new of the plans, and plan a check-in for each in three days."""
    before = {(one.cue, one.action) for one in await _mine(ctx) if one.status in OPEN}
    made = [
        Commitment(
            person_id=ctx.me.id,
            cohort_id=cohort.id,
            session_id=session.id if session else None,
            cue=plan.cue,
            action=plan.action,
            due_on=today(ctx, cohort.zone) + CHECK_IN_AFTER,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for plan in dict.fromkeys(plans)
        if (plan.cue, plan.action) not in before
    ]
    ctx.db.add_all(made)
    if made:
        await plan_commitment(ctx.db, ctx.kinds, made[0], ctx.now)
    language = ctx.language
    day = dates.day(language, today(ctx, cohort.zone) + CHECK_IN_AFTER)
    return Reply(
        card=Card(
            title=words.committed_title(language),
            text=Marked("\n").join(Marked("- ") + said(plan.cue, plan.action, language) for plan in plans),
            buttons=(Button(label=words.see_commitments(language), action="commitment.list"),),
            context=words.committed_context(language, day=day) if made else words.committed_before(language),
        )
    )


def said(cue: str, action: str, language: str) -> Marked:
    """``When I log in, then I will breathe``; only the action where there is no cue."""
    if not cue:
        return escape(action)
    return words.plan(language, cue=cue, lead=read_library().lead_in.say(language), action=action)


def today(ctx: Context, zone: str) -> date:
    """My own calendar day."""
    return dates.in_zone(ctx.now, zone_for(ctx.me.zone, zone)).date()


# --- what has become of them --------------------------------------------------------------------------


async def commitments_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await list_commitments(ctx)


async def commitments_pressed(ctx: Context, value: str) -> Reply:
    return await list_commitments(ctx)


async def list_commitments(ctx: Context) -> Reply:
    """Open ones with their buttons; newest first, ten at most."""
    language, found = (
        ctx.language,
        [one for one in await _mine(ctx) if one.status != CommitmentStatus.LET_GO and one.action],
    )
    write = Button(label=words.write_one(language), form="commit", style="primary")
    if not found:
        return Reply(card=Card(text=words.no_commitments(language), buttons=(write,)))
    return Reply(
        card=Card(
            title=words.my_commitments_title(language),
            sections=tuple(commitment_section(one, language) for one in found[:10]),
            buttons=(write,),
        )
    )


def commitment_section(one: Commitment, language: str) -> Section:
    """One commitment with a button for each status that it does not have."""
    asked = dates.day(language, one.due_on) if one.due_on and not one.follow_up else ""
    text = words.status_line(language, status=words.status(language, one.status))
    if asked:
        text = text + Marked(" ") + words.asked_on(language, day=asked)
    buttons = [
        Button(label=words.status(language, status), action="commitment.status", value=pack(one.id, status))
        for status in STATUSES[1:]
        if status != one.status
    ]
    buttons.append(
        Button(label=words.carry_forward(language), action="commitment.again", value=pack(one.id, 7))
    )
    if asked:
        buttons.append(Button(label=words.stop_asking(language), action="commitment.stop", value=str(one.id)))
    return Section(title=plain(said(one.cue, one.action, language)), text=text, buttons=tuple(buttons))


async def status_pressed(ctx: Context, value: str) -> Reply:
    """Set the status of one of mine. Pressed twice, it says the same."""
    one_id, status = unpack(value, str, str)
    one = await my_commitment(ctx, one_id)
    if status not in STATUSES:
        raise Refusal(words.no_commitment(ctx.language))
    one.status, one.updated_at = status, ctx.now
    await plan_commitment(ctx.db, ctx.kinds, one, ctx.now)
    language = ctx.language
    undo = Button(
        label=words.pick_up_again(language), action="commitment.status", value=pack(one.id, "intended")
    )
    return Reply(
        card=Card(
            text=words.status_set(
                language, plan=said(one.cue, one.action, language), status=words.status(language, status)
            ),
            buttons=(undo,) if status == "let_go" else (),
        ),
        replace=True,
    )


async def my_commitment(ctx: Context, value: str) -> Commitment:
    """One of mine, by id. Raises `Refusal`; somebody else's is not found."""
    found = await ctx.db.get(Commitment, row_id(value))
    if found is None or found.person_id != ctx.me.id:
        raise Refusal(words.no_commitment(ctx.language))
    return found


async def _mine(ctx: Context) -> list[Commitment]:
    found = await ctx.db.scalars(
        select(Commitment).where(Commitment.person_id == ctx.me.id).order_by(col(Commitment.id).desc())
    )
    return list(found)


async def _place(ctx: Context, context: str) -> tuple[Cohort, Session | None]:
    """The cohort, and the session whose choices are offered. Raises `Refusal`."""
    cohort_id, session_id = unpack(context, str, str)
    cohort = await my_cohort(ctx, row_id(cohort_id)) if cohort_id else (await cohorts_to_write_in(ctx))[0]
    return cohort, await session_of(ctx, cohort, session_id)


def _options(offered: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=text) for value, text in offered)
