"""The load that so many people and weeks would bring: messages by hour and zone, the busiest minute.

One cohort for each start moment is planned by the product's own planner, message by message, and counted as
often as there are cohorts with that start. Everybody is taken to attend, and nobody to answer before a
reminder, so the figures are upper bounds of what is sent; rows in the table are as many as planned.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.core.message_kinds import MessageKinds
from bot.nudges.cadence import Step
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.nudges.kinds import APART_MINUTES, MORNING_MINUTES
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession, ScheduledReader, SeriesSchedule
from bot.nudges.series_plan import plan
from bot.simulation.people import People, supposed_ids
from bot.timekeeping.readers_hours import HolidayCalendar, Reader
from bot.timekeeping.zones import first_moment

SESSION = timedelta(minutes=90)
COHORT_ZONE = "America/Los_Angeles"

Place = tuple[str, str]
"""IANA zone and two-letter state."""

PLACES: dict[Place, float] = {
    ("America/Los_Angeles", "WA"): 0.40,
    ("America/Los_Angeles", "OR"): 0.25,
    ("America/Boise", "ID"): 0.17,
    ("America/Los_Angeles", "ID"): 0.03,
    ("America/Boise", "OR"): 0.01,
    ("America/Anchorage", "AK"): 0.13,
    ("America/Adak", "AK"): 0.01,
}
"""Shares of people, roughly by population of the four states; Oregon and Idaho have two zones each."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who takes part and how. Shares are of those enrolled; sessions are weekly, at Pacific time."""

    people: int
    weeks: int
    cohort_size: int = 40
    first_day: date = date(2027, 2, 23)
    days: tuple[int, ...] = (0, 1, 2)
    """Days after `first_day` on which cohorts start."""
    hours: tuple[time, ...] = (time(9), time(12), time(15))
    presenters: int = 2
    partners_share: float = 0.3
    follow_up_share: float = 0.6
    commitments_share: float = 0.5
    """Of each session's people, who make a commitment at its end."""

    def __post_init__(self) -> None:
        if self.people < 1 or not 1 <= self.weeks <= 52 or not 2 <= self.cohort_size <= 1000:
            raise ValueError("give at least 1 person, 1 to 52 weeks, and cohorts of 2 to 1,000")

    @property
    def cohorts(self) -> float:
        return self.people / self.cohort_size

    @property
    def starts(self) -> tuple[datetime, ...]:
        """First sessions, UTC; cohorts spread evenly over them."""
        return tuple(
            first_moment(self.first_day + timedelta(days=day), hour, COHORT_ZONE)
            for day in self.days
            for hour in self.hours
        )


@dataclass
class Load:
    """Expected messages. Hours and minutes are UTC moments on the hour and minute."""

    by_kind: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    by_hour: dict[tuple[datetime, str], float] = field(default_factory=lambda: defaultdict(float))
    """By hour and the reader's zone (a channel's is its cohort's)."""
    by_minute: dict[datetime, float] = field(default_factory=lambda: defaultdict(float))
    posts: float = 0
    """Of all, those that go to a channel."""

    @property
    def total(self) -> float:
        return sum(self.by_kind.values())

    @property
    def busiest_minute(self) -> tuple[datetime, float]:
        return max(self.by_minute.items(), key=lambda each: (each[1], each[0]))

    def busiest_hours(self, most: int) -> list[tuple[datetime, float]]:
        hours: dict[datetime, float] = defaultdict(float)
        for (hour, _), count in self.by_hour.items():
            hours[hour] += count
        return sorted(hours.items(), key=lambda each: (-each[1], each[0]))[:most]


def expected_load(scenario: Scenario, kinds: MessageKinds, steps: Sequence[Step] = DEFAULT_CADENCE) -> Load:
    """Plan one cohort for each start, and count it as often as there are such cohorts."""
    load = Load()
    times = scenario.cohorts / len(scenario.starts)
    people = recipients(scenario)
    zones = {person.id: person.reader.zone for person in people}
    for start in scenario.starts:
        planned = plan(schedule(scenario, start), people, steps, kinds)
        for nudge in planned:
            if nudge.step.delivery != "none":
                _count(load, nudge, zones.get(nudge.person_id or "", COHORT_ZONE), times)
    return load


