"""Who saw and took which report, as CSV, by a link that an administrator was given."""

from __future__ import annotations

import csv
import io

from aiohttp import web

from adapters.web.app import Visit, dead_link
from bot.reports import viewing
from bot.reports.cells import neutral_cell

PURPOSE = viewing.AUDIT_PURPOSE
COLUMNS = ("at_utc", "who", "outside", "action", "form", "report", "link")


async def audit_page(visit: Visit) -> web.StreamResponse:
    """The newest lines of the trail, oldest last; taking it is recorded as well. A dead link's page for
    whoever does not administer the community any more."""
    async with visit.router.database.write() as db:
        person = visit.person
        if person is None or not await viewing.may_read_trail(db, person):
            return dead_link(visit.request, PURPOSE)
        looks = await viewing.trail(db, person.community_id, viewing.MOST_IN_FILE)
        visit.audit(db, person, "report_trail_exported", "all")
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for look in looks:
        line = (
            look.at.isoformat(timespec="seconds"),
            look.who,
            "yes" if look.outside else "no",
            look.action,
            look.form,
            look.scope,
            look.link_id,
        )
        rows.writerow([neutral_cell(cell) for cell in line])
    return web.Response(
        body=("\ufeff" + file.getvalue()).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="throughline-who-saw-what.csv"'},
    )
