"""A cohort's planned messages as a calendar: weeks of days, on the cohort's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.console.mattering import awaits_approval
from bot.console.naming import names_session
from bot.console.planned_groups import Group
from bot.core.lookup import title_in
from prompts import dates
from prompts.kind_titles import kind_title
from prompts.text import Marked, plain
from prompts.words import series_page as words
from storage.series import Cohort
from storage.sessions import Session, SessionStatus

NEAR_WEEKS = 3
"""Weeks that stand open; those after them are folded away until somebody asks for them."""
_MONDAY_TO_SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One message on the calendar. `id` is the row by which buttons name it; `name` is whole, `kind` and the
    number of its `session` are what a day has room for; `at` is a wall-clock time (``09:00``) and `shown_at`
    the same for people; `state` is empty, ``held`` or ``approval``."""

    id: int
    name: str
    kind: Marked
    session: int | None
    day: date
    at: str
    shown_at: str
    copies: int
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """`sessions` are named as people know them, each with its time."""

    on: date
    label: str
    sessions: tuple[str, ...]
    messages: tuple[PlannedMessage, ...]
    is_today: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    label: Marked
    days: tuple[Day, ...]

    @property
    def ids(self) -> set[int]:
        """The messages in it."""
        return {one.id for day in self.days for one in day.messages}


def planned(
    language: str, group: Group, name: Marked, zone: str, numbers: Mapping[int | None, int]
) -> PlannedMessage:
    """`numbers` are those of the sessions, by row id."""
    nudge, local = group.nudge, dates.in_zone(group.nudge.due_at, zone)
    state = "approval" if awaits_approval(group) else "held" if group.held else ""
    return PlannedMessage(
        id=nudge.id,
        name=plain(name),
        kind=kind_title(language, nudge.kind),
        session=numbers.get(nudge.session_id) if names_session(nudge) else None,
        day=local.date(),
        at=f"{local:%H:%M}",
        shown_at=dates.clock_time(language, nudge.due_at, zone),
        copies=group.copies,
        state=state,
    )


def weeks_of(
    language: str,
    cohort: Cohort,
    messages: Sequence[PlannedMessage],
    sessions: Iterable[Session],
    now: datetime,
) -> list[Week]:
    """This week, and each week to come with a message; sessions stand on their days. Pure."""
    today = dates.in_zone(now, cohort.zone).date()
    meetings = _by_day(language, sessions, cohort.zone)
    by_day: dict[date, list[PlannedMessage]] = {}
    for one in sorted(messages, key=lambda one: (one.day, one.at, one.name)):
        by_day.setdefault(max(one.day, today), []).append(one)
    begins = sorted({_monday(day) for day in (today, *by_day)})
    return [_week(language, monday, by_day, meetings, today) for monday in begins]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _by_day(language: str, sessions: Iterable[Session], zone: str) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for one in sessions:
        if one.status != SessionStatus.CANCELLED:
            at = dates.clock_time(language, one.starts_at, zone)
            told = words.session_at(language, number=one.number, title=title_in(one.title, language), at=at)
            found.setdefault(dates.in_zone(one.starts_at, zone).date(), []).append(plain(told))
    return found


def _week(
    language: str,
    monday: date,
    by_day: Mapping[date, Sequence[PlannedMessage]],
    meetings: Mapping[date, Sequence[str]],
    today: date,
) -> Week:
    days = tuple(
        Day(
            on,
            dates.day(language, on),
            tuple(meetings.get(on, ())),
            tuple(by_day.get(on, ())),
            is_today=on == today,
            is_over=on < today,
        )
        for on in (monday + timedelta(days=step) for step in _MONDAY_TO_SUNDAY)
    )
    return Week(words.week_of(language, day=dates.day(language, monday)), days)
