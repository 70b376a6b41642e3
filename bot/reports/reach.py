"""Who was reached: attendance, dose, completion, participations and unique people.

The definitions in plain values; a query over many rows must give the same numbers (`docs/formulas.md`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.statistics.formulas import Mean, Share

LEAST_MINUTES = Fraction(1, 2)
LEAST_DOSE = Fraction(3, 4)


@dataclass(frozen=True)
class AttendedMinutes:
    """One person attended one delivered session, which belongs to one project year (its label)."""

    person: str
    session: str
    project_year: str


@dataclass(frozen=True)
class YearReach:
    """Reach of one project year. A person active in two years counts once in each."""

    participations: int
    unique: int


@dataclass(frozen=True)
class Reach:
    """Participations and unique people, overall and by project year.

    Overall `unique` is not the sum of the years: a person counts once.
    """

    participations: int
    unique: int
    by_year: Mapping[str, YearReach]


@dataclass(frozen=True)
class CompletionCount:
    """Completers of attendees and of the enrolled, how many attended how often, and the mean."""

    of_attendees: Share
    of_enrolled: Share
    people_by_sessions: Mapping[int, int]
    sessions_per_attendee: Mean


def attended(minutes: float | None, session_minutes: float, marked: bool | None = None) -> bool:
    """At least half of the session's minutes, unless a facilitator or the person marked it either way."""
    if marked is not None:
        return marked
    return minutes is not None and minutes >= LEAST_MINUTES * Fraction(session_minutes)


def dose(sessions_attended: int, sessions_delivered: int) -> Share:
    """Attended ÷ delivered, for one person; cancelled sessions are not delivered."""
    return Share(sessions_attended, sessions_delivered)


def completed(sessions_attended: int, sessions_delivered: int, least: Fraction = LEAST_DOSE) -> bool:
    """Whether a dose is at least the completion rule of the series (75 % unless it says otherwise)."""
    if not sessions_delivered:
        return False
    return Fraction(sessions_attended, sessions_delivered) >= least


def completion(
    sessions_attended: Sequence[int],
    sessions_delivered: int,
    enrolled: int,
    least: Fraction = LEAST_DOSE,
) -> CompletionCount:
    """Of the enrolled people of one cohort: one number of sessions for each person who attended any.

    Zeros may be left out or given; ValueError when more people attended than enrolled, or more sessions than
    were delivered.
    """
    attendees = [number for number in sessions_attended if number]
    if any(not 0 <= number <= sessions_delivered for number in attendees):
        raise ValueError(f"nobody can attend more than {sessions_delivered} delivered sessions")
    completers = sum(completed(number, sessions_delivered, least) for number in attendees)
    if len(attendees) > enrolled:
        raise ValueError(f"{len(attendees)} attendees but {enrolled} enrolled; leave guests out")
    mean = sum(attendees) / len(attendees) if attendees else None
    return CompletionCount(
        of_attendees=Share(completers, len(attendees)),
        of_enrolled=Share(completers, enrolled),
        people_by_sessions=dict(sorted(Counter(attendees).items(), reverse=True)),
        sessions_per_attendee=Mean(mean, len(attendees)),
    )


def reach(attendances: Iterable[AttendedMinutes]) -> Reach:
    """Participations = distinct attended person-sessions; unique = distinct people.

    The identities of one human are merged and staff left out before; a repeated row counts once.
    """
    distinct = set(attendances)
    years = sorted({each.project_year for each in distinct})
    by_year = {
        year: YearReach(
            participations=len(
                {(each.person, each.session) for each in distinct if each.project_year == year}
            ),
            unique=len({each.person for each in distinct if each.project_year == year}),
        )
        for year in years
    }
    return Reach(
        participations=len({(each.person, each.session) for each in distinct}),
        unique=len({each.person for each in distinct}),
        by_year=by_year,
    )
