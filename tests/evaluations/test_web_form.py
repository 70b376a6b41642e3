"""The form as a page: for people on neither platform, saved as they go, sent once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update
from sqlmodel import col, select
from structlog.testing import capture_logs

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.evaluations.administration import close_what_is_due
from bot.evaluations.answer_store import answers_given
from bot.evaluations.instrument_files import read_instrument
from bot.evaluations.versions import take_into_use
from storage.evaluations import AnonymousAnswer, Evaluation, FormDraft
from storage.people import Identity
from storage.series import Series
from tests.accessibility.looking import SIZES, faults, opened
from tests.evaluations.stage import ENDS, evaluated
from tests.support.chromium import chromium, page  # noqa: F401 - fixtures
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

ANSWERS = {"quality": "4", "useful": "5", "plus_delta.plus": "The calm pace"}


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Stage, str, ClientSession]]:
    """The evaluated cohort, and the link of p0, whom no platform reaches, as its facilitator gets it."""
    async with evaluated(sqlite_with_tables(folder / "test.db")) as stage:
        app = web.Application()
        add_web(app, stage.router, PAGES)
        async with TestClient(TestServer(app)) as client:
            base = f"http://127.0.0.1:{client.port}"
            stage.links = stage.router.links = Links(base, "test-secret")
            async with stage.database.write() as db:
                nowhere = update(Identity).where(col(Identity.platform_user) == "p0")
                await db.execute(nowhere.values(reachable=False))
            said = text_of(await stage.command("fay", "evaluation links 1"))
            found = re.search(r"P0: (http\S+)", said)
            assert found, said
            assert said.count("http") == 1, "only who is on no platform needs one"
            yield stage, found[1], client.session


@pytest.fixture
async def site(
    tmp_path: Path,
) -> AsyncIterator[tuple[Stage, str, ClientSession]]:
    async with served(tmp_path) as found:
        yield found


Site = tuple[Stage, str, ClientSession]


async def _drafts(stage: Stage) -> list[FormDraft]:
    async with stage.database.read() as db:
        return list(await db.scalars(select(FormDraft)))


async def _boxes(stage: Stage) -> int:
    """Kept so far, those that wait for company among them."""
    async with stage.database.read() as db:
        kept = list(await db.scalars(select(Evaluation)))
        return sum([await answers_given(db, one, stage.links.form_keys) for one in kept])


async def test_what_was_filled_in_comes_back_until_it_is_sent(site: Site) -> None:
    stage, link, client = site
    async with client.post(link, data={**ANSWERS, "_save": "page"}) as response:
        assert "Saved on this device" in await response.text()
    async with client.get(link) as response:
        shown = await response.text()
    assert "The calm pace" in shown
    assert re.search(r'name="quality" value="4" checked', shown)
    (draft,) = await _drafts(stage)
    assert "calm" not in draft.sealed
    assert await _boxes(stage) == 0, "saved is not sent"
    async with client.post(link, data=ANSWERS) as response:
        assert "We kept your answers without your name" in await response.text()
    assert await _drafts(stage) == []
    async with client.get(link) as response:
        assert response.status == 410
        said = await response.text()
    assert "You have sent this form already" in said
    assert "calm" not in said


async def test_what_may_tell_of_a_client_is_not_even_saved(site: Site) -> None:
    _, link, client = site
    words = {"plus_delta.plus": "My client Zebulon liked it", "plus_delta.delta": "More time"}
    async with client.post(link, data={**ANSWERS, **words, "_save": "page"}) as response:
        assert response.status == 200
    async with client.get(link) as response:
        shown = await response.text()
    assert "Zebulon" not in shown
    assert "More time" in shown


async def test_whoever_passed_the_link_on_does_not_see_what_was_filled_in(site: Site) -> None:
    stage, link, client = site
    await (await client.post(link, data={**ANSWERS, "_save": "quietly"})).release()
    client.cookie_jar.clear()
    async with client.get(link) as response:
        assert "calm" not in await response.text()
    assert len(await _drafts(stage)) == 1


async def test_sent_twice_or_from_two_platforms_it_is_kept_once(site: Site) -> None:
    stage, link, client = site
    for said in ("We kept your answers", "You have sent this form already"):
        async with client.post(link, data=ANSWERS) as response:
            assert said in await response.text()
    again = text_of(await stage.submit("p0", "evaluation", "session:1", quality="1"))
    assert "What you sent stays as it is" in again
    assert await _boxes(stage) == 1


async def test_sent_on_slack_the_page_forgets_what_it_saved(site: Site) -> None:
    stage, link, client = site
    await (await client.post(link, data={**ANSWERS, "_save": "quietly"})).release()
    await stage.submit("p0", "evaluation", "session:1", quality="1")
    assert await _drafts(stage) == []
    async with client.post(link, data={**ANSWERS, "_save": "quietly"}) as response:
        assert response.status == 410
    assert await _drafts(stage) == []


async def test_what_was_saved_and_forgotten_goes_with_the_life_of_a_link(site: Site) -> None:
    stage, link, client = site
    await (await client.post(link, data={**ANSWERS, "_save": "quietly"})).release()
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
    await close_what_is_due(job_ctx)
    assert len(await _drafts(stage)) == 1
    stage.clock.advance(timedelta(days=61))
    await close_what_is_due(job_ctx)
    assert await _drafts(stage) == []


async def test_after_it_closed_the_page_says_so_and_keeps_nothing(site: Site) -> None:
    stage, link, client = site
    await (await client.post(link, data={**ANSWERS, "_save": "quietly"})).release()
    stage.clock.move_to(ENDS + timedelta(days=5, minutes=1))
    async with client.post(link, data=ANSWERS) as response:
        assert response.status == 410
        assert "closed, so nothing was kept" in await response.text()
    assert (await _drafts(stage), await _boxes(stage)) == ([], 0)


async def test_a_link_that_was_edited_opens_nothing(site: Site) -> None:
    _, link, client = site
    token = link.rpartition("/")[2]
    async with client.get(
        link.replace(token, token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB"))
    ) as response:
        assert response.status == 403
        assert "ask for a new" in unescape(await response.text()).lower() or response.status == 403


async def test_wrong_answers_are_told_beside_their_question_and_stay(site: Site) -> None:
    stage, link, client = site
    async with client.post(link, data={**ANSWERS, "quality": "9"}) as response:
        assert response.status == 422
        shown = await response.text()
    assert 'id="quality-error"' in shown
    assert "The calm pace" in shown
    assert await _boxes(stage) == 0


@pytest.mark.chromium
async def test_in_a_browser_by_keyboard_reloaded_and_closed_in_between(site: Site, page: Page) -> None:  # noqa: F811
    stage, link, _ = site
    await page.goto(link)
    await expect(page.get_by_text("This form is anonymous")).to_be_visible()
    await page.locator("#quality input").first.focus()
    for _step in range(3):
        await page.keyboard.press("ArrowDown")
    await expect(page.locator("#quality input[value='4']")).to_be_checked()
    while await page.evaluate("document.activeElement.id") != "plus_delta.plus":
        await page.keyboard.press("Tab")
    await page.keyboard.type("The calm pace")
    await expect(page.locator("#saved")).to_contain_text("Saved on this device")
    await page.reload()
    await expect(page.locator("#quality input[value='4']")).to_be_checked()
    other = await page.context.new_page()
    await page.close()
    await other.goto(link)
    await expect(other.locator("[id='plus_delta.plus']")).to_have_value("The calm pace")
    await expect(other.get_by_text("It is not sent yet")).to_be_visible()
    await other.locator("button[type=submit]").first.focus()
    await other.keyboard.press("Enter")
    await expect(other.get_by_text("We kept your answers without your name")).to_be_visible()
    assert await _drafts(stage) == []
    await stage.command("fay", "evaluation close 1")
    async with stage.database.read() as db:
        (kept,) = await db.scalars(select(AnonymousAnswer))
    assert kept.answers == {"quality": 4, "plus_delta.plus": "The calm pace"}
    await other.goto(link)
    await expect(other.get_by_text("You have sent this form already")).to_be_visible()


@pytest.mark.chromium
async def test_without_a_script_a_button_saves_and_another_sends(site: Site, page: Page) -> None:  # noqa: F811
    stage, link, _ = site
    browser = page.context.browser
    assert browser is not None
    plain = await browser.new_context(java_script_enabled=False)
    bare = await plain.new_page()
    await bare.goto(link)
    await bare.locator("[id='plus_delta.plus']").fill("The calm pace")
    await bare.get_by_role("button", name="Save and finish later").click()
    await expect(bare.get_by_text("Saved on this device")).to_be_visible()
    await bare.goto(link)
    await expect(bare.locator("[id='plus_delta.plus']")).to_have_value("The calm pace")
    await bare.get_by_role("button", name="Send", exact=True).click()
    await expect(bare.get_by_text("We kept your answers without your name")).to_be_visible()
    assert await _boxes(stage) == 1
    await plain.close()


@pytest.mark.chromium
async def test_on_a_phone_in_a_language_that_runs_from_right_to_left(site: Site, page: Page) -> None:  # noqa: F811
    _, link, _ = site
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto(link)
    box = page.locator("[id='plus_delta.plus']")
    await box.fill("شكرا جزيلا")
    assert await box.evaluate("one => getComputedStyle(one).direction") == "rtl"
    buttons = page.locator(".buttons button")
    edges = await buttons.evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    assert edges == [20, 20], "one below the other, both at the edge of the text"


BROKEN_BODIES = [
    (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    (b"quality=4", "application/x-www-form-urlencoded; charset=no-such"),
    (b"--x\r\n", "multipart/form-data; boundary=y"),
    (b"--x\r\n", "multipart/form-data"),
    (b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: odd\r\n\r\n1\r\n--x--\r\n",
     "multipart/form-data; boundary=x"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), BROKEN_BODIES)
async def test_a_body_that_is_no_form_is_refused_and_keeps_nothing(
    site: Site, body: bytes, kind: str
) -> None:
    stage, link, client = site
    with capture_logs() as logs:
        async with client.post(link, data=body, headers={"Content-Type": kind}) as response:
            assert response.status == 400
            assert "nothing was kept" in await response.text()
    assert [log for log in logs if log["log_level"] == "error"] == []
    assert await _boxes(stage) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_sent_by_another_sites_page_is_refused(site: Site, headers: dict[str, str]) -> None:
    stage, link, client = site
    async with client.post(link, data=ANSWERS, headers=headers) as response:
        assert response.status == 403
    assert await _boxes(stage) == 0


HUB = read_instrument((Path(__file__).parent / "hub_form.yaml").read_text(encoding="utf-8"), "hub_form.yaml")


@pytest.mark.chromium
@pytest.mark.parametrize("size", SIZES)
async def test_a_hubs_long_form_is_filled_in_on_a_page_without_a_fault(
    site: Site,
    chromium: Browser,  # noqa: F811
    size: str,
) -> None:
    """Matrix and ranking are tables with named columns and rows; two options on one rank are told there."""
    stage, link, _ = site
    async with stage.database.write() as db:
        take_into_use(await db.get_one(Series, 1), HUB)
    page = await opened(chromium, size, "light")  # noqa: F811
    await page.goto(link)
    assert await faults(page) == []
    rows = page.locator("table.rows")
    assert await rows.count() == 2
    assert await rows.first.locator("thead th[scope=col]").all_inner_texts() == [
        "1 · Not at all", "2", "3", "4 · Fully", "Does not apply", "Prefer not to answer",
    ]  # fmt: skip
    assert await rows.first.locator("th[scope=row]").count() == 2
    await page.get_by_role("radio", name="The slides 4 · Fully").check()
    await page.get_by_role("radio", name="The talk in small groups Does not apply").check()
    for option, rank in (("Burnout", "1"), ("Ethics", "1"), ("Trauma", "3")):
        await page.get_by_role("radio", name=f"{option} {rank}", exact=True).check()
    await page.get_by_label("Where do you work?").fill("83702-1234")
    await page.get_by_role("button", name="Send", exact=True).click()
    wrong = page.get_by_role("row", name="Burnout").get_by_text("its own rank from 1 to 3")
    await expect(wrong).to_be_visible()
    assert await faults(page) == []
    await page.get_by_role("radio", name="Ethics 2", exact=True).check()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("We kept your answers without your name")).to_be_visible()
    await stage.command("fay", "evaluation close 1")
    async with stage.database.read() as db:
        (kept,) = await db.scalars(select(AnonymousAnswer))
    assert kept.answers == {
        "parts.slides": 4, "parts.talk": "na", "topics.burnout": 1, "topics.ethics": 2, "topics.trauma": 3,
        "zip": "83702",
    }  # fmt: skip
