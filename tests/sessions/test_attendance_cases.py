"""Reports of Zoom, Teams and Meet as people have them: the whole reading of each stands beside it as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.cli.attendance_check import reading
from bot.sessions.attendance_reports import read_report

CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_report_is_read_whole(file: Path) -> None:
    """Everybody's name, address, minutes and joins; the lines not read and why; how the dates are read."""
    expected = json.loads(file.with_name(f"{file.name}.json").read_text("utf-8"))
    assert reading(read_report(file.read_bytes())) == expected
