"""Known schedules better than those that search finds: base rounds, and the symmetry that unfolds them.

The points of a design are copies of a small cyclic group Z_m and a few fixed points: point c·m + x is element
x of copy c, and the fixed points come last. A base round, moved by every element of Z_m (x → x + 1 modulo m),
gives m rounds. A crossing block has one point in every copy; moved by every element it is a round by itself.
This is how difference families are written (Handbook of Combinatorial Designs, Colbourn and Dinitz, 2007).
Every entry was found by us, by annealing on the base round alone; the source says who proved that such a
schedule exists. The test suite unfolds each entry and checks every pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.breakouts.engine.base_rounds import BASES, EIGHT_FOURS, FOUR_TIMES_SIX_SIXES, SIX_SIXES, Base

Schedule = list[list[list[int]]]


@dataclass(frozen=True)
class Design:
    """`rounds` rounds of `groups` groups of `size`, of points 0 … groups·size − 1, with `repeats` repeats."""

    groups: int
    size: int
    rounds: int
    repeats: int
    source: str
    unfold: Callable[[], Schedule]


def _blocks(text: str) -> list[list[int]]:
    """Blocks as they stand in the table: "0.1.5 3.14.17"."""
    return [[int(point) for point in block.split(".")] for block in text.split()]


def unfolded(base: Base) -> Schedule:
    """All rounds of an entry: each base round moved by every element, then a round per crossing block."""

    def moved(block: list[int], step: int) -> list[int]:
        turning = base.modulus * base.copies
        return [
            p if p >= turning else p - p % base.modulus + (p + step) % base.modulus for p in block
        ]  # p and p % modulus: a copy starts at a multiple of the modulus

    steps = range(base.modulus)
    turned = [[moved(block, step) for block in _blocks(one)] for one in base.rounds for step in steps]
    return turned + [[moved(block, step) for step in steps] for block in _blocks(base.crossing)]


def _eight_fours() -> Schedule:
    """Thirty-two people, ten rounds: four copies of Z₄ × Z₂ (8c + 2x + y), five base rounds.

    Each base round is invariant under the four elements (2i, j), which unfold its blocks, and is moved once
    by (1, 0). Everyone meets everyone except one person: a resolvable group-divisible design of type 2¹⁶.
    """
    rounds: Schedule = []
    for base in EIGHT_FOURS:
        for step in (0, 1):
            blocks = {
                tuple(sorted(_shift(p, step + 2 * i, j) for p in block))
                for block in _blocks(base)
                for i in (0, 1)
                for j in (0, 1)
            }
            rounds.append([list(block) for block in sorted(blocks)])
    return rounds


def _shift(point: int, x: int, y: int) -> int:
    """A point of a copy of Z₄ × Z₂, moved by (x, y)."""
    copy, rest = divmod(point, 8)
    return 8 * copy + 2 * ((rest // 2 + x) % 4) + (rest + y) % 2


def _six_sixes() -> Schedule:
    """Six rounds of six sixes: after the first, every group takes one place of each first group (one digit).

    Two orthogonal squares of order 6 do not exist, so that from the fourth round on repeats are unavoidable.
    """
    first = [[6 * group + place for place in range(6)] for group in range(6)]
    rest = [
        [[6 * group + int(place) for group, place in enumerate(word)] for word in words.split()]
        for words in SIX_SIXES
    ]
    return [first, *rest]


def _of(base: Base) -> Design:
    rounds = base.modulus * len(base.rounds) + len(base.crossing.split())
    return Design(base.groups, base.size, rounds, 0, base.source, lambda: unfolded(base))


TABLE: tuple[Design, ...] = (
    *(_of(base) for base in BASES),
    Design(8, 4, 10, 0, "A. Aguado 2004", _eight_fours),
    Design(6, 6, 4, 2, "the best of a long annealing", lambda: list(map(_blocks, FOUR_TIMES_SIX_SIXES))),
    Design(6, 6, 5, 12, "the best of a long annealing", lambda: _six_sixes()[:5]),
    Design(6, 6, 6, 18, "the best of a long annealing", _six_sixes),
)


def from_table(groups: int, size: int, rounds: int) -> Schedule | None:
    """A known design: the first rounds of one without repeats, or the best we know of for just so many."""
    for design in TABLE:
        fits = rounds <= design.rounds if not design.repeats else rounds == design.rounds
        if fits and (design.groups, design.size) == (groups, size):
            return design.unfold()[:rounds]
    return None
