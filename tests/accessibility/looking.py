"""Every web page of the bot, in a real browser: checked by axe-core, and walked through by keyboard.

`axe/axe.min.js` is axe-core 4.10.3 by Deque Systems (MPL-2.0, see `axe/LICENSE`); only tests use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
TAGS = (*WCAG, "best-practice")
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

_FAULTS = """async tags => (
    await axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})
).violations
    .flatMap(rule => rule.nodes.map(
        node => [rule.id, node.target.join(' '), node.failureSummary].join(': ')))"""
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FOCUSED = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    return {
        name: `${at.tagName}${at.id ? '#' + at.id : ''} ${(at.innerText || at.value || '').slice(0, 30)}`,
        path: [...document.querySelectorAll('*')].indexOf(at),
        body: at === document.body,
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
            || style.boxShadow !== 'none',
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.left < innerWidth
            && box.top < innerHeight,
    };
}"""


async def opened(browser: Browser, size: str, scheme: Scheme) -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    return await context.new_page()


async def faults(page: Page, tags: Sequence[str] = TAGS) -> list[str]:
    """What axe finds on the page as it stands, and whether it has to be scrolled sideways."""
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(_FAULTS, list(tags))
    wider = await page.evaluate(_WIDER)
    return found + ([f"{wider} pixels wider than the screen"] if wider > 0 else [])


async def walked(page: Page, most: int = 120) -> list[dict[str, Any]]:
    """Each stop of the Tab key from the top of the page until it is back at the start."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        stop: dict[str, Any] = await page.evaluate(_FOCUSED)
        if stop["body"] or any(stop["path"] == one["path"] for one in stops):
            return stops
        stops.append(stop)
    raise AssertionError(f"no way out after {most} stops: {stops[-1]['name']}")
