"""Threat 12: what somebody wrote is shown on every page letter for letter, and does nothing there.

Opened in a real browser as our headers have it, and with the content security policy switched off: escaping
alone has to hold.
"""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Dialog, Page, Request, Route

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from adapters.web.report_html import Surroundings, report_html
from bot.core.clock import MovedClock
from bot.core.links import ButtonLink, Links
from bot.core.router import Router
from bot.features import all_features
from bot.reports.document import Figure, Report, Table
from prompts.text import INVISIBLE
from storage.database import Database
from tests.reports.made_by_hand import handmade
from tests.security.hostile import ALL, COMPUTED, STAYING, TEXTS, plant
from tests.security.two_tenants import OUR_TENANT, OUR_USER, OURS, furnished
from tests.support.chromium import chromium
from tests.support.stage import START

__all__ = ["chromium"]

FORMS = [spec.name for feature in all_features() for spec in feature.forms]
SHOW_THEM_ALL = {
    "connect-slack", "mine", "took-along", "cohort", "page", "who-met", "form introduce", "form series-new",
    "form session-segments", "form ask", "form breakout", "form theme-add", "form idea",
    "form page-text", "form nudge-edit", "form community", "report sample", "version", "series-page",
}  # fmt: skip
"""Pages on which people's words stand at their full length."""
NO_PAGES = {"my-data", "report-audit", "series-file", "picture", "zoom-csv"}
"""What the browser is given as a file."""
LOOK = """() => {
    const all = [...document.querySelectorAll('*')];
    const harmless = /^(https?:|webcal:|mailto:|data:image\\/(png|svg\\+xml)[;,])/;
    const told = name => all.filter(one => one.hasAttribute(name))
        .map(one => one[name]?.baseVal ?? one[name]);
    return {
        hit: window.hit ?? null,
        handlers: all.filter(one => one.getAttributeNames().some(name => name.startsWith('on')))
            .map(one => one.outerHTML.slice(0, 200)),
        addresses: ['href', 'src', 'action', 'formAction', 'data', 'srcdoc'].flatMap(told)
            .filter(one => one && !harmless.test(one)),
        brought: all.filter(one => /^(iframe|object|embed|base|style|animate|b|i|u)$/i.test(one.tagName))
            .map(one => one.outerHTML.slice(0, 200)),
        text: [document.title, document.body.textContent,
               ...all.map(one => one.value ?? ''), ...all.map(one => one.alt ?? '')].join(' '),
    };
}"""


@dataclass
class Seen:
    """What went wrong on the pages that were opened, and what was shown there in full."""

    faults: list[str] = field(default_factory=list)
    in_full: set[str] = field(default_factory=set)

    async def look(self, page: Page, name: str) -> None:
        """Note what stands on the page as it is."""
        found = await page.evaluate(LOOK)
        for what in ("hit", "handlers", "addresses", "brought"):
            if found[what]:
                self.faults.append(f"{name}: {what} {found[what]}")
        text = INVISIBLE.sub("", " ".join(found["text"].split()))
        if COMPUTED in text:
            self.faults.append(f"{name}: the braces were read")
        if INVISIBLE.sub("", " ".join(ALL.split())) in text:
            self.in_full.add(name)


async def _watched(browser: Browser, seen: Seen, host: str, *, bypass: bool) -> BrowserContext:
    """A context that notes every dialogue, and every request to another host, which it does not let out."""
    context = await browser.new_context(bypass_csp=bypass)

    async def answer(route: Route) -> None:
        if urlsplit(route.request.url).netloc in {host, ""}:
            await route.fallback()
            return
        seen.faults.append(f"asked for {route.request.url}")
        await route.abort()

    async def dismiss(dialog: Dialog) -> None:
        seen.faults.append(f"a dialogue: {dialog.message}")
        await dialog.dismiss()

    await context.route("**/*", answer)
    context.on("dialog", dismiss)
    return context


