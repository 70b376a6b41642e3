"""What every page is wrapped in: strict headers, no referrer, size caps, same-origin posts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from prompts.catalog import languages
from prompts.text import plain
from prompts.words import core as words
from storage.base import opaque_id

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MOST_BYTES = 4 * 1024 * 1024
"""Largest upload: a roster of 5,000 people has about half a megabyte."""


TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""For an address with TLS: browsers stay with it for a year (RFC 6797)."""


def safe_headers(base_url: str) -> Middleware:
    """The middleware that sets the headers of a bot that is reached at `base_url`."""
    headers = HEADERS | (TLS_ONLY if base_url.startswith("https://") else {})

    @web.middleware
    async def set_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await _with_headers(request, handler, headers)

    return set_headers


async def _with_headers(
    request: web.Request, handler: Handler, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Set the headers above on our pages, refusals and failures too; a page may set its own. What fails is
    logged by the route, never by the address: that holds the link."""
    try:
        response = await handler(request)
    except web.HTTPException as refusal:
        refusal.headers.update(
            {name: value for name, value in headers.items() if name not in refusal.headers}
        )
        raise
    except Exception as error:
        route = request.match_info.route.resource
        code = opaque_id()[:8]
        log.error("page_failed", route=route.canonical if route else "", code=code, exc_info=error)
        text = "\n\n".join(plain(words.went_wrong(language, code=code)) for language in languages())
        response = web.Response(status=500, text=text)
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


def posted_from_elsewhere(request: web.Request, base_url: str) -> bool:
    """Whether a POST was sent by a page that is not ours. Browsers always tell; other clients send no
    Origin and carry no ambient rights here, since the link itself is the right.

    Our pages send no referrer, and then browsers send the origin ``null`` with their forms; where it comes
    from is in Sec-Fetch-Site."""
    origin = request.headers.get("Origin")
    fetch_site = request.headers.get("Sec-Fetch-Site", "same-origin")
    own = urlsplit(base_url)
    foreign = origin not in {None, "null", f"{own.scheme}://{own.netloc}", f"http://{request.host}"}
    return foreign or fetch_site not in {"same-origin", "none"}
