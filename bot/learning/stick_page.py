"""The recall calendar as a page: a grid of ideas and reminders, and every question with its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Button, Card, Section, pack
from bot.core.lookup import staff_of
from bot.learning.composing.recall import MOST_ON_A_CARD
from bot.learning.recall_plan import RecallPlan, recall_plan
from bot.learning.stick_calendar import (
    days_of,
    deciding_buttons,
    empty_card,
    idea_in,
    question_in,
    recalled,
    reminder_title,
    rest,
    summary,
)
from prompts import dates
from prompts.text import marked
from prompts.words import learning as words
from storage.people import Community, Person
from storage.series import Cohort, Series


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`card` has a section for each reminder and each of its questions. `days` head the grid's columns;
    `rows` are its ideas, each with whether the reminder of a column asks it."""

    card: Card
    days: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[bool, ...]], ...] = ()


async def calendar_page(db: AsyncSession, cohort_id: int, reader: Person) -> CalendarPage | None:
    """None when the reader may not run the cohort (any more), or there is none."""
    cohort = await db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != reader.community_id or reader.deleted_at is not None:
        return None
    series = await db.get_one(Series, cohort.series_id)
    if reader.id not in await staff_of(db, series, "facilitator", "administrator"):
        return None
    community = await db.get_one(Community, cohort.community_id)
    language, plan = reader.language, await recall_plan(db, cohort)
    if not plan.core:
        return CalendarPage(empty_card(language, cohort))
    days = await days_of(db, cohort, plan)
    places = range(1, len(plan.days) + 1)
    shares = await recalled(db, language, community.k_inside, plan, days)
    sections = [one for place in places for one in _reminder(language, cohort, plan, place, days)]
    card = Card(
        title=words.calendar_title(language, cohort=cohort.name),
        text=summary(language, plan),
        sections=(*sections, *rest(language, plan), *shares),
        buttons=deciding_buttons(language, cohort, plan),
        context=words.calendar_context(language),
    )
    rows = tuple(
        (idea_in(one, language), tuple(place in plan.places[one.id] for place in places)) for one in plan.core
    )
    return CalendarPage(card, tuple(_heading(language, plan, place, days) for place in places), rows)


def _heading(language: str, plan: RecallPlan, place: int, days: list[date | None]) -> str:
    day = days[place - 1]
    return str(dates.day(language, day) if day else words.days_after(language, n=plan.days[place - 1]))


def _reminder(
    language: str, cohort: Cohort, plan: RecallPlan, place: int, days: list[date | None]
) -> list[Section]:
    """Its day, each question with the ways to move it, and what could be asked there too."""
    asked = plan.at(place)
    text = words.nothing_asked(language) if not asked else marked("")
    room = [one for one in plan.core if one not in asked] if len(asked) < MOST_ON_A_CARD else []
    also = tuple(
        _button(words.ask_here_too(language, idea=idea_in(one, language))[:75], cohort, one.id, 0, place)
        for one in room
    )
    head = Section(title=reminder_title(language, plan, place, days), text=text)
    questions = [
        Section(
            text=marked(question_in(one, language)),
            buttons=_ways(language, cohort, one.id, place, len(plan.days), plan.places[one.id]),
        )
        for one in asked
    ]
    return [head, *questions, *([Section(buttons=also)] if also else [])]


def _ways(
    language: str, cohort: Cohort, idea: int, place: int, last: int, asked: tuple[int, ...]
) -> tuple[Button, ...]:
    """To the reminder before or after, unless that asks it already; or out of this one."""
    earlier = _button(words.ask_earlier(language), cohort, idea, place, place - 1)
    later = _button(words.ask_later(language), cohort, idea, place, place + 1)
    out = _button(words.leave_out(language), cohort, idea, place, 0)
    return (
        *((earlier,) if place > 1 and place - 1 not in asked else ()),
        *((later,) if place < last and place + 1 not in asked else ()),
        out,
    )


def _button(label: str, cohort: Cohort, idea: int, came: int, to: int) -> Button:
    return Button(label=label, action="stick.place", value=pack(cohort.id, idea, came, to))
