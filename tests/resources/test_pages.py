"""A page from draft to reader: alt text before publishing, each language for itself, members only."""

import re
from html import unescape

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.cards import Button
from bot.core.forms import Form
from bot.core.reply import Reply
from bot.resources.attachments import media_type_of, plain_name
from storage.resources import PageEdition, PagePicture, ResourcePage
from tests.communities.support import rows
from tests.support.stage import Stage, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def browser(stage: Stage, most: int = 1024**2) -> TestClient[web.Request, web.Application]:
    app = web.Application(client_max_size=most)
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))


def button(reply: Reply, label: str) -> Button:
    assert reply.card is not None
    return next(one for one in reply.card.buttons if one.label.startswith(label))


def labels(reply: Reply) -> list[str]:
    assert reply.card is not None
    return [one.label for one in reply.card.buttons]


def path_of(stage: Stage, found: Button) -> str:
    return found.url.removeprefix(stage.links.base_url)


async def written(stage: Stage, *codes: str) -> Reply:
    texts = {"en": "Breathe first.\n- One\n- <b>Two</b>", "es": "Respira primero."}
    titles = {"en": "A Steady Start", "es": "Un comienzo firme"}
    await stage.command("fay", "page 1")
    [page] = await rows(stage, ResourcePage)
    values = {f"text_{code}": texts[code] for code in codes} | {
        f"title_{code}": titles[code] for code in codes
    }
    return await stage.submit("fay", "page-text", f"{page.id}:{page.revision}", **values)


async def with_pictures(stage: Stage, count: int, *, alt: dict[str, str], without: int = 0) -> None:
    """`count` pictures, all but `without` of which say in `alt` what they show."""
    async with stage.database.write() as db:
        for number in range(count):
            db.add(
                PagePicture(
                    page_id=1,
                    name=f"picture {number}.png",
                    media_type="image/png",
                    content=PNG,
                    alt={} if number < without else alt,
                    added_at=stage.clock.now(),
                )
            )


async def publish(stage: Stage, code: str) -> Reply:
    [page] = await rows(stage, ResourcePage)
    return await stage.press("fay", "page.publish", f"1:{code}:{page.revision}")


async def test_story_seven_two_of_nine_pictures_block_then_english_goes_out_and_spanish_waits(
    stage: Stage,
) -> None:
    await written(stage, "en")
    await with_pictures(stage, 9, alt={"en": "Two people talk."}, without=2)
    refused = text_of(await publish(stage, "en"))
    assert "cannot go out in English yet" in refused
    assert "2 of 9 pictures have no words yet." in refused
    assert "2 of 9 pictures" in text_of(await stage.command("fay", "page 1"))
    for picture in (1, 2):
        await stage.submit("fay", "page-alt", str(picture), alt_en="A hand on a shoulder.")
    ready = await stage.command("fay", "page 1")
    assert [label for label in labels(ready) if label.startswith("Publish")] == ["Publish: English"]
    assert "Published in English." in text_of(await publish(stage, "en"))
    spanish = text_of(await publish(stage, "es"))
    assert "9 of 9 pictures have no words yet." in spanish
    assert [edition.language for edition in await rows(stage, PageEdition)] == ["en"]


async def test_members_read_it_in_a_browser_and_others_do_not(stage: Stage) -> None:
    await written(stage, "en", "es")
    await with_pictures(stage, 1, alt={"en": 'A "calm" room', "es": "Un cuarto"})
    for code in ("en", "es"):
        await publish(stage, code)
    found = await stage.command("ana", "resources breathe")
    path = path_of(stage, button(found, "A Steady Start"))
    async with browser(stage) as client:
        response = await client.get(path)
        said = await response.text()
        assert response.status == 200
        assert "<li>One</li>" in said
        assert "<b>Two" not in said
        assert "&lt;b&gt;Two&lt;/b&gt;" in said
        assert "A &#34;calm&#34; room" in said
        assert 'href="https://example.org/talk"' in said
        assert 'lang="es"' in await (await client.get(f"{path}?lang=es")).text()
        [source] = re.findall(r'<img src="([^"]+)"', said)
        picture = await client.get(unescape(source))
        assert picture.content_type == "image/png"
        assert await picture.read() == PNG
    stranger = await stage.person("zed")
    forged = stage.links.to("page", 1, stranger.id, stage.clock.now()).removeprefix(stage.links.base_url)
    async with browser(stage) as client:
        assert (await client.get(forged)).status == 403
    assert "No page is out yet" in text_of(await stage.command("zed", "resources"))
    assert "No page has these words" in text_of(await stage.command("ana", "resources zebra"))


