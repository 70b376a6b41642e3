"""What a failed attempt means for the message: when it is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain, WorkspaceRefused
from bot.nudges.holding import HOLD
from bot.nudges.outages import FIRST_WAIT, LONGEST_WAIT, parked_until
from bot.nudges.outbox import AWAY, LOOK_AGAIN, Outcome
from storage.nudges import Nudge

PATIENCE = timedelta(days=1)
"""A message without an end of its own waits so long for a platform that is away."""
ODD_TRIES = 3
"""Ends in errors of our own, after the platform was called: so often it is tried."""
UNSURE = Outcome("unknown", "may_have_arrived")


def after(error: PlatformError, nudge: Nudge, now: datetime) -> Outcome:
    """How an attempt ended that ended in this."""
    if nudge.sending_since is not None:
        return _still_looking(error, nudge, now)
    if isinstance(error, Uncertain):
        return uncertain(error, nudge, now)
    if isinstance(error, Throttled) and error.deferred and _long_enough(nudge, now):
        return Outcome("failed", "the recipient's server put it off for a day", is_failure=True)
    if isinstance(error, Throttled):
        return Outcome("planned", "throttled", due_at=now + timedelta(seconds=error.retry_after))
    if isinstance(error, Unavailable):
        return put_off(nudge, now, now + _wait(nudge), is_failure=True)
    return Outcome("failed", error.code or str(error)[:200], is_failure=True)


def uncertain(error: Uncertain, nudge: Nudge, now: datetime) -> Outcome:
    """It may have been posted: look for it, not before an answer that is late can have come."""
    until = now + max(LOOK_AGAIN, timedelta(seconds=error.settles_within))
    return Outcome("claimed", "uncertain", lease_until=until, is_failure=True)


def odd(nudge: Nudge, now: datetime) -> Outcome:
    """The platform was called and our own code failed: it may stand there. Not for ever: that may be a
    message that no platform takes."""
    if nudge.attempts + 1 >= ODD_TRIES:
        return UNSURE
    return uncertain(Uncertain(""), nudge, now)


def not_there(nudge: Nudge, now: datetime) -> Outcome:
    """It was looked for and not found: once more, then it is posted again."""
    if nudge.reason != "not_found_once":
        return Outcome("claimed", "not_found_once", lease_until=now + LOOK_AGAIN)
    if _long_enough(nudge, now):
        return UNSURE
    due_at = now if nudge.attempts <= 1 else now + _wait(nudge)
    return Outcome("planned", "not_found_twice", due_at=due_at)


def put_off(nudge: Nudge, now: datetime, until: datetime, *, is_failure: bool = False) -> Outcome:
    """Wait for a platform that is away: until the message's own end (then it is stale), else a day."""
    if nudge.expires_at is not None:
        return Outcome("planned", AWAY, due_at=min(until, nudge.expires_at), is_failure=is_failure)
    if _long_enough(nudge, now):
        return Outcome("failed", "the platform did not answer for a day", is_failure=is_failure)
    return Outcome("planned", AWAY, due_at=until, is_failure=is_failure)


def parked(nudge: Nudge, now: datetime, held: datetime) -> Outcome:
    """Nobody asks there now: wait without a try."""
    until = parked_until(held, nudge.id)
    if nudge.sending_since is not None:
        return _look_later(nudge, now, until)
    return put_off(nudge, now, until)


def _still_looking(error: PlatformError, nudge: Nudge, now: datetime) -> Outcome:
    if isinstance(error, Throttled):
        return _look_later(nudge, now, now + timedelta(seconds=error.retry_after))
    if isinstance(error, Unavailable | Uncertain):
        return _look_later(nudge, now, now + _wait(nudge), is_failure=True)
    if isinstance(error, WorkspaceRefused):
        return _look_later(nudge, now, now + HOLD)
    return UNSURE  # it may not be looked for there any more


def _look_later(nudge: Nudge, now: datetime, until: datetime, *, is_failure: bool = False) -> Outcome:
    assert nudge.sending_since is not None
    if now >= nudge.sending_since + PATIENCE:
        return UNSURE
    return Outcome("claimed", nudge.reason, lease_until=until, is_failure=is_failure)


def _long_enough(nudge: Nudge, now: datetime) -> bool:
    return nudge.put_off_since is not None and now >= nudge.put_off_since + PATIENCE


def _wait(nudge: Nudge) -> timedelta:
    return min(FIRST_WAIT * (1 << min(nudge.attempts, 8)), LONGEST_WAIT)
