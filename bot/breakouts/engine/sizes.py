"""How many groups, and how large."""

from __future__ import annotations

from bot.breakouts.engine.model import Clash, Rules


def group_count(people: int, rules: Rules) -> int:
    """The number of groups for so many people.

    With a size: as many groups as can be filled, so that the rest joins groups that become one larger (23 by
    3: five threes and two fours). Where that would make groups larger than size + 1 (5 people by 3), the
    number of groups whose sizes come nearest to the wish. Raises `Clash` when nobody can be grouped.
    """
    if people < 2:
        raise Clash("A breakout needs at least two people.", ("people",))
    if rules.groups is not None:
        if rules.groups < 1:
            raise Clash("The number of groups must be at least 1.", ("size",))
        return min(rules.groups, people)
    if rules.size is None or rules.size < 1:
        raise Clash("Give a group size of at least 1, or a number of groups.", ("size",))
    fewest = max(1, people // rules.size)
    if -(-people // fewest) <= rules.size + 1 or rules.size >= people:
        return fewest
    return min((fewest, fewest + 1), key=lambda count: (_off(people, count, rules.size or 0), count))


def _off(people: int, groups: int, size: int) -> int:
    """How far the worst group is from the size wished for."""
    return max(abs(people // groups - size), abs(-(-people // groups) - size))


def group_sizes(people: int, groups: int) -> tuple[int, ...]:
    """Sizes within 1 of each other, the larger ones first."""
    size, larger = divmod(people, groups)
    return tuple(size + 1 if i < larger else size for i in range(groups))
