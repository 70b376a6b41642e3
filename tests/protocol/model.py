"""The sending protocol as an explicit-state model: rows, processes, the platform, and whatever may go wrong.

A state is a plain tuple, and `steps` gives every state that can follow. Time is not counted: a lease may run
out at any moment that the protocol's bounds allow; a process may be paused or killed between any two steps; a
call may be accepted, refused, or broken off with the message accepted at once, later, or never.

What is assumed, by number:

A1  A process is not paused exactly between its last look at the clock and the call (docs/reliability.md names
    this gap). `Bounds.frozen_before_the_call` lifts it.
A2  What was broken off is accepted within the time after which it is looked for, or never.
A3  An accepted message may be missing in the first look, and not in the second.
A4  A call, with all its time limits, ends before a lease that began just before it.
A5  After a promotion, what is held is released, and what is skipped is planned again, later than the longest
    call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.protocol.rules import Rules

PLANNED, HELD, CLAIMED, SENT, SKIPPED, UNKNOWN, FAILED = (
    "planned", "held", "claimed", "sent", "skipped", "unknown", "failed",
)  # fmt: skip
ENDED = frozenset({SENT, SKIPPED, UNKNOWN, FAILED})
NOBODY, DOUBT = -1, -2


class Row(NamedTuple):
    """What stands in the table."""

    state: str = PLANNED
    holder: int = NOBODY
    runs: bool = False
    """Its lease has not run out."""
    marked: bool = False
    looked: bool = False


class Message(NamedTuple):
    """A row, and what is true of the message beyond it."""

    row: Row = Row()
    posts: int = 0
    """How often the platform has accepted it; 2 stands for more."""
    fresh: bool = False
    """Accepted, and no look has been made since: the first may miss it."""
    late: bool = False
    """Broken off, and may still be accepted."""
    wanted: bool = True
    calls: int = 0
    """Calls that are under way for it."""
    wrong: str = ""
    """What was done to it that may never be done."""
    saved: Row | None = None
    """The row as the standby has it."""


class Worker(NamedTuple):
    """A process, or one slot of it: which message it has in hand, and how far it is."""

    message: int = NOBODY
    step: str = "idle"
    mine: bool = False
    """The row still names this claim."""
    wanted: bool = True
    """As it was when the message was checked again."""
    paused: bool = False


class State(NamedTuple):
    """Everything."""

    messages: tuple[Message, ...]
    workers: tuple[Worker, ...]
    promoted: bool = False


class Bounds(NamedTuple):
    """How large the model is, and what may happen in it."""

    workers: int = 3
    messages: int = 2
    can_look: bool = True
    pauses: bool = True
    promotion: bool = False
    frozen_before_the_call: bool = False
    people: bool = True
    """People hold, release, and want no more messages."""

    def begin(self) -> State:
        """Everything planned and due, nobody at work."""
        saved = Row() if self.promotion else None
        message = Message(saved=saved)
        return State((message,) * self.messages, (Worker(),) * self.workers)


class Step(NamedTuple):
    """What happens, of which message (`NOBODY`: of none), and the state after it."""

    name: str
    message: int
    after: State


IDLE = Worker()


def steps(state: State, bounds: Bounds, rules: Rules) -> Iterator[Step]:
    """All that can happen next."""
    for number, worker in enumerate(state.workers):
        if worker.step != "idle":
            yield _step("killed", state, number, _leave(state, worker), IDLE)
        if bounds.pauses and worker.step != "idle":
            yield from _pauses(state, number, worker, bounds)
        if not worker.paused:
            yield from _works(state, number, worker, bounds, rules)
    for number, message in enumerate(state.messages):
        yield from _happens(state, number, message, bounds, rules)
    if bounds.promotion and not state.promoted:
        yield Step("promotion", NOBODY, _promoted(state, rules))


def _pauses(state: State, number: int, worker: Worker, bounds: Bounds) -> Iterator[Step]:
    if worker.paused:
        yield _step("wakes", state, number, None, worker._replace(paused=False))
    elif worker.step != "calling" and (worker.step != "checked" or bounds.frozen_before_the_call):
        yield _step("paused", state, number, None, worker._replace(paused=True))


def _works(state: State, number: int, worker: Worker, bounds: Bounds, rules: Rules) -> Iterator[Step]:
    if worker.step == "idle":
        yield from _claims(state, number, rules)
        return
    message = state.messages[worker.message]
    yield from _WORK[worker.step](state, number, worker, message, bounds, rules)


def _claims(state: State, number: int, rules: Rules) -> Iterator[Step]:
    for which, message in enumerate(state.messages):
        row = message.row
        if not _may_claim(row, rules):
            continue
        fresh = row._replace(state=CLAIMED, holder=number, runs=True)
        taken = _disown(state, which)
        looks = row.marked and rules.look_before_repeat
        worker = Worker(which, "looking" if looks else "claimed", mine=True, wanted=message.wanted)
        yield _step("claim", taken, number, message._replace(row=fresh), worker)


def _may_claim(row: Row, rules: Rules) -> bool:
    if row.state == CLAIMED:
        return (rules.expired_is_claimed_again and not row.runs) or not rules.lease_keeps_others_out
    if row.state == HELD:
        return not rules.held_is_not_claimed
    if row.state == UNKNOWN:
        return not rules.unknown_is_left
    return row.state == PLANNED


def _rechecks(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    """Still wanted? Else it is skipped. A process that stops gives back what it has not begun."""
    if rules.recheck and not worker.wanted:
        yield _settle("skip", state, number, message, rules, state_=SKIPPED)
    else:
        yield _step("compose", state, number, None, worker._replace(step="composed"))
        yield _settle("cannot be composed", state, number, message, rules, state_=FAILED)
    if worker.mine and (not message.row.marked or not rules.give_back_spares_marked):
        row = message.row._replace(state=PLANNED, runs=False, marked=False)
        yield _step("give back", state, number, message._replace(row=row), IDLE)


def _marks(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    row, holds = message.row, worker.mine and message.row.runs and message.row.state == CLAIMED
    if not rules.mark_before_post:
        yield _step("no mark", state, number, None, worker._replace(step="checked"))
    elif holds:
        marked = row._replace(marked=True, looked=False, runs=True)
        yield _step("mark", state, number, message._replace(row=marked), worker._replace(step="marked"))
    elif not rules.mark_names_the_lease:
        marked = row._replace(marked=True)
        yield _step("mark", state, number, message._replace(row=marked), worker._replace(step="marked"))
    else:
        yield _step("mark refused", state, number, None, IDLE)


def _checks(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    """The last look at the clock. A lease that runs out is seen, by whose clock it may be."""
    if rules.clock_after_mark and not (worker.mine and message.row.runs):
        yield _step("too late", state, number, None, IDLE)
    else:
        yield _step("check", state, number, None, worker._replace(step="checked"))


def _calls(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    wrong = message.wrong
    if message.calls:
        wrong = wrong or "two calls at a time"
    row = message.row
    doubted = row.holder == DOUBT and (
        row.runs or row.state in {HELD, SKIPPED}
    )  # nobody looks until that has run out
    if not (worker.mine and message.row.runs) and not doubted:
        wrong = wrong or "a call without the lease"
    if not message.row.marked:
        wrong = wrong or "a call that is not written down"
    if not worker.wanted:
        wrong = wrong or "a call for what was not wanted at the claim"
    if (row.state in {HELD, UNKNOWN} and not doubted) or (
        message.row.state == CLAIMED and message.row.looked
    ):
        wrong = wrong or "a call for what is held"
    calling = message._replace(calls=message.calls + 1, wrong=wrong)
    yield _step("call", state, number, calling, worker._replace(step="calling"))


def _answers(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    ended = message._replace(calls=message.calls - 1)
    accepted = _accept(ended)
    yield _step("accepted", state, number, accepted, worker._replace(step="accepted"))
    yield _step("refused", state, number, ended, worker._replace(step="refused"))
    yield _step("refused for good", state, number, ended, worker._replace(step="hopeless"))
    yield _step("broken off, accepted", state, number, accepted, worker._replace(step="broken"))
    yield _step("broken off", state, number, ended, worker._replace(step="broken"))
    late = ended._replace(late=True)
    yield _step("broken off, accepted late", state, number, late, worker._replace(step="broken"))


def _ends(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    if worker.step == "accepted":
        yield _settle("settle sent", state, number, message, rules, state_=SENT)
    elif worker.step == "hopeless":
        yield _settle("settle failed", state, number, message, rules, state_=FAILED)
    elif worker.step == "refused":
        end = PLANNED if rules.refused_is_planned_again else SENT
        yield _settle("settle retry", state, number, message, rules, state_=end)
    elif not rules.uncertain_is_looked_for:
        yield _settle("settle retry", state, number, message, rules, state_=PLANNED)
    elif not rules.uncertain_is_not_failed:
        yield _settle("settle failed", state, number, message, rules, state_=FAILED)
    else:
        yield _settle("settle uncertain", state, number, message, rules, state_=CLAIMED)


def _looks(
    state: State, number: int, worker: Worker, message: Message, bounds: Bounds, rules: Rules
) -> Iterator[Step]:
    """It may stand already. `late` forbids the look: so long nobody has the lease."""
    if not rules.recheck_before_mark_only and not worker.wanted:
        yield _settle("skip", state, number, message, rules, state_=SKIPPED)
        return
    if not bounds.can_look:
        end = UNKNOWN if rules.unsure_where_nobody_can_look else PLANNED
        yield _settle("settle unknown", state, number, message, rules, state_=end)
        return
    if message.late and rules.look_after_it_settled:
        return
    if message.posts:
        end = SENT if rules.found_is_sent else PLANNED
        yield _settle("settle found", state, number, message, rules, state_=end)
    if not message.posts or message.fresh:
        seen = message._replace(fresh=False)
        if message.row.looked or not rules.two_looks:
            yield _settle("settle not there", state, number, seen, rules, state_=PLANNED)
        else:
            yield _settle(
                "settle not found once", state, number, seen, rules, state_=CLAIMED,
                looked=rules.looks_are_counted,
            )  # fmt: skip


_WORK = {
    "claimed": _rechecks, "composed": _marks, "marked": _checks, "checked": _calls, "calling": _answers,
    "accepted": _ends, "refused": _ends, "hopeless": _ends, "broken": _ends, "looking": _looks,
}  # fmt: skip


def _settle(
    name: str, state: State, number: int, message: Message, rules: Rules, *, state_: str, looked: bool = False
) -> Step:
    worker = state.workers[number]
    holds = worker.mine and message.row.state == CLAIMED
    if not holds and rules.settle_names_the_lease:
        return _step("settle refused", state, number, message, IDLE)
    if not holds:
        message = message._replace(wrong=message.wrong or "a settle without the lease")
    marked = message.row.marked and state_ not in {PLANNED}
    keeps = state_ in {CLAIMED} and (looked or message.row.looked)
    row = message.row._replace(state=state_, runs=False, marked=marked, looked=keeps)
    return _step(name, state, number, message._replace(row=row), IDLE)


def _happens(state: State, number: int, message: Message, bounds: Bounds, rules: Rules) -> Iterator[Step]:
    """What time, people and the platform do."""
    row = message.row
    if row.state == CLAIMED and row.runs and _lease_may_end(state, number, rules):
        yield _world("lease runs out", state, number, message._replace(row=row._replace(runs=False)))
    if row.state == PLANNED and bounds.people:
        yield _world("hold", state, number, message._replace(row=row._replace(state=HELD)))
    if row.state in {PLANNED, HELD} and bounds.people and not row.marked:
        yield _world("plan: not wanted", state, number, message._replace(row=row._replace(state=SKIPPED)))
    settled = not (row.holder == DOUBT and _is_called(state, number))
    if row.state == SKIPPED and bounds.people and settled:
        yield _world("plan: wanted again", state, number, message._replace(row=row._replace(state=PLANNED)))
    if row.state == HELD and settled:
        yield _world("release", state, number, message._replace(row=row._replace(state=PLANNED)))
    if message.wanted and bounds.people:
        yield _world("opt out", state, number, message._replace(wanted=False))
    if message.late:
        yield _world("accepted late", state, number, _accept(message)._replace(late=False))
        yield _world("never accepted", state, number, message._replace(late=False))
    if message.saved is not None and message.saved != row and not state.promoted:
        yield _world("replicated", state, number, message._replace(saved=row))


def _lease_may_end(state: State, number: int, rules: Rules) -> bool:
    """Not while its holder calls: the call is bounded, and the lease began just before (A4). A process that
    checked the clock calls at once (A1). A promotion's doubt outlasts every call."""
    doubted = state.messages[number].row.holder == DOUBT
    if doubted and not rules.doubt_outlasts_calls:
        return True
    busy = [
        worker for worker in state.workers
        if worker.message == number and (worker.mine or doubted) and not worker.paused
        and worker.step in {"checked", "calling"}
    ]  # fmt: skip
    return not busy or not rules.mark_renews_the_lease