def expected_people(
    scenario: Scenario, kinds: MessageKinds, steps: Sequence[Step] = DEFAULT_CADENCE
) -> People:
    """What each person of one cohort a start gets, and was told to expect."""
    found, dice = People(kinds), random.Random(scenario.people)
    people = recipients(scenario)
    for start in scenario.starts:
        planned = plan(schedule(scenario, start), people, steps, kinds)
        found.count(planned, _foretold(scenario, start, people, steps, kinds), dice)
    return found


def _foretold(
    scenario: Scenario,
    start: datetime,
    people: Sequence[ScheduledReader],
    steps: Sequence[Step],
    kinds: MessageKinds,
) -> list[Planned]:
    """The plan from which people are told at joining what to expect: nobody has committed to anything yet."""
    ahead = schedule(scenario, start)
    takers = [person.id for person in people if person.enrolled]
    made = tuple(
        CommitmentMade(name, person, ahead.sessions[session].end_utc + timedelta(minutes=1))
        for name, session, person in supposed_ids(len(ahead.sessions), takers)
    )
    return plan(replace(ahead, commitments=made), people, steps, kinds)


def _count(load: Load, nudge: Planned, zone: str, times: float) -> None:
    minute = nudge.at_utc.replace(second=0, microsecond=0)
    load.by_kind[nudge.step.kind] += times
    load.by_hour[minute.replace(minute=0), zone] += times
    load.by_minute[minute] += times
    if nudge.person_id is None:
        load.posts += times


def recipients(scenario: Scenario) -> list[ScheduledReader]:
    """One cohort's people, spread over the places, and its presenters."""
    places = list(_spread(scenario.cohort_size))
    people = [
        ScheduledReader(
            id=f"p{number}",
            reader=Reader(zone, None, HolidayCalendar("US", state)),
            partners_opted_in=_among(number, scenario.partners_share),
            followup_opted_in=_among(number, scenario.follow_up_share),
            morning=timedelta(minutes=number * APART_MINUTES % MORNING_MINUTES),
        )
        for number, (zone, state) in enumerate(places)
    ]
    reader = Reader(COHORT_ZONE, None, HolidayCalendar("US", "WA"))
    return people + [ScheduledReader(f"r{n}", reader, enrolled=False) for n in range(scenario.presenters)]


def schedule(scenario: Scenario, start: datetime) -> SeriesSchedule:
    """Weekly sessions from `start` on, at the same Pacific time; commitments made at each session's end."""
    channel = Reader(COHORT_ZONE, None, HolidayCalendar())
    local = channel.local(start)
    presenters = frozenset(f"r{n}" for n in range(scenario.presenters))
    moments = [
        first_moment(local.date() + timedelta(weeks=week), local.time(), COHORT_ZONE)
        for week in range(scenario.weeks)
    ]
    sessions = tuple(
        PlannedSession(f"s{week}", at, at + SESSION, COHORT_ZONE, presenters)
        for week, at in enumerate(moments)
    )
    makers = [n for n in range(scenario.cohort_size) if _among(n, scenario.commitments_share)]
    commitments = tuple(
        CommitmentMade(f"{session.id}c{n}", f"p{n}", session.end_utc) for session in sessions for n in makers
    )
    return SeriesSchedule("1", channel, sessions, commitments)


def _spread(size: int) -> Iterator[Place]:
    """By largest remainder; a cohort with room has somebody in each place, however rare."""
    least = 1 if size >= 2 * len(PLACES) else 0
    whole = {place: max(least, int(share * size)) for place, share in PLACES.items()}
    while (missing := size - sum(whole.values())) != 0:
        step = 1 if missing > 0 else -1
        furthest = max(PLACES, key=lambda place: step * (PLACES[place] * size - whole[place]))
        whole[furthest] += step
    for place, number in whole.items():
        yield from [place] * number


def _among(number: int, share: float) -> bool:
    """Whether this person is one of the share, spread evenly over the cohort and so over its zones."""
    return int((number + 1) * share) > int(number * share)
