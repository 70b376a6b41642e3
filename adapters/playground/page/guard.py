"""Who may use the page: browsers on this machine that were served it, and no other page they have open."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN_HEADER = "X-Playground-Token"  # noqa: S105 - the header's name
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: http://127.0.0.1:* http://localhost:*",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageGuard:
    """Wraps handlers. `token` is new with every start; the page carries it, no other origin can read it."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def __call__(self, handler: Handler) -> Handler:
        """Refuse foreign hosts (DNS rebinding), foreign origins, and changes without the token: 403."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._ours(request):
                return web.json_response({"error": "not from here"}, status=403, headers=HEADERS)
            if request.method != "GET" and not self._has_token(request):
                return web.json_response({"error": "reload the page"}, status=403, headers=HEADERS)
            response = await handler(request)
            if not response.prepared:
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _ours(self, request: web.Request) -> bool:
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none")
        navigating = request.headers.get("Sec-Fetch-Mode") == "navigate"
        return (
            host in LOOPBACK
            and origin in (None, f"{request.scheme}://{request.host}")
            and (site in ("none", "same-origin") or (navigating and request.method == "GET"))
        )

    def allows(self, request: web.Request, token: str) -> bool:
        """Whether a form of one of our pages was sent from here, with the token that it carries."""
        return self._ours(request) and secrets.compare_digest(token.encode(), self.token.encode())

    def _has_token(self, request: web.Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "")
        return secrets.compare_digest(given.encode(), self.token.encode())
