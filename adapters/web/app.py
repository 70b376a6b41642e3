"""The web door: routes to pages that are reached by a signed link, and to health and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from babel.core import negotiate_locale
from multidict import MultiDictProxy
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.dispatcher import Dispatcher
from adapters.web.health import PROBES, READY, health_routes
from adapters.web.html import TEMPLATES
from adapters.web.readiness import Readiness
from adapters.web.safety import posted_from_elsewhere, safe_headers
from adapters.web.tickets import open_ticket
from bot.core.cards import Button
from bot.core.events import Where, Who
from bot.core.links import BadLink, Links, Ticket
from bot.core.router import Moving, Router
from prompts.catalog import SOURCE_LANGUAGE, languages
from prompts.text import Marked, Words, plain
from prompts.words import report_page as report_words
from prompts.words import web as words
from storage.base import opaque_id
from storage.cells import MAIN
from storage.people import AuditEvent, Person

log = structlog.get_logger()

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a page: the opened ticket, whose it is (None: whoever holds the link), their language."""

    dispatcher: Dispatcher
    request: web.Request
    ticket: Ticket
    person: Person | None
    language: str

    @property
    def router(self) -> Router:
        return self.dispatcher.router

    @property
    def links(self) -> Links:
        """Links to other pages for whoever opened this one: they end and are revoked with it."""
        return self.router.links.under(self.ticket)

    def seal(self, button: Button) -> str:
        """Goes with a button of this page; only what was shown here can be pressed here."""
        return self.router.links.press_seal(self.ticket, button.action, button.value)

    async def pressed(self) -> tuple[str, str] | None:
        """The action and value of the button that was pressed, None for anything else. Raises
        `HTTPForbidden` for a button that this page has not shown."""
        posted = await self.posted()
        if "_action" not in posted:
            return None
        action, value = str(posted["_action"]), str(posted.get("_value", ""))
        if not self.router.links.is_sealed(self.ticket, action, value, str(posted.get("_seal", ""))):
            log.warning("press_not_shown", purpose=self.ticket.purpose)
            raise web.HTTPForbidden(text=plain(words.not_a_form(self.language)))
        return action, value

    def happening(self, who: Who) -> dict[str, Any]:
        """What every event of this page has: a key of its own, who, where, and the link it came by."""
        link = {"link": self.ticket.source.as_text()}
        return {"key": opaque_id(), "who": who, "where": Where(kind="direct"), "answer_to": link}

    def page(self, template: str, title: str, status: int = 200, **values: Any) -> web.Response:
        """Render a template with what every page needs."""
        text = TEMPLATES.get_template(template).render(
            title=title, language=self.language, words=words, seal=self.seal, **values
        )
        return web.Response(text=text, status=status, content_type="text/html")

    def dead(self) -> web.Response:
        """The page of a link that opens nothing (any more) for whoever holds it."""
        language = self.language
        return self.page(
            "notice.html", words.link_dead_title(language), status=403, text=words.link_dead(language)
        )

    async def posted(self) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
        """What a POST sent, empty for a GET. Raises `HTTPBadRequest` for a body that is no form."""
        try:
            return await self.request.post()
        except (ValueError, LookupError, RuntimeError):  # how aiohttp tells of boundaries and encodings
            raise web.HTTPBadRequest(text=plain(words.not_a_form(self.language))) from None

    def audit(self, db: AsyncSession, person: Person, action: str, subject: str) -> None:
        """Write down, with the page's own reading, that `person` took something by it."""
        db.add(
            AuditEvent(
                community_id=person.community_id,
                at=self.router.clock.now(),
                actor_id=person.id,
                action=action,
                subject=subject,
                details={},
            )
        )


Page = Callable[[Visit], Awaitable[web.StreamResponse]]
PUBLIC_PAGES: dict[str, tuple[Words, Words]] = {
    "/about": (words.about_title, words.about_text),
    "/privacy": (words.privacy_title, words.privacy_text),
    "/terms": (words.terms_title, words.terms_text),
}
"""What anybody may read, title and text by path: the platforms' app directories link to them."""


def add_web(
    app: web.Application, router: Router, pages: dict[str, Page], dispatcher: Dispatcher | None = None
) -> None:
    """Mount the pages (by the purpose of their links), health and static files on `app`. `dispatcher` is the
    process's own; without one the pages get theirs."""
    dispatcher = dispatcher or Dispatcher(router)
    app.middlewares.append(safe_headers(router.links.base_url))
    app[PROBES], app[READY] = [], {MAIN: Readiness(router.database, router.clock)}
    app.add_routes(health_routes())
    for path, (title, text) in PUBLIC_PAGES.items():
        app.router.add_get(path, _public(title, text))
    app.router.add_static("/static", STATIC)
    for purpose, page in pages.items():
        app.router.add_get(f"/{purpose}/{{token}}", _opened(dispatcher, purpose, page))
        app.router.add_route("POST", f"/{purpose}/{{token}}", _opened(dispatcher, purpose, page))


def _public(title: Words, text: Words) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        language = accepted_language(request)
        page = TEMPLATES.get_template("notice.html").render(
            title=title(language), language=language, words=words, text=text(language)
        )
        return web.Response(text=page, content_type="text/html")

    return serve


def _opened(
    dispatcher: Dispatcher, purpose: str, page: Page
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    router = dispatcher.router

    async def serve(request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and posted_from_elsewhere(request, router.links.base_url):
            return _dead(words.foreign_post("en"), 403)
        token = request.match_info["token"].removesuffix(".ics")
        try:
            owner = await dispatcher.of_link(router.links.read(token, purpose, router.clock.now()))
            database = owner.router.database
            ticket = await open_ticket(database, router.links, router.clock, token, purpose)
        except BadLink as error:
            log.info("link_refused", purpose=purpose, why=str(error))
            return dead_link(request, purpose)
        person = await _person(owner.router, ticket.person_id)
        language = person.language if person else "en"
        try:
            return await page(Visit(owner, request, ticket, person, language))
        except Moving:
            return _notice(words.moving_title(language), words.moving(language), language, 503)

    return serve


def dead_link(request: web.Request, purpose: str) -> web.Response:
    """The page of a link that opens nothing: what to do, in the browser's language, and nothing else."""
    language = accepted_language(request)
    told = (report_words.dead_title, report_words.dead) if purpose == "report" else None
    title, text = told or (words.link_dead_title, words.link_dead)
    page = TEMPLATES.get_template("notice.html").render(
        title=title(language), language=language, words=words, text=text(language)
    )
    return web.Response(text=page, status=403, content_type="text/html")


def accepted_language(request: web.Request) -> str:
    """The first of our languages that the browser asks for; English when it asks for none of them."""
    wanted = [
        part.partition(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")
    ]
    found = negotiate_locale([one for one in wanted if one], list(languages()), sep="-")
    return found or SOURCE_LANGUAGE


def _dead(text: Marked, status: int) -> web.Response:
    return _notice(words.link_dead_title("en"), text, "en", status)


def _notice(title: Marked, text: Marked, language: str, status: int) -> web.Response:
    page = TEMPLATES.get_template("notice.html").render(
        title=title, language=language, words=words, text=text
    )
    return web.Response(text=page, status=status, content_type="text/html")


async def _person(router: Router, person_id: int) -> Person | None:
    async with router.database.read() as db:
        return await db.get(Person, person_id)
