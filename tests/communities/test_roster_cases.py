"""Rosters as people have them: each file as a tool writes it, its whole reading beside it as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.cli.importing import reading
from bot.transfer import read_roster

CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_roster_is_read_whole(file: Path) -> None:
    """People, questions, what is left out and what is said of it."""
    expected = json.loads(file.with_name(f"{file.name}.json").read_text("utf-8"))
    assert reading(read_roster(file.read_bytes())) == expected
