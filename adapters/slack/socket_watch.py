"""Whether Slack's socket stands, and why not: Socket Mode may be switched off while the bot runs."""

from __future__ import annotations

import json

import structlog
from aiohttp import WSMessage, WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient

log = structlog.get_logger()

REASONS = {
    "link_disabled": "Socket Mode was switched off: switch it on in the app's settings, under Socket Mode",
    "too_many_websockets": "the app has too many sockets: stop a second bot with the same token",
}
USUAL = frozenset({"refresh_requested", "warning"})
"""Slack closes each socket now and then, and the client opens the next."""


class SocketWatch:
    """Listens to one client."""

    def __init__(self, client: SocketModeClient) -> None:
        self._client = client
        self._why = ""
        client.on_message_listeners.append(self._heard)

    def problem(self) -> str:
        """Why nothing can come from Slack now; empty while the socket stands."""
        session = self._client.current_session
        if session is not None and not session.closed and self._why not in REASONS:
            return ""
        return f"slack: {REASONS.get(self._why, 'the socket is closed, and is being opened again')}"

    async def _heard(self, message: WSMessage) -> None:
        if message.type != WSMsgType.TEXT:
            return
        kind = json.loads(message.data) if message.data.startswith("{") else {}
        if kind.get("type") == "hello":
            self._why = ""
        if kind.get("type") == "disconnect":
            self._why = str(kind.get("reason") or "")
            if self._why not in USUAL:
                log.error("slack_socket_refused", reason=self._why, remedy=REASONS.get(self._why, ""))
