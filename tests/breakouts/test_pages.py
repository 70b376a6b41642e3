"""The file for Zoom's rooms: what stands in it, and who may have it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.breakouts.zoom_file import beyond_zoom, zoom_csv
from storage.people import Duty
from tests.breakouts.rooms import NAMES, button_of, scene
from tests.communities.support import rows
from tests.support.stage import Stage, text_of


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


async def test_the_page_draws_who_has_met_whom_and_says_it_in_words(stage: Stage) -> None:
    """Real meetings only; the newest groups are explained; a name cannot become markup."""
    room = await scene(stage, 6)
    room.people["p06"].name = "<b>Ana</b>"
    async with stage.database.write() as db:
        db.add(await db.merge(room.people["p06"]))
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10 seed=3"), "Open groups")
    await room.typed("breakout 3 10 seed=4")
    told = await room.typed("breakout met")
    assert "6 people; 6 of 15 pairs have met." in text_of(told)
    link = button_of(told, "Who has met whom").url
    async with _browser(stage) as browser:
        response = await browser.get(link.removeprefix(stage.links.base_url))
        page = await response.text()
    assert response.status == 200
    assert page.count("<line ") == 6
    assert "P01 has met" in page
    assert "Meet again" in page
    assert "<b>Ana" not in page


def test_whoever_zoom_cannot_find_is_left_out() -> None:
    """No address, or one that a spreadsheet would run as a formula."""
    text = zoom_csv([("Group 1", ["", "=cmd@x.org", "ana@example.org"])])
    assert text.splitlines() == ["Pre-assign Room Name,Email Address", "Group 1,ana@example.org"]


def test_an_address_of_two_people_stands_in_one_room_and_is_said() -> None:
    rooms = [("Group 1", ["a@example.org"]), ("Group 2", ["A@example.org", "b@example.org"])]
    assert zoom_csv(rooms).splitlines()[1:] == ["Group 1,a@example.org", "Group 2,b@example.org"]
    assert beyond_zoom(rooms).shared == ("a@example.org",)
    many = [(str(n), [f"p{n}-{m}@example.org" for m in range(10)]) for n in range(101)]
    limits = beyond_zoom(many)
    assert (limits.rooms, limits.people) == (101, 1010)
    assert not beyond_zoom(many[:100])


def _browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))
