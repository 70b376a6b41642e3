"""A whole bot as a process of its own: ``throughline run`` against the far side on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from adapters.serving import Doors, serve
from adapters.settings import Settings, read_settings
from storage import migrating


@dataclass(frozen=True)
class House:
    """`migrations` names a folder of migrations in place of our own: those of a newer release."""

    database: str
    port: int
    slack: str
    token: str
    secret: str
    folder: str
    grace_seconds: float = 10
    migrations: str = ""


def live(house: House) -> None:
    """Serve until a signal; the exit status is the program's own."""
    for name in [name for name in os.environ if name.startswith(("SLACK_", "TEAMS_"))]:
        del os.environ[name]
    if house.migrations:
        migrating.SCRIPTS = Path(house.migrations)
    sys.exit(asyncio.run(serve(_settings(house), Doors(house.slack))))


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
        log_format="json",
    )
