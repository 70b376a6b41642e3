"""What an agenda tells of a series, each fact certain or asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bot.timekeeping.zones import occurrences

QuestionKind = Literal[
    "title",
    "two_titles",
    "no_sessions",
    "no_date",
    "weekday",
    "year",
    "day_or_month",
    "impossible_date",
    "moved",
    "same_day",
    "out_of_order",
    "range_of_days",
    "no_start",
    "am_or_pm",
    "two_starts",
    "no_zone",
    "unclear_zone",
    "standard_or_daylight",
    "zones_disagree",
    "skipped_time",
    "repeated_time",
    "no_minutes",
    "two_lengths",
    "end_before_start",
    "presenter_open",
    "name_or_title",
    "parts_sum",
    "count",
    "how_many",
    "how_often",
    "cancelled",
    "link_only",
    "unreadable",
]


@dataclass(frozen=True, slots=True)
class AgendaQuestion:
    """What is not certain. `about` names the facts, such as ``sessions.2.date`` (numbers from 1) or ``title``;
    `said` is what the file says; `choices` are values of the fact, the likeliest first, empty where none is
    likelier than another; `open` may be left for later."""

    kind: QuestionKind
    about: tuple[str, ...]
    said: str = ""
    choices: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class AgendaPart:
    """A segment: its kind is didactic, breakout, case or plenary."""

    minutes: int
    kind: str
    title: str = ""
    presenter: str = ""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session. `start` is a wall-clock time in `zone` (IANA). A fact named in `asked` is the likeliest
    reading, or None, until its question is answered; one that is None and not asked is not in the file."""

    number: int
    date: dt.date | None = None
    start: dt.time | None = None
    zone: str | None = None
    minutes: int | None = None
    title: str | None = None
    presenters: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    segments: tuple[AgendaPart, ...] = ()
    cancelled: bool = False
    link: str = ""
    asked: tuple[str, ...] = ()
    where: str = ""
    """The place in the file, such as ``line 4`` or ``table 1, row 2``."""

    @property
    def starts_at(self) -> dt.datetime | None:
        """The moment in UTC, when date, start and zone are known and name exactly one."""
        if self.date is None or self.start is None or self.zone is None:
            return None
        moments = occurrences(self.date, self.start, self.zone)
        return moments[0] if len(moments) == 1 else None

    @property
    def ends(self) -> dt.datetime | None:
        begins = self.starts_at
        return None if begins is None or self.minutes is None else begins + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class RosterFacts:
    """How many people the series is for, the file that names them, and whether this very file does."""

    people: int | None = None
    file: str = ""
    is_this_file: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """The facts of one file or text, and what has to be asked."""

    title: str | None = None
    goals: tuple[str, ...] = ()
    """Objectives of the series as a whole."""
    sessions: tuple[SessionFacts, ...] = ()
    roster: RosterFacts = field(default_factory=RosterFacts)
    without_session: tuple[dt.date, ...] = ()
    """Days that the file names as days without a session."""
    language: str = "en"
    asked: tuple[str, ...] = ()
    questions: tuple[AgendaQuestion, ...] = ()

    @property
    def to_answer(self) -> tuple[AgendaQuestion, ...]:
        """The questions that must be answered before the series can be made."""
        return tuple(question for question in self.questions if not question.open)


def as_json(agenda: Agenda) -> dict[str, Any]:
    """The facts as plain values: dates as ISO days, times as HH:MM, moments in UTC."""
    return {
        "title": agenda.title,
        "goals": list(agenda.goals),
        "language": agenda.language,
        "asked": list(agenda.asked),
        "sessions": [_session_json(session) for session in agenda.sessions],
        "without_session": [day.isoformat() for day in agenda.without_session],
        "roster": asdict(agenda.roster),
        "questions": [asdict(question) for question in agenda.questions],
    }


def _session_json(session: SessionFacts) -> dict[str, Any]:
    begins = session.starts_at
    return {
        **asdict(session),
        "date": session.date.isoformat() if session.date else None,
        "start": f"{session.start:%H:%M}" if session.start else None,
        "starts_at": begins.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if begins else None,
    }
