"""Zones come from the pinned package, whatever time-zone files the machine has."""

from __future__ import annotations

import ast
import zoneinfo
from collections.abc import Iterator
from datetime import date, time
from importlib import resources
from pathlib import Path

import pytest

from bot.timekeeping.zones import first_moment
from prompts import dates
from prompts.time_zones import load_zone
from tests.architecture.imports import ROOT

PACIFIC = "America/Los_Angeles"
THE_ONE = Path("prompts/time_zones.py")
OTHER_DATABASES = frozenset({"zoneinfo", "pytz", "dateutil"})


@pytest.fixture
def false_machine(tmp_path: Path) -> Iterator[None]:
    """A machine whose file for Pacific time holds Tokyo's rules, as PYTHONTZPATH would name it."""
    tokyo = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "America").mkdir()
    (tmp_path / PACIFIC).write_bytes(tokyo)
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache()
    load_zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()
    load_zone.cache_clear()


@pytest.mark.usefixtures("false_machine")
def test_what_is_planned_for_nine_is_shown_as_nine() -> None:
    """Planner and renderer agree with each other and with the law, not with the machine."""
    planned = first_moment(date(2027, 2, 9), time(9), PACIFIC)
    assert zoneinfo.ZoneInfo(PACIFIC).utcoffset(planned) != load_zone(PACIFIC).utcoffset(planned)
    assert dates.there("en", planned, PACIFIC) == "Tue, Feb 9, 9:00 AM (Pacific Standard Time)"
    assert dates.beginning(date(2027, 2, 9), PACIFIC).hour == 8


def other_databases(path: Path, source: str) -> list[str]:
    """Where a file imports time zones that may be the machine's."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        found += [
            f"{path}:{getattr(node, 'lineno', 0)} imports {name}"
            for name in names
            if name.partition(".")[0] in OTHER_DATABASES
        ]
    return found


def test_no_other_file_loads_zones() -> None:
    """`prompts.time_zones.load_zone` is the only way to a zone, in tests too."""
    here = Path(__file__).relative_to(ROOT)
    rooms = ("adapters", "benchmarks", "bot", "prompts", "storage", "tests")
    files = [path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py")]
    found = [
        line
        for path in files
        if path not in (THE_ONE, here)
        for line in other_databases(path, (ROOT / path).read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source", ["from zoneinfo import ZoneInfo\nZoneInfo('UTC')", "import zoneinfo", "from dateutil import tz"]
)
def test_a_second_database_is_found(source: str) -> None:
    assert len(other_databases(Path("bot/x.py"), source)) == 1
