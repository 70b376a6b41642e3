"""People who use the bot by e-mail: they read, press links, fill in pages and reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import aiohttp

from adapters.demo import pages
from adapters.demo.cast import Actor, AskedQuestion, CannotDo, Push, SeenMessage
from adapters.playground.mail import Letter, MailSide

ELSEWHERE = "/press/"
"""What leads anywhere else than to a button's page leads away."""
POSTS = "POST "
"""A button's key begins so; where it leads and, on a second line, what its form holds unseen follow."""
_KINDS = {"number": "number", "date": "day", "time": "hour"}


@dataclass
class OnEmail(Actor):
    side: MailSide = field(kw_only=True)
    behind: Callable[[str], str] = field(kw_only=True)
    """What the bot's button at an address does; nobody can read it there."""
    _page: pages.ShownPage | None = None
    _address: str = ""
    _read: int = 0
    """How many messages had come when the page was opened: a newer one is seen before it."""

    @property
    def platform(self) -> str:
        return "email"

    @property
    def mailbox(self) -> list[Letter]:
        return self.side.inbox(self.person.email)

    async def type(self, text: str, channel: str = "") -> None:
        if not self.mailbox:
            raise CannotDo(f"{self.person.name} has no e-mail to answer")
        self._page = None
        status = await self.side.answer(self.mailbox[-1], text)
        if status != 204:
            raise CannotDo(f"{text}: the reply was not taken ({status})")
        await self.heard()
        await self._open_offered_form()

    async def _open_offered_form(self) -> None:
        """A command that needs a form is answered with a message whose only button opens it."""
        offered = [push for push in self.see().pushes if not push.leads_away]
        if len(offered) == 1 and offered[0].stands_out:
            page = await self._get(str(offered[0].key))
            if page.inputs:
                self._show(page, str(offered[0].key))

    async def open(self, address: str) -> None:
        """A page whose address somebody handed them."""
        self._show(await self._get(address), address)

    async def push(self, message: str, push: Push) -> None:
        """Follow a link, and press the one button of a page that asks for it."""
        address = str(push.key)
        if address.startswith(POSTS):
            to, _, hidden = address.removeprefix(POSTS).partition("\n")
            self._show(await self._post(to, dict(parse_qsl(hidden))), to)
            return
        page = await self._get(address)
        if page.inputs:
            self._show(page, address)
            return
        self._show(await self._post(address, {}), "")

    def questions(self) -> list[AskedQuestion]:
        return [_question(one) for one in self._page.inputs] if self._page else []

    async def submit(self, values: Mapping[str, Any]) -> dict[str, str]:
        if self._page is None:
            raise CannotDo(f"{self.person.name} has no form open")
        given = {one.name: one.given for one in self._page.inputs} | dict(values)
        page = await self._post(self._address, given)
        self._show(page, self._address if page.wrong else "")
        return page.wrong

    async def close(self) -> None:
        self._page = None

    def see(self, message: str = "") -> SeenMessage:
        if not message and self._page is not None and len(self.mailbox) == self._read:
            return self._seen("page", self._page, "Throughline")
        for letter in reversed(self.mailbox):
            if not message or letter.id == message:
                return self._seen(letter.id, pages.read(letter.html), letter.sender, letter)
        raise CannotDo(f"{self.person.name} does not see it")

    def _seen(
        self, name: str, page: pages.ShownPage, author: str, letter: Letter | None = None
    ) -> SeenMessage:
        at = letter.at if letter else self.side.now()
        pushes = tuple(
            Push(
                label=one.label,
                stands_out="primary" in one.look,
                leads_away=not one.posts and ELSEWHERE not in one.address,
                key=_post(one, self._address) if one.posts else one.address,
                does=self.behind(one.address or self._address),
            )
            for one in page.pushes
            if letter is None or "button" in one.look
        )
        return SeenMessage(name, self.person.email, at, author, True, page.text, pushes)

    def _show(self, page: pages.ShownPage, address: str) -> None:
        self._page, self._address, self._read = page, address, len(self.mailbox)

    async def _get(self, address: str) -> pages.ShownPage:
        return await self._ask("GET", address, {})

    async def _post(self, address: str, values: Mapping[str, Any]) -> pages.ShownPage:
        page = await self._ask("POST", address, values)
        await self.heard()
        return page

    async def _ask(self, method: str, address: str, values: Mapping[str, Any]) -> pages.ShownPage:
        form = aiohttp.FormData()
        for name, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, False):
                    form.add_field(name, "true" if one is True else str(one))
        async with (
            aiohttp.ClientSession() as client,
            client.request(method, self._now_at(address), data=form if method == "POST" else None) as answer,
        ):
            if answer.status not in {200, 410, 422}:
                raise CannotDo(f"{self.person.name}: the page answers {answer.status}")
            return pages.read(await answer.text())

    def _now_at(self, address: str) -> str:
        """The bot may have begun anew at another port since it wrote the message."""
        return urljoin(self.side.inbound_url, urlsplit(address)._replace(scheme="", netloc="").geturl())


def _post(push: pages.PagePush, here: str) -> str:
    return f"{POSTS}{push.address or here}\n{urlencode(push.hidden)}"


def _question(one: pages.Input) -> AskedQuestion:
    kind = _KINDS.get(one.kind, "text")
    if one.kind in {"radio", "select"}:
        kind = "one"
    elif one.kind == "checkbox":
        kind = "tick" if one.options == ["true"] else "some"
    return AskedQuestion(
        name=one.name,
        label=one.label,
        kind=kind,
        required=one.required and kind != "tick",
        options=tuple(one.options),
        highest=10,
        most=one.most,
        given=bool(one.given),
    )
