"""Visits every state that the model can reach, and holds each against the guarantees."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.protocol.guarantees import broken
from tests.protocol.model import ENDED, IDLE, NOBODY, Bounds, Row, State, steps
from tests.protocol.rules import Rules

ALL = Rules()


@dataclass
class Explored:
    """What was found. `violation` is the first broken guarantee with the steps that lead there."""

    states: int = 0
    transitions: int = 0
    violation: str = ""
    trace: list[str] = field(default_factory=list)
    rows: set[tuple[str, Row, Row]] = field(default_factory=set)
    """What happened to rows: the step's name, before and after."""


def explore(bounds: Bounds, rules: Rules = ALL, *, most: int = 3_000_000) -> Explored:
    """Breadth first, so that a violation comes with a shortest trace. Processes are alike, and so are
    messages: states that differ only in their order count once."""
    begin = canonical(bounds.begin())
    seen: dict[State, tuple[State, str] | None] = {begin: None}
    back: defaultdict[State, list[State]] = defaultdict(list)
    found, waiting = Explored(), deque([begin])
    while waiting:
        state = waiting.popleft()
        for step in steps(state, bounds, rules):
            found.transitions += 1
            _note(found, state, step.after, step.name)
            after = canonical(step.after)
            back[after].append(state)
            if after in seen:
                continue
            seen[after] = (state, step.name)
            if wrong := broken(after, bounds):
                found.states, found.violation = len(seen), wrong
                found.trace = _trace(seen, after)
                return found
            waiting.append(after)
            if len(seen) > most:
                raise RuntimeError(f"more than {most:,} states")
    found.states = len(seen)
    if stuck := _stuck(seen, back):
        found.violation, found.trace = "G9", _trace(seen, stuck)
    return found


def canonical(state: State) -> State:
    """One order of the processes and messages for all that differ in it alone. Rows name processes: they
    are renamed with them."""
    order = sorted(range(len(state.workers)), key=lambda number: state.workers[number])
    new = {old: number for number, old in enumerate(order)}
    workers = tuple(state.workers[old] for old in order)
    messages = tuple(
        one._replace(row=_renamed(one.row, new), saved=one.saved and _renamed(one.saved, new))
        for one in state.messages
    )
    return State(messages, workers, state.promoted)


def _renamed(row: Row, new: dict[int, int]) -> Row:
    return row._replace(holder=new.get(row.holder, row.holder))


def _note(found: Explored, before: State, after: State, name: str) -> None:
    for was, now in zip(before.messages, after.messages, strict=True):
        if was.row != now.row:
            found.rows.add((name, was.row, now.row))


def _stuck(seen: dict[State, tuple[State, str] | None], back: dict[State, list[State]]) -> State | None:
    """A state from which no way leads to an end: every message ended and every process idle."""
    good = {state for state in seen if _over(state)}
    waiting = deque(good)
    while waiting:
        for before in back.get(waiting.popleft(), ()):
            if before not in good:
                good.add(before)
                waiting.append(before)
    return next((state for state in seen if state not in good), None)


def _over(state: State) -> bool:
    return all(one.row.state in ENDED and not one.late for one in state.messages) and all(
        worker == IDLE or worker.message == NOBODY for worker in state.workers
    )


def _trace(seen: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    names: list[str] = []
    while (came := seen[state]) is not None:
        state, name = came
        names.append(name)
    return names[::-1]
