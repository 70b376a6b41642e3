"""The personal page in a browser: one's own things, in one's own language, for nobody else."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from tests.communities.support import enroll
from tests.learning.support import commit_to, key_ideas, series_with_sessions
from tests.support.stage import Stage, text_of


async def test_the_page_holds_what_the_card_holds_and_a_stranger_gets_none(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    lu = await stage.person("lu", language="es")
    await enroll(stage, cohort, lu)
    await key_ideas(stage, first, approved=True)
    await commit_to(stage, lu, first, "", "respirar <b>dos</b> veces")
    zed = await stage.person("zed")
    mine, theirs = (
        stage.links.to("took-along", cohort.series_id, one.id, stage.clock.now()) for one in (lu, zed)
    )
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        response = await client.get(mine.removeprefix(stage.links.base_url))
        said = await response.text()
        assert response.status == 200
        assert "Di qué sigue." in said
        assert "respirar &lt;b&gt;dos&lt;/b&gt; veces" in said
        assert 'lang="es"' in said
        assert (await client.get(theirs.removeprefix(stage.links.base_url))).status == 403


async def test_ones_own_history_stands_on_the_page_and_home_leads_to_it(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana", zone="America/Adak")
    await enroll(stage, cohort, ana)
    await key_ideas(stage, first, approved=True)
    assert "What I was asked" not in text_of(await stage.home("ana"))
    await stage.press("ana", "stick.recalled", f"1:{cohort.id}:1:1")
    await stage.press("ana", "stick.recalled", f"2:{cohort.id}:2:0")
    home = await stage.home("ana")
    assert "2 questions so far. Had the idea in mind: 1." in text_of(home)
    assert home.card is not None
    [url] = [one.url for section in home.card.sections for one in section.buttons if "took-along" in one.url]
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        said = await (await client.get(url.removeprefix(stage.links.base_url))).text()
    assert "Say what comes next. · Mon, Feb 1: I had it" in said
    assert "Check in before you check up. · Mon, Feb 1: not yet" in said
