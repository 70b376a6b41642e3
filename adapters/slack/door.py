"""The flow at Slack's door: recorded, then acknowledged, then handled and answered in the background.

Only a submitted form is handled before the acknowledgement: its errors have to be in it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from adapters.slack import modal
from adapters.slack.translate import Payload, Translator
from bot.core.events import HomeOpened, Press, Submit, Where
from bot.core.platform import ChatPlatform, PlatformError, Throttled, Unavailable
from bot.core.reply import Reply
from bot.core.router import Recorded, Router

log = structlog.get_logger()

Answer = dict[str, Any]
"""The body of an acknowledgement; empty closes a form, or shows nothing."""


class Door:
    """Takes verified payloads. `drain` waits for what is still on its way."""

    def __init__(self, router: Router, platform: ChatPlatform, translator: Translator) -> None:
        self._router = router
        self._platform = platform
        self._translator = translator
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, body: Payload) -> Answer:
        """Take one payload and return the acknowledgement's body.

        Raises when the event could not be recorded: then nothing may be acknowledged, and Slack sends again.
        """
        try:
            event = self._translator.translate(body)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            log.warning("slack_payload_unreadable", type=str(body.get("type")), error=type(error).__name__)
            return {}  # sent again it would be no better
        if event is None:
            return {}
        recorded = await self._router.record(event)
        if isinstance(event, Submit):
            return await self._submitted(recorded, event, body.get("view") or {})
        if recorded.new:
            self.later(recorded)
        return {}

    async def drain(self) -> None:
        """Wait until everything that was acknowledged is handled and answered."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def deliver(self, recorded: Recorded) -> None:
        """Handle and answer one recorded event; also for those that a crash left behind."""
        async with self._router.inbox.turn(recorded.event.who.tenant):
            reply = await self._router.handle(recorded)
        if not reply.is_empty:
            await self._answer(recorded, reply)
        if isinstance(recorded.event, Press) and recorded.event.where.kind == "home":
            await self._refresh_home(recorded.event)

    async def _answer(self, recorded: Recorded, reply: Reply) -> None:
        try:
            await self._platform.answer(recorded.event, reply)
        except (Throttled, Unavailable) as error:
            log.warning("answer_postponed", inbox=recorded.id, error=type(error).__name__)
            return  # it stays unfinished, and is answered again later
        except PlatformError as error:
            log.warning(
                "answer_not_delivered", event=recorded.id, error=type(error).__name__, reason=str(error)
            )
        await self._router.finish(recorded)

    def later(self, recorded: Recorded) -> None:
        """Handle and answer it in the background."""
        task = asyncio.create_task(self._logged(recorded))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _logged(self, recorded: Recorded) -> None:
        try:
            await self.deliver(recorded)
        except Exception as error:
            log.error("event_left_unfinished", inbox=recorded.id, error=type(error).__name__, exc_info=error)

    async def _submitted(self, recorded: Recorded, event: Submit, view: Payload) -> Answer:
        reply = await self._router.handle(recorded)
        if reply.errors:
            await self._router.finish(recorded)
            errors = modal.errors_by_block(event.form, reply.errors, dict(view))
            return {"response_action": "errors", "errors": errors}
        if reply.form is not None:
            await self._router.finish(recorded)
            place = event.answer_to.get("conversation", "")
            return {"response_action": "update", "view": modal.modal(reply.form, reply.language, place)}
        if recorded.new:
            self.later(recorded)  # the stored reply's card, if any
        return {"response_action": "clear"}

    async def _refresh_home(self, event: Press) -> None:
        """What was pressed on the home tab changed what is next: show it anew."""
        opened = HomeOpened(key=f"{event.key}:home", who=event.who, where=Where(kind="home"))
        await self.deliver(await self._router.record(opened))
