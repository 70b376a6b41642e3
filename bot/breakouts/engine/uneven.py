"""Schedules for groups that do not come out even, made from those that do.

Leave seats of a larger schedule empty (23 people in fours are 24 less one), or let a few more people join
groups of a smaller one (31 in fives are 30 and one who is the sixth of a group in every round).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.breakouts.engine.designs import Schedule
from bot.breakouts.engine.structured import method_and_schedule

TRIES = 20_000
"""How many choices are looked at before giving up: a part of a second."""


def uneven(people: int, groups: int, rounds: int, *, rows: bool = False) -> tuple[str, Schedule] | None:
    """A schedule with few repeats for groups of two sizes, and its method; None when none is found.

    Groups of the larger size come first. With `rows` the first `groups` people are one in every group.
    """
    size, more = divmod(people, groups)
    if not more or size < 2:
        return None
    ways = (
        _emptied(groups, size + 1, rounds, groups - more, rows=rows),
        _joined(groups, size, rounds, more, rows=rows),
    )
    found = [way for way in ways if way is not None]
    if not found:
        return None
    method, schedule = min(found, key=lambda way: _repeats(way[1], people))
    return method, [sorted(round_, key=len, reverse=True) for round_ in schedule]


def _repeats(schedule: Schedule, people: int) -> int:
    """Meetings of two who had met in the schedule already."""
    met = [0] * people
    again = 0
    for round_ in schedule:
        for group in round_:
            together = sum(1 << person for person in group)
            for person in group:
                again += (met[person] & together).bit_count() - (met[person] >> person & 1)
                met[person] |= together
    return again // 2


def _emptied(groups: int, size: int, rounds: int, empty: int, *, rows: bool) -> tuple[str, Schedule] | None:
    """A schedule of groups of `size` with so many seats left empty: those of points that never meet."""
    base = method_and_schedule(groups * size, groups, rounds, rows=rows)
    if base is None:
        return None
    gone = _strangers(base[1], groups * size, empty)
    if gone is None:
        return None
    number = {point: i for i, point in enumerate(p for p in range(groups * size) if p not in gone)}
    left = [[[number[p] for p in group if p in number] for group in round_] for round_ in base[1]]
    return base[0], left


def _strangers(schedule: Schedule, points: int, wanted: int) -> set[int] | None:
    """So many points of which no two ever meet, from the last ones on."""
    met = [1 << point for point in range(points)]
    for round_ in schedule:
        for group in round_:
            together = sum(1 << point for point in group)
            for point in group:
                met[point] |= together
    tries = 0

    def choose(below: int, free: int, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        nonlocal tries
        tries += 1
        if len(chosen) == wanted or tries > TRIES:
            return chosen if len(chosen) == wanted else None
        for point in range(below - 1, wanted - len(chosen) - 2, -1):
            if free >> point & 1:
                found = choose(point, free & ~met[point], (*chosen, point))
                if found is not None or tries > TRIES:
                    return found
        return None

    found = choose(points, (1 << points) - 1, ())
    return None if found is None else set(found)


def _joined(groups: int, size: int, rounds: int, more: int, *, rows: bool) -> tuple[str, Schedule] | None:
    """A schedule of groups of `size` that so many more people join, each in every round a group with as few
    people as can be whom they joined before."""
    base = method_and_schedule(groups * size, groups, rounds, rows=rows)
    if base is None:
        return None
    schedule = [[list(group) for group in round_] for round_ in base[1]]
    masks = [[sum(1 << point for point in group) for group in round_] for round_ in schedule]
    taken: list[set[int]] = [set() for _ in schedule]
    for newcomer in range(groups * size, groups * size + more):
        for turn, group in enumerate(_strange_groups(masks, taken)):
            taken[turn].add(group)
            schedule[turn][group].append(newcomer)
    return base[0], schedule


def _strange_groups(masks: Sequence[Sequence[int]], taken: Sequence[set[int]]) -> list[int]:
    """A group of every round that nobody joined yet, which share as few people as can be: branch and
    bound.
    """
    best: list[int] = [min(set(range(len(round_))) - used) for round_, used in zip(masks, taken, strict=True)]
    least = sum(mask.bit_count() for round_ in masks for mask in round_)
    tries = 0

    def go_on(chosen: list[int], met: int, cost: int) -> None:
        nonlocal best, least, tries
        tries += 1
        if len(chosen) == len(masks):
            best, least = chosen, cost
            return
        turn = len(chosen)
        free = [g for g in range(len(masks[turn])) if g not in taken[turn]]
        for again, group in sorted(((masks[turn][g] & met).bit_count(), g) for g in free):
            if cost + again >= least or tries >= TRIES:
                return
            go_on([*chosen, group], met | masks[turn][group], cost + again)

    go_on([], 0, 0)
    return best


def evened(schedule: Schedule, present: Sequence[Sequence[int]], sizes: Sequence[Sequence[int]]) -> Schedule:
    """The schedule without those who are absent, and as few others moved as make the sizes wanted."""
    return [
        _evened_round([[p for p in group if p in here] for group in round_], round_sizes)
        for round_, here, round_sizes in zip(schedule, map(set, present), sizes, strict=True)
    ]


def _evened_round(groups: list[list[int]], sizes: Sequence[int]) -> list[list[int]]:
    groups = sorted(groups, key=len, reverse=True)
    wanted = sorted(sizes, reverse=True)
    loose = [person for group, size in zip(groups, wanted, strict=True) for person in group[size:]]
    kept = [group[:size] for group, size in zip(groups, wanted, strict=True)]
    for group, size in zip(kept, wanted, strict=True):
        while len(group) < size:
            group.append(loose.pop())
    return kept
