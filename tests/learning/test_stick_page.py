"""The recall calendar as a page: a facilitator moves, swaps and drops there; nobody else sees it."""

from __future__ import annotations

import re
from html import unescape

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from storage.learning import RecallChoice
from tests.communities.support import enroll, rows
from tests.learning.test_stick_calendar import button, six_approved_ideas
from tests.support.stage import Stage, text_of

Client = TestClient[web.Request, web.Application]


class Page:
    """The calendar in somebody's browser."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address, self.text = client, address, ""

    async def look(self) -> str:
        self.text = await (await self.client.get(self.address)).text()
        return self.text

    async def press(self, label: str, value: str) -> str:
        """The button with this label and value, as it stands on the page."""
        for form in re.findall(r"<form.*?</form>", self.text, re.S):
            fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', form))
            if f">{label}<" in unescape(form) and unescape(fields["_value"]) == value:
                posted = {name: unescape(one) for name, one in fields.items()}
                self.text = await (await self.client.post(self.address, data=posted)).text()
                return self.text
        raise AssertionError(f"no button {label} {value}")


async def places(stage: Stage) -> dict[int, list[int]]:
    return {one.idea_id: one.places for one in await rows(stage, RecallChoice) if one.role == "core"}


async def test_a_facilitator_moves_swaps_and_drops_on_the_page(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    address = button(await stage.command("fay", "stick"), "Open as a page").url
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        page = Page(client, address.removeprefix(stage.links.base_url))
        said = await page.look()
        assert "Which idea is asked on which day" in said
        assert said.count('<th scope="row">') == 4
        assert said.count('class="asked"') == 12, "four ideas, three times each"
        await page.press("Keep this plan", str(cohort.id))
        before = await places(stage)
        first = next(idea for idea, where in before.items() if 1 in where)
        await page.press("Later", f"{cohort.id}:{first}:1:2")
        after = await places(stage)
        assert 2 in after[first]
        assert 1 not in after[first]
        assert sum(2 in where for where in after.values()) == 2, "what stood there gave way"
        assert sum(1 in where for where in after.values()) == 2
        await page.press("Leave this one out", f"{cohort.id}:{first}:2:0")
        assert 2 not in (await places(stage))[first]
        assert "Asked fewer than 3 times" in page.text
        await page.press("Also ask: Say what comes next.", f"{cohort.id}:{first}:0:2")
        assert (await places(stage))[first] == after[first]
        assert "Asked fewer than 3 times" not in page.text


async def test_the_page_is_dead_for_others_and_takes_no_button_that_it_did_not_show(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    theirs = stage.links.to("stick", cohort.id, ana.id, stage.clock.now())
    ours = button(await stage.command("fay", "stick"), "Open as a page").url
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get(theirs.removeprefix(stage.links.base_url))).status == 403
        forged = {"_action": "stick.place", "_value": f"{cohort.id}:1:0:3", "_seal": "x"}
        answer = await client.post(ours.removeprefix(stage.links.base_url), data=forged)
        assert answer.status == 403
    assert await rows(stage, RecallChoice) == []


async def test_the_last_question_of_all_cannot_be_left_out(stage: Stage) -> None:
    """Nothing left would look like no decision, and the proposal would come back."""
    cohort, _ = await six_approved_ideas(stage)
    await stage.submit("fay", "stick-core", str(cohort.id), core=["1"])
    asked = (await places(stage))[1]
    for place in asked:
        said = await stage.press("fay", "stick.place", f"{cohort.id}:1:{place}:0")
    assert "At least one question stays" in text_of(said)
    assert (await places(stage))[1] == [asked[-1]]
