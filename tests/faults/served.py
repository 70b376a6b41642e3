"""A whole bot as a process of its own: ``throughline run`` against the far side on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters import serving
from adapters.serving import Doors, serve
from adapters.settings import Settings, read_settings
from bot.clock import MovedClock
from storage import migrating
from tests.faults.worker import teams_at


@dataclass(frozen=True)
class House:
    """`slack` is the far side's address, `teams` its addresses; one of them is there. `migrations` names a
    folder of migrations in place of our own: those of a newer release. `later` seconds are added to the
    machine's clock. A `quiet` one says nothing: a test run's own log is a file, and its disk may be full."""

    database: str
    port: int
    folder: str
    slack: str = ""
    token: str = ""
    secret: str = ""
    teams: dict[str, str] = field(default_factory=dict)
    grace_seconds: float = 10
    migrations: str = ""
    later: float = 0
    quiet: bool = False


def live(house: House) -> None:
    """Serve until a signal; the exit status is the program's own."""
    if house.quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    for name in [name for name in os.environ if name.startswith(("SLACK_", "TEAMS_"))]:
        del os.environ[name]
    if house.migrations:
        migrating.SCRIPTS = Path(house.migrations)
    moved = MovedClock(datetime.now(UTC) + timedelta(seconds=house.later), ticking=True)
    vars(serving).update(SystemClock=lambda: moved)
    sys.exit(asyncio.run(serve(_settings(house), Doors(house.slack, teams=lambda _: teams_at(house.teams)))))


def _settings(house: House) -> Settings:
    return read_settings(
        _env_file=None,
        database_url=house.database,
        port=house.port,
        data_folder=Path(house.folder),
        secret_key="x" * 32,
        grace_seconds=house.grace_seconds,
        slack_bot_token=house.token,
        slack_signing_secret=house.secret,
        teams_app_id=house.teams.get("app_id", ""),
        teams_app_password=house.teams.get("app_password", ""),
        teams_tenant_id=house.teams.get("tenant_id", ""),
        log_format="json",
    )
