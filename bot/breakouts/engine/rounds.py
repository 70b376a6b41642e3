"""One round at a time: seat greedily, then swap with a tabu list until nothing worse than mix is left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.breakouts.engine.problem import NEVER, Ints, Problem
from bot.breakouts.engine.seating import Seating

SEATINGS = 6
SWEEP_SWAPS = 3_000
SWEPT_WHOLE = 1_000
LOT_FROM = 300


def make_round(
    problem: Problem, present: Sequence[int], sizes: Sequence[int], seed: Sequence[int], effort: float = 1.0
) -> list[list[int]] | None:
    """The groups of the next round, or None when the units and locks could not even be seated.

    Never-pairs may still be left in it when there is no other way; the caller looks.
    """
    best: list[list[int]] | None = None
    least = 0
    for attempt in range(SEATINGS):
        rng = np.random.default_rng([*seed, attempt])
        seating = Seating(problem, present, sizes, rng)
        if not _seat_everyone(seating):
            continue
        seating.price()
        settled = _settle(seating, effort)
        if problem.traits or problem.recent:
            _spread(seating, effort)
        total = seating.total()
        if best is None or total < least:
            best, least = seating.groups(), total
        if settled or (least < NEVER and len(present) > 200):
            break
    return best


def _seat_everyone(seating: Seating) -> bool:
    """Locked people, then units, then whoever has most people to avoid, each where it costs least."""
    problem, rng = seating.problem, seating.rng
    foes = [max(len(problem.foes.get(person, ())) for person in item) for item in seating.items]
    luck = rng.random(len(seating.items))
    order = sorted(
        range(len(seating.items)),
        key=lambda i: (
            not seating.fixed[i],
            -seating.item_size[i],
            not seating.item_leads[i],
            -foes[i],
            luck[i],
        ),
    )
    room = seating.room
    by_lot = len(order) > LOT_FROM and not problem.traits and not problem.shares
    drawn = {item for item in order if by_lot and _careless(seating, item)}
    for item in (item for item in order if item not in drawn):
        if seating.fixed[item]:
            wanted = {problem.locks[person] for person in seating.items[item] if person in problem.locks}
            group = wanted.pop()
            if wanted or not 0 <= group < len(room) or room[group] < seating.item_size[item]:
                return False
        else:
            open_groups = np.flatnonzero(room >= seating.item_size[item])
            if not len(open_groups):
                return False
            cost = seating.joining(item)[open_groups] * 4 - np.minimum(room[open_groups], 3)
            group = int(open_groups[np.argmin(cost + rng.random(len(cost)))])
        seating.seat(item, group)
    seats = np.repeat(np.arange(len(room)), room)
    seats = seats[np.lexsort((rng.random(len(seats)), 1 - seating.odd[seats]))]
    in_turn = sorted(drawn, key=lambda i: (seating.turn_cost[i], luck[i]))
    for item, seat in zip(in_turn, seats.tolist(), strict=False):
        seating.seat(item, seat)
    return True


def _careless(seating: Seating, item: int) -> bool:
    """Whether the item may be drawn by lot in a large room: the few who then sit badly are swapped later."""
    people = seating.items[item]
    needed = seating.lead_price and seating.item_leads[item]
    return not (seating.fixed[item] or len(people) > 1 or needed or people[0] in seating.problem.foes)


def _settle(seating: Seating, effort: float) -> bool:
    """Tabu search: swap whoever sits badly with the best partner, even uphill, but not straight back."""
    rng = seating.rng
    steps = int(effort * min(4_000, 150 + 12 * len(seating.items)))
    until = np.zeros((len(seating.items), len(seating.sizes)), dtype=np.int32)
    total = least = seating.total()
    best = seating.item_group.copy()
    for step in range(1, steps + 1):
        hot = seating.hot_items()
        if not len(hot):
            return True
        item = int(hot[rng.integers(len(hot))])
        changes = seating.swap_changes(item)
        home = int(seating.item_group[item])
        tabu = (until[item, seating.item_group] > step) | (until[:, home] > step)
        changes = changes + (tabu & (total + changes >= least)) * (NEVER * 1_000)
        other = int(np.argmin(changes + rng.random(len(changes))))
        if changes[other] >= NEVER * 1_000:
            continue
        until[item, home] = until[other, seating.item_group[other]] = step + 4 + int(rng.integers(8))
        seating.swap(item, other)
        total += int(changes[other])
        if total < least:
            least, best = total, seating.item_group.copy()
    _return_to(seating, best)
    return False


def _spread(seating: Seating, effort: float) -> None:
    """Better the mix: swap only downhill, everyone in turn, until a whole turn changes nothing."""
    left = int(SWEEP_SWAPS * effort * min(1.0, SWEPT_WHOLE / len(seating.items)))
    while left > 0:
        changed = False
        for item in seating.rng.permutation(len(seating.items)).tolist():
            if seating.fixed[item]:
                continue
            left -= 1
            changes = seating.swap_changes(item)
            other = int(np.argmin(changes))
            if changes[other] < 0:
                seating.swap(item, other)
                changed = True
            if left <= 0:
                return
        if not changed:
            return


def _return_to(seating: Seating, item_group: Ints) -> None:
    """Seat everyone as they sat at the best moment."""
    seating.seated = [[] for _ in seating.sizes]
    seating.room[:] = seating.sizes
    seating.lead_count[:] = 0
    for item, group in enumerate(item_group.tolist()):
        seating.seat(item, group)
    seating.price()
