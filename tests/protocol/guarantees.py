"""The guarantees of docs/guarantees.md that the model can break, by their numbers."""

from __future__ import annotations

from tests.protocol.model import (
    CLAIMED,
    DOUBT,
    ENDED,
    FAILED,
    NOBODY,
    SENT,
    SKIPPED,
    UNKNOWN,
    Bounds,
    Message,
    State,
)

WRONG = {
    "a call without the lease": "G3",
    "a settle without the lease": "G4",
    "a call for what was not wanted at the claim": "G5",
    "two calls at a time": "G6",
    "a call that is not written down": "G7",
    "a call for what is held": "G10",
}


def broken(state: State, bounds: Bounds) -> str:
    """The number of a guarantee that does not hold here; empty when all do. (G9 is of the whole graph.)"""
    for message in state.messages:
        if message.posts > 1:
            return "G1"
        if message.wrong:
            return WRONG[message.wrong]
        if not message.late and _lost(message, bounds):
            return "G2"
        if message.row.state == CLAIMED and message.row.holder == NOBODY:
            return "G8"
    return ""


def _lost(message: Message, bounds: Bounds) -> bool:
    """It ended, and what is written of it is not so."""
    state = message.row.state
    if state not in ENDED:
        return False
    if state == SENT:
        return message.posts == 0
    if state in {SKIPPED, FAILED}:
        return message.posts > 0 and message.row.holder != DOUBT  # of these a promotion says: it may stand
    return state == UNKNOWN and bounds.can_look
