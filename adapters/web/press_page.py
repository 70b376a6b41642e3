"""What a button of a message leads to where buttons are links: looking changes nothing, one press does it.

Mail filters open every link of a message, so a GET only asks. The one-click unsubscribe of RFC 8058 is a POST
of the mail provider to the same address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiohttp import web
from sqlmodel import col, select

from adapters.web.app import Visit
from adapters.web.form_page import Account, serve_form
from bot.core.cards import Button, Card
from bot.core.events import Press, Where, Who
from bot.core.links import BadLink, ButtonLink
from bot.core.reply import Reply
from prompts.words import web as words
from storage.people import Identity, Person, Workspace


async def press_page(visit: Visit) -> web.StreamResponse:
    """GET asks for one press, or shows the form that the button opens; POST does it."""
    try:
        link = visit.router.links.button_of(visit.ticket)
    except BadLink:
        return visit.dead()
    person = await _whose(visit, link)
    if person is None:
        return visit.dead()
    visit = replace(visit, person=person, language=person.language)
    who = Who(platform=link.platform, tenant=link.tenant, user=link.user, language=person.language)
    if link.form:
        account = Account(who, post_to_of(visit, link))
        return await serve_form(visit, link.form, link.value, saves=True, account=account)
    if visit.request.method != "POST":
        before = words.one_press_text(visit.language, name=person.name)
        after = words.one_press_not_you(visit.language, name=person.name)
        title = link.label or words.one_press(visit.language)
        return visit.page("press.html", title, before=before, after=after)
    at = {**visit.happening(who), "where": Where(kind="direct", conversation=link.user)}
    press = Press(**at, action=link.action, value=link.value)
    return _shown(visit, link, await visit.dispatcher.answered(press))


async def _whose(visit: Visit, link: ButtonLink) -> Person | None:
    """Whose account it is; None when we know it no more."""
    async with visit.router.database.read() as db:
        found = await db.scalars(
            select(Person)
            .join(Identity)
            .join(Workspace)
            .where(
                Workspace.platform == link.platform,
                Workspace.tenant == link.tenant,
                Identity.platform_user == link.user,
                col(Workspace.uninstalled_at).is_(None),
                col(Person.deleted_at).is_(None),
            )
        )
        return found.first()


def post_to_of(visit: Visit, link: ButtonLink) -> Callable[[Button], str]:
    """The address of each button of an answer: one of its own, good for that button only."""
    links, now = visit.links, visit.router.clock.now()

    def address(button: Button) -> str:
        what = {"label": button.label, "action": button.action, "value": button.value, "form": button.form}
        return links.to_button(replace(link, **what), now)

    return address


def _shown(visit: Visit, link: ButtonLink, reply: Reply) -> web.Response:
    """The answer, with its own buttons, which are pressed at once."""
    post_to = post_to_of(visit, link)
    if (form := reply.form) is not None:
        raise web.HTTPSeeOther(post_to(Button(label=form.title, form=form.name, value=form.context)))
    card = reply.card or Card(title=words.thank_you(visit.language), text=words.saved(visit.language))
    title = card.title or words.thank_you(visit.language)
    return visit.page("card.html", title, card=card, svg="", actions=True, post_to=post_to)
