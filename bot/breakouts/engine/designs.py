"""Schedules better than those that search finds: a small table, and fields to build more.

An entry holds only base rounds and the symmetry that unfolds them, in the manner of difference families: a
point is moved by every element of a small abelian group, and a round by a few of them. The test suite unfolds
each entry and checks every pair. Found by us: impose the symmetry, then search; the entry without a symmetry
is the best of a long annealing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

Schedule = list[list[list[int]]]


@dataclass(frozen=True)
class Design:
    """`rounds` rounds of `groups` groups of `size`, of points 0 … groups·size − 1, with `repeats` repeats."""

    groups: int
    size: int
    rounds: int
    repeats: int
    unfold: Callable[[], Schedule]


def _kirkman() -> Schedule:
    """Kirkman's fifteen schoolgirls: 2 × Z₇ and one fixed point, one base round, moved by Z₇."""
    base = ((13, 7, 0), (4, 8, 12), (6, 9, 11), (14, 1, 10), (5, 2, 3))
    return [
        [[p if p == 14 else p // 7 * 7 + (p + step - p // 7 * 7) % 7 for p in group] for group in base]
        for step in range(7)
    ]


_EIGHT_FOURS = (
    ((0, 11, 13, 22), (4, 9, 15, 18), (2, 21, 24, 30), (6, 17, 26, 28)),
    ((8, 15, 23, 30), (10, 13, 18, 27), (0, 7, 20, 24), (2, 5, 17, 29)),
    ((0, 1, 16, 17), (18, 23, 25, 28), (2, 7, 9, 12), (10, 11, 30, 31)),
    ((10, 20, 22, 28), (14, 16, 18, 24), (0, 2, 8, 31), (4, 6, 12, 27)),
    ((2, 14, 20, 23), (6, 10, 16, 19), (0, 9, 25, 26), (4, 13, 29, 30)),
)


def _eight_fours() -> Schedule:
    """Thirty-two people, ten rounds: four copies of Z₄ × Z₂ (8c + 2x + y), five base rounds.

    Each base round is invariant under the four elements (2i, j), which unfold its blocks, and is moved once
    by (1, 0). Everyone meets everyone except one person: a resolvable group-divisible design of type 2¹⁶.
    """
    rounds: Schedule = []
    for base in _EIGHT_FOURS:
        for step in (0, 1):
            blocks = {
                tuple(sorted(_shift(p, step + 2 * i, j) for p in block))
                for block in base
                for i in (0, 1)
                for j in (0, 1)
            }
            rounds.append([list(block) for block in sorted(blocks)])
    return rounds


def _shift(point: int, x: int, y: int) -> int:
    """A point of a copy of Z₄ × Z₂, moved by (x, y)."""
    copy, rest = divmod(point, 8)
    return 8 * copy + 2 * ((rest // 2 + x) % 4) + (rest + y) % 2


_SIX_SIXES = (
    "035430 124011 240203 311152 403344 552525",
    "021323 153232 204455 345541 412000 530114",
    "050051 105120 222534 313413 431245 544302",
    "002512 141404 233021 310335 454143 525250",
    "043105 132553 255310 314224 420442 501031",
)


def _six_sixes() -> Schedule:
    """Six rounds of six sixes: after the first, every group takes one place of each first group (one digit).

    Two orthogonal squares of order 6 do not exist, so that from the fourth round on repeats are unavoidable.
    """
    first = [[6 * group + place for place in range(6)] for group in range(6)]
    rest = [
        [[6 * group + int(place) for group, place in enumerate(word)] for word in words.split()]
        for words in _SIX_SIXES
    ]
    return [first, *rest]


TABLE: tuple[Design, ...] = (
    Design(5, 3, 7, 0, _kirkman),
    Design(8, 4, 10, 0, _eight_fours),
    Design(6, 6, 5, 12, lambda: _six_sixes()[:5]),
    Design(6, 6, 6, 18, _six_sixes),
)


def from_table(groups: int, size: int, rounds: int) -> Schedule | None:
    """A known design: the first rounds of one without repeats, or the best we know of for just so many."""
    for design in TABLE:
        fits = rounds <= design.rounds if not design.repeats else rounds == design.rounds
        if fits and (design.groups, design.size) == (groups, size):
            return design.unfold()[:rounds]
    return None


def prime_power_factors(number: int) -> list[tuple[int, int]]:
    """The number as prime powers: 12 → [(2, 2), (3, 1)]."""
    factors = []
    prime = 2
    while number > 1:
        power = 0
        while number % prime == 0:
            number //= prime
            power += 1
        if power:
            factors.append((prime, power))
        prime = prime + 1 if prime * prime <= number else max(prime + 1, number)
    return factors


@dataclass(frozen=True)
class Ring:
    """Elements 0 … n − 1 with tables to add and multiply: a product of finite fields.

    The first `units` elements differ from each other by elements that can be divided by; `units` is the
    smallest prime power among the factors of n.
    """

    size: int
    units: int
    add: Callable[[int, int], int]
    times: Callable[[int, int], int]


def ring_of(size: int) -> Ring:
    """The product of the fields of the prime powers that make up `size`."""
    fields = sorted(
        (_field(prime, power) for prime, power in prime_power_factors(size)), key=lambda f: f.size
    )

    def split(element: int) -> list[int]:
        """Each of the first `units` elements is itself in every field; the others fill up, in any order."""
        digits = []
        for field in fields:
            element, digit = divmod(element, field.size)
            digits.append(digit)
        if len(digits) > 1 and digits[0]:
            digits = [digits[0]] + [
                (d + digits[0]) % f.size for d, f in zip(digits[1:], fields[1:], strict=True)
            ]
        return digits

    parts = [split(element) for element in range(size)]
    whole = {tuple(digits): element for element, digits in enumerate(parts)}

    def add(a: int, b: int) -> int:
        return whole[tuple(f.add(x, y) for f, x, y in zip(fields, parts[a], parts[b], strict=True))]

    def times(a: int, b: int) -> int:
        return whole[tuple(f.times(x, y) for f, x, y in zip(fields, parts[a], parts[b], strict=True))]

    return Ring(size, fields[0].size if fields else 1, add, times)


def _field(prime: int, power: int) -> Ring:
    """The field with prime ** power elements; an element's digits in base `prime` are its coefficients."""
    size = prime**power
    if power == 1:
        return Ring(size, size, lambda a, b: (a + b) % size, lambda a, b: a * b % size)
    modulus = _irreducible(prime, power)
    digits = [[element // prime**i % prime for i in range(power)] for element in range(size)]

    def number(coefficients: Sequence[int]) -> int:
        return sum(c * prime**i for i, c in enumerate(coefficients))

    def add(a: int, b: int) -> int:
        return number([(x + y) % prime for x, y in zip(digits[a], digits[b], strict=True)])

    def times(a: int, b: int) -> int:
        return number(_remainder(_product(digits[a], digits[b], prime), modulus, prime))

    return Ring(size, size, add, times)


def _product(a: Sequence[int], b: Sequence[int], prime: int) -> list[int]:
    """Two polynomials multiplied, lowest power first."""
    out = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] = (out[i + j] + x * y) % prime
    return out


def _remainder(polynomial: Sequence[int], modulus: Sequence[int], prime: int) -> list[int]:
    """What is left after division by a polynomial whose highest coefficient is 1."""
    left = list(polynomial)
    degree = len(modulus) - 1
    while len(left) > degree:
        factor = left.pop()
        for i in range(degree):
            left[len(left) - degree + i] = (left[len(left) - degree + i] - factor * modulus[i]) % prime
    return left


def _irreducible(prime: int, power: int) -> list[int]:
    """The first polynomial of that degree that no polynomial of at most half its degree divides."""
    for low in product(range(prime), repeat=power):
        candidate = [*low, 1]
        divisors = ([*d, 1] for k in range(1, power // 2 + 1) for d in product(range(prime), repeat=k))
        if all(any(_remainder(candidate, divisor, prime)) for divisor in divisors):
            return candidate
    raise AssertionError("every degree has an irreducible polynomial")
