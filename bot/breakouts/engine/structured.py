"""Schedules that a rule writes down at once, with no search and no repeat."""

from __future__ import annotations

from bot.breakouts.engine.designs import Schedule, from_table
from bot.breakouts.engine.fields import prime_power_factors, ring_of


def circle(people: int, rounds: int) -> Schedule:
    """Pairs for an even number of people: one stays, the others walk around a circle.

    Nobody repeats within people − 1 rounds; after that the circle starts again, so that everyone has met
    everyone before a third meeting.
    """
    return [circle_round(people, turn) for turn in range(rounds)]


def circle_round(people: int, turn: int) -> list[list[int]]:
    """One turn of the circle."""
    last = people - 1
    at = turn % last
    return [[last, at], *([(at + k) % last, (at - k) % last] for k in range(1, people // 2))]


def latin(groups: int, size: int, rounds: int) -> Schedule | None:
    """Rows of `groups` people; each group takes one of each row, row i moved by k·i in round k.

    Two rows meet differently in every round as long as (k − k′)(i − i′) is never 0, which plain numbers
    promise while (rounds − 1)(size − 1) < groups, and finite fields for up to as many rounds as the smallest
    prime power among the factors of `groups`. People of one row never meet: when a row can itself be grouped,
    it gives more rounds.
    """
    fields = min((prime**power for prime, power in prime_power_factors(groups)), default=1)
    numbers = (groups - 1) // (size - 1) + 1
    units = fields if size <= fields else 1
    plain = numbers >= min(rounds, units)
    most = numbers if plain else units
    if rounds <= most:
        return _rows(groups, size, rounds, plain=plain)
    if groups % size or (groups == size and rounds - most > 1):
        return None
    within = structured(groups, groups // size, rounds - most)
    if within is None:
        return None
    across = [
        [[row * groups + place for place in group] for row in range(size) for group in round_]
        for round_ in within
    ]
    return _rows(groups, size, most, plain=plain) + across


def _rows(groups: int, size: int, rounds: int, *, plain: bool) -> Schedule:
    """Group t of round k holds, of row i, the person at t + k·i."""
    if plain:
        return [
            [[i * groups + (t + k * i) % groups for i in range(size)] for t in range(groups)]
            for k in range(rounds)
        ]
    ring = ring_of(groups)
    moved = [[ring.times(k, i) for i in range(size)] for k in range(rounds)]
    return [
        [[i * groups + ring.add(t, moved[k][i]) for i in range(size)] for t in range(groups)]
        for k in range(rounds)
    ]


def structured(people: int, groups: int, rounds: int) -> Schedule | None:
    """A schedule of points 0 … people − 1 without avoidable repeats, or None when no rule fits."""
    found = method_and_schedule(people, groups, rounds)
    return found[1] if found else None


def method_and_schedule(
    people: int, groups: int, rounds: int, *, rows: bool = False
) -> tuple[str, Schedule] | None:
    """The same, with the name of the rule: "whole", "circle", "design" or "latin".

    `rows` asks for the Latin rule where it answers: its rows suit one lead for every group.
    """
    if groups < 1 or people % groups:
        return None
    size = people // groups
    if size == 1 or groups == 1:
        whole = [[g * size + i for i in range(size)] for g in range(groups)]
        return "whole", [whole for _ in range(rounds)]
    if size == 2:
        return "circle", circle(people, rounds)
    known = from_table(groups, size, rounds)
    rule = latin(groups, size, rounds) if known is None or rows else None
    if rule is not None:
        return "latin", rule
    return ("design", known) if known is not None else None
