"""Threats 10 and 11: posts from other pages, and links that leaked. Every page that there is, over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.logs import set_up_logs
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.clock import MovedClock
from bot.core.links import ButtonLink, Links
from bot.core.router import Router
from bot.features import all_features
from storage.database import Database
from storage.links import LinkRevocation
from storage.people import Person
from tests.security.two_tenants import OUR_TENANT, OUR_USER, OURS, furnished, their_rows
from tests.support.stage import START

LIFE = timedelta(days=1)
NEEDS_MORE = {"report"}
"""Pages whose links are kept in a table as well; tests/reports/test_served.py opens them."""


@dataclass
class Site:
    database: Database
    links: Links
    clock: MovedClock
    client: ClientSession

    def link(self, purpose: str, now: datetime = START) -> str:
        if purpose == "press":  # its subject is sealed
            return self.links.to_button(ButtonLink("slack", OUR_TENANT, OUR_USER), now, LIFE)
        return self.links.to(purpose, OURS, OURS, now, LIFE)

    def subject(self, url: str, purpose: str) -> str:
        return self.links.read(url.rpartition("/")[2], purpose, START).subject

    async def status(self, url: str) -> int:
        async with self.client.get(url) as answer:
            return answer.status


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database, clock = Database(furnished(tmp_path / "site.db"), durable=False, alone=True), MovedClock(START)
    links = Links("http://127.0.0.1:1", "test-secret-of-some-length")
    app = web.Application()
    router = Router(database, clock, all_features(), {}, links)
    add_web(app, router, PAGES)
    async with TestClient(TestServer(app)) as client:
        links.base_url = f"http://127.0.0.1:{client.port}"
        yield Site(database, links, clock, client.session)
    await database.close()


@pytest.mark.parametrize("purpose", sorted(PAGES))
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1.evil.example.org"},
    ],
    ids=["origin", "both", "sandboxed", "subdomain", "lookalike"],
)
async def test_a_post_from_another_page_is_refused_and_changes_nothing(
    site: Site, purpose: str, headers: dict[str, str]
) -> None:
    async with site.database.read() as db:
        before = await their_rows(await db.connection())
    posted = {"name": "x", "_action": "leave", "_value": str(OURS)}
    async with site.client.post(site.link(purpose), data=posted, headers=headers) as answer:
        assert answer.status == 403
    async with site.database.read() as db:
        assert await their_rows(await db.connection()) == before


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_a_link_that_was_changed_is_over_or_was_taken_back_opens_nothing(
    site: Site, purpose: str
) -> None:
    whole = site.link(purpose)
    opens = purpose not in NEEDS_MORE
    assert (await site.status(whole) != 403) == opens, "so that the rest can fail"
    base, _, token = whole.rpartition("/")
    for place in range(0, len(token), max(1, len(token) // 12)):
        other = "A" if token[place] != "A" else "B"
        assert await site.status(f"{base}/{token[:place]}{other}{token[place + 1 :]}") == 403
    for purpose_of_other in sorted(PAGES.keys() - {purpose}):
        other_link = site.link(purpose_of_other)
        assert await site.status(f"{base}/{other_link.rpartition('/')[2]}") == 403, "made for another page"
    async with site.database.write() as db:
        taken_back = site.subject(whole, purpose)
        db.add(LinkRevocation(purpose=purpose, subject=taken_back, before=START + timedelta(seconds=1)))
    assert await site.status(whole) == 403, "taken back"
    fresh = site.link(purpose, START + timedelta(minutes=1))
    assert (await site.status(fresh) != 403) == opens, "a new one opens again"
    site.clock.move_to(START + LIFE + timedelta(minutes=2))
    assert await site.status(fresh) == 403, "over"


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_a_person_who_is_gone_has_no_pages(site: Site, purpose: str) -> None:
    async with site.database.write() as db:
        (await db.get_one(Person, OURS)).deleted_at = START
    assert await site.status(site.link(purpose)) == 403


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_no_page_tells_another_site_where_somebody_came_from_or_is_kept(
    site: Site, purpose: str
) -> None:
    for url in (site.link(purpose), site.link(purpose)[:-3]):
        async with site.client.get(url) as answer:
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy or "sandbox" in policy
            assert "unsafe" not in policy
            assert (
                "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
            )
            for cookie in answer.headers.getall("Set-Cookie", []):
                assert "HttpOnly" in cookie
                assert "SameSite" in cookie


async def test_no_link_gets_into_a_log(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    """Opened, refused and posted: the line names the purpose and why, never the token."""
    set_up_logs("json")
    logging.getLogger("aiohttp").setLevel(logging.DEBUG)
    tokens = []
    for purpose in PAGES:
        for url in (site.link(purpose), site.link(purpose) + "x"):
            tokens.append(url.rpartition("/")[2])
            await site.status(url)
            async with site.client.post(url, data={"name": "x"}, headers={"Origin": "https://evil.example"}):
                pass
    told = capfd.readouterr()
    assert "link_refused" in told.err
    for token in tokens:
        assert token[:40] not in told.err + told.out


async def test_a_page_that_fails_says_a_code_and_shows_neither_its_error_nor_its_link(
    site: Site, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("json")

    async def fails(*_: object) -> None:
        raise ValueError("the words of somebody")

    monkeypatch.setattr("adapters.web.app._person", fails)
    link = site.link("took-along")
    async with site.client.get(link) as answer:
        said = await answer.text()
        assert answer.status == 500
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    told = capfd.readouterr().err
    code = said.split("`")[1] if "`" in said else said.split()[-1].strip(".")
    assert "page_failed" in told
    assert code in told
    assert "words of somebody" not in said + told
    assert link.rpartition("/")[2][:40] not in said + told
