"""`make migration` writes what the tables in the code ask for."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from storage import migrating
from tests.architecture.imports import ROOT


async def test_the_first_is_made_anew_until_a_release_and_then_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("make_migration", ROOT / ".ci/make_migration.py")
    assert spec is not None
    assert spec.loader is not None
    making = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(making)
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    first = scripts / "versions/0001_first.py"
    before = first.read_text(encoding="utf-8")
    for module in (migrating, making):
        monkeypatch.setattr(module, "SCRIPTS", scripts)
    (scripts / "released.txt").write_text("", encoding="utf-8")
    assert await making.make_migration("Office hours") == first
    assert first.read_text(encoding="utf-8") == before
    (scripts / "released.txt").write_text("0001 abc\n", encoding="utf-8")
    second = await making.make_migration("Office hours")
    assert second.name == "0002_office_hours.py"
    assert "create_table" not in second.read_text(encoding="utf-8"), "nothing has changed"
