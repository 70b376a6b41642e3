"""What facilitators decide about a recall plan: which ideas come back, when, and which are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import select

from bot.core.button_values import unpack
from bot.core.cards import pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import cohort_by_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.learning.composing.recall import MOST_CORE, MOST_ON_A_CARD, dealt
from bot.learning.recall_plan import CORE, DROPPED, PAGE, RecallPlan, recall_plan
from bot.learning.stick_calendar import calendar_card, days_of, idea_in, on_day
from prompts.text import plain
from prompts.words import learning as words
from storage.learning import RecallChoice
from storage.series import Cohort
from storage.sessions import KeyIdea

NOWHERE = "0"


async def keep_pressed(ctx: Context, value: str) -> Reply:
    """Take the plan as proposed; from now on it is somebody's decision."""
    cohort = await _cohort(ctx, value)
    plan = await recall_plan(ctx.db, cohort)
    await _decide(ctx, cohort, plan, [one.id for one in plan.core], ())
    return Reply(card=await calendar_card(ctx, cohort), replace=True)


async def core_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    cohort = await _cohort(ctx, context)
    plan = await recall_plan(ctx.db, cohort)
    language = ctx.language
    ideas = _approved(plan)
    if not ideas:
        raise Refusal(words.calendar_empty(language))
    options = tuple(Option(value=str(one.id), label=idea_in(one, language)[:75]) for one in ideas)
    return Form(
        name="stick-core",
        title=words.core_title(language),
        submit=words.save(language),
        context=str(cohort.id),
        intro=words.core_intro(language, most=MOST_CORE),
        fields=(
            Field(name="core", kind="choices", label=words.core_label(language), options=options,
                  most=MOST_CORE, initial=tuple(str(one.id) for one in plan.core)),
            Field(name="dropped", kind="choices", label=words.drop_label(language), options=options,
                  required=False, hint=words.drop_hint(language),
                  initial=tuple(str(one.id) for one in plan.dropped)),
        ),
    )  # fmt: skip


async def core_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort = await _cohort(ctx, context)
    plan = await recall_plan(ctx.db, cohort)
    core, dropped = _ids(values["core"]), _ids(values["dropped"])
    if both := set(core) & set(dropped):
        name = next(idea_in(one, ctx.language) for one in _approved(plan) if one.id in both)
        return Reply(errors={"dropped": plain(words.core_and_dropped(ctx.language, idea=name))})
    await _decide(ctx, cohort, plan, core, dropped)
    return Reply(card=await calendar_card(ctx, cohort))


async def move_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """One question from one reminder to another; where that has its two already, they change places."""
    cohort = await _cohort(ctx, context)
    plan = await recall_plan(ctx.db, cohort)
    language = ctx.language
    if not plan.core:
        raise Refusal(words.calendar_empty(language))
    days = await days_of(ctx.db, cohort, plan)
    asked = tuple(
        Option(
            value=pack(idea.id, place),
            label=f"{on_day(language, place, days)} · {idea_in(idea, language)}"[:75],
        )
        for place in range(1, len(plan.days) + 1)
        for idea in plan.at(place)
    )
    to = tuple(Option(value=str(at), label=on_day(language, at, days)) for at in range(1, len(plan.days) + 1))
    leave_out = Option(value=NOWHERE, label=words.leave_out(language))
    return Form(
        name="stick-move",
        title=words.move_question(language),
        submit=words.save(language),
        context=str(cohort.id),
        intro=words.move_question_intro(language),
        fields=(
            Field(name="question", kind="choice", label=words.which_question(language), options=asked),
            Field(name="to", kind="choice", label=words.where_to(language), options=(*to, leave_out)),
        ),
    )


