"""The site of docs/: plain first pages, and what a browser shows of it when it is opened from its files."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.accessibility.looking import SIZES, faults, opened
from tests.architecture.imports import ROOT
from tests.prompts.reading import too_hard
from tests.support.chromium import chromium

__all__ = ["chromium"]

DOCS = ROOT / "docs"
FIRST_PAGES = {"participant": 8.0, "facilitator": 8.0, "administrator": 10.0, "engineer": 10.0}
"""Each reader's first page, and the highest reading grade of it."""

PICTURE, LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)"), re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARK = re.compile(r"^\s*(?:[-*#|]+|\d+\.)\s+")


def prose(markdown: str) -> str:
    """What is read aloud of a page: each heading, item and paragraph a sentence of its own at least."""
    blocks: list[str] = []
    for line in LINK.sub(r"\1", PICTURE.sub("", markdown)).replace("`", "").splitlines():
        if not blocks or not line.strip() or MARK.match(line):
            blocks.append("")
        blocks[-1] = f"{blocks[-1]} {MARK.sub('', line).strip()}".strip()
    return " ".join(block if block[-1] in ".?!" else f"{block}." for block in blocks if block)


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_a_first_page_is_read_without_effort(name: str) -> None:
    assert too_hard(prose((DOCS / f"{name}.md").read_text(encoding="utf-8")), "en", FIRST_PAGES[name]) == ""


def test_a_page_in_officialese_is_found() -> None:
    hard = "Institutional implementation necessitates comprehensive organizational documentation."
    assert too_hard(prose(f"# Prerequisites\n\n- {hard}"), "en", 10.0)


def build(folder: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)


@pytest.mark.chromium
async def test_the_site_is_read_and_searched_from_its_files(chromium: Browser, tmp_path: Path) -> None:
    """axe finds no fault on a first page, on a phone or a desk, and no request leaves the machine."""
    await asyncio.to_thread(build, tmp_path)
    asked: list[str] = []
    found: dict[str, list[str]] = {}
    for size in SIZES:
        page = await opened(chromium, size, "light")
        page.on("request", lambda request: asked.append(request.url))
        for name in ("index", *FIRST_PAGES):
            await page.goto((tmp_path / f"{name}.html").as_uri())
            found[f"{name} {size}"] = await faults(page)
    await page.goto((tmp_path / "decisions/0001-at-least-once-sending.html").as_uri())
    await page.get_by_role("textbox", name="Search").fill("breakout groups")
    first = page.locator(".md-search-result__link").first
    assert await first.get_attribute("href") == (tmp_path / "pairing.html").as_uri()
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    assert {look: told for look, told in found.items() if told} == {}
