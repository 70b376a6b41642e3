"""Who has met whom, by a link that a facilitator was given."""

from __future__ import annotations

from aiohttp import web
from markupsafe import Markup

from adapters.web.app import Visit
from bot.breakouts.who_met import who_met
from bot.core.lookup import row_id


async def who_met_page(visit: Visit) -> web.StreamResponse:
    """The picture with its words; a dead link's page for whoever may not run the cohort any more."""
    found = None
    if visit.person is not None:
        async with visit.router.database.read() as db:
            found = await who_met(db, row_id(visit.ticket.subject), visit.person)
    if found is None:
        return visit.dead()
    picture = Markup(found.svg)  # noqa: S704  ours: the engine escapes every name
    return visit.page("card.html", found.card.title, card=found.card, svg=picture, actions=False)
