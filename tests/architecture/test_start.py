"""The terminal command starts at once: nothing heavy is imported before it is needed."""

import importlib.util
import subprocess
import sys

import pytest

from tests.architecture.imports import ROOT, SLACK_SDKS, TEAMS_SDKS

DATABASES = {"sqlalchemy", "sqlmodel", "alembic", "aiosqlite", "asyncpg"}
WEB = {"aiohttp", "jinja2", "cryptography"}
NUMBERS = {"numpy", "rustworkx", "yake", "xlsxwriter"}
TIME = {"apscheduler", "babel", "holidays", "icalendar"}
HEAVY = SLACK_SDKS | TEAMS_SDKS | DATABASES | WEB | NUMBERS | TIME

LIST_IMPORTED = "import sys, adapters.cli.main; print(*{m.partition('.')[0] for m in sys.modules})"


@pytest.mark.skipif(
    importlib.util.find_spec("adapters.cli.main") is None, reason="the command is not there yet"
)
def test_the_command_imports_nothing_heavy_at_start() -> None:
    """Importing the command loads no chat SDK, database, web or numeric library."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & HEAVY == set()
