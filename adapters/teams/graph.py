"""The little of Microsoft Graph that a bot may do with application permissions: open a group chat."""

from __future__ import annotations

from typing import Any

import aiohttp

from adapters.sessions import KeptSession
from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import AccessTokens
from adapters.waiting import seconds_of
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain

LONGEST_TOPIC = 250
GRAPH_SECONDS = 30.0
"""Seconds for one call."""


PERMISSIONS = ("Chat.Create", "TeamsAppInstallation.ReadWriteSelfForChat.All", "AppCatalog.Read.All")
"""Application permissions that an administrator grants."""


class NotInCatalog(PlatformError):
    """The app's package was never uploaded in this organisation."""

    code = "teams_app_not_in_catalog"


class NotAccepted(PlatformError):
    """Our token is not taken."""


class Graph:
    """Needs `PERMISSIONS`."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens, session: KeptSession) -> None:
        self._config = config
        self._session = session
        self._catalog_app = config.catalog_app_id
        self._tokens = tokens
        self._without_us: dict[tuple[str, tuple[str, ...]], str] = {}
        """Chats that were made, and into which the app could not be put yet: the next try goes on there."""

    async def open_chat(self, users: list[str], topic: str, guests: frozenset[str] = frozenset()) -> str:
        """A group chat of these people (Entra object ids) with the bot in it; returns its id. Who is a guest
        of the organisation may not own it."""
        members = [
            {
                "@odata.type": "#microsoft.graph.aadUserConversationMember",
                "roles": ["guest" if user in guests else "owner"],
                "user@odata.bind": f"{self._config.graph_audience}/v1.0/users('{user}')",
            }
            for user in users
        ]
        app = await self.catalog_app()  # first: without it there would be a chat in which nobody speaks
        wanted = (topic, tuple(sorted(users)))
        if wanted not in self._without_us:
            asked = {"chatType": "group", "topic": topic[:LONGEST_TOPIC], "members": members}
            made = await self._ask("POST", "/chats", asked, creates=True)
            self._without_us[wanted] = str(made["id"])
        chat = self._without_us[wanted]
        bound = f"{self._config.graph_audience}/v1.0/appCatalogs/teamsApps/{app}"
        await self._ask("POST", f"/chats/{chat}/installedApps", {"teamsApp@odata.bind": bound})
        return self._without_us.pop(wanted)

    async def catalog_app(self) -> str:
        """Our app's id in the organisation's catalogue, which is not the id that it was registered with.

        Raises `PlatformError` when the package was not uploaded there, or the permission is missing."""
        if not self._catalog_app:
            ours = f"/appCatalogs/teamsApps?$filter=externalId eq '{self._config.app_id}'"
            found = (await self._ask("GET", ours)).get("value") or []
            if not found:
                raise NotInCatalog(
                    "The app is not in the organisation's catalogue: upload its package in the Teams admin "
                    "centre under Manage apps."
                )
            self._catalog_app = str(found[0]["id"])
        return self._catalog_app

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, creates: bool = False
    ) -> Any:
        """One call. `creates`: a broken answer leaves open whether something now stands; all else may be
        asked again. A token that Graph does not take is replaced once."""
        try:
            return await self._once(method, path, body, creates)
        except NotAccepted:
            self._tokens.forget(self._config.graph_audience)
        return await self._once(method, path, body, creates)

    async def _once(self, method: str, path: str, body: dict[str, Any] | None, creates: bool) -> Any:
        unclear = Uncertain if creates else Unavailable
        token = await self._tokens.fresh(self._config.graph_audience)
        try:
            async with self._session.get().request(
                method, self._config.graph_url + path, json=body, headers={"Authorization": f"Bearer {token}"}
            ) as response:
                answer: Any = await response.json(content_type=None) if await response.read() else {}
        except aiohttp.ClientConnectorError:
            raise Unavailable("no connection to Microsoft Graph") from None
        except (TimeoutError, aiohttp.ClientError, ValueError):
            raise unclear("the connection to Microsoft Graph broke") from None
        if response.status == 429:
            raise Throttled(seconds_of(response.headers.get("Retry-After"), otherwise=10.0))
        if response.status == 503:
            raise Unavailable("Microsoft Graph answered 503")
        if response.status >= 500:
            raise unclear(f"Microsoft Graph answered {response.status}")
        if response.status == 409:  # installed already: an earlier try got that far
            return {}
        if response.status >= 400:
            said = (answer.get("error") or {}).get("message", "") if isinstance(answer, dict) else ""
            kind = NotAccepted if response.status == 401 else PlatformError
            raise kind(f"Microsoft Graph refused it ({response.status}): {said[:150]}")
        return answer
