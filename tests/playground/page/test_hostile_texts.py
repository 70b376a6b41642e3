"""What people type and what the bot makes of it is shown as typed, in real Chromium: nothing of it runs,
rings for everybody, reaches beyond its place, or breaks the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from adapters.playground.environment import Environment
from adapters.playground.server import living
from adapters.settings import read_settings
from prompts.text import INVISIBLE
from tests.playground.page.looking import look, write
from tests.support.chromium import chromium, page

__all__ = ["chromium", "page"]

RUNS = "window.ran = (window.ran || 0) + 1"
HOSTILE = {
    "script": f"<script>{RUNS}</script>",
    "image": f"<img src=x onerror='{RUNS}'>",
    "svg": f"<svg/onload={RUNS}>",
    "link": f"[here](javascript:{RUNS}) <javascript:{RUNS}|there>",
    "attribute": f'" autofocus onfocus="{RUNS}" x=\'',
    "template": "{{constructor.constructor('window.ran=1')()}} ${window.ran=1}",
    "everybody": "<!channel> <!here> @channel @everyone <at>everyone</at>",
    "right to left": "‮resu rof detrevni ⁦abc ⁧def",
    "emoji": "😀👩‍👩‍👧‍👦" * 1_500,
    "one word": "W" * 3_000,
    "zalgo": "Z" + "̴" * 800,
}


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[Environment]:
    async with living(read_settings(data_folder=tmp_path, port=0, grace_seconds=2)) as environment:
        yield environment


async def _whole(page: Page, platform: str) -> None:
    """Nothing ran, nothing stands beyond its window, and one can still write."""
    assert await page.evaluate("window.ran") is None
    assert await page.locator(".message script, .message svg[onload], .message [onerror]").count() == 0
    assert await page.locator(".message a[href^='javascript']").count() == 0
    over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{over} px wider than the window"
    await expect(page.locator(f".pane.{platform} .composer:visible")).to_be_visible()


@pytest.mark.chromium
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_hostile_words_are_shown_as_typed_and_do_nothing(
    platform: str, page: Page, environment: Environment
) -> None:
    await _somebody(page, environment, platform)
    messages = page.locator(f".pane.{platform} .message")
    for number, text in enumerate(HOSTILE.values(), start=1):
        await write(page, platform, f"{number}) {text}")
        mine = messages.filter(has_text=f"{number}) {text[:12]}").first
        await expect(mine).to_be_visible()
        await _whole(page, platform)
    await page.reload()
    await page.wait_for_selector("html[data-ready]")
    await _whole(page, platform)


@pytest.mark.chromium
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_what_the_bot_repeats_of_hostile_words_does_nothing(
    platform: str, page: Page, environment: Environment
) -> None:
    """On a message of its own, and beside the field of a form that is opened again."""
    await _somebody(page, environment, platform)
    call = "/throughline " if platform == "slack" else ""
    for text in (HOSTILE["script"], HOSTILE["image"], HOSTILE["everybody"], HOSTILE["right to left"]):
        await write(page, platform, f"{call}help {text}")
        await expect(page.locator(f".pane.{platform} .message").last).to_contain_text(
            INVISIBLE.sub("", text).split()[0][:12]
        )
        await _whole(page, platform)
    await write(page, platform, f"{call}me")
    card = page.locator(f".pane.{platform} .message", has_text="How you stand")
    await card.get_by_role("button", name="My settings").click()
    form = page.get_by_role("dialog", name="Your settings")
    zone = form.get_by_label("Time zone")
    await zone.fill(HOSTILE["attribute"][:60])
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("time zone").last).to_be_visible()
    await expect(zone).to_have_value(HOSTILE["attribute"][:60])
    assert await page.evaluate("window.ran") is None


async def _somebody(page: Page, environment: Environment, platform: str) -> None:
    if platform == "slack":
        me = environment.slack.user("Kaasgéi Williams").id
    else:
        me = environment.teams.user("Paniguaq Nick").teams_id
    await look(page, environment, platform, **{platform: me})
