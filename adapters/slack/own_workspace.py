"""The one workspace of SLACK_BOT_TOKEN. Slack says which it is; while it cannot, all else is served."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from adapters.slack.app import one_token
from adapters.slack.examining import ORG_WIDE, is_org_wide
from adapters.slack.platform import SlackPlatform
from adapters.waiting import growing_pauses
from bot.core.platform import PlatformError, Throttled, Unavailable

log = structlog.get_logger()

Keep = Callable[[str, str], Awaitable[None]]
"""Write down a workspace, by its team id and its name."""


class OwnWorkspace:
    """`open` before use, `close` in the end."""

    def __init__(self, bot_token: str, base_url: str, keep: Keep) -> None:
        self._bot_token = bot_token
        self._asking = SlackPlatform(one_token(bot_token), base_url)
        self._keep = keep
        self._team = ""
        self._why = ""
        self._again: asyncio.Task[None] | None = None

    async def tokens(self, tenant: str) -> str:
        """The token, for its own workspace alone. Raises `Unavailable` while nobody knows which that is."""
        if not self._team:
            raise Unavailable(self._why)
        if tenant != self._team:
            raise LookupError("there is no bot token")
        return self._bot_token

    def problem(self) -> str:
        """Why the workspace is not served; empty when it is."""
        return f"slack: {self._why}" if self._why else ""

    async def open(self) -> None:
        """Ask Slack whose token it is. Raises `PlatformError` where Slack refuses it; where Slack cannot
        answer now, `problem` says so, and it is asked again."""
        try:
            await self._ask()
        except (Throttled, Unavailable) as error:
            self._failed(error)
            self._again = asyncio.create_task(self._ask_until_known())

    async def close(self) -> None:
        """Ask no more."""
        if self._again is not None:
            self._again.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._again
        await self._asking.close()

    async def _ask(self) -> None:
        me = await self._asking.call("", "auth.test")
        if is_org_wide(me):
            raise PlatformError(f"{ORG_WIDE}.")
        await self._keep(str(me["team_id"]), str(me.get("team", "")))
        self._team, self._why = str(me["team_id"]), ""

    async def _ask_until_known(self) -> None:
        pauses = growing_pauses()
        while not self._team:
            await asyncio.sleep(next(pauses))
            try:
                await self._ask()
            except Exception as error:
                self._failed(error)
        log.info("slack_workspace_known", workspace=self._team)

    def _failed(self, error: Exception) -> None:
        """Told once for each reason."""
        why = str(error) if isinstance(error, PlatformError) else type(error).__name__
        if why != self._why:
            log.error("slack_workspace_unknown", reason=why)
        self._why = why
