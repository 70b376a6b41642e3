"""The file for Zoom's breakout rooms, by a link that a facilitator was given with a preview."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.breakouts.zoom_file import rooms_of, zoom_csv
from bot.core.lookup import row_id


async def zoom_page(visit: Visit) -> web.StreamResponse:
    """The CSV as a download; a dead link's page for whoever may not run the cohort any more."""
    round_id = row_id(visit.ticket.subject)
    rooms = None
    if visit.person is not None:
        async with visit.router.database.write() as db:
            rooms = await rooms_of(db, round_id, visit.person)
            if rooms is not None:
                visit.audit(db, visit.person, "zoom_file_downloaded", f"breakout:{round_id}")
    if rooms is None:
        return visit.dead()
    return web.Response(
        body=zoom_csv(rooms).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="zoom-rooms-{round_id}.csv"'},
    )
