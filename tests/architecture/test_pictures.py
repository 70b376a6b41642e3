"""The pictures of README and docs: each is taken by the script, shown, told in words, and small."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

from tests.architecture.imports import ROOT

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 2_000_000
FEWEST_WORDS = 5
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


def shown() -> list[tuple[Path, str, Path]]:
    """Page, words and file of every picture."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = ((page, SHOWN.findall(page.read_text(encoding="utf-8"))) for page in pages)
    return [(page, words, (page.parent / name).resolve()) for page, all_of in found for words, name in all_of]


def test_every_picture_is_taken_by_the_script_and_every_one_it_takes_is_shown() -> None:
    script = runpy.run_path(str(ROOT / "docs/take_screenshots.py"))
    declared = {IMAGES / f"{name}.webp" for name in script["PICTURES"]}
    assert {file for _, _, file in shown()} == declared
    assert set(IMAGES.iterdir()) == declared, "none is left over, none is missing"


def test_every_picture_says_in_words_what_is_seen() -> None:
    short = [f"{page.name}: {words}" for page, words, _ in shown() if len(words.split()) < FEWEST_WORDS]
    assert short == []


def test_the_pictures_are_small_and_the_wheel_carries_none() -> None:
    assert sum(file.stat().st_size for file in IMAGES.iterdir()) <= MOST_BYTES
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "docs" not in str(project["tool"]["setuptools"])
