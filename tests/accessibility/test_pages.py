"""No page of the bot has a fault that axe can find, and each can be used without a mouse."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from adapters.playground.server import PAGE, living
from adapters.settings import read_settings
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from adapters.web.report_html import Surroundings, report_html
from bot.features import all_features
from storage.resources import PagePicture, ResourcePage
from tests.accessibility.looking import SCHEMES, SIZES, WCAG, Scheme, faults, opened, walked
from tests.communities.support import enroll, rows
from tests.learning.support import key_ideas, series_with_sessions
from tests.reports.made_by_hand import handmade
from tests.resources.test_files import PDF
from tests.support.chromium import chromium
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged

__all__ = ["chromium"]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
LOOKS = [(size, scheme) for size in SIZES for scheme in SCHEMES]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The address of each page, by name, in a community with a little of everything."""
    async with staged(sqlite_with_tables(tmp_path / "pages.db"), all_features()) as stage:
        await _furnish(stage)
        app = web.Application()
        add_web(app, stage.router, PAGES)
        app.router.add_get("/report-sample", _report)
        async with TestServer(app) as server:
            stage.links.base_url = str(server.make_url("")).rstrip("/")
            yield dict(_addresses(stage))


async def _report(request: web.Request) -> web.Response:
    return web.Response(text=report_html(handmade(), Surroundings(inside=True)), content_type="text/html")


async def _furnish(stage: Stage) -> None:
    cohort, sessions = await series_with_sessions(stage)
    await key_ideas(stage, sessions[0], approved=True)
    await enroll(stage, cohort, await stage.person("ana"))
    await stage.person("fay", "facilitator", "administrator")
    await stage.command("fay", "page 1")
    async with stage.database.write() as db:
        for name, media_type, content in (("a.png", "image/png", PNG), ("b.pdf", "application/pdf", PDF)):
            alt = {"en": "Two people talk at a table.", "es": "Dos personas hablan en una mesa."}
            db.add(PagePicture(page_id=1, name=name, media_type=media_type, content=content, alt=alt,
                               added_at=START))  # fmt: skip
    texts = {"title_en": "A Steady Start", "text_en": "Breathe first.\n- One\n- Two",
             "title_es": "Un comienzo firme", "text_es": "Respira primero."}  # fmt: skip
    await stage.submit("fay", "page-text", "1:1", **texts)
    for code in ("en", "es"):
        [page] = await rows(stage, ResourcePage)
        await stage.press("fay", "page.publish", f"1:{code}:{page.revision}")


def _addresses(stage: Stage) -> Iterator[tuple[str, str]]:
    ana, fay = 1, 2

    def to(purpose: str, subject: object, person: int) -> str:
        return stage.links.to(purpose, subject, person, stage.clock.now(), life=timedelta(days=900))

    yield "page", to("page", 1, ana)
    yield "página", to("page", 1, ana) + "?lang=es"
    yield "cohort", to("cohort", 1, 0)
    yield "pictures", to("page-pictures", 1, fay)
    yield "versions", to("page-versions", 1, fay)
    yield "version", to("page-versions", 1, fay) + "?version=1"
    yield "took along", to("took-along", 1, ana)
    yield "recall calendar", to("stick", 1, fay)
    yield "who met", to("who-met", 1, fay)
    yield "settings form", to("form", "settings|", ana)
    yield "page form", to("form", "page-text|1", fay)
    yield "import roster", to("import", 1, fay)
    yield "import series", to("import", "series", fay)
    yield "report", stage.links.base_url + "/report-sample"
    yield "dead link", stage.links.base_url + "/page/none"


@pytest.mark.chromium
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_axe_finds_nothing(
    chromium: Browser, served: dict[str, str], size: str, scheme: Scheme
) -> None:
    page = await opened(chromium, size, scheme)
    found: dict[str, list[str]] = {}
    for name, address in served.items():
        response = await page.goto(address)
        assert response is not None
        expected = 403 if name == "dead link" else 200
        found[name] = await faults(page) + [f"status {response.status}"] * (response.status != expected)
        if folder := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=f"{folder}/{name}-{size}-{scheme}.png", full_page=True)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.chromium
@pytest.mark.parametrize("size", SIZES)
async def test_the_keyboard_reaches_everything_and_is_always_seen(
    chromium: Browser, served: dict[str, str], size: str
) -> None:
    """The way to the content comes first; each stop is marked and on the screen, in the order of the page."""
    page = await opened(chromium, size, "light")
    for name, address in served.items():
        await page.goto(address)
        stops = await walked(page)
        assert "Skip to content" in stops[0]["name"] or "Ir al contenido" in stops[0]["name"], (
            name,
            stops[0],
        )
        assert [stop["name"] for stop in stops if not stop["ring"]] == [], name
        assert [stop["name"] for stop in stops if not stop["seen"]] == [], name
        places = [stop["path"] for stop in stops]
        assert places == sorted(places), name
        await page.goto(address)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        assert await page.evaluate("() => location.hash") == "#main", name
        assert await page.evaluate("() => document.activeElement.id") == "main", name


@pytest.mark.chromium
async def test_axe_finds_nothing_on_the_playground(chromium: Browser, tmp_path: Path) -> None:
    async with living(read_settings(data_folder=tmp_path, port=0, grace_seconds=2)) as environment:
        found: dict[str, list[str]] = {}
        for size, scheme in LOOKS:
            page = await opened(chromium, size, scheme)
            await page.goto(f"{environment.address}{PAGE}/#view=slack")
            await page.wait_for_selector("html[data-ready]")
            found[f"{size} {scheme}"] = await faults(page, WCAG)
            await page.context.close()
    assert [(look, one) for look, told in found.items() for one in told] == []
