"""Confirming one's own address, by the link that was sent there: looking changes nothing, one press does."""

from __future__ import annotations

from aiohttp import web

from adapters.web.app import Visit
from bot.identities.own_address import confirm
from prompts.words import identities as words
from storage.people import Person


async def address_page(visit: Visit) -> web.StreamResponse:
    language = visit.language
    if visit.person is None:
        return visit.dead()
    if visit.request.method != "POST":
        return visit.page(
            "press.html",
            words.confirm_address(language),
            before=words.confirm_address_page(language, name=visit.person.name),
            after=words.confirm_address_not_you(language),
        )
    email = visit.ticket.subject.partition("|")[2]
    platform = next((name for name, one in visit.router.platforms.items() if one.one_to_one_only), "")
    async with visit.router.database.write() as db:
        person = await db.get_one(Person, visit.person.id)
        if not await confirm(db, person, email, platform, visit.router.clock.now()):
            return visit.dead()
        visit.audit(db, person, "address_confirmed", f"person:{person.id}")
    text = words.address_confirmed(language, email=email)
    return visit.page("notice.html", words.address_confirmed_title(language), text=text)
