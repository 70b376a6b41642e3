"""docs/reference.md is what the declarations say, and the site has every page."""

from __future__ import annotations

import runpy
from typing import Any

import yaml

from tests.architecture.imports import ROOT

DOCS = ROOT / "docs"
LONGEST_FIRST_PAGE = 60
"""Lines: a page."""


def test_the_reference_is_what_the_program_declares() -> None:
    """After a change: `python -m docs.generate_reference`."""
    reference = runpy.run_path(str(DOCS / "generate_reference.py"))["reference"]
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == reference()


def test_the_reference_says_what_each_setting_is() -> None:
    """In the words of `.env.example`; several that belong together are told once."""
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    settings = page.partition("## Settings")[2].partition("\n## ")[0]
    rows = [row.strip("| ").split(" | ") for row in settings.splitlines()[6:]]
    assert all(len(row) == 3 and row[2] for row in rows)
    told = {row[0].strip("`"): row[2] for row in rows}
    assert told["GRACE_SECONDS"].startswith("Seconds that a process which is told to stop may take")
    assert told["PORT"] == "see `HOST`"


def test_every_page_is_in_the_site() -> None:
    pages = {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")}
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert set(_listed(settings["nav"])) == pages


def test_each_reader_has_a_first_page_of_one_page() -> None:
    start = (DOCS / "index.md").read_text(encoding="utf-8")
    for reader in ("participant", "facilitator", "administrator", "engineer"):
        assert f"({reader}.md)" in start
        assert len((DOCS / f"{reader}.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_FIRST_PAGE


def test_every_decision_is_listed_for_engineers() -> None:
    page = (DOCS / "engineer.md").read_text(encoding="utf-8")
    assert all(f"(decisions/{file.name})" in page for file in (DOCS / "decisions").glob("*.md"))


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def _listed(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [page for inside in nav.values() for page in _listed(inside)]
    return [page for inside in nav for page in _listed(inside)]
