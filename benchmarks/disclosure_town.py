"""Random communities whose reports are published week by week, by the code that publishes them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from benchmarks.disclosure_auditor import Pattern, Printed, Reached
from bot.reports.counting import Counts
from bot.reports.disclosure.register import Register, Room
from bot.reports.hiding import hide_everything
from bot.reports.proving import hide_and_prove
from bot.reports.scopes import Places, Scope
from bot.reports.shown import PEOPLE, Shown

START = date(2027, 1, 4)
WEEKS = 52
STATES = (("WA", 40), ("OR", 25), ("ID", 12), ("AK", 6), ("", 8))
ROLES = (("Counselor", 40), ("Peer", 25), ("Nurse", 15), ("Leader", 5), ("", 8))


@dataclass(slots=True)
class Town:
    """`came`: (series, week) of every session to (person → whether they attended)."""

    people: list[dict[str, str]]
    places: Places
    sessions: dict[int, list[int]]
    """By series: the weeks of its sessions; a session counts from the next week's cut on."""
    came: dict[tuple[int, int], set[int]]
    met: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def over(self, series: int) -> int:
        """The week of the first cut at which a series is over."""
        return self.sessions[series][-1] + 1

    def first_week(self, person: int, series: int) -> int | None:
        """The week of the first cut that counts this person in this series."""
        weeks = [week + 1 for week in self.sessions[series] if person in self.came[series, week]]
        return min(weeks, default=None)

    def patterns(self) -> set[Pattern]:
        found = set()
        for person in range(len(self.people)):
            weeks = {series: self.first_week(person, series) for series in self.sessions}
            found.add(frozenset((series, week) for series, week in weeks.items() if week is not None))
        return found - {frozenset()}


def made(seed: int) -> Town:
    """Three to seven series in two projects and two years; some people come to several."""
    draw = random.Random(seed)
    size = draw.randint(30, 120)
    people = [
        {
            "state": _one(draw, STATES), "role": _one(draw, ROLES), "setting": "",
            "organisation": f"Org {draw.randrange(25)}" if draw.random() < 0.8 else "",
        }
        for _ in range(size)
    ]  # fmt: skip
    series = range(1, draw.randint(3, 7) + 1)
    starts = sorted(draw.randint(0, WEEKS - 8) for _ in series)
    sessions = {one: [starts[one - 1] + week for week in range(draw.randint(1, 4))] for one in series}
    places = Places(
        {one: draw.randint(1, 2) for one in series},
        {one: 1 if sessions[one][0] < WEEKS // 2 else 2 for one in series},
        {one: one for one in series},
        {1: START + timedelta(weeks=WEEKS // 2 + 3), 2: START + timedelta(weeks=WEEKS - 2)},
    )
    town = Town(people, places, sessions, {})
    for one in series:
        crowd = draw.sample(range(size), draw.randint(6, min(45, size)))
        for week in sessions[one]:
            town.came[one, week] = {person for person in crowd if draw.random() < 0.85}
        together = (
            [crowd[place : place + 4] for place in range(0, len(crowd), 4)] if draw.random() < 0.5 else []
        )
        town.met[one] = [
            pair for group in together for pair in combinations(sorted(group), 2)
            if all(town.first_week(person, one) for person in pair)
        ]  # fmt: skip
    return town


def _one(draw: random.Random, shares: tuple[tuple[str, int], ...]) -> str:
    return draw.choices([name for name, _ in shares], [share for _, share in shares])[0]


@dataclass(slots=True)
class Publication:
    """All that a town published, and how long its longest cut took."""

    tables: dict[str, list[Printed]] = field(default_factory=lambda: {name: [] for name in PEOPLE})
    sizes: list[Reached] = field(default_factory=list)
    withheld: int = 0
    proved: bool = True
    seconds: float = 0.0


def counts_at(town: Town, week: int) -> Counts:
    """The true counts of every report at a cut."""
    counts = Counts()
    counts.over = frozenset(one for one in town.sessions if town.over(one) <= week)
    for series, weeks in town.sessions.items():
        counted = [one for one in weeks if one < week]
        for scope in town.places.of_series(series) if counted else ():
            times = sum(len(town.came[series, one]) for one in counted)
            counts.add(scope, "events", {"events": len(counted)})
            counts.add(scope, "size", {"participations": times})
        for one in counted:
            session = Scope("session", series * 100 + one)
            counts.series_of_session[session.row] = series
            counts.add(session, "size", {"people": len(town.came[series, one])})
    for scope in town.places.scopes():
        if scope in counts.tables:
            counts.add(scope, "size", {"people": len(reached(town, scope, week))})
        counted_now = reached(town, scope, week, counts.over)
        for name in ("state", "role", "organisation") if counted_now else ():
            counts.add(scope, name, Counter(town.people[person][name] for person in counted_now))
        _add_ties(town, counts, scope)
    return counts


def _add_ties(town: Town, counts: Counts, scope: Scope) -> None:
    pairs = [pair for one in town.places.series_in(scope) if one in counts.over for pair in town.met[one]]
    for one, other in pairs:
        mine, theirs = sorted((town.people[one]["state"], town.people[other]["state"]))
        counts.add(scope, "ties", {f"{mine}|{theirs}": 1})
        across = "unknown" if not mine else "within" if mine == theirs else "across"
        counts.add(scope, "across_states", {across: 1})


def reached(town: Town, scope: Scope, week: int, only: frozenset[int] | None = None) -> set[int]:
    """Who was counted in a scope at a cut, in series `only`."""
    return {
        person
        for series in town.places.series_in(scope)
        if only is None or series in only
        for session in town.sessions[series]
        if session < week
        for person in town.came[series, session]
    }


def register_of(town: Town) -> Register:
    members = {
        series: sum(1 << person for person in {p for w in weeks for p in town.came[series, w]})
        for series, weeks in town.sessions.items()
    }
    over_on = {series: START + timedelta(weeks=town.over(series)) for series in town.sessions}
    groups = {name: [person[name] for person in town.people] for name in PEOPLE}
    rooms = [Room(series, members[series], frozenset(town.met[series])) for series in town.sessions]
    return Register(groups, members, over_on, rooms)


def published(
    town: Town, k: int, proving: bool = True
) -> Iterator[tuple[int, dict[tuple[Scope, str], Shown], bool]]:
    """(week, tables that are new or changed, whether proved) of every weekly cut."""
    earlier: dict[tuple[Scope, str], list[Shown]] = {}
    register = register_of(town)
    proved = True
    for week in range(1, WEEKS + 1):
        cut = START + timedelta(weeks=week)
        counts = counts_at(town, week)
        if not counts.tables:
            continue
        both = (k, max(11, k))
        if proving:
            snapshot, proved = hide_and_prove(counts, town.places, earlier, both, "", register, cut, proved)
        else:
            snapshot, proved = hide_everything(counts, town.places, earlier, both, "", register, cut), False
        new = {}
        for key, table in snapshot.items():
            if key not in earlier or earlier[key][-1] != table:
                dated = Shown(table.counts, table.inside, table.outside, cut)
                earlier.setdefault(key, []).append(dated)
                new[key] = dated
        yield week, new, proved
