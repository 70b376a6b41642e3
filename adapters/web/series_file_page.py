"""A series as a file to give to another centre, by a link that a facilitator was given."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.core.lookup import row_id
from bot.transfer.export_commands import exported_for


async def series_file_page(visit: Visit) -> web.StreamResponse:
    """The YAML as a download; a dead link's page for whoever may not run the series any more."""
    series_id, found = row_id(visit.ticket.subject), None
    if visit.person is not None:
        async with visit.router.database.write() as db:
            found = await exported_for(db, series_id, visit.person)
            if found is not None:
                visit.audit(db, visit.person, "series_exported", f"series:{series_id}")
    if found is None:
        return visit.dead()
    name, text = found
    return web.Response(
        body=text.encode(),
        content_type="application/yaml",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
