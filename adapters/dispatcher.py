"""One dispatcher for every door: record, handle, deliver, finish, and one rule for what is tried again.

A door verifies what came and translates it to an event. From there on the dispatcher has it:

* `record` commits it to the inbox; only then is it acknowledged.
* `later` handles and answers it in the background; `ask` handles it at once, for a door that answers in
  the same response.
* What cannot be done now stays in the inbox, with the time at which to try again: as long as the platform
  says (429), and a little longer each time where it says nothing (503, no connection). `run` takes it up
  then, whatever process it came to, and so it takes up what a crash left behind.
* What a platform refuses for good, or may have shown already, is not tried again; the log says why.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.observing.declared import ANSWERS, POSTPONED
from adapters.observing.watch import Watch
from bot.core.cards import Card
from bot.core.events import Event, HomeOpened, Press, Where, Who
from bot.core.links import Ticket
from bot.core.platform import (
    ChatPlatform,
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)
from bot.core.reply import Reply
from bot.core.router import Recorded, Router
from prompts.words import core as words

if TYPE_CHECKING:
    from adapters.cells import Cells

log = structlog.get_logger()

SWEEP_SECONDS = 20.0
"""So often `run` looks for what is due, besides the moments of which this process knows."""
AT_ONCE = 8
"""Events that `recover` takes up side by side."""
MOST_WORKING = 100
"""Events in work before a door that can wait (`room`) takes no more."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two tries where the platform names no time: doubled each time, between these two."""


