"""Plain HTTP calls to the far side, as a bot without any SDK would make them."""

from typing import Any

import aiohttp

from adapters.playground.teams import TeamsSide
from adapters.playground.teams.tokens import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from tests.playground.teams.echo_bot import TENANT

Answer = tuple[int, Any]


async def call(
    method: str, url: str, body: Any = None, *, token: str | None = None, raw: bytes | None = None
) -> Answer:
    """Status and JSON body (None when there is none)."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    sent: dict[str, Any] = {"data": raw} if raw is not None else ({} if body is None else {"json": body})
    async with aiohttp.ClientSession() as session, session.request(method, url, headers=headers, **sent) as r:
        return r.status, (await r.json() if await r.read() else None)


async def connector(side: TeamsSide, method: str, path: str, body: Any = None) -> Answer:
    """A call to the Bot Connector with an honest token; `path` is below /v3/."""
    token = side.ctx.issue_access(TENANT, CONNECTOR_AUDIENCE)
    return await call(method, f"{side.service_url}v3/{path}", body, token=token)


async def graph(side: TeamsSide, method: str, path: str, body: Any = None) -> Answer:
    """A call to Graph with an honest application token; `path` starts with a slash."""
    token = side.ctx.issue_access(TENANT, GRAPH_AUDIENCE)
    return await call(method, side.graph_url + path, body, token=token)


def code(answer: Answer) -> tuple[int, str]:
    """Status and error code."""
    return answer[0], answer[1]["error"]["code"]
