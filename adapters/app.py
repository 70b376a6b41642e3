"""The one place that wires: settings in, a running bot out. Nothing else connects or starts anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from aiohttp import web
from sqlmodel import func, select

from adapters.dispatcher import Dispatcher
from adapters.observing.calls import WatchedPlatforms
from adapters.observing.page import metrics_route
from adapters.observing.watch import Watch
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from adapters.web.safety import MOST_BYTES
from bot.core.clock import Clock
from bot.core.feature import JobHandler, kinds_of
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.core.platform import ChatPlatform
from bot.core.router import Router
from bot.features import all_features
from bot.nudges.declarations import check_declarations
from bot.nudges.folding import fold
from bot.nudges.housekeeping import run_housekeeping
from bot.nudges.job_runner import JobRunner
from bot.nudges.scheduler import Scheduler
from bot.nudges.sender import Sender
from storage.cells import MAIN
from storage.database import Database
from storage.nudges import InboxEvent, InboxState, Job, Nudge, NudgeState

log = structlog.get_logger()

RENEW_SECONDS = 20.0
NO_OTHERS: Mapping[str, Database] = {}


@dataclass
class Application:
    """Everything that one process runs for one database. `app` serves all doors over HTTP; all of them give
    what comes to the `dispatcher`, or to the one of another database."""

    database: Database
    clock: Clock
    links: Links
    router: Router
    dispatcher: Dispatcher
    scheduler: Scheduler
    platforms: dict[str, ChatPlatform]
    app: web.Application
    watch: Watch
    _for_ever: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to send what is due and to finish what a crash left behind."""
        await self.scheduler.start()
        self._for_ever = [
            asyncio.create_task(self.dispatcher.run()),
            asyncio.create_task(self._renew_for_ever()),
        ]

    async def stop(self, grace_seconds: float = 10) -> None:
        """Finish what was begun, within the grace period."""
        for task in self._for_ever:
            task.cancel()
        await asyncio.gather(*self._for_ever, return_exceptions=True)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.dispatcher.drain(), grace_seconds)
        await self.scheduler.stop(grace_seconds)
        await self.database.close()

    def metrics_route(self, token: str = "", others: Mapping[str, Database] = NO_OTHERS) -> web.RouteDef:
        """`/metrics` of this database and of others, to be served where its reader is; see
        `adapters.observing.page`."""
        return metrics_route({MAIN: self.database, **others}, self.clock, self.watch.meters, token)

    async def next_due(self) -> datetime | None:
        """When the next message, job or postponed event is due, claimed ones by their lease; None when
        nothing is open."""
        async with self.database.read() as db:
            found = [
                moment
                for table in (Nudge, Job)
                for moment in (
                    await db.scalar(select(func.min(table.due_at)).where(table.state == NudgeState.PLANNED)),
                    await db.scalar(
                        select(func.min(table.lease_until)).where(table.state == NudgeState.CLAIMED)
                    ),
                )
                if moment is not None
            ]
            postponed = await db.scalar(
                select(func.min(InboxEvent.lease_until)).where(InboxEvent.state != InboxState.DONE)
            )
        if postponed is not None:
            found.append(postponed)
        return min(found, default=None)

    async def _renew_for_ever(self) -> None:
        """Beside the recovery: an answer that hangs there must not cost the others their lease."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.router.inbox.hands.renew(self.clock.now())
            except Exception as error:
                log.error("leases_not_renewed", error=type(error).__name__)


def build_application(
    database: Database,
    clock: Clock,
    links: Links,
    platforms: dict[str, ChatPlatform],
    watch: Watch | None = None,
    name: str = MAIN,
) -> Application:
    """Wire the core, and where communities begin the web door. The chat doors are added to `app`, and to
    `platforms` (the same dictionary is read at every event), by whoever has their credentials. `name` is the
    database's."""
    features = all_features()
    check_declarations(features)
    kinds = kinds_of(features)
    watch = watch or Watch()
    watch.meters.watch(database, name)
    watched = WatchedPlatforms(platforms, watch)
    job_ctx = JobContext(database, clock, watched, links, kinds)
    jobs: dict[str, JobHandler] = {kind: handler for one in features for kind, handler in one.jobs.items()}
    refused = {kind: tell for one in features for kind, tell in one.refused.items()}
    scheduler = Scheduler(
        Sender(database, clock, watched, kinds, links, partial(fold, kinds), watch.meters.ended),
        JobRunner(job_ctx, jobs, refused),
        job_ctx,
        lambda job_ctx: run_housekeeping(job_ctx, features),
    )
    router = Router(database, clock, features, watched, links, wake=scheduler.wake)
    app = web.Application(client_max_size=MOST_BYTES)
    dispatcher = Dispatcher(router, watch)
    if name == MAIN:
        add_web(app, router, PAGES, dispatcher)
    return Application(database, clock, links, router, dispatcher, scheduler, platforms, app, watch)
