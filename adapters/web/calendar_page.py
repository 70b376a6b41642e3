"""A cohort's sessions as an .ics file or feed, by the link that a person was given."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.core.lookup import row_id
from bot.sessions.calendar import feed_for, note_fetched


async def calendar_page(visit: Visit) -> web.StreamResponse:
    feed = None
    if visit.person is not None:
        async with visit.router.database.write() as db:
            now = visit.router.clock.now()
            cohort_id = row_id(visit.ticket.subject)
            feed = await feed_for(db, cohort_id, visit.person, now)
            if feed is not None:
                await note_fetched(db, cohort_id, visit.person, now)
    if feed is None:
        return visit.dead()
    return web.Response(
        body=feed,
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": 'inline; filename="sessions.ics"'},
    )
