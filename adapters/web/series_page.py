"""The series page: what a facilitator looks at once a week, and every deed of the chat on it.

A button posts the press of the chat, a form sends the form of the chat, both through the dispatcher; the
answer, with its Undo, stands on the page. Without a script each deed is one page more. The script
(`static/series.js`) sends the same forms without leaving the page, drags messages, and asks once a second
whether anything has happened elsewhere. It is our own: what a library for fragments would save is ten of its
lines, and dragging, moving by keyboard and keeping the focus would be ours all the same.
"""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from adapters.web.app import Visit
from adapters.web.form_page import Account, serve_form, web_identity
from bot.core.cards import Button, Card
from bot.core.events import HomeOpened, Press, Where, Who
from bot.core.lookup import row_id
from bot.core.reply import Reply
from bot.series_page.page import SeriesPage, series_page
from bot.series_page.stamp import stamp
from prompts.words import series_page as words
from prompts.words import web as web_words

PARTS = {
    "sessions": words.sessions_title,
    "messages": words.messages_title,
    "people": words.people_title,
    "breakouts": words.breakouts_title,
    "attendance": words.attendance_title,
    "learned": words.learned_title,
    "recall": words.recall_title,
    "evaluation": words.evaluation_title,
    "report": words.report_title,
}
"""The parts of the page in their order; each is an anchor."""
FORM = "form"
"""Seals a form's link: as the action of a press it means nothing."""


async def facilitators_page(visit: Visit) -> web.StreamResponse:
    """GET shows the page (or, with ``form``, one of its forms); POST presses a button or sends that form. A
    dead link's page for whoever may not run the cohort (any more)."""
    if visit.person is None:
        return visit.dead()
    since = visit.request.query.get("since")
    if since and since == await _stamp(visit):
        return web.Response(status=204)
    desk = PageDesk(visit, await web_identity(visit))
    if (found := await desk.found()) is None:
        return visit.dead()
    if "form" in visit.request.query:
        return await desk.form()
    if (pressed := await visit.pressed()) is not None:
        press = Press(**visit.happening(desk.who), action=pressed[0], value=pressed[1])
        return await desk.done(await visit.dispatcher.answered(press))
    return await desk.shown(found, Reply())


async def _stamp(visit: Visit) -> str:
    async with visit.router.database.read() as db:
        return await stamp(db, row_id(visit.ticket.subject))


class PageDesk:
    """One visit by somebody: what they see, and where its buttons lead."""

    def __init__(self, visit: Visit, who: Who) -> None:
        self.visit, self.who = visit, who
        self.message = visit.request.query.get("message", "")
        self.stamp = ""

    async def found(self) -> SeriesPage | None:
        """The page as it stands; None when there is none for them. Other links on it end with this one. What
        happens while it is read is shown with the next look."""
        self.stamp = await _stamp(self.visit)
        at = {**self.visit.happening(self.who), "where": Where(kind="home")}
        async with self.visit.router.looking(HomeOpened(**at)) as ctx:
            return await series_page(ctx, self.visit.ticket.subject, self.message)

    async def form(self) -> web.StreamResponse:
        """One of the page's forms: only what was shown here can be opened here."""
        query = self.visit.request.query
        name, about = query["form"], query.get("about", "")
        if not self._is_ours(name, about, query.get("seal", "")):
            raise web.HTTPForbidden(text=str(web_words.not_a_form(self.visit.language)))
        account = Account(self.who, done=self.done, form_link=self.form_link, back=self.here)
        return await serve_form(self.visit, name, about, account=account)

    def _is_ours(self, name: str, about: str, seal: str) -> bool:
        return self.visit.router.links.is_sealed(self.visit.ticket, f"{FORM} {name}", about, seal)

    async def done(self, reply: Reply) -> web.StreamResponse:
        """The page with what happened; or the form that the answer opens."""
        if reply.form is not None:
            opened = Button(label=reply.form.title, form=reply.form.name, value=reply.form.context)
            raise web.HTTPSeeOther(self.form_link(opened))
        found = await self.found()
        return self.visit.dead() if found is None else await self.shown(found, reply)

    async def shown(self, found: SeriesPage, reply: Reply) -> web.Response:
        visit = self.visit
        return visit.page(
            "series.html",
            found.title,
            found=found,
            answer=reply.card if not reply.is_empty else None,
            card=Card(),
            svg="",
            actions=True,
            here=self.here,
            base=visit.request.path,
            form_link=self.form_link,
            move_link=self.move_link,
            later_open=found.opened is not None and any(found.opened.id in week.ids for week in found.later),
            parts=[(name, title(visit.language)) for name, title in PARTS.items()],
            cards=[(name, PARTS[name](visit.language), part) for name, part in found.cards.items()],
            stamp=self.stamp,
            told=words,
        )

    def move_link(self, message: int) -> str:
        """Where the form that moves a message stands; a drop on a day sends that form."""
        return self.form_link(Button(label="", form="nudge-move", value=str(message)))

    @property
    def here(self) -> str:
        """The page's own address, with the message in hand."""
        path = self.visit.request.path
        return f"{path}?{urlencode({'message': self.message})}" if self.message else path

    def form_link(self, button: Button) -> str:
        """The page of the form that a button opens, under this one."""
        ticket, links = self.visit.ticket, self.visit.router.links
        seal = links.press_seal(ticket, f"{FORM} {button.form}", button.value)
        asked = {"form": button.form, "about": button.value, "seal": seal}
        if self.message:
            asked["message"] = self.message
        return f"{self.visit.request.path}?{urlencode(asked)}"
