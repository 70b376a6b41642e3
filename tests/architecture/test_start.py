"""The terminal command starts at once: nothing heavy is imported before it is needed."""

import importlib.util
import subprocess
import sys

import pytest

from tests.architecture.imports import ROOT

HEAVY = [
    "slack_sdk",
    "slack_bolt",
    "botbuilder",
    "botframework",
    "msal",
    "aiohttp",
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "aiosqlite",
    "asyncpg",
    "apscheduler",
    "numpy",
    "rustworkx",
    "babel",
    "holidays",
    "icalendar",
    "jinja2",
    "yake",
    "xlsxwriter",
    "cryptography",
    "pydantic",
]

LIST_HEAVY = "import sys, adapters.cli; print(*sorted({m.partition('.')[0] for m in sys.modules}))"


@pytest.mark.skipif(importlib.util.find_spec("adapters.cli") is None, reason="the command is not there yet")
def test_the_command_imports_nothing_heavy_at_start() -> None:
    """Importing the command loads no SDK, no database and no numeric library."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_HEAVY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & set(HEAVY) == set()
