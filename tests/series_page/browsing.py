"""The page in a browser without scripts: looked at, its buttons pressed, its forms opened and sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from tests.support.stage import Stage

Client = TestClient[web.Request, web.Application]


class Browser:
    """One tab. `text` is the page as it came, `said` what is read on it, `status` of the newest answer."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.text, self.status = "", 0

    @property
    def said(self) -> str:
        plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", self.text, flags=re.S)
        return " ".join(unescape(plain).split())

    async def look(self, query: str = "") -> str:
        return await self._took(await self.client.get(self.address + query))

    async def press(self, action: str, value: str = "") -> str:
        """The button with this action (and value), with what its form holds."""
        for form, fields in self._forms():
            if fields.get("_action") == action and value in {"", fields["_value"]}:
                found = re.search(r'action="([^"]*)"', form)
                assert found is not None, "each press says where it goes"
                return await self._took(await self.client.post(unescape(found[1]), data=fields))
        raise AssertionError(f"no button {action} {value}")

    def presses(self) -> list[tuple[str, str]]:
        """Every button that presses: its action and its value."""
        return [(one["_action"], one["_value"]) for _, one in self._forms() if "_action" in one]

    def _forms(self) -> list[tuple[str, dict[str, str]]]:
        found = re.findall(r"<form.*?</form>", self.text, re.S)
        hidden = [re.findall(r'name="(_\w+)" value="([^"]*)"', form) for form in found]
        return [
            (form, {name: unescape(one) for name, one in fields})
            for form, fields in zip(found, hidden, strict=True)
        ]

    def form(self, name: str, about: str = "") -> str:
        """The address of a form that the page links to."""
        for one in re.findall(r'"([^"]*\?form=[^"]*)"', self.text):
            if f"form={name}&" in unescape(one) and f"about={about}" in unescape(one):
                return unescape(one)
        raise AssertionError(f"no form {name} {about}")

    async def open(self, address: str) -> str:
        return await self._took(await self.client.get(address))

    async def send(self, address: str, values: Mapping[str, str]) -> str:
        return await self._took(await self.client.post(address, data=dict(values)))

    async def _took(self, answer: object) -> str:
        assert hasattr(answer, "text")
        assert hasattr(answer, "status")
        self.text, self.status = await answer.text(), answer.status
        return self.said


@asynccontextmanager
async def browsing(stage: Stage, address: str) -> AsyncIterator[Browser]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        yield Browser(client, address.removeprefix(stage.links.base_url))
