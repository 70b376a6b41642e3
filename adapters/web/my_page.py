"""One's own page, by a personal link: what is next, forms and pages, for who is on neither platform.

It is the same home as in the chat. What is pressed goes through the same router.
"""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from adapters.web.form_page import web_identity
from bot.core.cards import Button, Card
from bot.core.events import HomeOpened, Press, Where
from prompts.words import identities as words


async def my_page(visit: Visit) -> web.StreamResponse:
    """GET shows the home; POST presses one of its buttons, and shows the answer with the way back."""
    who = await web_identity(visit)
    at = visit.happening(who)
    if (pressed := await visit.pressed()) is not None:
        press = Press(**at, action=pressed[0], value=pressed[1])
        card = (await visit.dispatcher.answered(press)).card or Card(text=words.page_done(visit.language))
        back = Button(label=words.back_to_page(visit.language), url=visit.request.path)
        return _shown(visit, card.model_copy(update={"buttons": (*card.buttons, back)}))
    home = HomeOpened(**{**at, "where": Where(kind="home")})
    return _shown(
        visit, (await visit.dispatcher.answered(home)).card or Card(text=words.page_done(visit.language))
    )


def _shown(visit: Visit, card: Card) -> web.Response:
    sections = tuple(
        section.model_copy(update={"buttons": linked(visit, section.buttons)}) for section in card.sections
    )
    shown = card.model_copy(update={"sections": sections, "buttons": linked(visit, card.buttons)})
    title = shown.title or words.page_title(visit.language)
    return visit.page("card.html", title, card=shown, svg="", actions=True)


def linked(visit: Visit, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """A button that opens a form is a link to that form's page, which is this person's as well."""
    links, now, person_id = visit.links, visit.router.clock.now(), visit.ticket.person_id
    return tuple(
        Button(label=button.label, url=links.to("form", f"{button.form}|{button.value}", person_id, now))
        if button.form
        else button
        for button in buttons
    )
