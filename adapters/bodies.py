"""The body of a request, as far as it may go."""

from __future__ import annotations

from aiohttp import web

CHUNK = 64 * 1024


async def capped_body(request: web.Request, most: int) -> bytes | None:
    """The body, or None when it is larger than `most` bytes; reading stops there."""
    if (request.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
