"""`stick`: the whole recall plan of a cohort as a calendar: the card, and what the page shows of it.

Nothing that was approved disappears unless a facilitator decided so: what is not asked stands on the page.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.learning.composing.recall import LEAST_ASKS, too_few
from bot.learning.gathering import sessions_of_cohort
from bot.learning.lookup import shown
from bot.learning.recall_plan import RecallPlan, recall_plan
from bot.learning.recall_shares import recall_shares, told
from bot.sessions.lookup import end_of
from prompts import dates
from prompts.text import Marked, marked, plain
from prompts.words import learning as words
from storage.series import Cohort
from storage.sessions import KeyIdea

STICK_PAGE = "stick"
"""The purpose of a link to the page."""
PAGE_LIFE = timedelta(days=60)


async def stick_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    return Reply(card=await calendar_card(ctx, cohort))


async def calendar_card(ctx: Context, cohort: Cohort) -> Card:
    """Every reminder with its day and its questions; below it what is on the page alone, and what is left
    out. A link leads to the same as a page, where each question has its own buttons."""
    language, plan = ctx.language, await recall_plan(ctx.db, cohort)
    if not plan.core:
        return empty_card(language, cohort)
    days = await days_of(ctx.db, cohort, plan)
    reminders = tuple(_reminder(language, plan, place, days) for place in range(1, len(plan.days) + 1))
    url = ctx.links.to(STICK_PAGE, cohort.id, ctx.me.id, ctx.now, PAGE_LIFE)
    page = Button(label=words.as_page(language), url=url)
    k = ctx.community.k_inside
    return Card(
        title=words.calendar_title(language, cohort=cohort.name),
        text=summary(language, plan),
        sections=(*reminders, *rest(language, plan), *await recalled(ctx.db, language, k, plan, days)),
        buttons=(*deciding_buttons(language, cohort, plan), page),
        context=words.calendar_context(language),
    )


def empty_card(language: str, cohort: Cohort) -> Card:
    return Card(title=words.calendar_title(language, cohort=cohort.name), text=words.calendar_empty(language))


def summary(language: str, plan: RecallPlan) -> Marked:
    told_of = words.calendar_decided if plan.decided else words.calendar_proposed
    return told_of(language, n=len(plan.core))


def deciding_buttons(language: str, cohort: Cohort, plan: RecallPlan) -> tuple[Button, ...]:
    choose = Button(label=words.choose_core(language), form="stick-core", value=str(cohort.id))
    move = Button(label=words.move_question(language), form="stick-move", value=str(cohort.id))
    keep = Button(
        label=words.keep_proposal(language), action="stick.keep", value=str(cohort.id), style="primary"
    )
    return (choose, move) if plan.decided else (keep, choose, move)


async def days_of(db: AsyncSession, cohort: Cohort, plan: RecallPlan) -> list[date | None]:
    """The reminders' days on the cohort's calendar; none while the series has no session."""
    sessions = await sessions_of_cohort(db, cohort.id)
    if not sessions:
        return [None for _ in plan.days]
    last = dates.in_zone(end_of(sessions[-1]), cohort.zone).date()
    return [last + timedelta(days=after) for after in plan.days]


def reminder_title(language: str, plan: RecallPlan, place: int, days: list[date | None]) -> str:
    day = days[place - 1]
    when = dates.day(language, day) if day is not None else words.days_after(language, n=plan.days[place - 1])
    return plain(words.reminder_on(language, number=place, day=when))


def _reminder(language: str, plan: RecallPlan, place: int, days: list[date | None]) -> Section:
    questions = [Marked("- ") + marked(question_in(idea, language)) for idea in plan.at(place)]
    text = Marked("\n").join(questions) or words.nothing_asked(language)
    return Section(title=reminder_title(language, plan, place, days), text=text)


def rest(language: str, plan: RecallPlan) -> list[Section]:
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
            text=Marked("\n").join(Marked("- ") + marked(idea_in(one, language)) for one in ideas),
        )
        for title, ideas in parts
        if ideas
    ]


async def recalled(
    db: AsyncSession, language: str, k: int, plan: RecallPlan, days: list[date | None]
) -> list[Section]:
    """What people recall, once anybody has said so."""
    shares = await recall_shares(db, plan)
    if not shares.by_idea:
        return []
    ideas = [
        words.recall_line(
            language, what=idea_in(one, language), share=told(shares.by_idea.get(one.id), k, language)
        )
        for one in plan.core
    ]
    times = [
        words.recall_line(
            language, what=on_day(language, place, days), share=told(shares.by_place.get(place), k, language)
        )
        for place in range(1, len(plan.days) + 1)
        if place in shares.by_place
    ]
    lists = ((words.recalled_by_idea(language), ideas), (words.recalled_by_time(language), times))
    return [
        Section(title=plain(title), text=Marked("\n").join([Marked("- ") + line for line in lines]))
        for title, lines in lists
    ]


def on_day(language: str, place: int, days: list[date | None]) -> str:
    day = days[place - 1]
    return f"{place}. {dates.day(language, day)}" if day is not None else f"{place}."


def question_in(idea: KeyIdea, language: str) -> str:
    return shown({code: parts.get("question", "") for code, parts in idea.text.items()}, language)


def idea_in(idea: KeyIdea, language: str) -> str:
    return shown({code: parts.get("idea", "") for code, parts in idea.text.items()}, language)