async def move_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort = await _cohort(ctx, context)
    plan = await recall_plan(ctx.db, cohort)
    idea_id, came = unpack(str(values["question"]), int, int)
    places = _moved(plan, idea_id, came, int(str(values["to"])))
    if places is None:
        return Reply(errors={"to": plain(words.asks_it_already(ctx.language))})
    if not any(places.values()):
        return Reply(errors={"to": plain(words.one_question_stays(ctx.language))})
    core = [one.id for one in plan.core]
    await _decide(ctx, cohort, plan, core, [one.id for one in plan.dropped], places)
    return Reply(card=await calendar_card(ctx, cohort))


async def place_pressed(ctx: Context, value: str) -> Reply:
    """On the page: one question to the reminder before or after, out of one, or onto one more."""
    cohort_id, idea, here, there = unpack(value, str, int, int, int)
    cohort = await _cohort(ctx, cohort_id)
    plan = await recall_plan(ctx.db, cohort)
    places = range(len(plan.days) + 1)
    if idea not in plan.places or here not in places or there not in places:
        raise Refusal(words.not_found(ctx.language))
    if here and here not in plan.places[idea]:
        raise Refusal(words.moved_already(ctx.language))
    moved = _moved(plan, idea, here, there)
    if moved is None:
        raise Refusal(words.asks_it_already(ctx.language))
    if not any(moved.values()):
        raise Refusal(words.one_question_stays(ctx.language))
    await _decide(ctx, cohort, plan, [one.id for one in plan.core], [one.id for one in plan.dropped], moved)
    return Reply(card=await calendar_card(ctx, cohort), replace=True)


def _moved(plan: RecallPlan, idea: int, came: int, to: int) -> dict[int, list[int]] | None:
    """The places after the move from `came` (0: from nowhere) to `to` (0: left out); None when the reminder
    asks it already, or has its two and there is nothing to change places with."""
    places = {one: list(where) for one, where in plan.places.items()}
    if to in places[idea]:
        return None if to != came else places
    if came:
        places[idea].remove(came)
    if to:
        there = [one for one, where in places.items() if to in where]
        if len(there) >= MOST_ON_A_CARD:
            goes = next((one for one in there if came and came not in places[one]), None)
            if goes is None:
                return None
            places[goes].remove(to)
            places[goes].append(came)
        places[idea].append(to)
    return {one: sorted(where) for one, where in places.items()}


async def _decide(
    ctx: Context,
    cohort: Cohort,
    plan: RecallPlan,
    core: list[int],
    dropped: list[int] | tuple[int, ...],
    places: Mapping[int, Sequence[int]] | None = None,
) -> None:
    """Write a row for every approved idea, so that each is somebody's decision."""
    found = await ctx.db.scalars(select(RecallChoice).where(RecallChoice.cohort_id == cohort.id))
    known = {one.idea_id: one for one in found}
    own = (
        {one: list(where) for one, where in dealt(core, len(plan.days)).items()} if places is None else places
    )
    for position, idea in enumerate(_approved(plan)):
        number = idea.id
        row = known.get(number) or RecallChoice(
            cohort_id=cohort.id, idea_id=number, role=PAGE, decided_by_id=ctx.me.id,
            decided_at=ctx.now,
        )  # fmt: skip
        row.role = CORE if number in core else DROPPED if number in dropped else PAGE
        row.places = list(own.get(number, ())) if row.role == CORE else []
        row.position = core.index(number) if number in core else MOST_CORE + position
        row.decided_by_id, row.decided_at = ctx.me.id, ctx.now
        ctx.db.add(row)
    ctx.audit("recall_plan_decided", f"cohort:{cohort.id}", core=core, dropped=list(dropped))
    await ctx.db.flush()


def _approved(plan: RecallPlan) -> list[KeyIdea]:
    found = {one.id: one for one in (*plan.core, *plan.page, *plan.dropped)}
    return [found[number] for number in sorted(found)]


def _ids(value: object) -> list[int]:
    return [int(one) for one in value] if isinstance(value, tuple) else []


async def _cohort(ctx: Context, value: str) -> Cohort:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort
