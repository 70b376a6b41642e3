"""Where a platform is away, one at a time tries; the others wait, are woken, and are not given up early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain
from bot.nudges.outages import EVERYWHERE, IN_A_ROW, LONGEST_WAIT, PARKED, Outages, parked_until
from bot.nudges.retrying import PATIENCE, UNSURE, after, not_there, odd
from storage.nudges import Nudge, NudgeState

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
HERE = ("T1", "D1")
ELSEWHERE = ("T1", "D2")


def _nudge(**values: object) -> Nudge:
    common: dict[str, Any] = {
        "id": 1,
        "key": "k",
        "community_id": 1,
        "kind": "note",
        "due_at": START,
        "created_at": START,
    }
    return Nudge(**{**common, **values})


def test_one_failure_holds_up_its_conversation_alone() -> None:
    outages = Outages()
    outages.failed(HERE, START)
    assert outages.held_until(HERE, START) is not None
    assert outages.held_until(ELSEWHERE, START) is None
    assert outages.held_until(("T2", "D1"), START) is None


def test_several_in_a_row_hold_up_the_workspace_and_one_at_a_time_tries() -> None:
    outages, now, tries = Outages(), START, 0
    for number in range(IN_A_ROW):
        outages.failed(("T1", f"D{number}"), START)
    for _ in range(3_600):
        now += timedelta(seconds=1)
        if outages.held_until(("T1", "fresh"), now) is None:
            tries += 1
            assert outages.held_until(("T1", "other"), now) is not None, "the one that tries is alone"
            outages.failed(("T1", f"E{tries}"), now)
    assert 3_600 / LONGEST_WAIT.total_seconds() <= tries <= 70


def test_an_answer_ends_it_and_wakes_those_that_wait() -> None:
    outages = Outages()
    for number in range(IN_A_ROW):
        outages.failed(("T1", f"D{number}"), START)
    assert outages.answered(("T1", "D0"))
    assert outages.held_until(("T1", EVERYWHERE), START) is None
    assert not outages.answered(("T1", "D0")), "it had ended already"


def test_a_workspace_s_first_answer_may_end_what_an_earlier_process_knew_of() -> None:
    """That one let messages wait, and has ended; nobody else would wake them."""
    outages = Outages()
    assert outages.answered(HERE)
    assert not outages.answered(HERE)
    assert not outages.answered(ELSEWHERE)
    assert outages.answered(("T2", "D1"))


def test_those_that_wait_are_spread_so_that_one_comes_by_soon() -> None:
    moments = sorted(parked_until(START, number) for number in range(1_000))
    assert moments[0] == START
    assert moments[-1] < START + PARKED
    assert max(b - a for a, b in pairwise(moments)) < timedelta(seconds=15)


def test_a_message_waits_for_its_own_end_and_without_one_for_a_day() -> None:
    ends = START + timedelta(minutes=90)
    assert (
        after(Unavailable(""), _nudge(expires_at=ends, attempts=500), ends - timedelta(seconds=1)).due_at
        == ends
    )
    waiting = _nudge(put_off_since=START, attempts=500)
    assert (
        after(Unavailable(""), waiting, START + PATIENCE - timedelta(seconds=1)).state == NudgeState.PLANNED
    )
    assert after(Unavailable(""), waiting, START + PATIENCE).state == NudgeState.FAILED


def test_what_a_recipients_server_puts_off_for_ever_is_given_up_after_a_day() -> None:
    """A queue of our own may last longer; a mailbox that says "later" for a day is told to a facilitator."""
    waiting = _nudge(put_off_since=START)
    put_off = Throttled(300, deferred=True)
    assert after(put_off, waiting, START + PATIENCE - timedelta(seconds=1)).state == NudgeState.PLANNED
    assert after(put_off, waiting, START + PATIENCE).state == NudgeState.FAILED
    assert after(Throttled(300), waiting, START + PATIENCE).state == NudgeState.PLANNED


def test_only_what_failed_is_counted() -> None:
    counted: dict[PlatformError, bool] = {
        Throttled(30): False,
        Unavailable(""): True,
        Uncertain(""): True,
        PlatformError("no"): True,
    }
    for error, is_failure in counted.items():
        assert after(error, _nudge(), START).is_failure is is_failure, error


def test_what_may_stand_is_never_called_failed() -> None:
    looking = _nudge(sending_since=START)
    assert after(PlatformError("channel_not_found"), looking, START) == UNSURE
    assert after(Unavailable(""), looking, START + PATIENCE) == UNSURE
    assert after(Unavailable(""), looking, START).state == NudgeState.CLAIMED


def test_nobody_looks_before_a_late_answer_can_have_come() -> None:
    outcome = after(Uncertain("", settles_within=60), _nudge(), START)
    assert outcome.lease_until == START + timedelta(seconds=60)


def test_it_is_looked_for_twice_and_posted_again_less_and_less_often() -> None:
    once = not_there(_nudge(attempts=1), START)
    assert (once.state, once.reason) == (NudgeState.CLAIMED, "not_found_once")
    twice = not_there(_nudge(attempts=1, reason="not_found_once"), START)
    assert (twice.state, twice.due_at) == (NudgeState.PLANNED, START)
    often = not_there(_nudge(attempts=9, reason="not_found_once"), START)
    assert often.due_at == START + timedelta(minutes=1)


def test_an_error_of_our_own_after_the_call_is_looked_for_and_not_for_ever() -> None:
    assert odd(_nudge(), START).reason == "uncertain"
    assert odd(_nudge(attempts=2), START) == UNSURE
