"""Rooms of people and rules for the property tests, and a short way to write members."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.breakouts.engine import Member, Rules, pair

STATES = ("Alaska", "Idaho", "Oregon", "Washington")


def people(count: int, leads: int = 0) -> list[Member]:
    """p00, p01, …; the first few lead; states in turn."""
    return [Member(f"p{i:02d}", {"state": STATES[i % 4]}, leads=i < leads) for i in range(count)]


def ids(members: list[Member]) -> list[str]:
    """The ids alone."""
    return [member.id for member in members]


@st.composite
def rooms(draw: st.DrawFn) -> tuple[list[Member], Rules, int, int, dict[int, set[str]]]:
    """Members, rules, rounds, seed and absences that leave at least four people in each round."""
    count = draw(st.integers(6, 26))
    size = draw(st.integers(2, 6))
    rounds = draw(st.integers(1, 4))
    members = people(count)
    names = ids(members)
    couples = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda two: two[0] != two[1])
    never = frozenset(pair(*two) for two in draw(st.lists(couples, max_size=3)))
    absent = {
        turn: draw(st.sets(st.sampled_from(names), max_size=min(4, count - 4)))
        for turn in range(rounds)
        if draw(st.booleans())
    }
    mix = draw(st.sampled_from(({}, {"state": 1.0}, {"state": -2.0})))
    return members, Rules(size=size, never=never, mix=mix), rounds, draw(st.integers(0, 9)), absent
