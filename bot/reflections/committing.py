"""Commitments: choosing or writing them, and what has become of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.nudges.planner import plan_commitment
from bot.reflections.lookup import choices_for, cohorts_to_write_in, my_cohort, session_now
from bot.reflections.plans import Plan, plan_of, read_plan
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, escape, plain
from prompts.words import reflections as words
from storage.reflections import Commitment
from storage.series import Cohort

CHECK_IN_AFTER = timedelta(days=3)
MOST = 3
MOST_CHARACTERS = 500
STATUSES = ("intended", "tried", "working", "changed", "let_go")
OPEN = ("intended", "tried", "working", "changed")


# --- writing them -------------------------------------------------------------------------------------


async def commit_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Without a plan: the form. With one: that plan, as typed."""
    cohort = (await cohorts_to_write_in(desk))[0]
    if not typed.get("plan"):
        return Reply(form=await commit_form(desk, str(cohort.id), {}))
    plan = read_plan(typed["plan"])
    if len(plan.cue) > MOST_CHARACTERS or len(plan.action) > MOST_CHARACTERS:
        raise Refusal(words.plan_too_long(desk.language, most=MOST_CHARACTERS))
    return await do_commit(desk, cohort, [plan])


async def commit_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The session's list, and a plan in one's own words. The context is the cohort; empty for my latest."""
    cohort = await _cohort(desk, context)
    session = await session_now(desk.db, cohort.id, desk.now)
    choices = await choices_for(desk.db, session, desk.language)
    say, library = desk.language, read_library()
    listed = library.kind("choose-commitments").fields[0]
    cue, action = library.kind("if-then-plan").fields
    fields = []
    if options := _options(choices.by_source.get("session_commitments", ())):
        fields.append(Field(name="chosen", kind="choices", label=listed.label.say(say),
                            hint=listed.hint.say(say), required=False, options=options,
                            most=MOST))  # fmt: skip
    fields += [
        Field(name="cue", kind="choice", label=cue.label.say(say), hint=words.cue_hint(say), required=False,
              options=_options(choices.by_source["cues"])),
        Field(name="own_cue", kind="text", label=library.own_words.say(say), required=False,
              most=MOST_CHARACTERS),
        Field(name="action", kind="paragraph", label=action.label.say(say), hint=action.hint.say(say),
              required=False, most=MOST_CHARACTERS),
    ]  # fmt: skip
    return Form(
        name="commit",
        title=words.commit_title(say),
        submit=words.save(say),
        intro=words.commit_intro(say),
        fields=tuple(fields),
        context=str(cohort.id),
    )


async def commit_sent(desk: Desk, context: str, values: Values) -> Reply:
    cohort = await _cohort(desk, context)
    session = await session_now(desk.db, cohort.id, desk.now)
    choices = await choices_for(desk.db, session, desk.language)
    listed, cues = dict(choices.by_source.get("session_commitments", ())), dict(choices.by_source["cues"])
    picked: Any = values.get("chosen") or ()
    plans = [Plan("", listed[one]) for one in picked]
    cue = str(values["own_cue"] or cues.get(str(values["cue"] or ""), ""))
    action = str(values["action"] or "")
    if cue and not action:
        return Reply(errors={"action": plain(words.action_missing(desk.language))})
    if action:
        plans.append(plan_of(cue, action))
    if len(plans) > MOST:
        return Reply(errors={"action": plain(words.three_at_most(desk.language))})
    if not plans:
        return Reply(card=Card(text=words.nothing_saved(desk.language)))
    return await do_commit(desk, cohort, plans)


async def do_commit(desk: Desk, cohort: Cohort, plans: Sequence[Plan]) -> Reply:
    """Save what is new of the plans, and plan a check-in for each in three days."""
    session = await session_now(desk.db, cohort.id, desk.now)
    before = {(one.cue, one.action) for one in await _mine(desk) if one.status in OPEN}
    made = [
        Commitment(
            person_id=desk.me.id or 0,
            cohort_id=cohort.id or 0,
            session_id=session.id if session else None,
            cue=plan.cue,
            action=plan.action,
            due_on=today(desk, cohort.zone) + CHECK_IN_AFTER,
            created_at=desk.now,
            updated_at=desk.now,
        )
        for plan in dict.fromkeys(plans)
        if (plan.cue, plan.action) not in before
    ]
    desk.db.add_all(made)
    if made:
        await plan_commitment(desk.db, made[0], desk.now)
    say = desk.language
    day = dates.day(say, today(desk, cohort.zone) + CHECK_IN_AFTER)
    return Reply(
        card=Card(
            title=words.committed_title(say),
            text=Marked("\n").join(Marked("- ") + said(plan.cue, plan.action, say) for plan in plans),
            buttons=(Button(label=words.see_commitments(say), action="commitment.list"),),
            context=words.committed_context(say, day=day) if made else words.committed_before(say),
        )
    )


def said(cue: str, action: str, language: str) -> Marked:
    """``When I log in, then I will breathe``; only the action where there is no cue."""
    if not cue:
        return escape(action)
    return words.plan(language, cue=cue, lead=read_library().lead_in.say(language), action=action)


def today(desk: Desk, zone: str) -> date:
    """My own calendar day."""
    return dates.in_zone(desk.now, desk.me.zone or zone).date()


# --- what has become of them --------------------------------------------------------------------------


async def commitments_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await list_commitments(desk)


async def commitments_pressed(desk: Desk, value: str) -> Reply:
    return await list_commitments(desk)


async def list_commitments(desk: Desk) -> Reply:
    """Open ones with their buttons; newest first, ten at most."""
    say, found = desk.language, [one for one in await _mine(desk) if one.status != "let_go" and one.action]
    write = Button(label=words.write_one(say), form="commit", style="primary")
    if not found:
        return Reply(card=Card(text=words.no_commitments(say), buttons=(write,)))
    return Reply(
        card=Card(
            title=words.my_commitments_title(say),
            sections=tuple(commitment_section(one, say) for one in found[:10]),
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
        Button(label=words.status(language, status), action="commitment.status", value=f"{one.id}:{status}")
        for status in STATUSES[1:]
        if status != one.status
    ]
    buttons.append(
        Button(label=words.carry_forward(language), action="commitment.again", value=f"{one.id}:7")
    )
    if asked:
        buttons.append(Button(label=words.stop_asking(language), action="commitment.stop", value=str(one.id)))
    return Section(title=plain(said(one.cue, one.action, language)), text=text, buttons=tuple(buttons))


async def status_pressed(desk: Desk, value: str) -> Reply:
    """Set the status of one of mine. Pressed twice, it says the same."""
    one_id, _, status = value.partition(":")
    one = await my_commitment(desk, one_id)
    if status not in STATUSES:
        raise Refusal(words.no_commitment(desk.language))
    one.status, one.updated_at = status, desk.now
    await plan_commitment(desk.db, one, desk.now)
    say = desk.language
    undo = Button(label=words.pick_up_again(say), action="commitment.status", value=f"{one.id}:intended")
    return Reply(
        card=Card(
            text=words.status_set(say, plan=said(one.cue, one.action, say), status=words.status(say, status)),
            buttons=(undo,) if status == "let_go" else (),
        ),
        replace=True,
    )


async def my_commitment(desk: Desk, value: str) -> Commitment:
    """One of mine, by id. Raises `Refusal`; somebody else's is not found."""
    found = await desk.db.get(Commitment, row_id(value))
    if found is None or found.person_id != desk.me.id:
        raise Refusal(words.no_commitment(desk.language))
    return found


async def _mine(desk: Desk) -> list[Commitment]:
    found = await desk.db.scalars(
        select(Commitment).where(Commitment.person_id == desk.me.id).order_by(col(Commitment.id).desc())
    )
    return list(found)


async def _cohort(desk: Desk, context: str) -> Cohort:
    return await my_cohort(desk, row_id(context)) if context else (await cohorts_to_write_in(desk))[0]


def _options(offered: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=text) for value, text in offered)
