"""A report's numbers as a download, by a link that one person was given."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.communities.lookup import row_id
from bot.reports.exporting import report_csv
from bot.reports.feature import outside_report
from prompts.words import web as words
from storage.people import AuditEvent


async def report_page(visit: Visit) -> web.StreamResponse:
    """The CSV with small numbers hidden as for outside readers; who took it is recorded."""
    card = None
    if visit.person is not None:
        now = visit.router.clock.now()
        async with visit.router.database.write() as db:
            card = await outside_report(db, visit.person, row_id(visit.ticket.subject), now)
            if card is not None:
                db.add(
                    AuditEvent(
                        community_id=visit.person.community_id,
                        at=now,
                        actor_id=visit.person.id,
                        action="report_exported",
                        subject=f"series:{visit.ticket.subject}",
                    )
                )
    if card is None:
        said = words.link_dead(visit.language)
        return visit.page("notice.html", words.link_dead_title(visit.language), status=403, text=said)
    return web.Response(
        body=report_csv(card).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="report.csv"'},
    )
