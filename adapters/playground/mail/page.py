"""The mailboxes in the browser: whose mail it is, one message as its reader sees it, and a reply."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.playground.mail.letters import Letter
from adapters.playground.mail.side import MailSide
from adapters.playground.page.guard import PageGuard

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_AROUND = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_MESSAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'"
)
"""An e-mail may look as it likes, and fetch, run or submit nothing. Its links open in another tab."""


class MailPage:
    """Mounted beside the playground's page, under the same guard."""

    def __init__(self, side: MailSide, guard: PageGuard) -> None:
        self._side = side
        self._guard = guard
        self._prefix = ""

    def mount(self, app: web.Application, prefix: str) -> None:
        self._prefix = prefix
        routes = app.router
        routes.add_get(f"{prefix}/", self._guard(self._people))
        routes.add_get(f"{prefix}/{{address}}", self._guard(self._inbox))
        routes.add_get(f"{prefix}/{{address}}/{{letter}}", self._guard(self._letter))
        routes.add_get(f"{prefix}/{{address}}/{{letter}}/message", self._guard(self._message))
        routes.add_post(f"{prefix}/{{address}}/{{letter}}", self._reply)

    async def _people(self, _: web.Request) -> web.Response:
        people = sorted(self._side.people.values(), key=lambda one: one.name)
        counted = [(one, self._side.inbox(one.email)) for one in people]
        return self._page("people.html", title="Mailboxes", people=counted)

    async def _inbox(self, request: web.Request) -> web.Response:
        address = request.match_info["address"]
        person = self._side.people.get(address)
        if person is None:
            raise web.HTTPNotFound
        newest_first = list(reversed(self._side.inbox(address)))
        return self._page("inbox.html", title=person.name, address=address, letters=newest_first)

    async def _letter(self, request: web.Request) -> web.Response:
        letter = self._found(request)
        about = {"letter": letter, "token": self._guard.token, "name": self._name(letter)}
        return self._page("letter.html", title=letter.subject, **about)

    async def _message(self, request: web.Request) -> web.Response:
        html = self._found(request).html.replace("<head>", '<head><base target="_blank">', 1)
        headers = {"Content-Security-Policy": _MESSAGE, "Cross-Origin-Resource-Policy": "same-origin"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _reply(self, request: web.Request) -> web.Response:
        letter, posted = self._found(request), await request.post()
        if not self._guard.allows(request, str(posted.get("token", ""))):
            raise web.HTTPForbidden
        text = str(posted.get("text", "")).strip()
        if text:
            await self._side.answer(letter, text[:10_000])
        raise web.HTTPSeeOther(f"{self._prefix}/{letter.to}")

    def _found(self, request: web.Request) -> Letter:
        address, number = request.match_info["address"], request.match_info["letter"]
        for letter in self._side.inbox(address):
            if letter.id == number:
                return letter
        raise web.HTTPNotFound

    def _name(self, letter: Letter) -> str:
        return self._side.people[letter.to].name

    def _page(self, template: str, **values: object) -> web.Response:
        text = _TEMPLATES.get_template(template).render(prefix=self._prefix, **values)
        headers = {"Content-Security-Policy": _AROUND}
        return web.Response(text=text, content_type="text/html", headers=headers)
