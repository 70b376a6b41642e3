"""The browser lent to tests renders, runs scripts and speaks to a server in the test's own loop."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

pytestmark = pytest.mark.chromium


async def _greeting(request: web.Request) -> web.Response:
    markup = "<button onclick=\"this.textContent='pressed'\">press</button>"
    return web.Response(text=markup, content_type="text/html")


async def test_a_button_on_a_served_page_can_be_pressed(page: Page) -> None:
    """A page served by the test itself is shown, and its script runs when the button is pressed."""
    application = web.Application()
    application.router.add_get("/", _greeting)
    async with TestServer(application) as server:
        await page.goto(str(server.make_url("/")))
        await page.get_by_role("button", name="press").click()
        assert await page.get_by_role("button").inner_text() == "pressed"
