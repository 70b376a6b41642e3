"""The Web API's front door: reads a call as Slack does; checks token, rate, scope; answers in its shape."""

import base64
import binascii
import json
import logging
from typing import Any

from aiohttp import web

from adapters.playground.ledger import Ledger
from adapters.playground.slack.call import Arguments, Call, Emit
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.methods import METHODS
from adapters.playground.slack.oauth import OAuth
from adapters.playground.slack.rates import Rates
from adapters.playground.slack.scopes import RULES, needs_kind, require
from adapters.playground.slack.sockets import PlaygroundSockets
from adapters.playground.slack.workplace import SlackWorkplace

log = logging.getLogger(__name__)


class WebApi:
    """POST or GET /api/<method>."""

    def __init__(
        self,
        workplace: SlackWorkplace,
        rates: Rates,
        ledger: Ledger,
        emit: Emit,
        sockets: PlaygroundSockets,
        oauth: OAuth,
    ) -> None:
        self._workplace = workplace
        self._rates = rates
        self._ledger = ledger
        self._emit = emit
        self._sockets = sockets
        self._oauth = oauth

    async def handle(self, request: web.Request) -> web.Response:
        """One call; never anything but an answer in Slack's shape."""
        method = request.match_info["method"]
        headers: dict[str, str] = {}
        try:
            if method not in RULES:
                raise SlackError("unknown_method", req_method=method)
            args = await _arguments(request)
            answer = self._answer(method, args, request, headers)
        except SlackError as refusal:
            log.info("slack.refused", extra={"method": method, "error": refusal.code})
            return refused(refusal, headers)
        return web.json_response({"ok": True, **answer}, headers=headers)

    def caller(self, request: web.Request) -> str:
        """The workspace whose token stands in the header, so that a fault can be aimed at one; or ""."""
        token = request.headers.get("Authorization", "").rpartition(" ")[2]
        try:
            return self._workplace.workspace_of_token(token).id
        except SlackError:
            return ""

    def _answer(
        self, method: str, args: Arguments, request: web.Request, headers: dict[str, str]
    ) -> dict[str, Any]:
        if method == "oauth.v2.access":
            return self._oauth.access(args, _basic(request))
        token = _token(request, args)
        if method == "apps.connections.open":
            return self._open_connection(token)
        workspace = self._workplace.workspace_of_token(token)
        installation = workspace.installation
        if installation is None:
            raise SlackError("invalid_auth")
        headers["X-OAuth-Scopes"] = ",".join(installation.scopes)
        headers["X-Accepted-OAuth-Scopes"] = ",".join(RULES[method].scopes)
        self._rates.check_method(method, workspace.id)
        if not needs_kind(method):
            require(method, installation.scopes)
        if method in workspace.restricted:
            raise SlackError("restricted_action")
        call = Call(
            method,
            args,
            self._workplace,
            workspace,
            installation,
            self._rates,
            self._ledger,
            self._emit,
            self._workplace.base_url,
        )
        return METHODS[method](call)

    def _open_connection(self, token: str) -> dict[str, Any]:
        app = self._workplace.app
        if token != app.app_token:
            raise SlackError("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
        if not app.socket_mode:
            raise SlackError("forbidden_request")
        self._rates.check_method("apps.connections.open", app.app_id)
        address = self._workplace.base_url.replace("http://", "ws://", 1)
        return {"url": f"{address}/link?ticket={self._sockets.new_ticket()}"}


def refused(refusal: SlackError, headers: dict[str, str] | None = None) -> web.Response:
    """An error in Slack's shape; ratelimited is the one that is not an HTTP 200."""
    body = {"ok": False, "error": refusal.code, **refusal.extra}
    if refusal.retry_after is None:
        return web.json_response(body, headers=headers)
    return web.json_response(
        body, status=429, headers={**(headers or {}), "Retry-After": str(refusal.retry_after)}
    )


def fault_response(status: int, retry_after: float | None, code: str) -> web.Response:
    """A planned fault as Slack, or the gateway before it, would show it."""
    if code:
        return refused(SlackError(code))
    if retry_after is not None:
        return refused(SlackError("ratelimited", retry_after=max(1, round(retry_after))))
    if status >= 500:
        return web.Response(status=status, text=f"<html>{status}</html>", content_type="text/html")
    return web.json_response({"ok": False, "error": "internal_error"}, status=status)


async def _arguments(request: web.Request) -> Arguments:
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as problem:
            raise SlackError("invalid_json") from problem
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return Arguments(values | body)
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return Arguments(values | dict(await request.post()))
    if request.can_read_body and await request.read():
        raise SlackError("invalid_post_type")
    return Arguments(values)


def _token(request: web.Request, args: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    given = args.optional("token")
    if given is None:
        raise SlackError("not_authed")
    return given


def _basic(request: web.Request) -> tuple[str, str] | None:
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    return name, secret
