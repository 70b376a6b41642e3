"""What the page is told by the wiring: how to move through time, and who the people are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class SessionStop:
    """A session that one can skip to the end of. `number` is what `Skips.to_after_session` is given."""

    number: int
    title: str
    over: bool = False


@dataclass(frozen=True)
class Skips:
    """The ways through time. Each moves the clock and returns when everything then due has been sent.

    A way that is None is not offered; without `by` the hour and day buttons only move the clock.
    `sessions` lists the stops of `to_after_session`, in order.
    """

    to_next_nudge: Callable[[], Awaitable[object]] | None = None
    to_after_session: Callable[[int], Awaitable[object]] | None = None
    by: Callable[[timedelta], Awaitable[object]] | None = None
    sessions: Callable[[], Awaitable[Sequence[SessionStop]]] | None = None


@dataclass(frozen=True)
class PersonCard:
    """What the page tells about a person beyond the platform's account; found by e-mail address."""

    email: str
    role: str = ""
    state: str = ""
    job: str = ""
    organisation: str = ""
    language: str = ""
    zone: str = ""
    first: bool = False
    """The page opens as this person."""
