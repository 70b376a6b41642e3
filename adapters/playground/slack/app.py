"""The far side as an aiohttp application, and as a server on loopback for the time of a block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from adapters.playground.faults import fault_middleware
from adapters.playground.slack import response_urls
from adapters.playground.slack.api import fault_response
from adapters.playground.slack.errors import PlaygroundError, SlackError
from adapters.playground.slack.side import SlackSide

LOOPBACK = "127.0.0.1"
BODY_BYTES = 32 * 1024 * 1024


def create_app(side: SlackSide) -> web.Application:
    """Web API, sockets, response_urls, uploads and the authorize page. Set `side.workplace.base_url` too."""
    app = web.Application(
        client_max_size=BODY_BYTES,
        middlewares=[fault_middleware(side.faults, fault_response, side.api.caller)],
    )

    async def answer_url(request: web.Request) -> web.Response:
        try:
            response_urls.use(side.workplace, request.match_info["key"], await _json_body(request))
        except SlackError as refusal:
            status = 404 if refusal.code in ("expired_url", "used_url") else 400
            return web.json_response({"ok": False, "error": refusal.code}, status=status)
        return web.Response(text="ok")

    async def upload(request: web.Request) -> web.Response:
        workspace = side.workplace.workspaces.get(request.match_info["team"])
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        if file is None or file.data is not None:
            return web.Response(status=404, text="no such upload")
        data = await _uploaded(request)
        if len(data) != file.length:
            return web.Response(status=400, text="length differs from what was announced")
        file.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def authorize(request: web.Request) -> web.Response:
        try:
            return web.Response(text=side.oauth.page(dict(request.query)), content_type="text/html")
        except PlaygroundError as problem:
            return web.Response(status=400, text=str(problem))

    async def decide(request: web.Request) -> web.Response:
        form = await request.post()
        allow = form.get("decision") == "allow"
        user = form.get("user")
        try:
            place = side.oauth.decide(
                dict(request.query), str(form.get("team")), user if isinstance(user, str) else None, allow
            )
        except PlaygroundError as problem:
            return web.Response(status=400, text=str(problem))
        return web.Response(status=302, headers={"Location": place})

    async def stop(_: web.Application) -> None:
        await side.delivery.close()

    app.router.add_route("GET", "/api/{method}", side.api.handle)
    app.router.add_route("POST", "/api/{method}", side.api.handle)
    app.router.add_get("/link", side.sockets.handle)
    app.router.add_post("/response/{key:.+}", answer_url)
    app.router.add_post("/upload/{team}/{file}", upload)
    app.router.add_get("/oauth/v2/authorize", authorize)
    app.router.add_post("/oauth/v2/authorize", decide)
    app.on_cleanup.append(stop)
    return app


@asynccontextmanager
async def running(side: SlackSide, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 (port 0: any free one) and yield the base URL; the Web API is under {url}/api/."""
    runner = web.AppRunner(create_app(side), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        side.workplace.base_url = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
        yield side.base_url
        with suppress(Exception):
            await side.sockets.disconnect("link_disabled")
    finally:
        await runner.cleanup()


async def _json_body(request: web.Request) -> object:
    try:
        body: object = await request.json()
    except ValueError as problem:
        raise SlackError("invalid_payload") from problem
    return body


async def _uploaded(request: web.Request) -> bytes:
    """The bytes of an upload, posted plainly or as the one part of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read())
    return b""
