"""The door: ``POST /api/messages`` on aiohttp."""

from __future__ import annotations

import json
from typing import Any

import structlog
from aiohttp import web
from botbuilder.schema import Activity

from adapters.bodies import capped_body
from adapters.dispatcher import Dispatcher
from adapters.teams.flow import Flow
from adapters.teams.platform import TeamsPlatform
from adapters.teams.security import LARGEST_BODY, KeysAway

log = structlog.get_logger()

PATH = "/api/messages"


class TeamsEndpoint:
    """`routes` go into the application; `drain` before it stops."""

    def __init__(self, dispatcher: Dispatcher, platform: TeamsPlatform) -> None:
        self.flow = Flow(dispatcher, platform)
        self.platform = platform
        self._authentication = platform.authentication

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.messages)]

    async def drain(self) -> None:
        """Wait until everything that was acknowledged is handled and answered."""
        await self.flow.dispatcher.drain()

    async def stop(self) -> None:
        """Wait for what was acknowledged, then close the connections."""
        await self.drain()
        await self.platform.close()

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """200: taken in (for an invoke, with the answer). 401: not proven. 400, 413: no activity. 503: not
        recorded, deliver it again."""
        proof = request.headers.get("Authorization", "")
        if not proof:
            return web.Response(status=401)
        body = await capped_body(request, LARGEST_BODY)
        if body is None:
            return web.Response(status=413)
        payload, activity = read_activity(body)
        if activity is None:
            return web.Response(status=400)
        try:
            return await self._take(proof, payload, activity)
        except PermissionError as refused:
            log.warning("teams_activity_refused", reason=str(refused))
            return web.Response(status=401)
        except KeysAway:
            log.warning("teams_activity_not_proven")
            return web.Response(status=503)
        except ValueError:
            return web.Response(status=400)
        except Exception as error:
            log.error("teams_activity_not_recorded", error=type(error).__name__, exc_info=error)
            return web.Response(status=503)

    async def _take(self, proof: str, payload: dict[str, Any], activity: Activity) -> web.Response:
        """Without botbuilder's turn: that opens two clients of the platform for every activity, and this one
        is only recorded."""
        await self._authentication.authenticate_request(activity, proof)
        answer = await self.flow.take(payload)
        return web.Response(status=200) if answer is None else web.json_response(answer)


def build_teams(dispatcher: Dispatcher, platform: TeamsPlatform) -> TeamsEndpoint:
    """The door to a dispatcher; `platform` must be its router's own ``platforms["teams"]``."""
    return TeamsEndpoint(dispatcher, platform)


def read_activity(body: bytes) -> tuple[dict[str, Any], Activity | None]:
    """The payload as it came, and as botbuilder reads it; None when it is no activity."""
    try:
        payload = json.loads(body)
        activity = Activity().deserialize(payload) if isinstance(payload, dict) else None
    except Exception:  # msrest raises many kinds of error for what does not fit its schema
        return {}, None
    if activity is None or not isinstance(payload.get("type"), str):
        return {}, None
    # What is proven (botbuilder reads names in any case) must be what is used.
    if payload.get("serviceUrl") != activity.service_url or payload.get("channelId") != activity.channel_id:
        return {}, None
    return payload, activity
