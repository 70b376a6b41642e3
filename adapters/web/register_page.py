"""The registration page of a cohort: open to whoever has its link, the same answer for every address."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from adapters.web.app import Visit, accepted_language
from adapters.web.form_page import Account, answered, given_values, shown
from adapters.web.press_page import post_to_of
from bot.communities.place_requests import (
    Confirmed,
    OpenPage,
    ask,
    confirm,
    door_of,
    door_of_request,
    registration_form,
    wrong_values,
)
from bot.core.events import Press, Where
from bot.core.forms import check
from bot.core.links import ButtonLink
from bot.core.lookup import row_id
from bot.core.platform import Throttled
from bot.core.rate_limits import Limit, RateLimiter
from prompts.words import registration as words
from storage.base import opaque_id
from storage.people import Workspace

FROM_ONE_PLACE = Limit("", per_minute=1, at_once=20)
"""Requests from one network address: an office behind one of them registers in a morning."""
TO_ONE_PAGE = Limit("", per_minute=20, at_once=200)


async def register_page(visit: Visit) -> web.StreamResponse:
    """GET shows the form; POST keeps a request, or shows what is wrong beside each field."""
    visit = replace(visit, language=accepted_language(visit.request))
    async with visit.router.database.read() as db:
        door = await door_of(db, row_id(visit.ticket.subject))
        workspace = await _workspace(db, visit, door) if door else None
    if door is None or workspace is None:
        return _closed(visit)
    form = registration_form(door, visit.language)
    if visit.request.method != "POST":
        return shown(visit, form, {}, {})
    given = given_values(await visit.posted(), form)
    values, errors = check(form, given, visit.language)
    errors = errors or wrong_values(values, visit.language)
    if errors:
        return shown(visit, form, given, errors)
    try:
        await _take_turn(visit)
    except Throttled:
        text = words.too_many(visit.language)
        return visit.page("notice.html", words.form_title(visit.language, series=""), status=429, text=text)
    async with visit.router.database.write() as db:
        await ask(db, door, values, workspace, visit.router.links, visit.router.clock.now())
    visit.router.wake()
    return visit.page("notice.html", words.sent_title(visit.language), text=words.sent_text(visit.language))


async def confirm_page(visit: Visit) -> web.StreamResponse:
    """GET asks for one press; POST confirms the address and takes the seat, or says who decides."""
    visit = replace(visit, language=accepted_language(visit.request))
    if visit.request.method != "POST":
        return visit.page(
            "press.html",
            words.confirm_title(visit.language),
            before=words.confirm_text(visit.language),
            after=words.mail_not_you(visit.language),
        )
    async with visit.router.database.write() as db:
        number, now = row_id(visit.ticket.subject), visit.router.clock.now()
        door = await door_of_request(db, number)
        workspace = await _workspace(db, visit, door) if door else None
        done = await confirm(db, number, workspace, now) if workspace else None
    visit.router.wake()
    return await _seated(visit, done) if done else _closed(visit)


async def _seated(visit: Visit, done: Confirmed) -> web.StreamResponse:
    visit = replace(visit, language=done.language)
    if done.who is None:
        say = words.waits_text if done.waits else words.known_text
        text = say(visit.language, cohort=done.cohort.name)
        return visit.page("notice.html", words.waits_title(visit.language), text=text)
    where = Where(kind="direct", conversation=done.who.user)
    value = done.cohort.join_code
    press = Press(key=opaque_id(), who=done.who, where=where, action="join.agree", value=value)
    link = ButtonLink(done.who.platform, done.who.tenant, done.who.user)
    account = Account(done.who, post_to_of(visit, link))
    return answered(visit, await visit.dispatcher.answered(press), post_to=account.post_to)


async def _workspace(db: AsyncSession, visit: Visit, door: OpenPage) -> Workspace | None:
    """The workspace of the page's community in which any address can be written to."""
    platforms = [name for name, one in visit.router.platforms.items() if one.one_to_one_only]
    found = await db.scalars(
        select(Workspace).where(
            Workspace.community_id == door.community.id,
            col(Workspace.platform).in_(platforms),
            col(Workspace.uninstalled_at).is_(None),
        )
    )
    return found.first()


async def _take_turn(visit: Visit) -> None:
    limiter = RateLimiter(visit.router.database, visit.router.clock)
    place = Limit(f"register from {visit.request.remote}", FROM_ONE_PLACE.per_minute, FROM_ONE_PLACE.at_once)
    page = Limit(f"register {visit.ticket.subject}", TO_ONE_PAGE.per_minute, TO_ONE_PAGE.at_once)
    await limiter.take(page, place)


def _closed(visit: Visit) -> web.Response:
    language = visit.language
    text = words.page_closed_text(language)
    return visit.page("notice.html", words.page_closed_title(language), status=410, text=text)
