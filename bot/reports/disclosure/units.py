"""What is known of each cohort besides its tables: who could have completed, which pairs could have met."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb

from bot.reports.disclosure.register import Register, Room, Unit, persons
from bot.reports.disclosure.worlds import Ties
from bot.reports.reach import completed

_NOT = "not"
_APART = "\x1f"

CELLS: Mapping[str, Callable[[str], str | None]] = {
    "completion": str,
    "pairs": lambda kind: _NOT if kind == _NOT else "met",
    "ties": lambda kind: None if kind == _NOT else kind.split(_APART)[0],
    "across_states": lambda kind: None if kind == _NOT else kind.split(_APART)[1],
    "across_organisations": lambda kind: None if kind == _NOT else kind.split(_APART)[2],
}
"""Where each table counts a kind."""
_TABLES = tuple(
    Ties(name, frozenset(), frozenset()) for name in ("ties", "across_states", "across_organisations")
)


def completion_of(series: int, attended: Mapping[int, Sequence[int]], sessions: int, least: Fraction) -> Unit:
    """Of a cohort: by person the numbers (0, 1 …) of the sessions that they attended, of so many.

    Who came to the last session could have been others of those who had come before: as many came to every
    session then, each person to the same series, and all that was said while it ran is the same.
    """
    last = sessions - 1
    done = sum(completed(len(mine), sessions, least) for mine in attended.values())
    before = {person: len(mine) - (last in mine) for person, mine in attended.items()}
    came = [person for person, times in before.items() if times]
    deciding = {
        person
        for person in came
        if completed(before[person] + 1, sessions, least) and not completed(before[person], sessions, least)
    }
    seats = sum(last in attended[person] for person in came)
    taken = sum(last in attended[person] for person in deciding)
    fewest = done - taken + max(0, seats - (len(came) - len(deciding)))
    most = done - taken + min(len(deciding), seats)
    people = len(attended)
    return Unit(
        series,
        {"completed": done, _NOT: people - done},
        {"completed": fewest, _NOT: people - most},
        {"completed": most, _NOT: people - fewest},
    )


def fixed(unit: Unit) -> Unit:
    """Where its numbers are known."""
    return Unit(unit.series, unit.counts, unit.counts, unit.counts)


def meetings_of(register: Register) -> list[Unit]:
    """Of each cohort: how many pairs met, by the groups of both, and how many did not."""
    return [_meetings(register, room) for room in register.rooms]


def _meetings(register: Register, room: Room) -> Unit:
    states, organisations = register.groups["state"], register.groups["organisation"]
    told = [(states[person], organisations[person]) for person in persons(room.people)]
    most: Counter[str] = Counter()
    alike = Counter(told)
    for one, other in combinations_with_replacement(sorted(alike), 2):
        pairs = comb(alike[one], 2) if one == other else alike[one] * alike[other]
        if pairs:
            most[_kind(one, other)] += pairs
    met = Counter(
        _kind((states[one], organisations[one]), (states[other], organisations[other]))
        for one, other in room.pairs
    )
    possible = comb(len(told), 2)
    counts = {**met, _NOT: possible - met.total()}
    return Unit(room.series, counts, {}, {**most, _NOT: possible})


def _kind(one: tuple[str, str], other: tuple[str, str]) -> str:
    states, organisations = (one[0], other[0]), (one[1], other[1])
    return _APART.join(ties.cell(states, organisations) for ties in _TABLES)


def completion_units(
    attended: Iterable[tuple[int, int, int, int]],
    sessions: Mapping[int, Sequence[int]],
    shares: Mapping[int, Fraction],
    ended_last: frozenset[int],
) -> list[Unit]:
    """From (series, cohort, person, session), each cohort's sessions in order, each series' rule, and the
    cohorts whose last session was the end of their series: others were told of while it ran."""
    found: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    place = {session: number for mine in sessions.values() for number, session in enumerate(mine)}
    for series, cohort, person, session in attended:
        found[series, cohort][person].append(place[session])
    units = []
    for (series, cohort), people in found.items():
        unit = completion_of(series, people, len(sessions[cohort]), shares[series])
        units.append(unit if cohort in ended_last else fixed(unit))
    return units
