"""The playground's page in a browser, as anybody there."""

from __future__ import annotations

from playwright.async_api import Page

from adapters.playground.environment import Environment
from adapters.playground.server import PAGE


async def look(page: Page, environment: Environment, view: str, **known: str) -> None:
    """Open the page as somebody; `known` names a person's id by platform."""
    marks = "&".join(f"{name}={value}" for name, value in {"view": view, **known}.items())
    await page.goto(f"{environment.address}{PAGE}/#{marks}")
    await page.wait_for_selector("html[data-ready]")


async def write(page: Page, platform: str, text: str) -> None:
    """Type into the conversation that is open, and send."""
    box = page.locator(f".pane.{platform} .conversation .composer textarea")
    await box.fill(text)
    await box.press("Enter")
