"""What `make release` asks of the pages holds on every change, and it finds what it looks for."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from adapters.slack.manifest import REASONS
from tests.architecture.imports import ROOT


@pytest.fixture(scope="module")
def release() -> ModuleType:
    """`.ci/release.py`, which stands in no package."""
    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci/release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("look", ["versions", "changelog", "migrations", "docs"])
def test_nothing_stands_in_the_way_of_a_release(release: ModuleType, look: str) -> None:
    assert list(release.LOOKS[look]()) == []


CHANGELOG = """# Changelog

## [Unreleased]

### Added

- New.

### Fixed

- Mended,
  on two lines.

## [{version}] - not tagged yet

### Added

**For people**

- Old.

## [0.1.0] - 2026-01-01

### Added

- First.
"""


def test_what_is_unreleased_goes_below_the_dated_heading_of_the_release(release: ModuleType) -> None:
    told = release.released_changelog(CHANGELOG.format(version=release.version()), "2027-01-02")
    assert told == (
        f"# Changelog\n\n## [Unreleased]\n\n## [{release.version()}] - 2027-01-02\n\n"
        "### Added\n\n**For people**\n\n- Old.\n\n- New.\n\n### Fixed\n\n- Mended,\n  on two lines.\n\n"
        "## [0.1.0] - 2026-01-01\n\n### Added\n\n- First.\n"
    )


def test_a_link_to_nowhere_a_changed_migration_and_a_long_entry_are_found(
    release: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert release.LINK.findall("[a](gone.md#x) [b](https://example.org) [c](#here)") == ["gone.md"]
    released = tmp_path / "released.txt"
    released.write_text(f"0.1.0 0001_first.py {'0' * 64}\n")
    monkeypatch.setattr(release, "RELEASED", released)
    assert list(release.problems_of_migrations()) != []
    monkeypatch.setattr(release, "MOST_CHARACTERS", 10)
    assert any("characters" in problem for problem in release.problems_of_changelog())


def test_the_stores_page_gives_the_reason_for_each_scope() -> None:
    page = (ROOT / "docs/stores.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `([\w.:]+)` \| (.+) \|$", page, re.MULTILINE)) == REASONS