@dataclass
class Served:
    """A community whose every word is hostile, served."""

    router: Router
    host: str

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every page that shows one of our rows, by name."""
        for purpose in PAGES:
            if purpose not in {"form", "press"}:
                yield purpose, self.to(purpose, str(OURS))
        button = ButtonLink("slack", OUR_TENANT, OUR_USER, label=ALL, action="stick.later", value=TEXTS[0])
        yield "press", self.router.links.to_button(button, START)
        for name in FORMS:
            yield f"form {name}", self.to("form", f"{name}|{OURS}")
        yield "import series", self.to("import", "series")
        yield "version", self.to("page-versions", str(OURS)) + f"?version={OURS}"
        yield "asked", self.to("page", str(OURS)) + "?" + urlencode({"lang": ALL})
        yield "report sample", f"http://{self.host}/report-sample"
        yield "no page", f"http://{self.host}/page/" + urlencode({"": TEXTS[0]})

    def to(self, purpose: str, subject: str) -> str:
        return self.router.links.to(purpose, subject, OURS, START)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    database = Database(furnished(tmp_path / "hostile.db"), durable=False)
    assert await plant(database) > 80
    links = Links("http://127.0.0.1:8700", "test-secret")
    router = Router(database, MovedClock(START), all_features(), {}, links)
    app = web.Application()
    add_web(app, router, PAGES)
    app.router.add_get("/report-sample", _report)
    app.router.add_get("/unescaped", _unescaped)
    async with TestServer(app) as server:
        links.base_url = str(server.make_url("")).rstrip("/")
        yield Served(router, urlsplit(links.base_url).netloc)
    await database.close()


def _hostile_report() -> Report:
    """Titles, headings, groups and notes, as far as somebody may have named them."""
    return handmade(
        title=ALL,
        figures=(Figure("reach", ALL, ALL, ALL, 36),),
        tables=tuple(
            Table(f"made-{kind}", ALL, ALL, (ALL, "People"), ((ALL, 31), (TEXTS[4], 13)), kind)
            for kind in ("bars", "lines", "none")
        ),
        notes=(ALL,),
    )


async def _report(_: web.Request) -> web.Response:
    return web.Response(
        text=report_html(_hostile_report(), Surroundings(inside=True)), content_type="text/html"
    )


async def _unescaped(_: web.Request) -> web.Response:
    return web.Response(text=f"<!doctype html><title>x</title><p>{STAYING}</p>", content_type="text/html")


@pytest.mark.chromium
@pytest.mark.parametrize("bypass", [False, True], ids=["with the policy", "without the policy"])
async def test_nothing_that_people_wrote_runs_on_any_page(
    chromium: Browser, served: Served, bypass: bool
) -> None:
    seen = Seen()
    context = await _watched(chromium, seen, served.host, bypass=bypass)
    page = await context.new_page()
    for name, address in served.addresses():
        if name in NO_PAGES or not (bypass or name in SHOW_THEM_ALL):
            continue  # where escaping holds alone, the policy has less to do
        response = await page.goto(address)
        assert response is not None
        assert response.status < 500, name
        await seen.look(page, name)
    assert seen.faults == []
    assert seen.in_full >= SHOW_THEM_ALL


@pytest.mark.chromium
async def test_nothing_runs_on_a_form_that_comes_back_or_what_it_is_answered(
    chromium: Browser, served: Served
) -> None:
    """Every field of every form sent with the texts."""
    seen = Seen()
    context = await _watched(chromium, seen, served.host, bypass=True)
    page = await context.new_page()
    for form in FORMS:
        address = served.to("form", f"{form}|{OURS}")
        await page.goto(address)
        names = await page.evaluate("() => [...document.querySelectorAll('[name]')].map(one => one.name)")
        await _post(page, address, dict.fromkeys(names, ALL))
        await seen.look(page, form)
    assert seen.faults == []
    assert len(seen.in_full) > 10


async def _post(page: Page, address: str, values: Mapping[str, str]) -> None:
    """Send a form's values as the browser does, whatever the form's own fields would let be typed."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    async def sent(route: Route, request: Request) -> None:
        headers = {**await request.all_headers(), **kind}
        await route.continue_(method="POST", post_data=urlencode(values), headers=headers)

    await page.route(address, sent)
    await page.goto(address)
    await page.unroute(address)


@pytest.mark.chromium
async def test_what_is_given_as_a_file_is_never_shown_as_a_page_of_ours(
    chromium: Browser, served: Served
) -> None:
    context = await chromium.new_context()
    addresses = {purpose: served.to(purpose, str(OURS)) for purpose in sorted(NO_PAGES)}
    addresses["feed"] = served.to("calendar", str(OURS)) + ".ics"
    for purpose, address in addresses.items():
        response = await context.request.get(address)
        assert response.status == 200, purpose
        assert response.headers["x-content-type-options"] == "nosniff"
        kind = response.headers["content-type"]
        assert not any(one in kind for one in ("html", "xml", "svg", "javascript")), purpose


@pytest.mark.chromium
async def test_the_texts_do_run_where_they_are_not_escaped_and_the_policy_is_off(
    chromium: Browser, served: Served
) -> None:
    """So that the tests above could fail; and our policy alone holds them back."""
    for bypass in (True, False):
        seen = Seen()
        context = await _watched(chromium, seen, served.host, bypass=bypass)
        page = await context.new_page()
        await page.goto(f"http://{served.host}/unescaped")
        await seen.look(page, "unescaped")
        ran = [fault for fault in seen.faults if "dialogue" in fault or ": hit" in fault]
        assert bool(ran) is bypass, seen.faults
        assert any(": handlers" in fault for fault in seen.faults)
        assert any(": brought" in fault for fault in seen.faults)
        await context.close()


def test_the_report_that_stands_alone_holds_them_as_text() -> None:
    """A file that somebody mails on: no server's header goes with it."""
    alone = report_html(_hostile_report(), Surroundings(inside=True, alone=True))
    for text in TEXTS:
        assert text not in alone or html.escape(text) == text
    assert "default-src 'none'" in alone
