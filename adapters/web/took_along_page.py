"""What I took along: a person's own ideas and plans from a series, by a link that only they were given."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.core.lookup import row_id
from bot.learning.took_along import what_i_took_along
from bot.learning.took_along_card import took_along_card


async def took_along_page(visit: Visit) -> web.StreamResponse:
    """The card as a page to read or print; a dead link's page for whoever never took part."""
    took = None
    if visit.person is not None and visit.person.deleted_at is None:
        async with visit.router.database.read() as db:
            took = await what_i_took_along(db, visit.person.id, row_id(visit.ticket.subject))
    if took is None:
        return visit.dead()
    card = took_along_card(took, visit.language)
    return visit.page("card.html", card.title, card=card, svg="", actions=False)
