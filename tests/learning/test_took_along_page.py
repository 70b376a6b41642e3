"""The personal page in a browser: one's own things, in one's own language, for nobody else."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from tests.communities.support import enroll
from tests.learning.support import commit_to, key_ideas, series_with_sessions
from tests.support.stage import Stage


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
