"""Microsoft's own local Teams client (npm `@microsoft/m365agentsplayground`) in front of our bot.

The client sends its activities unsigned; a proxy on loopback signs them as the Bot Connector would, and hands
what the bot posts to the client's own connector. Nothing here leaves the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from adapters.playground.environment import Environment
from adapters.playground.teams.model import TeamsUser
from tests.support.left_out import leave_out

MODULES = "NODE_MODULES_FOR_CLIENTS"
"""Names the folder where the npm packages are."""
CONFIG = ".m365agentsplayground.yml"
START_SECONDS = 20.0

Json = dict[str, Any]


def modules() -> Path:
    """The npm packages; leaves the test out where they, or Node, are missing."""
    folder = Path(os.environ.get(MODULES, ""))
    if shutil.which("node") is None or not (folder / "@microsoft" / "m365agentsplayground").is_dir():
        leave_out("no Microsoft client: install node and npm, then make test-clients")
    return folder


class Client:
    """A running client and the proxy between it and the bot: what the person sent, signed on its way, and
    what the bot posted, as it was."""

    def __init__(self, environment: Environment, http: ClientSession) -> None:
        self._environment, self._http = environment, http
        self.proxy, self.url = "", ""
        self.sent: list[Json] = []
        self.cards: list[Json] = []
        self.refused: list[str] = []

    async def ask(self, activity: Json) -> tuple[int, bytes]:
        """Hand an activity to the bot as the Bot Connector would: signed."""
        self.sent.append(activity)
        token = self._environment.teams.ctx.for_event(activity["serviceUrl"], None) or ""
        address = f"{self._environment.address}/api/messages"
        return await self._passed("POST", address, json.dumps(activity).encode(), {"Authorization": token})

    async def to_bot(self, request: web.Request) -> web.Response:
        status, body = await self.ask(await request.json())
        return web.Response(status=status, body=body, content_type="application/json")

    async def to_client(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.method in ("POST", "PUT"):
            self.cards += [one["content"] for one in json.loads(body).get("attachments") or []]
        address = self.url.rstrip("/") + request.path_qs
        status, answer = await self._passed(request.method, address, body, {})
        return web.Response(status=status, body=answer, content_type="application/json")

    async def invoke(self, name: str, data: Json) -> Any:
        """What Teams sends for a dialog, which this client does not show. Its answer."""
        last = self.sent[-1]
        own = {"type": "invoke", "name": name, "id": f"invoke-{len(self.sent)}", "value": {"data": data}}
        kept = ("from", "serviceUrl", "conversation", "recipient", "channelData", "channelId", "locale")
        status, body = await self.ask({**{key: last[key] for key in kept if key in last}, **own})
        assert status == 200
        return json.loads(body)

    async def _passed(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        told = {"Content-Type": "application/json", **headers}
        async with self._http.request(method, url, data=body or None, headers=told) as response:
            if response.status >= 400:
                self.refused.append(f"{method} {url}: {response.status}")
            return response.status, await response.read()


@asynccontextmanager
async def client_of(environment: Environment, user: TeamsUser, folder: Path) -> AsyncIterator[Client]:
    """The client as this person's, in front of the environment's bot, for the time of a block."""
    async with AsyncExitStack() as stack:
        client = Client(environment, await stack.enter_async_context(ClientSession()))
        proxy = web.Application()
        proxy.router.add_post("/api/messages", client.to_bot)
        proxy.router.add_route("*", "/_connector/{rest:.*}", client.to_client)
        runner = web.AppRunner(proxy, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        client.proxy = f"http://127.0.0.1:{runner.addresses[0][1]}"
        (folder / CONFIG).write_text(_config(environment, user), encoding="utf-8")
        client.url = f"http://127.0.0.1:{await _started(stack, client.proxy, folder)}/"
        yield client


async def _started(stack: AsyncExitStack, proxy: str, folder: Path) -> str:
    """The port at which the client serves its page and connector."""
    cli = modules() / "@microsoft" / "m365agentsplayground" / "cli.js"
    process = await asyncio.create_subprocess_exec(
        "node", str(cli), "start", "-c", "msteams", "-p", "0", "--disable-telemetry",
        "-e", f"{proxy}/api/messages", "--service-url", f"{proxy}/_connector",
        cwd=folder, env={**os.environ, "HOME": str(folder), "BROWSER": "none"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None

    async def stop() -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()

    stack.push_async_callback(stop)
    printed: list[str] = []
    async with asyncio.timeout(START_SECONDS):
        async for line in process.stdout:
            printed.append(line.decode())
            if printed[-1].startswith("Listening on"):
                stack.callback(asyncio.ensure_future(_drained(process.stdout)).cancel)
                return printed[-1].split()[2]
    raise AssertionError("Microsoft's client did not start: " + "".join(printed))


async def _drained(stream: asyncio.StreamReader) -> None:
    """A full pipe would stop the client; what it prints is shown when a test fails."""
    async for line in stream:
        print(line.decode().rstrip())


def _config(environment: Environment, user: TeamsUser) -> str:
    """Who is there, as the client's own file tells it (JSON is YAML). It wants five people beside oneself."""
    others = [one for one in environment.teams.workplace.users.values() if one is not user]
    channels = [{"id": "19:channel", "name": "Cohort"}]
    told = {
        "version": "0.1.1",
        "tenantId": user.tenant_id,
        "bot": {"id": environment.teams.workplace.bot_id, "name": "Throughline"},
        "currentUser": _person(user),
        "users": [_person(one) for one in others[:5]],
        "personalChat": {"id": "a:personal"},
        "groupChat": {"id": "19:group", "name": "Group"},
        "team": {"id": "19:team", "name": "Team", "aadGroupId": "team", "channels": channels},
    }
    return json.dumps(told)


def _person(user: TeamsUser) -> dict[str, str]:
    given, _, surname = user.name.partition(" ")
    names = {"name": user.name, "givenName": given, "surname": surname}
    addresses = {"userPrincipleName": user.email, "email": user.email}
    return {"id": user.teams_id, "aadObjectId": user.aad_object_id, **names, **addresses}
