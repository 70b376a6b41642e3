"""How many groups, and how large."""

from __future__ import annotations

from bot.breakouts.engine.model import Clash, Rules

TALK = 3
"""The fewest people whom a group made smaller than the wish may have, unless pairs were wished for."""


def group_count(people: int, rules: Rules) -> int:
    """The number of groups for so many people.

    With a size: the number whose sizes come nearest to it, summed over the groups (15 by 4: three fours and a
    three; 29 by 5: five fives and a four); of two that are as near, the fewer and larger groups, which bear
    an absence better. A left-over person joins a group where the rest alone would be fewer than three (23 by
    3: five threes and two fours), unless a group would grow beyond size + 1 (5 by 3: a three and a two).
    Raises `Clash` when nobody can be grouped.
    """
    if people < 2:
        raise Clash("A breakout needs at least two people.", ("people",))
    if rules.groups is not None:
        if rules.groups < 1:
            raise Clash("The number of groups must be at least 1.", ("size",))
        return min(rules.groups, people)
    if rules.size is None or rules.size < 1:
        raise Clash("Give a group size of at least 1, or a number of groups.", ("size",))
    wish = rules.size
    fewest = max(1, people // wish)
    fits = -(-people // fewest) <= wish + 1
    if wish >= people or (fits and wish <= TALK):
        return fewest
    return min((fewest, fewest + 1), key=lambda count: (*_off(people, count, wish), count))


def _off(people: int, groups: int, size: int) -> tuple[int, int]:
    """How far the groups are from the size wished for: all together, and the worst of them."""
    off = [abs(made - size) for made in group_sizes(people, groups)]
    return sum(off), max(off)


def group_sizes(people: int, groups: int) -> tuple[int, ...]:
    """Sizes within 1 of each other, the larger ones first."""
    size, larger = divmod(people, groups)
    return tuple(size + 1 if i < larger else size for i in range(groups))
