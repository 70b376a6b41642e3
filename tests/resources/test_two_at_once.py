"""Several people work on one page at the same moment: one is kept, the others are told, no words are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.core.events import Press, Where
from bot.core.forms import Form
from bot.resources.feature import FEATURE as RESOURCES
from storage.resources import PageEdition, PagePicture, ResourcePage
from tests.communities.support import rows
from tests.learning.support import series_with_sessions
from tests.resources.test_pages import PNG, browser
from tests.support.stage import Stage, staged, text_of
from tests.support.stage import _who as who_is

AT_ONCE = 4


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """Four facilitators, on SQLite and on PostgreSQL."""
    async with staged(database_url, (COMMUNITIES, RESOURCES)) as stage:
        await series_with_sessions(stage)
        for number in range(AT_ONCE):
            await stage.person(f"fay{number}", "facilitator")
        yield stage


async def shown_form(stage: Stage, user: str, name: str, context: str) -> Form:
    asked = Press(key="shown", who=who_is(user), where=Where(), action="", form=name, value=context)
    form = (await stage.router.form(asked, name, context)).form
    assert form is not None
    return form


async def test_of_four_edits_of_a_page_one_is_kept(stage: Stage) -> None:
    await stage.command("fay0", "page")
    replies = await asyncio.gather(
        *(
            stage.submit(f"fay{number}", "page-text", "1:1", title_en=f"Title {number}", text_en="Breathe.")
            for number in range(AT_ONCE)
        )
    )
    told = [text_of(reply) for reply in replies]
    refused = [number for number, said in enumerate(told) if "Somebody changed this page" in said]
    assert len(refused) == AT_ONCE - 1, told
    [winner] = set(range(AT_ONCE)) - set(refused)
    [page] = await rows(stage, ResourcePage)
    assert (page.title["en"], page.revision) == (f"Title {winner}", 2)
    for number in refused:
        assert f"Title {number}" in told[number], "what they wrote is shown to them, to be taken over"


async def test_a_page_looked_at_for_the_first_time_by_four_is_one_page(stage: Stage) -> None:
    await asyncio.gather(*(stage.command(f"fay{number}", "page 1") for number in range(AT_ONCE)))
    assert len(await rows(stage, ResourcePage)) == 1


async def test_publishing_that_races_an_edit_never_publishes_unseen_words(stage: Stage) -> None:
    await stage.command("fay0", "page")
    await stage.submit("fay0", "page-text", "1:1", title_en="Seen", text_en="Breathe.")
    await asyncio.gather(
        stage.submit("fay1", "page-text", "1:2", title_en="Not seen", text_en="Breathe."),
        *(stage.press(f"fay{number}", "page.publish", "1:en:2") for number in (2, 3)),
    )
    assert [row.content["title"] for row in await rows(stage, PageEdition)] in ([], ["Seen"])


async def test_of_two_descriptions_of_a_picture_one_is_kept(stage: Stage) -> None:
    await stage.command("fay0", "page")
    async with stage.database.write() as db:
        picture = PagePicture(page_id=1, name="a.png", media_type="image/png", content=PNG, alt={},
                              added_at=stage.clock.now())  # fmt: skip
        db.add(picture)
    form = await shown_form(stage, "fay0", "page-alt", "1")
    replies = await asyncio.gather(
        *(stage.submit(f"fay{number}", "page-alt", form.context, alt_en=f"A hand, seen by {number}")
          for number in range(2))
    )  # fmt: skip
    told = [text_of(reply) for reply in replies]
    [refused] = [number for number, said in enumerate(told) if "Somebody changed this page" in said]
    [kept] = await rows(stage, PagePicture)
    assert kept.alt["en"] == f"A hand, seen by {1 - refused}"
    assert f"A hand, seen by {refused}" in told[refused]


async def test_a_slow_upload_keeps_nobody_waiting(stage: Stage) -> None:
    """A file of which only half has arrived: everybody else's commands go on."""
    reply = await stage.command("fay0", "page")
    assert reply.card is not None
    url = next(button.url for button in reply.card.buttons if button.label.startswith("Add pictures"))
    half_sent, go_on = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n' + PNG
        half_sent.set()
        await go_on.wait()
        yield b"\r\n--x--\r\n"

    async with browser(stage) as client:
        upload = asyncio.create_task(
            client.post(
                url.removeprefix(stage.links.base_url),
                data=body(),
                headers={"Content-Type": "multipart/form-data; boundary=x"},
            )
        )
        await half_sent.wait()
        waiting = await client.get(url.removeprefix(stage.links.base_url))  # behind it on the same server
        assert waiting.status == 200
        saved = await stage.submit("fay1", "page-text", "1:1", title_en="Meanwhile", text_en="Breathe.")
        assert "Somebody" not in text_of(saved)
        go_on.set()
        assert "a.png" in await (await upload).text()
    [page] = await rows(stage, ResourcePage)
    assert (page.title["en"], page.revision) == ("Meanwhile", 3)


@pytest.mark.postgres
async def test_an_edit_that_waited_for_another_sees_what_it_changed(postgres_url: str) -> None:
    """The second edit begins while the first is not committed: it waits, and is then told."""
    async with staged(postgres_url, (COMMUNITIES, RESOURCES)) as stage:
        await series_with_sessions(stage)
        await stage.person("fay", "facilitator")
        await stage.command("fay", "page")
        async with stage.database.write() as db:
            page = await db.get_one(ResourcePage, 1, with_for_update=True)
            page.title, page.revision = {"en": "First"}, 2
            await db.flush()
            second = asyncio.create_task(
                stage.submit("fay", "page-text", "1:1", title_en="Second", text_en="Breathe.")
            )
            waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not (await db.execute(waits)).scalar():
                assert not second.done(), "it must wait"
        assert "Somebody changed this page" in text_of(await second)
        [kept] = await rows(stage, ResourcePage)
        assert (kept.title, kept.revision) == ({"en": "First"}, 2)