async def test_an_open_page_is_read_by_anybody_until_it_is_closed(stage: Stage) -> None:
    await written(stage, "en")
    await publish(stage, "en")
    path = path_of(stage, button(await stage.press("fay", "page.open", "1"), "Link for all"))
    async with browser(stage) as client:
        assert (await client.get(path)).status == 200
        await stage.press("fay", "page.close", "1")
        assert (await client.get(path)).status == 403


async def test_a_change_is_seen_once_it_is_published_as_a_new_version(stage: Stage) -> None:
    await written(stage, "en")
    await publish(stage, "en")
    await publish(stage, "en")
    assert [row.version for row in await rows(stage, PageEdition)] == [1]
    [page] = await rows(stage, ResourcePage)
    new = {"title_en": "A Steady Start", "text_en": "Breathe twice."}
    await stage.submit("fay", "page-text", f"1:{page.revision}", **new)
    path = path_of(stage, button(await stage.command("ana", "resources"), "A Steady"))
    async with browser(stage) as client:
        assert "Breathe first." in await (await client.get(path)).text()
        await publish(stage, "en")
        assert "Breathe twice." in await (await client.get(path)).text()
    assert [row.version for row in await rows(stage, PageEdition)] == [1, 2]


async def test_the_last_writer_never_wins_silently(stage: Stage) -> None:
    await written(stage, "en")
    reply = await stage.submit("fay", "page-text", "1:1", title_en="Mine", text_en="Late words.")
    assert "Nothing was lost" in text_of(reply)
    assert "Late words." in text_of(reply)
    [page] = await rows(stage, ResourcePage)
    assert page.title["en"] == "A Steady Start"
    stale = await stage.press("fay", "page.publish", "1:en:1")
    assert "changed since" in text_of(stale)
    assert await rows(stage, PageEdition) == []


async def test_pictures_are_uploaded_by_those_who_write_and_only_real_ones_are_kept(stage: Stage) -> None:
    upload = path_of(stage, button(await written(stage, "en"), "Add pictures or files"))
    form = FormData(quote_fields=False)
    form.add_field("pictures", PNG, filename="..\\up/calm<1>.png")
    form.add_field("pictures", b"<svg onload=alert(1)>", filename="bad.png")
    async with browser(stage) as client:
        assert (await client.get(upload)).status == 200
        said = await (await client.post(upload, data=form)).text()
    assert "1 is added." in said
    assert "bad.png was not added" in unescape(said)
    [picture] = await rows(stage, PagePicture)
    assert (picture.name, picture.media_type) == ("calm1.png", "image/png")
    named = await stage.submit("fay", "page-alt", "1", alt_en="CALM1.png")
    assert named.errors.keys() == {"alt_en"}


async def test_only_who_runs_or_presents_may_write(stage: Stage) -> None:
    await written(stage, "en")
    await stage.person("pat", "presenter")
    assert "facilitator" in text_of(await stage.command("ana", "page 1"))
    assert "presenter of the session" in text_of(await stage.command("pat", "page 1"))
    assert "presenter of the session" in text_of(await stage.press("pat", "page.publish", "1:en:2"))
    assert "facilitator" in text_of(await stage.press("pat", "page.open", "1"))
    assert "cannot find that page" in text_of(await stage.press("fay", "page.publish", "99:en:1"))


async def test_the_channels_bookmark_leads_to_sessions_and_pages(stage: Stage) -> None:
    await written(stage, "en")
    await publish(stage, "en")
    path = stage.links.to("cohort", 1, 0, stage.clock.now()).removeprefix(stage.links.base_url)
    async with browser(stage) as client:
        said = await (await client.get(path)).text()
        assert "Steady Teams" in said
        assert "Choice and Voice" in said
        [page] = re.findall(r'href="[^"]+(/page/[^"]+)"', said)
        assert (await client.get(page)).status == 200
        assert "Equipos firmes" in await (await client.get(f"{path}?lang=es")).text()


async def test_the_form_offers_each_language_with_what_is_there(stage: Stage) -> None:
    await written(stage, "en")
    form = await opened(stage)
    assert {field.name: field.initial for field in form.fields}["text_es"] in {"", None}
    assert form.context.startswith("1:")


async def opened(stage: Stage) -> Form:
    from bot.core.events import Press, Who

    who = Who(platform="slack", tenant="T1", user="fay")
    reply = await stage.happen(Press(key="open", who=who, action="", value="1", form="page-text"))
    assert reply.form is not None
    return reply.form


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF1234WEBP", "image/webp"),
        (b"<svg/>", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_known_by_its_bytes(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("given", "kept"), [("a/b\\c.png", "c.png"), ("..", "file"), ("niño 1.png", "niño 1.png")]
)
def test_a_name_is_harmless(given: str, kept: str) -> None:
    assert plain_name(given) == kept
