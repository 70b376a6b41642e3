"""Faults on demand: what goes wrong between a bot and a platform, planned by a test, played once each.

A fault waits for calls whose line "METHOD URL CALLER" contains its `match`; for events going *to* the bot the
line is "EVENT URL TYPE". `times` is how many calls it spoils (None: until cleared), `after` how many it lets
by first.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Refusal = Callable[[int, float | None, str], web.Response]
"""Renders a refusal as the platform would: (HTTP status, seconds to wait or None, its own code or "") →
response."""
Caller = Callable[[web.Request], str]


class FaultKind(StrEnum):
    ACCEPT_THEN_RESET = "accept_then_reset"
    ACCEPT_THEN_STATUS = "accept_then_status"
    ACCEPT_THEN_DELAY = "accept_then_delay"
    ODD_ANSWER = "odd_answer"
    STATUS = "status"
    RATE_LIMIT = "rate_limit"
    REFUSE = "refuse"
    DELAY = "delay"
    DROP_BEFORE_ACCEPT = "drop_connection_before_accept"
    DUPLICATE_EVENT = "duplicate_event"
    LATE_EVENT = "late_event"


EVENT_KINDS = frozenset({FaultKind.DUPLICATE_EVENT, FaultKind.LATE_EVENT})


@dataclass
class Fault:
    """One planned fault. `seconds`: how long to wait, or the Retry-After (as a date, with `as_date`);
    `copies`: of one event; `said`: the platform's own code for a refusal."""

    kind: FaultKind
    match: str
    times: int | None = 1
    after: int = 0
    code: int = 0
    seconds: float = 0.0
    copies: int = 1
    body: str = ""
    lasts: Callable[[], bool] | None = None
    """Whether it goes on; without one it is counted by `times`."""
    said: str = ""
    as_date: bool = False
    played: int = 0
    """How many calls it has spoiled."""


