"""A person's own data as one JSON file, by the link that only they were given."""

from __future__ import annotations

import json

from aiohttp import web

from adapters.web.app import Visit
from bot.privacy.my_data import my_data


async def my_data_page(visit: Visit) -> web.StreamResponse:
    """What is kept at this moment, as a download."""
    if visit.person is None or visit.person.id is None:
        return visit.dead()
    async with visit.router.database.read() as db:
        found = await my_data(db, visit.person.id)
    return web.Response(
        body=json.dumps(found, ensure_ascii=False, indent=2).encode(),
        content_type="application/json",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )
