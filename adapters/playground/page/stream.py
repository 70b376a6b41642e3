"""The page's stream of changes: server-sent events that say where to look again, never what was said."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from adapters.playground.slack import SlackSide
from adapters.playground.teams import TeamsSide
from bot.core.clock import MovedClock

BEAT_SECONDS = 10.0

Json = dict[str, Any]


class Stream:
    """Passes both sides' changes on to every open page, with the clock's time every few seconds."""

    def __init__(self, slack: SlackSide, teams: TeamsSide, clock: MovedClock) -> None:
        self._slack = slack
        self._teams = teams
        self._clock = clock
        self._pages: set[asyncio.Queue[Json | None]] = set()

    def tell(self, news: Json) -> None:
        """Tell every open page."""
        for queue in self._pages:
            queue.put_nowait(news)

    def stop(self) -> None:
        """End the streams, so that the server can end."""
        for queue in self._pages:
            queue.put_nowait(None)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        await response.prepare(request)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._pages.add(queue)
        followers = [
            asyncio.create_task(self._follow_slack(queue)),
            asyncio.create_task(self._follow_teams(queue)),
        ]
        try:
            await self._pass_on(queue, response)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._pages.discard(queue)
            for task in followers:
                task.cancel()
            for task in followers:
                with suppress(asyncio.CancelledError):
                    await task
        return response

    async def _pass_on(self, queue: asyncio.Queue[Json | None], response: web.StreamResponse) -> None:
        news: Json | None = self._time("open")
        while news is not None:
            await response.write(f"data: {json.dumps(news)}\n\n".encode())
            try:
                news = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
            except TimeoutError:
                news = self._time("beat")

    def _time(self, kind: str) -> Json:
        return {"kind": kind, "now": self._clock.now().timestamp() * 1000}

    async def _follow_slack(self, queue: asyncio.Queue[Json | None]) -> None:
        with self._slack.changes() as changes:
            while True:
                change = await changes.get()
                queue.put_nowait(
                    {
                        "platform": "slack",
                        "kind": change.kind,
                        "place": change.channel_id,
                        "person": change.user_id,
                    }
                )

    async def _follow_teams(self, queue: asyncio.Queue[Json | None]) -> None:
        with self._teams.changes() as changes:
            while True:
                change = await changes.get()
                queue.put_nowait(
                    {
                        "platform": "teams",
                        "kind": change.kind,
                        "place": change.conversation_id,
                        "person": change.user_id,
                    }
                )
