"""The recall calendar of a cohort, by a link that a facilitator was given: to read, to move and to drop."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from adapters.web.form_page import web_identity
from adapters.web.my_page import linked
from bot.core.cards import Button, Card
from bot.core.events import Press
from bot.core.lookup import row_id
from bot.learning.stick_page import CalendarPage, calendar_page
from prompts.words import identities as words
from prompts.words import learning as learning_words


async def stick_page(visit: Visit) -> web.StreamResponse:
    """GET shows the calendar; POST presses one of its buttons, and shows the calendar anew or what is in
    the way. A dead link's page for whoever may not run the cohort any more."""
    if (pressed := await visit.pressed()) is not None:
        at = visit.happening(await web_identity(visit))
        reply = await visit.dispatcher.answered(Press(**at, action=pressed[0], value=pressed[1]))
        if reply.replace:
            raise web.HTTPSeeOther(visit.request.path)
        card = reply.card or Card(text=words.page_done(visit.language))
        back = Button(label=words.back_to_page(visit.language), url=visit.request.path)
        return _shown(visit, CalendarPage(card.model_copy(update={"buttons": (back,)})))
    found = None
    if visit.person is not None:
        async with visit.router.database.read() as db:
            found = await calendar_page(db, row_id(visit.ticket.subject), visit.person)
    return visit.dead() if found is None else _shown(visit, found)


def _shown(visit: Visit, found: CalendarPage) -> web.Response:
    card = found.card.model_copy(update={"buttons": linked(visit, found.card.buttons)})
    title = card.title or words.page_title(visit.language)
    return visit.page(
        "stick.html", title, card=card, svg="", actions=True, days=found.days, rows=found.rows,
        told=learning_words,
    )  # fmt: skip
