"""An e-mail has no fault that axe can find, and needs no scrolling sideways, on a phone or a desktop."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from bot.core.cards import Button, Card, Fact, Picture, Section
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.platform import Address
from prompts.text import Marked
from tests.accessibility.looking import SCHEMES, Scheme, faults
from tests.stories.towns import quiet_town
from tests.support.chromium import chromium
from tests.support.stage import START

__all__ = ["chromium"]

WIDTHS = (320, 1280)
LONG = "https://example.org/" + "a-very-long-address-without-any-break/" * 8
CARDS = (
    Card(
        title="Look back: A Steady Start",
        text=Marked(f"Some **bold**, _slanted_ and `code`.\n- one\n- two\n> quoted\n[{LONG}]({LONG})"),
        facts=(Fact(label="When", value="Tuesday, 11:00 AM"), Fact(label="Where", value=LONG)),
        pictures=(Picture(url="https://example.org/p.png", alt="Two people talk at a table."),),
        sections=(
            Section(
                title="Key idea", text="Breathe first.", buttons=(Button(label="I used it", action="used"),)
            ),
            Section(title="Another", facts=(Fact(label="Theme", value="Time"),)),
        ),
        buttons=(
            Button(label="Answer the form", form="evaluate", style="primary"),
            Button(label="Join", url="https://example.org/room"),
            Button(label="Stop these", action="stop", style="danger"),
        ),
        context="Only you can see this.",
        more_url="https://example.org/all",
    ),
    Card(text="A message without a title."),
)


@pytest.mark.chromium
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_no_email_has_a_fault(chromium: Browser, width: int, scheme: Scheme) -> None:
    platform = EmailPlatform(
        EmailConfig("smtp://127.0.0.1:9", "a@example.org"),
        Links("https://bot.example", "s"),
        MovedClock(START),
    )
    page = await _opened(chromium, width, scheme)
    for language in ("en", "es"):
        for card in CARDS:
            message = platform.message(Address("community-1", "pat@example.org"), card, "m" * 22, language)
            html = message.get_body(("html",))
            assert html is not None
            await page.set_content(html.get_content())
            assert await faults(page) == []
    await page.context.close()


@pytest.mark.chromium
async def test_no_email_of_the_demo_has_a_fault(chromium: Browser, tmp_path: Path) -> None:
    """What its people are invited by, sent and answered, in both languages."""
    async with quiet_town("email", tmp_path) as story:
        for language, typed in (("en", "agenda 1"), ("en", "invitations yes"), ("es", "settings")):
            reader = next(one for one in story.people("participant") if one.language == language)
            await reader.type(typed)
            await story.settle()
        sample = {one.subject: one.html for one in story.environment.mail.letters}
    assert len(sample) >= 6
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = await _opened(chromium, width, scheme)
            for subject, html in sample.items():
                await page.set_content(html)
                assert await faults(page) == [], subject
            await page.context.close()


async def _opened(chromium: Browser, width: int, scheme: Scheme) -> Page:
    context = await chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    return await context.new_page()
