"""The file for Zoom's breakout rooms, by a link that a facilitator was given with a preview."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.breakouts.zoom_file import rooms_of, zoom_csv
from bot.communities.lookup import row_id
from prompts.words import web as words
from storage.people import AuditEvent


async def zoom_page(visit: Visit) -> web.StreamResponse:
    """The CSV as a download; a dead link's page for whoever may not run the cohort any more."""
    round_id = row_id(visit.ticket.subject)
    rooms = None
    if visit.person is not None:
        async with visit.router.database.write() as db:
            rooms = await rooms_of(db, round_id, visit.person)
            if rooms is not None:
                db.add(
                    AuditEvent(
                        community_id=visit.person.community_id,
                        at=visit.router.clock.now(),
                        actor_id=visit.person.id,
                        action="zoom_file_downloaded",
                        subject=f"breakout:{round_id}",
                        details={},
                    )
                )
    if rooms is None:
        said = words.link_dead(visit.language)
        return visit.page("notice.html", words.link_dead_title(visit.language), status=403, text=said)
    return web.Response(
        body=zoom_csv(rooms).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="zoom-rooms-{round_id}.csv"'},
    )
