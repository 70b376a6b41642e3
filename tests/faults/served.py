"""A whole bot as a process of its own: ``throughline run`` against the far side on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters import server
from adapters.server import Doors, serve
from adapters.settings import Settings, read_settings
from bot.core.clock import MovedClock
from storage import migrating
from tests.faults.worker import teams_at


@dataclass(frozen=True)
class Application:
    """`slack` is the far side's address, `teams` its addresses; one of them is there. `migrations` names a
    folder of migrations in place of our own: those of a newer release. `later` seconds are added to the
    machine's clock. A `quiet` one says nothing: a test run's own log is a file, and its disk may be full.
    `databases` are more of them, as DATABASES names them."""

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
    databases: str = ""


def live(application: Application) -> None:
    """Serve until a signal; the exit status is the program's own."""
    if application.quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    for name in [name for name in os.environ if name.startswith(("SLACK_", "TEAMS_"))]:
        del os.environ[name]
    if application.migrations:
        migrating.SCRIPTS = Path(application.migrations)
    moved = MovedClock(datetime.now(UTC) + timedelta(seconds=application.later), ticking=True)
    vars(server).update(SystemClock=lambda: moved)
    sys.exit(
        asyncio.run(
            serve(
                _settings(application), Doors(application.slack, teams=lambda _: teams_at(application.teams))
            )
        )
    )


def _settings(application: Application) -> Settings:
    return read_settings(
        _env_file=None,
        database_url=application.database,
        databases=application.databases,
        port=application.port,
        data_folder=Path(application.folder),
        secret_key="x" * 32,
        grace_seconds=application.grace_seconds,
        slack_bot_token=application.token,
        slack_signing_secret=application.secret,
        teams_app_id=application.teams.get("app_id", ""),
        teams_app_password=application.teams.get("app_password", ""),
        teams_tenant_id=application.teams.get("tenant_id", ""),
        log_format="json",
    )
