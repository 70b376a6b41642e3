"""`stick`: the whole recall plan of a cohort as a calendar, to choose, move, swap and drop.

Nothing that was approved disappears unless a facilitator decided so: what is not asked stands on the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import cohort_by_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.learning.composing.recall import LEAST_ASKS, MOST_CORE, MOST_ON_A_CARD, dealt, too_few
from bot.learning.gathering import sessions_of_cohort
from bot.learning.lookup import shown
from bot.learning.recall_plan import CORE, DROPPED, PAGE, RecallPlan, recall_plan
from bot.learning.recall_shares import recall_shares, told
from bot.sessions.lookup import end_of
from prompts import dates
from prompts.text import Marked, marked, plain
from prompts.words import learning as words
from storage.learning import RecallChoice
from storage.series import Cohort
from storage.sessions import KeyIdea

NOWHERE = "0"


async def stick_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    return Reply(card=await calendar_card(ctx, cohort))


async def calendar_card(ctx: Context, cohort: Cohort) -> Card:
    """Every reminder with its day and its questions; below it what is on the page alone, and what is left
    out."""
    language, plan = ctx.language, await recall_plan(ctx.db, cohort)
    if not plan.core:
        return Card(
            title=words.calendar_title(language, cohort=cohort.name), text=words.calendar_empty(language)
        )
    days = await _days(ctx, cohort, plan)
    reminders = tuple(_reminder(language, plan, place, days) for place in range(1, len(plan.days) + 1))
    choose = Button(label=words.choose_core(language), form="stick-core", value=str(cohort.id))
    move = Button(label=words.move_question(language), form="stick-move", value=str(cohort.id))
    keep = Button(
        label=words.keep_proposal(language), action="stick.keep", value=str(cohort.id), style="primary"
    )
    return Card(
        title=words.calendar_title(language, cohort=cohort.name),
        text=(words.calendar_decided if plan.decided else words.calendar_proposed)(
            language, n=len(plan.core)
        ),
        sections=(*reminders, *_rest(language, plan), *await _recalled(ctx, plan, days)),
        buttons=(choose, move) if plan.decided else (keep, choose, move),
        context=words.calendar_context(language),
    )


async def _days(ctx: Context, cohort: Cohort, plan: RecallPlan) -> list[date | None]:
    """The reminders' days on the cohort's calendar; none while the series has no session."""
    sessions = await sessions_of_cohort(ctx.db, cohort.id)
    if not sessions:
        return [None for _ in plan.days]
    last = dates.in_zone(end_of(sessions[-1]), cohort.zone).date()
    return [last + timedelta(days=after) for after in plan.days]


def _reminder(language: str, plan: RecallPlan, place: int, days: list[date | None]) -> Section:
    questions = [Marked("- ") + marked(_question(idea, language)) for idea in plan.at(place)]
    day = days[place - 1]
    when = dates.day(language, day) if day is not None else words.days_after(language, n=plan.days[place - 1])
    title = words.reminder_on(language, number=place, day=when)
    return Section(title=plain(title), text=Marked("\n").join(questions) or words.nothing_asked(language))


def _rest(language: str, plan: RecallPlan) -> list[Section]:
    """What is asked too rarely, what waits for a decision, what is on the page, what is left out."""
    few = [idea for one in too_few(plan.places) if (idea := plan.idea(one)) is not None]
    parts = (
        (words.asked_too_rarely(language, n=LEAST_ASKS), few),
        (words.undecided_title(language), plan.undecided),
        (words.page_only_title(language), [one for one in plan.page if one not in plan.undecided]),
        (words.dropped_title(language), plan.dropped),
    )
    return [
        Section(
            title=plain(title),
            text=Marked("\n").join(Marked("- ") + marked(_idea(one, language)) for one in ideas),
        )
        for title, ideas in parts
        if ideas
    ]


async def _recalled(ctx: Context, plan: RecallPlan, days: list[date | None]) -> list[Section]:
    """What people recall, once anybody has said so."""
    language, k, shares = ctx.language, ctx.community.k_inside, await recall_shares(ctx.db, plan)
    if not shares.by_idea:
        return []
    ideas = [
        words.recall_line(
            language, what=_idea(one, language), share=told(shares.by_idea.get(one.id), k, language)
        )
        for one in plan.core
    ]
    times = [
        words.recall_line(
            language,
            what=_on(language, place, days),
            share=told(shares.by_place.get(place), k, language),
        )
        for place in range(1, len(plan.days) + 1)
        if place in shares.by_place
    ]
    lists = ((words.recalled_by_idea(language), ideas), (words.recalled_by_time(language), times))
    return [
        Section(title=plain(title), text=Marked("\n").join([Marked("- ") + line for line in lines]))
        for title, lines in lists
    ]


def _question(idea: KeyIdea, language: str) -> str:
    return shown({code: parts.get("question", "") for code, parts in idea.text.items()}, language)


def _idea(idea: KeyIdea, language: str) -> str:
    return shown({code: parts.get("idea", "") for code, parts in idea.text.items()}, language)


# --- deciding -------------------------------------------------------------------------------------------


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
    options = tuple(Option(value=str(one.id), label=_idea(one, language)[:75]) for one in ideas)
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
        name = next(_idea(one, ctx.language) for one in _approved(plan) if one.id in both)
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
    days = await _days(ctx, cohort, plan)
    asked = tuple(
        Option(
            value=f"{idea.id}:{place}", label=f"{_on(language, place, days)} · {_idea(idea, language)}"[:75]
        )
        for place in range(1, len(plan.days) + 1)
        for idea in plan.at(place)
    )
    to = tuple(Option(value=str(at), label=_on(language, at, days)) for at in range(1, len(plan.days) + 1))
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


def _on(language: str, place: int, days: list[date | None]) -> str:
    day = days[place - 1]
    return f"{place}. {dates.day(language, day)}" if day is not None else f"{place}."


async def move_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort = await _cohort(ctx, context)
    plan = await recall_plan(ctx.db, cohort)
    idea_id, _, came = str(values["question"]).partition(":")
    places = _moved(plan, int(idea_id), int(came), int(str(values["to"])))
    if places is None:
        return Reply(errors={"to": plain(words.asks_it_already(ctx.language))})
    core = [one.id for one in plan.core]
    await _decide(ctx, cohort, plan, core, [one.id for one in plan.dropped], places)
    return Reply(card=await calendar_card(ctx, cohort))


def _moved(plan: RecallPlan, idea: int, came: int, to: int) -> dict[int, list[int]] | None:
    """The places after the move; None when the reminder asks it already."""
    places = {one: list(where) for one, where in plan.places.items()}
    if to in places[idea]:
        return None if to != came else places
    places[idea].remove(came)
    if to:
        there = [one for one, where in places.items() if to in where]
        if len(there) >= MOST_ON_A_CARD:
            goes = next((one for one in there if came not in places[one]), None)
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
