"""The file for Zoom's rooms: what stands in it, and who may have it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.breakouts.zoom_file import zoom_csv
from storage.people import Duty
from tests.breakouts.rooms import NAMES, button_of, scene
from tests.communities.support import rows
from tests.support.stage import Stage


async def test_the_link_of_a_preview_gives_its_rooms(stage: Stage) -> None:
    """Zoom's own header, a row for each address; the link dies with its time and with the duty."""
    room = await scene(stage, 7)
    await room.begin_session(NAMES[:7])
    link = button_of(await room.typed("breakout 3 10"), "File for Zoom rooms").url
    path = link.removeprefix(stage.links.base_url)
    async with _browser(stage) as browser:
        response = await browser.get(path)
        assert response.status == 200
        assert "attachment" in response.headers["Content-Disposition"]
        header, *lines = csv.reader(io.StringIO(await response.text()))
        assert header == ["Pre-assign Room Name", "Email Address"]
        assert sorted(address for _, address in lines) == [f"{name}@example.org" for name in NAMES[:7]]
        assert {name for name, _ in lines} == {"Group 1", "Group 2"}
        assert (await browser.get(path[:-3] + "xyz")).status == 403
        stage.clock.advance(timedelta(days=3))
        assert (await browser.get(path)).status == 403


async def test_a_former_facilitator_gets_no_file(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    link = button_of(await room.typed("breakout 3 10"), "File for Zoom rooms").url
    async with stage.database.write() as db:
        for duty in await rows(stage, Duty):
            await db.delete(await db.get_one(Duty, duty.id))
    async with _browser(stage) as browser:
        assert (await browser.get(link.removeprefix(stage.links.base_url))).status == 403


def test_whoever_zoom_cannot_find_is_left_out() -> None:
    """No address, or one that a spreadsheet would run as a formula."""
    text = zoom_csv([("Group 1", ["", "=cmd@x.org", "ana@example.org"])])
    assert text.splitlines() == ["Pre-assign Room Name,Email Address", "Group 1,ana@example.org"]


def _browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))
