"""Finite fields and products of them: arithmetic in which differences can be divided by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product


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
