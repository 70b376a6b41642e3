"""The little of Microsoft Graph that a bot may do with application permissions: open a group chat."""

from __future__ import annotations

from typing import Any

import aiohttp

from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import GRAPH, AccessTokens
from adapters.waiting import seconds_of
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain

LONGEST_TOPIC = 250


class Graph:
    """Needs ``Chat.Create`` and ``TeamsAppInstallation.ReadWriteSelfForChat.All``, granted by an
    administrator."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens) -> None:
        self._config = config
        self._tokens = tokens

    async def open_chat(self, users: list[str], topic: str) -> str:
        """A group chat of these people (Entra object ids) with the bot in it; returns its id."""
        members = [
            {
                "@odata.type": "#microsoft.graph.aadUserConversationMember",
                "roles": ["owner"],
                "user@odata.bind": f"{GRAPH}/v1.0/users('{user}')",
            }
            for user in users
        ]
        chat = await self._post(
            "/chats", {"chatType": "group", "topic": topic[:LONGEST_TOPIC], "members": members}
        )
        app = f"{GRAPH}/v1.0/appCatalogs/teamsApps/{self._config.catalog_app_id}"
        await self._post(f"/chats/{chat['id']}/installedApps", {"teamsApp@odata.bind": app})
        return str(chat["id"])

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        token = await self._tokens.fresh(GRAPH)
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
                session.post(
                    self._config.graph_url + path, json=body, headers={"Authorization": f"Bearer {token}"}
                ) as response,
            ):
                answer: Any = await response.json(content_type=None) if await response.read() else {}
        except aiohttp.ClientConnectorError:
            raise Unavailable("no connection to Microsoft Graph") from None
        except (TimeoutError, aiohttp.ClientError, ValueError):
            raise Uncertain("the connection to Microsoft Graph broke") from None
        if response.status == 429:
            raise Throttled(seconds_of(response.headers.get("Retry-After"), otherwise=10.0))
        if response.status >= 500:
            raise Uncertain(f"Microsoft Graph answered {response.status}")
        if response.status == 409:  # installed already: an earlier try got that far
            return {}
        if response.status >= 400:
            said = (answer.get("error") or {}).get("message", "") if isinstance(answer, dict) else ""
            raise PlatformError(f"Microsoft Graph refused it ({response.status}): {said[:150]}")
        return answer