class Dispatcher:
    """One per database, for all doors of the process. `platforms` is read at every event."""

    def __init__(self, router: Router, watch: Watch | None = None) -> None:
        self.router = router
        self._watch = watch or Watch()
        self._platforms: Mapping[str, ChatPlatform] = router.platforms
        self._working: dict[int, asyncio.Task[None]] = {}
        self._due = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.cells: Cells | None = None
        """Where the process serves several databases, each with a dispatcher."""

    # --- for doors ------------------------------------------------------------------------------------

    async def of(self, who: Who) -> Dispatcher:
        """The one that has this workspace; a door asks it before anything else."""
        return self if self.cells is None else await self.cells.of_tenant(who.platform, who.tenant)

    async def of_link(self, ticket: Ticket) -> Dispatcher:
        """The one that has what a link is about."""
        return self if self.cells is None else await self.cells.of_link(self.router.links, ticket)

    @property
    def all(self) -> list[Dispatcher]:
        """Of each database of this process."""
        return [self] if self.cells is None else self.cells.all

    def look_again(self) -> None:
        """Something may be due before its time."""
        self._due.set()
        self.router.wake()

    async def record(self, event: Event) -> Recorded:
        """Commit the event. Raises the database's error: then nothing may be acknowledged."""
        return await self.router.record(event)

    def later(self, recorded: Recorded) -> None:
        """Handle and answer it in the background, unless that is under way."""
        if recorded.id not in self._working:
            task = asyncio.create_task(self._logged(recorded))
            self._working[recorded.id] = task
            task.add_done_callback(lambda _: self._done(recorded.id))
            if len(self._working) >= MOST_WORKING:
                self._room.clear()

    def _done(self, row_id: int) -> None:
        self._working.pop(row_id, None)
        if len(self._working) <= MOST_WORKING // 2:
            self._room.set()

    async def room(self) -> None:
        """Wait while `MOST_WORKING` are being worked on, until half of them are done: a flood waits outside
        instead of in memory, and what is let in together shares a commit."""
        await self._room.wait()

    async def ask(self, recorded: Recorded) -> Reply | None:
        """Handle it now; the door shows the reply and calls `finish`, or `later` to have it posted. None: it
        cannot be handled now. It is kept, and its answer comes by itself."""
        try:
            return await self._handle(recorded)
        except (Throttled, Unavailable) as error:
            await self._postpone(recorded, error)
            return None

    async def finish(self, recorded: Recorded) -> None:
        """The reply was shown: nothing of the person's words is kept."""
        await self.router.finish(recorded)
        self._ended(recorded, "answered")

    async def answered(self, event: Event) -> Reply:
        """Record and handle an event whose answer goes out with the response: pages of the web."""
        recorded = await self.record(event)
        reply = await self._handle(recorded)
        await self.finish(recorded)
        return reply

    async def drain(self) -> None:
        """Wait until everything that was acknowledged is handled and answered, or waits for its time."""
        while self._working:
            await asyncio.wait(self._working.values())

    # --- what was left --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Take up what is due, for ever."""
        while True:
            try:
                await self.recover()
            except Exception as error:
                log.error("recovery_failed", error=type(error).__name__, exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), SWEEP_SECONDS)
            self._due.clear()

    async def recover(self) -> int:
        """Handle and answer what is due by now: what was postponed, and what a crash left behind. Returns how
        many events those were."""
        turns, count = asyncio.Semaphore(AT_ONCE), 0

        async def take_up(recorded: Recorded) -> None:
            async with turns:
                await self._logged(recorded)

        while left := await self.router.unfinished():
            await asyncio.gather(*map(take_up, left))
            count += len(left)
        return count

    # --- the one flow ---------------------------------------------------------------------------------

    async def deliver(self, recorded: Recorded) -> None:
        """Handle the event and show its reply. Raises when the database is away; then it stays as it is."""
        with self._watch.span("event", platform=recorded.event.who.platform, event=recorded.event.type):
            await self._deliver(recorded)

    async def _deliver(self, recorded: Recorded) -> None:
        async with self.router.inbox.turn(recorded.event.who.tenant):
            reply = await self.ask(recorded)
        if reply is None or not await self._shown(recorded, reply):
            return
        event = recorded.event
        if isinstance(event, Press) and event.where.kind == "home":
            await self._refresh_home(event)

    async def _handle(self, recorded: Recorded) -> Reply:
        with self._watch.span("handle", event=recorded.event.type, inbox=recorded.id):
            return await self.router.handle(recorded)

    def _ended(self, recorded: Recorded, result: str) -> None:
        event, took = recorded.event, self.router.clock.now() - recorded.since
        self._watch.meters.observe(ANSWERS, took.total_seconds(), event.who.platform, event.type, result)

    async def _shown(self, recorded: Recorded, reply: Reply) -> bool:
        """False when it waits for another try."""
        if reply.is_empty:
            self._ended(recorded, "silent")
            return True
        try:
            platform = self._platforms.get(recorded.event.who.platform)
            if platform is not None:
                await platform.answer(recorded.event, reply)
        except (Throttled, Unavailable, WorkspaceRefused) as error:
            await self._postpone(recorded, error)
            return False
        except PlatformError as error:
            log.warning(
                "answer_not_delivered",
                inbox=recorded.id,
                platform=recorded.event.who.platform,
                error=type(error).__name__,
                reason=str(error),
            )
            if not isinstance(error, Uncertain | Unreachable):
                await self._say_so(recorded.event, reply)
            await self.router.finish(recorded)
            self._ended(recorded, "refused")
            return True
        await self.finish(recorded)
        return True

    async def _say_so(self, event: Event, reply: Reply) -> None:
        """The platform does not take the answer as it is: a sentence in its place, and where to read it."""
        card = Card(text=words.answer_not_shown(reply.language))
        instead = Reply(card=card, language=reply.language)
        try:
            await self._platforms[event.who.platform].answer(event, instead)
        except PlatformError as error:
            log.warning("nothing_could_be_said", error=type(error).__name__, reason=str(error))

    async def _postpone(self, recorded: Recorded, error: PlatformError) -> None:
        """Keep it until it may be tried again."""
        wait = _wait(error, recorded.attempts)
        await self.router.postpone(recorded, wait)
        self._watch.meters.count(POSTPONED, recorded.event.who.platform)
        log.warning(
            "event_postponed",
            inbox=recorded.id,
            platform=recorded.event.who.platform,
            error=type(error).__name__,
            seconds=wait.total_seconds(),
        )
        asyncio.get_running_loop().call_later(wait.total_seconds(), self._due.set)

    async def _refresh_home(self, event: Press) -> None:
        """What was pressed on the home tab changed what is next: show it anew."""
        opened = HomeOpened(key=f"{event.key}:home", who=event.who, where=Where(kind="home"))
        await self.deliver(await self.record(opened))

    async def _logged(self, recorded: Recorded) -> None:
        try:
            await self.deliver(recorded)
        except Exception as error:
            log.error("event_left_unfinished", inbox=recorded.id, error=type(error).__name__, exc_info=error)


def _wait(error: PlatformError, attempts: int) -> timedelta:
    if isinstance(error, Throttled):
        return timedelta(seconds=error.retry_after)
    longer: int = 2 ** min(attempts, 10)
    return min(FIRST_PAUSE * longer, LONGEST_PAUSE)
