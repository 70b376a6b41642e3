"""The questions that an agenda left, as one form, and their answers as facts. Pure but for the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from bot.agendas import Agenda, AgendaQuestion, SessionFacts
from bot.agendas.wording import question_words
from bot.core.field_error import FieldError, unread
from bot.core.forms import Field, Option, Values
from bot.starting.drafts import DraftPlan
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts import dates
from prompts.text import plain
from prompts.words import starting as words

DATES = frozenset(
    {
        "no_date",
        "weekday",
        "moved",
        "impossible_date",
        "same_day",
        "out_of_order",
        "range_of_days",
        "day_or_month",
    }
)
TIMES = frozenset(
    {"no_start", "am_or_pm", "two_starts", "standard_or_daylight", "zones_disagree", "skipped_time"}
)
ZONES = frozenset({"no_zone", "unclear_zone"})
LENGTHS = frozenset({"no_minutes", "two_lengths", "end_before_start"})
MOST_QUESTIONS = 24
LONGEST_SESSION = 12 * 60
MOST_SESSIONS = 60


def question_fields(agenda: Agenda, language: str) -> tuple[Field, ...]:
    """One field for each question that must be answered; the likeliest answer stands in it."""
    fields: list[Field] = []
    for number, question in enumerate(agenda.to_answer[:MOST_QUESTIONS], start=1):
        fields += _fields(f"q{number}", question, language)
    return tuple(fields)


def _fields(name: str, question: AgendaQuestion, language: str) -> list[Field]:
    label = plain(question_words(question, language))
    first = question.choices[0] if question.choices else None
    if question.kind in DATES:
        hint = ", ".join(dates.day(language, date.fromisoformat(one)) for one in question.choices)
        return [Field(name=name, kind="date", label=label, initial=first, hint=hint)]
    if question.kind in TIMES:
        return [Field(name=name, kind="time", label=label, initial=first, hint=", ".join(question.choices))]
    if question.kind in ZONES:
        return [
            Field(name=name, kind="text", label=label, initial=first, hint=words.zone_hint(language), most=80)
        ]
    if question.kind in LENGTHS:
        initial = int(first) if first and first.isdecimal() else None
        return [
            Field(name=name, kind="number", label=label, lowest=1, highest=LONGEST_SESSION, initial=initial)
        ]
    if question.kind in {"how_many", "how_often"}:
        return [
            Field(name=name, kind="number", label=label, lowest=1, highest=MOST_SESSIONS),
            Field(
                name=f"{name}b",
                kind="number",
                label=words.weeks_between(language),
                lowest=1,
                highest=12,
                initial=1,
            ),
        ]
    if question.kind == "title":
        return [Field(name=name, kind="text", label=label, most=120)]
    return [Field(name=name, kind="choice", label=label, options=_options(question, language))]


def _options(question: AgendaQuestion, language: str) -> tuple[Option, ...]:
    if question.kind == "year":
        return tuple(Option(value=one, label=one) for one in question.choices)
    if question.kind == "repeated_time":
        return (
            Option(value="first", label=words.the_first(language)),
            Option(value="second", label=words.the_second(language)),
        )
    if question.kind == "name_or_title":
        return (
            Option(value="presenter", label=words.a_presenter(language)),
            Option(value="title", label=words.a_title(language)),
        )
    return (
        Option(value="yes", label=words.complete(language)),
        Option(value="no", label=words.not_complete(language)),
    )


def answered(plan: DraftPlan, values: Values, language: str) -> DraftPlan:
    """The plan with every question answered. Raises `FieldError` for an answer that does not fit."""
    agenda = plan.agenda
    second = list(plan.second_of_two)
    for number, question in enumerate(agenda.to_answer[:MOST_QUESTIONS], start=1):
        name = f"q{number}"
        given: Any = values[name]
        if question.kind in {"how_many", "how_often"}:
            agenda = _repeated(agenda, int(given), int(values[f"{name}b"] or 1))  # type: ignore[arg-type]
        elif question.kind == "count" and given == "no":
            raise FieldError(name, words.send_again(language))
        elif question.kind == "repeated_time" and given == "second":
            second += _numbers(question)
        elif question.kind == "title" and question.about == ("title",):
            agenda = replace(agenda, title=" ".join(str(given).split()))
        else:
            agenda = _apply(agenda, question, _checked(name, question, given, language))
    left = tuple(question for question in agenda.questions if question.open)
    sessions = tuple(replace(one, asked=_still_asked(one, left)) for one in agenda.sessions)
    agenda = replace(agenda, questions=left, asked=(), sessions=_in_order(sessions))
    return replace(plan, agenda=agenda, second_of_two=tuple(second))


def _checked(name: str, question: AgendaQuestion, given: Any, language: str) -> Any:
    if question.kind in ZONES:
        read = parse_zone(str(given))
        if isinstance(read, Misread):
            raise FieldError(name, unread(language, read))
        return read
    return given


def _numbers(question: AgendaQuestion) -> list[int]:
    found = (re.match(r"sessions\.(\d+)", one) for one in question.about)
    return sorted({int(one[1]) for one in found if one})


def _apply(agenda: Agenda, question: AgendaQuestion, given: Any) -> Agenda:
    """One answer for every session it is about."""
    changes = _changes(question, given, agenda)
    meant = set(_numbers(question))
    sessions = tuple(changes(one) if one.number in meant else one for one in agenda.sessions)
    return replace(agenda, sessions=sessions)


def _changes(question: AgendaQuestion, given: Any, agenda: Agenda) -> Callable[[SessionFacts], SessionFacts]:
    if question.kind in DATES:
        return lambda one: replace(one, date=given)
    if question.kind in TIMES:
        return lambda one: replace(one, start=_plain_time(given))
    if question.kind in ZONES:
        return lambda one: replace(one, zone=given)
    if question.kind in LENGTHS:
        return lambda one: replace(one, minutes=given)
    if question.kind == "year":
        first = min((one.date.year for one in agenda.sessions if one.date), default=int(given))
        return lambda one: replace(one, date=_moved(one.date, int(given) - first))
    if question.kind == "name_or_title" and given == "presenter":
        return lambda one: replace(one, presenters=(one.title or "",), title=None)
    return lambda one: one


def _plain_time(given: Any) -> time:
    return given if isinstance(given, time) else time.fromisoformat(str(given))


def _moved(day: date | None, years: int) -> date | None:
    """The same day some years later; 29 February becomes the 28th."""
    if day is None or not years:
        return day
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _repeated(agenda: Agenda, count: int, weeks: int) -> Agenda:
    """The first session, that many times."""
    if not agenda.sessions or agenda.sessions[0].date is None:
        return agenda
    first = agenda.sessions[0]
    days = [agenda.sessions[0].date + timedelta(weeks=weeks * step) for step in range(count)]
    return replace(
        agenda,
        sessions=tuple(replace(first, number=number, date=day) for number, day in enumerate(days, start=1)),
    )


def _still_asked(session: SessionFacts, left: Iterable[AgendaQuestion]) -> tuple[str, ...]:
    prefix = f"sessions.{session.number}."
    return tuple(name.removeprefix(prefix) for one in left for name in one.about if name.startswith(prefix))


def _in_order(sessions: tuple[SessionFacts, ...]) -> tuple[SessionFacts, ...]:
    """By day and time, numbered anew."""
    ordered = sorted(sessions, key=lambda one: (one.date or date.max, one.start or time.max))
    return tuple(replace(one, number=number) for number, one in enumerate(ordered, start=1))


def unanswered(agenda: Agenda) -> Mapping[int, str]:
    """What still keeps a session from being made, by its number: the first fact that is missing."""
    needed = ("date", "start", "zone", "minutes")
    return {
        one.number: name
        for one in agenda.sessions
        for name in [next((name for name in needed if getattr(one, name) is None), "")]
        if name
    }
