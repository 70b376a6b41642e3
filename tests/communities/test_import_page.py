"""The upload page: a workbook is read, cells are chosen from a menu, and names of a report as well."""

from __future__ import annotations

import io
import re
from html import unescape

import aiohttp
import openpyxl
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from storage.people import Person
from tests.communities.support import furnish, rows
from tests.support.stage import Stage, text_of


def _browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Steady Teams 2027"],
        ["First Name", "Last Name", "Email", "State", "Time Zone"],
        ["Ana", "Ruiz", "ana@example.org", "Idaho, Oregon", "Pacific Standard Time"],
        ["Ben", "Ode", "ben@example.org", "Wash.", "Oregon"],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _link(page: str, label: str) -> str:
    found = re.search(rf'href="([^"]+)">{label}<', page)
    assert found, page
    return unescape(found[1])


async def test_a_workbook_is_uploaded_and_its_cells_are_chosen_from_menus(stage: Stage) -> None:
    """What cannot be read is asked on the page, never sent back; one press imports everything."""
    await stage.person("fay", "facilitator")
    await furnish(stage)
    reply = await stage.command("fay", "import")
    assert reply.card is not None, text_of(reply)
    upload = reply.card.buttons[0].url.removeprefix(stage.links.base_url)
    async with _browser(stage) as browser:
        form = aiohttp.FormData()
        form.add_field("content.file", _workbook(), filename="roster.xlsx")
        page = await (await browser.post(upload, data=form)).text()
        assert "2 things to mend" in page
        cells = _link(page, "Settle them one by one").removeprefix(stage.links.base_url)
        asked = await (await browser.get(cells)).text()
        assert '<select id="cell_3_state"' in asked
        assert '<option value="OR" >Oregon (OR)</option>' in asked
        assert asked.index("Idaho (ID)") < asked.index("Oregon (OR)") < asked.index("Alabama (AL)")
        answer = {"cell_3_state": "OR", "cell_4_zone": "America/Boise"}
        told = await (await browser.post(cells, data=answer)).text()
        assert "2 people would be imported" in told
        fields = dict(re.findall(r'type="hidden" name="(_\w+)" value="([^"]*)"', told))
        done = await (
            await browser.post(cells, data={name: unescape(v) for name, v in fields.items()})
        ).text()
    assert "Imported" in done
    people = {one.name: (one.state, one.zone) for one in await rows(stage, Person) if one.email}
    assert people == {"Ana Ruiz": ("OR", "America/Los_Angeles"), "Ben Ode": ("WA", "America/Boise")}