def _is_called(state: State, number: int) -> bool:
    """A process is calling for it, or is about to."""
    return any(
        worker.message == number and not worker.paused and worker.step in {"checked", "calling"}
        for worker in state.workers
    )


def _promoted(state: State, rules: Rules) -> State:
    """The standby takes over with what it has; the first thing done there is to doubt what was due."""
    messages = []
    for message in state.messages:
        assert message.saved is not None
        row = message.saved
        doubted = rules.promotion_doubts and row.state in (
            {PLANNED, CLAIMED} if rules.promotion_doubts_claimed else {PLANNED}
        )
        if row.state in {HELD, SKIPPED} and rules.promotion_doubts_held:
            row = Row(row.state, DOUBT, runs=False, marked=True)
        elif doubted:
            row = Row(CLAIMED, DOUBT, runs=True, marked=True)
        messages.append(message._replace(row=row, saved=None))
    workers = tuple(
        worker if worker.message == NOBODY
        else worker._replace(mine=worker.mine and messages[worker.message].row.holder == number)
        for number, worker in enumerate(state.workers)
    )  # fmt: skip
    return State(tuple(messages), workers, promoted=True)


def _accept(message: Message) -> Message:
    return message._replace(posts=min(2, message.posts + 1), fresh=True)


def _leave(state: State, worker: Worker) -> Message:
    """The process died. A call under way is accepted or not: both are left open as late."""
    message = state.messages[worker.message]
    if worker.step != "calling":
        return message
    return message._replace(calls=message.calls - 1, late=True)


def _disown(state: State, which: int) -> State:
    """Another has claimed it: whoever had it before has it no more."""
    workers = tuple(
        worker._replace(mine=False) if worker.message == which else worker for worker in state.workers
    )
    return state._replace(workers=workers)


def _step(name: str, state: State, number: int, message: Message | None, worker: Worker) -> Step:
    which = worker.message if worker.message != NOBODY else state.workers[number].message
    messages = state.messages
    if message is not None:
        messages = (*messages[:which], message, *messages[which + 1 :])
    workers = (*state.workers[:number], worker, *state.workers[number + 1 :])
    return Step(name, which, State(messages, workers, state.promoted))


def _world(name: str, state: State, number: int, message: Message) -> Step:
    messages = (*state.messages[:number], message, *state.messages[number + 1 :])
    return Step(name, number, state._replace(messages=messages))
