"""Headless Chromium, Debian's, driven by Playwright; a fresh browser and profile for each test."""

import ctypes
import shutil
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.support.left_out import leave_out

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed_chromium() -> str:
    """The path of the installed browser; leaves the test out where it, or what drives it, is missing."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        leave_out("no Chromium: apt-get install chromium")
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libatomic.so.1")
        except OSError:
            leave_out("Playwright does not start without libatomic: apt-get install libatomic1")
    return executable


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser, closed after the test. Mark the test `chromium`; left out where it is missing."""
    executable = installed_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """An empty page; the test fails when a script on it throws an error that nobody caught."""
    context = await chromium.new_context()
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    if errors:
        pytest.fail("scripts on the page failed: " + "; ".join(errors))
