"""`throughline doctor`: what is wrong with this installation, and what to do about each thing."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.databases import open_database
from adapters.settings import Settings, SettingsError, read_settings

ZONES = ("America/Anchorage", "America/Adak", "America/Los_Angeles", "America/Boise")
LEAST_FREE_BYTES = 200 * 1024 * 1024
LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty when it is well."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"PROBLEM  {self.what}\n         {self.remedy}" if self.remedy else f"ok       {self.what}"


async def examine() -> int:
    """Look at everything, print each finding, and return 1 when anything needs doing."""
    try:
        settings = read_settings()
    except SettingsError as error:
        for problem in error.problems:
            print(Finding("a setting is wrong", problem))
        return 1
    found = [finding async for finding in findings(settings)]
    for finding in found:
        print(finding)
    wrong = sum(bool(finding.remedy) for finding in found)
    print(f"{len(found)} things looked at, {wrong} to do" if wrong else f"all {len(found)} things are well")
    return 1 if wrong else 0


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that is looked at, in the order in which one would mend it."""
    yield _python()
    yield _zones()
    yield _clock()
    yield _secret(settings)
    yield _address(settings)
    yield _disk(settings)
    yield await _database(settings)
    async for finding in _platforms(settings):
        yield finding


def _python() -> Finding:
    here = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return Finding(here, "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer")


def _zones() -> Finding:
    try:
        for zone in ZONES:
            ZoneInfo(zone)
    except ZoneInfoNotFoundError as error:
        return Finding("time zones", f"{error}: run make setup again, it installs tzdata")
    return Finding(f"time zones (tzdata {version('tzdata')})")


def _clock() -> Finding:
    now = datetime.now(UTC)
    remedy = "" if now.year >= 2026 else "set the machine's clock (for example with timedatectl)"
    return Finding(f"the clock says {now:%Y-%m-%d %H:%M} UTC", remedy)


def _secret(settings: Settings) -> Finding:
    weak = [key for key in settings.link_secrets() if len(key) < LEAST_SECRET]
    if weak:
        return Finding("SECRET_KEY", f"is shorter than {LEAST_SECRET} characters: make a longer random one")
    if settings.production and not settings.secret_key and not settings.database_url.startswith("sqlite"):
        return Finding("SECRET_KEY", "set it: every process on one database must sign links with the same")
    return Finding("the key that signs links")


def _address(settings: Settings) -> Finding:
    if settings.production and not settings.public_url:
        return Finding("PUBLIC_URL", "set it to the https address under which people reach this bot")
    return Finding(f"links lead to {settings.base_url}")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_folder if settings.data_folder.exists() else Path()
    free = shutil.disk_usage(folder).free
    what = f"{free // 1024**2:,} MB free on the disk"
    return Finding(what, "" if free > LEAST_FREE_BYTES else "make room: the database needs 200 MB at least")


async def _database(settings: Settings) -> Finding:
    from storage.migrating import versions

    try:
        database = open_database(settings.database_url)
        current, newest = await asyncio.wait_for(versions(database), timeout=10)
        await database.close()
    except ValueError as error:
        return Finding("DATABASE_URL", str(error))
    except Exception as error:
        return Finding(
            f"the database does not answer ({type(error).__name__})",
            "check DATABASE_URL: its host, port, user and password, and that the server runs",
        )
    if current != newest:
        return Finding(f"the database is at version {current or 'none'}", "run throughline db migrate")
    return Finding(f"the database is at the newest version ({current})")


async def _platforms(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.production:
        yield Finding("no platform is configured: throughline run serves the playground")
        return
    if settings.slack_bot_token:
        yield await _slack(settings)
    if settings.teams_app_id:
        yield await _teams(settings)


async def _slack(settings: Settings) -> Finding:
    from adapters.slack.examining import problem_with_token

    remedy = await problem_with_token(settings.slack_bot_token)
    return Finding("the Slack bot token", remedy)


async def _teams(settings: Settings) -> Finding:
    from adapters.teams.examining import problem_with_credentials

    remedy = await problem_with_credentials(
        settings.teams_app_id, settings.teams_app_password, settings.teams_tenant_id
    )
    return Finding("the Teams credentials", remedy)
