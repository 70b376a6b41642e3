"""Which core ideas come back when: the plan of a cohort, and what one reminder asks one person. Pure.

Each of at most `MOST_CORE` core ideas is asked at least `LEAST_ASKS` times, in even or growing gaps (which of
the two makes no clear difference; that the *same* question comes back does: docs/evidence.md). A person's
answers move questions between their reminders: "not yet" brings an idea back on the next card, "had it" lets
it give way. No idea loses an ask by that. Why no per-item scheduler: docs/decisions/0004-recall-by-a-rule.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

MOST_CORE = 4
LEAST_ASKS = 3
MOST_ON_A_CARD = 2

Places = Mapping[int, tuple[int, ...]]
"""By idea: the reminders that ask it, counted from 1."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved idea: its session, its place in it, and the day after the series that its author named."""

    id: int
    session: int
    position: int = 1
    days: int | None = None


def proposed_core(ideas: Sequence[Candidate]) -> list[int]:
    """Up to four: those whose author named a day first, then the first of each session, then the second …
    in the order in which they were met."""
    named = sorted((one for one in ideas if one.days is not None), key=lambda one: one.days or 0)
    rest = sorted((one for one in ideas if one.days is None), key=lambda one: (one.position, one.session))
    order = _a_session_at_a_time([*named]) + rest if named else rest
    chosen = {one.id for one in order[:MOST_CORE]}
    return [one.id for one in ideas if one.id in chosen]


def _a_session_at_a_time(ideas: Sequence[Candidate]) -> list[Candidate]:
    """One of each session before a second of any."""
    seen: dict[int, int] = {}
    turns = []
    for place, one in enumerate(ideas):
        turns.append((seen.get(one.session, 0), place, one))
        seen[one.session] = seen.get(one.session, 0) + 1
    return [one for _, _, one in sorted(turns, key=lambda turn: turn[:2])]


def dealt(core: Sequence[int], places: int) -> Places:
    """The core ideas dealt over the reminders in turns, with as few on a card as `LEAST_ASKS` needs."""
    if not core or places < 1:
        return {}
    on_each = min(MOST_ON_A_CARD, len(core), max(1, ceil(LEAST_ASKS * len(core) / places)))
    found: dict[int, list[int]] = {idea: [] for idea in core}
    for turn in range(on_each * places):
        found[core[turn % len(core)]].append(turn // on_each + 1)
    return {idea: tuple(where) for idea, where in found.items()}


def on_card(plan: Places, place: int) -> list[int]:
    """The ideas that the plan puts on a reminder, in the plan's order."""
    return [idea for idea, places in plan.items() if place in places]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a person was asked so far, and what they said last: True for had it, False for not yet."""

    asked: Mapping[int, int]
    last: Mapping[int, bool | None]


def asked_now(place: int, places: int, plan: Places, memory: Memory) -> list[int]:
    """The ideas that the reminder at `place` asks one person.

    As many as the plan puts there. Not yet comes first; then what stands there and was not had; then the
    rest. Only what leaves every idea room for the asks that the plan gives it.
    """
    size = len(on_card(plan, place))
    later = {one: len(on_card(plan, one)) for one in range(place + 1, places + 1)}
    need = {idea: max(0, len(where) - memory.asked.get(idea, 0)) for idea, where in plan.items()}
    chosen: list[int] = []
    for idea in sorted(plan, key=lambda one: _urgency(one, place, plan, memory)):
        if len(chosen) == size:
            break
        if need[idea] == 0 and memory.last.get(idea) is not False:
            continue
        if _feasible([*chosen, idea], size, need, later):
            chosen.append(idea)
    for idea in on_card(plan, place):
        if len(chosen) < size and idea not in chosen:
            chosen.append(idea)
    return chosen


def _urgency(idea: int, place: int, plan: Places, memory: Memory) -> tuple[int, int]:
    here, last = place in plan[idea], memory.last.get(idea)
    rank = 0 if last is False else 1 if here and last is None else 2 if here else 3 if last is None else 4
    return rank, list(plan).index(idea)


def _feasible(chosen: Sequence[int], size: int, need: Mapping[int, int], later: Mapping[int, int]) -> bool:
    """Whether with these on the card, and others on its free places, every idea can still be asked as often
    as it needs: each at most once on a card."""
    left = {idea: count - (idea in chosen) for idea, count in need.items()}
    free = size - len(chosen)
    for idea in sorted(left, key=lambda one: -left[one]):
        if free and idea not in chosen and left[idea] > 0:
            left[idea] -= 1
            free -= 1
    counts = [max(0, one) for one in left.values()]
    return _fits(counts, list(later.values()))


def _fits(counts: Iterable[int], cards: Sequence[int]) -> bool:
    """Whether ideas with these many asks fill cards of these sizes: largest need first onto each card."""
    left = list(counts)
    for number, size in enumerate(cards):
        after = len(cards) - number
        left.sort(reverse=True)
        for at in range(min(size, len(left))):
            if left[at] > 0:
                left[at] -= 1
        if any(one > after for one in left):
            return False
    return not any(left)


def too_few(plan: Places) -> list[int]:
    """The ideas that the plan asks less often than `LEAST_ASKS`."""
    return [idea for idea, where in plan.items() if len(where) < LEAST_ASKS]