@dataclass
class Faults:
    """The faults still to come, and the lines of those that were played. `early` counts the calls that came
    again before a planned Retry-After was over, on the machine's clock."""

    planned: list[Fault] = field(default_factory=list)
    played: list[tuple[FaultKind, str]] = field(default_factory=list)
    early: int = 0
    _told: dict[str, float] = field(default_factory=dict)

    def accept_then_reset(self, match: str, times: int | None = 1, after: int = 0) -> None:
        """Accept the call, then break the connection without an answer."""
        self.planned.append(Fault(FaultKind.ACCEPT_THEN_RESET, match, times, after))

    def accept_then_status(self, match: str, code: int = 504, times: int | None = 1, after: int = 0) -> None:
        """Accept the call, then answer with a gateway's error."""
        self.planned.append(Fault(FaultKind.ACCEPT_THEN_STATUS, match, times, after, code=code))

    def accept_then_delay(self, match: str, seconds: float, times: int | None = 1, after: int = 0) -> None:
        """Accept the call, then hold the answer back for real seconds: the moment to kill the bot in."""
        self.planned.append(Fault(FaultKind.ACCEPT_THEN_DELAY, match, times, after, seconds=seconds))

    def status(self, match: str, code: int = 500, times: int | None = 1, after: int = 0) -> None:
        """Answer with this status; nothing is accepted."""
        self.planned.append(Fault(FaultKind.STATUS, match, times, after, code=code))

    def rate_limit(
        self,
        match: str,
        retry_after: float,
        times: int | None = 1,
        after: int = 0,
        *,
        as_date: bool = False,
    ) -> None:
        """Answer 429 with a Retry-After of whole seconds, or as a date; nothing is accepted."""
        self.planned.append(
            Fault(FaultKind.RATE_LIMIT, match, times, after, 429, retry_after, as_date=as_date)
        )

    def refuse(
        self, match: str, code: str, status: int = 200, times: int | None = None, after: int = 0
    ) -> None:
        """Refuse with the platform's own code, until cleared unless told otherwise: Slack answers 200 with
        ``"ok": false``, Teams with the `status`. Nothing is accepted."""
        self.planned.append(Fault(FaultKind.REFUSE, match, times, after, status, said=code))

    def delay(self, match: str, seconds: float, times: int | None = 1, after: int = 0) -> None:
        """Wait real seconds before looking at the call."""
        self.planned.append(Fault(FaultKind.DELAY, match, times, after, seconds=seconds))

    def drop_connection_before_accept(self, match: str, times: int | None = 1, after: int = 0) -> None:
        """Break the connection; nothing is accepted."""
        self.planned.append(Fault(FaultKind.DROP_BEFORE_ACCEPT, match, times, after))

    def duplicate_event(
        self, match: str = "", copies: int = 2, times: int | None = 1, after: int = 0
    ) -> None:
        """Deliver an event `copies` times, with the same identity."""
        self.planned.append(Fault(FaultKind.DUPLICATE_EVENT, match, times, after, copies=copies))

    def late_event(self, match: str, seconds: float, times: int | None = 1, after: int = 0) -> None:
        """Deliver an event only when the playground's clock has moved on by `seconds`."""
        self.planned.append(Fault(FaultKind.LATE_EVENT, match, times, after, seconds=seconds))

    def outage(self, match: str, lasts: Callable[[], bool], *, drops: bool = False, code: int = 503) -> None:
        """Answer every call with this status, or break the connection, for as long as it `lasts`; nothing is
        accepted."""
        kind = FaultKind.DROP_BEFORE_ACCEPT if drops else FaultKind.STATUS
        self.planned.append(Fault(kind, match, None, code=code, lasts=lasts))

    def odd_answer(self, match: str, body: str, times: int | None = 1, after: int = 0) -> None:
        """Accept the call, then answer 200 with something that is no answer."""
        self.planned.append(Fault(FaultKind.ODD_ANSWER, match, times, after, body=body))

    def clear(self) -> None:
        """Forget the faults still to come."""
        self.planned.clear()

    def take_call(self, line: str) -> Fault | None:
        """The fault to play on a call to the platform, used up by asking."""
        now = monotonic()
        self.early += now < self._told.get(line, 0.0)
        fault = self._take(line, events=False)
        if fault is not None and fault.kind is FaultKind.RATE_LIMIT:
            self._told[line] = now + fault.seconds
        return fault

    def take_event(self, line: str) -> Fault | None:
        """The fault to play on a delivery to the bot, used up by asking."""
        return self._take(line, events=True)

    def _take(self, line: str, events: bool) -> Fault | None:
        for fault in self.planned:
            if (fault.kind in EVENT_KINDS) is not events or fault.match not in line:
                continue
            if fault.lasts is not None and not fault.lasts():
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self.planned.remove(fault)
            fault.played += 1
            self.played.append((fault.kind, line))
            return fault
        return None


def fault_middleware(faults: Faults, refuse: Refusal, caller: Caller | None = None) -> Middleware:
    """An aiohttp middleware that plays the planned faults around the platform's own handlers.

    `caller` adds who calls (a workspace's id, say) to the line that a fault's `match` is looked for in.
    """

    @web.middleware
    async def play(request: web.Request, handler: Handler) -> web.StreamResponse:
        who = caller(request) if caller is not None else ""
        fault = faults.take_call(f"{request.method} {request.url} {who}".rstrip())
        if fault is None:
            return await handler(request)
        if fault.kind is FaultKind.DROP_BEFORE_ACCEPT:
            return reset(request)
        if fault.kind is FaultKind.STATUS:
            return refuse(fault.code, None, "")
        if fault.kind is FaultKind.REFUSE:
            return refuse(fault.code, None, fault.said)
        if fault.kind is FaultKind.RATE_LIMIT:
            refused = refuse(429, fault.seconds, "")
            if fault.as_date:
                until = datetime.now(UTC) + timedelta(seconds=fault.seconds)
                refused.headers["Retry-After"] = format_datetime(until, usegmt=True)
            return refused
        if fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
            return await handler(request)
        response = await handler(request)
        if fault.kind is FaultKind.ACCEPT_THEN_RESET:
            return reset(request)
        if fault.kind is FaultKind.ACCEPT_THEN_STATUS:
            return refuse(fault.code, None, "")
        if fault.kind is FaultKind.ODD_ANSWER:
            return web.Response(text=fault.body, content_type="application/json")
        await asyncio.sleep(fault.seconds)
        return response

    return play


def reset(request: web.Request) -> web.Response:
    """Break the connection with a TCP reset; the response returned is never seen by anyone."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)
