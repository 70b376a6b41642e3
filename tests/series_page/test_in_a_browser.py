"""The page in Chromium: no fault that axe can find, and the weekly half hour by keyboard alone."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.links import SERIES_PAGE
from tests.accessibility.looking import SCHEMES, SIZES, faults, opened, walked
from tests.series_page.furnishing import half_way
from tests.support.chromium import chromium
from tests.support.stage import Stage

__all__ = ["chromium"]

pytestmark = pytest.mark.chromium


@pytest.fixture
async def addresses(stage: Stage) -> AsyncIterator[dict[str, str]]:
    """The page of a facilitator for each language."""
    cohort, fay = await half_way(stage, people=7, sessions=5)
    eva = await stage.person("eva", "facilitator", language="es")
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestServer(app) as server:
        stage.links.base_url = str(server.make_url("")).rstrip("/")
        yield {
            language: stage.links.to(SERIES_PAGE, cohort.id, person.id, stage.clock.now())
            for language, person in (("en", fay), ("es", eva))
        }


async def ready(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector("html[data-ready]")


async def test_axe_finds_nothing_on_the_page_its_message_its_answer_and_its_form(
    chromium: Browser, addresses: dict[str, str]
) -> None:
    found: dict[str, list[str]] = {}
    page = await opened(chromium, "desktop", "light")
    for language, address in addresses.items():
        await ready(page, address)
        await page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
        await page.locator(".message a").nth(1).click()
        await page.wait_for_selector("#opened")
        await page.locator("#opened .acts > form button").last.click()
        await page.wait_for_selector("#answer")
        await looked_at(page, language, found)
        await page.locator("#sessions > .acts a").click()
        await page.wait_for_selector("dialog[open] form")
        found[f"{language} form"] = await faults(page)
    assert {look: told for look, told in found.items() if told} == {}


async def looked_at(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """As it stands, on a phone and a desk, by day and by night."""
    for size, scheme in ((size, scheme) for size in SIZES for scheme in SCHEMES):
        width, height = SIZES[size]
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[f"{size} {scheme} {name}"] = await faults(page)
        if folder := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=f"{folder}/{size}-{scheme}-{name}.png", full_page=True)


async def test_the_keyboard_reaches_everything_and_is_always_seen(
    chromium: Browser, addresses: dict[str, str]
) -> None:
    page = await opened(chromium, "desktop", "light")
    await ready(page, addresses["en"])
    stops = await walked(page, most=300)
    assert "Skip to content" in stops[0]["name"]
    assert [stop["name"] for stop in stops if not stop["ring"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    places = [stop["path"] for stop in stops]
    assert places == sorted(places)


async def go_to(page: Page, selector: str) -> None:
    """Tab until the keyboard is on it."""
    for _ in range(200):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {selector}")


async def said(page: Page, text: str) -> None:
    await page.wait_for_selector(f"#answer:has-text('{text}')")


async def test_the_weekly_half_hour_by_keyboard_alone(
    chromium: Browser, addresses: dict[str, str], stage: Stage
) -> None:
    page = await opened(chromium, "desktop", "light")
    await ready(page, addresses["en"])
    await go_to(page, ".message a")
    name = await page.evaluate("() => document.activeElement.closest('.message').id")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#opened:focus")
    await go_to(page, "#opened [name=_action][value='nudge.hold'] ~ button")
    await page.keyboard.press("Enter")
    await said(page, "is on hold")
    assert await page.evaluate("() => document.activeElement.id") == "answer", "what happened is read out"
    await go_to(page, "#answer button")
    await page.keyboard.press("Enter")
    await said(page, "goes out at its time")

    await go_to(page, f"#{name} .handle")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowRight")
    assert await page.inner_text("#said") == "Tue, Feb 2"
    await page.keyboard.press("Escape")
    assert await page.inner_text("#said") == "It stays where it was."
    await go_to(page, ".day[data-day='2027-02-03'] .handle")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await said(page, "now goes out on Thursday, February 4")
    await go_to(page, "#answer button")
    await page.keyboard.press("Enter")
    await said(page, "goes out as before the move")

    await go_to(page, "#sessions > .acts a")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("dialog[open] form")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("dialog:not([open])", state="attached")
    await go_to(page, "[name=_action][value='idea.approve'] ~ button")
    await page.keyboard.press("Enter")
    await said(page, "approved")


async def test_a_message_is_dragged_to_another_day_on_a_desk_and_on_a_phone(
    chromium: Browser, addresses: dict[str, str]
) -> None:
    for size in SIZES:
        page = await opened(chromium, size, "light")
        await ready(page, addresses["en"])
        handle = page.locator(".day[data-day='2027-02-03'] .handle").first
        await handle.scroll_into_view_if_needed()
        start = await handle.bounding_box()
        assert start is not None
        await page.mouse.move(start["x"] + 8, start["y"] + 8)
        await page.mouse.down()
        target = await page.locator(".day[data-day='2027-02-04']").bounding_box()
        assert target is not None, "while a message is in hand every day is there"
        await page.mouse.move(target["x"] + 20, target["y"] + 12, steps=4)
        await page.mouse.up()
        await said(page, "now goes out on Thursday, February 4")
        await page.locator("#answer button").click()
        await said(page, "goes out as before the move")
        await page.context.close()


async def test_what_is_done_in_the_chat_is_seen_on_the_open_page(
    chromium: Browser, addresses: dict[str, str], stage: Stage
) -> None:
    page = await opened(chromium, "desktop", "light")
    await ready(page, addresses["en"])
    await page.locator("#everybody summary").click()
    first = page.locator(".message").nth(1)
    value = str(await first.get_attribute("id")).removeprefix("m")
    await stage.press("fay", "nudge.hold", value)
    await page.wait_for_selector(f"#m{value}.held")
    assert await page.inner_text("#said") == "The page has been brought up to date."
    assert await page.evaluate("() => document.getElementById('everybody').open"), (
        "what was unfolded stays so"
    )
