"""Each database: does it answer, is it whole and new enough, who runs the community, is anything late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError
from sqlmodel import col, func, select

from adapters.cli.databases import each_database, open_database
from adapters.doctor.finding import Finding
from adapters.settings import Settings
from prompts.catalog import SOURCE_LANGUAGE
from prompts.text import plain
from prompts.words import platforms as platform_words
from storage.cells import MAIN, gone_astray, in_two_places
from storage.database import Database
from storage.migrating import known, versions
from storage.nudges import InboxEvent, NudgeState
from storage.people import Workspace
from storage.sealing import CannotOpen, Seal

LATE = timedelta(minutes=10)
ANSWER_WITHIN_SECONDS = 10
SILENT = timedelta(days=1)
WHERE_TO_LOOK = {
    "slack": "verify the Request URL: in the app's settings, Event Subscriptions, press Retry",
    "teams": "compare the messaging endpoint of the Azure Bot with PUBLIC_URL and /api/messages",
}
EVENT_IDS = {"slack": "Ev", "teams": ""}
"""How the ids of events begin. Slack's slash commands and buttons have other ids, and come without a verified
Request URL: they do not show that events come."""


async def database_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Of each database, named where there are several; then what concerns them together."""
    several = len(settings.cells) > 1
    for name, url in settings.cells.items():
        setting = "DATABASE_URL" if name == MAIN else f"{name} in DATABASES"
        async for finding in _findings_of(url, setting, settings):
            yield replace(finding, what=f"{name}: {finding.what}") if several else finding
    if several:
        yield await _together(settings)


async def _findings_of(url: str, setting: str, settings: Settings) -> AsyncIterator[Finding]:
    """Nothing further is asked of a database that does not answer or is not at the newest version."""
    if missing := _missing_file(url, settings):
        yield missing
        return
    try:
        database = open_database(url)
    except (ValueError, ArgumentError, OSError) as error:
        yield Finding(setting, str(error))
        return
    try:
        standing = await _standing(database, setting)
        yield standing
        if standing.remedy:
            return
        yield await _whole(database)
        yield await _administrator(database, settings)
        yield await _late(database)
        for finding in await _platforms(database):
            yield finding
        yield await _tokens(database, settings)
    finally:
        await database.close()


def _missing_file(url: str, settings: Settings) -> Finding | None:
    """An SQLite file that is not there; looking must not make one."""
    try:
        address = make_url(url)
    except ArgumentError:
        return None
    if not address.drivername.startswith("sqlite") or Path(str(address.database)).exists():
        return None
    if not settings.production:
        return Finding("no database yet: the playground keeps its own")
    return Finding(
        f"there is no database at {address.database}",
        "run throughline db migrate, or put a backup there with throughline db restore",
    )


async def _together(settings: Settings) -> Finding:
    """What must not stand in two of them, and whether every move has come to its end."""
    what = "each community lives in one database"
    if any(_missing_file(url, settings) for url in settings.cells.values()):
        return Finding(f"{what}: not looked at, for one is missing")
    try:
        async with each_database(settings.cells) as databases:
            twice, astray = await in_two_places(databases.values()), await gone_astray(databases)
    except Exception as error:
        return Finding(f"{what}: not looked at, for one does not answer ({type(error).__name__})")
    if twice:
        return Finding(
            f"two databases hold {', '.join(twice)}",
            "take the one that is wrong out of DATABASES: an old backup, or one that was begun by itself",
        )
    if astray:
        told = ", ".join(f"{number} to {cell}" for number, cell in astray.items())
        return Finding(
            f"communities have left for a database and are not there: {told}",
            "name that database in DATABASES; then a running bot ends the move, or throughline db move does",
        )
    return Finding(what)


async def _standing(database: Database, setting: str) -> Finding:
    try:
        current, newest = await asyncio.wait_for(versions(database), ANSWER_WITHIN_SECONDS)
    except Exception as error:
        return Finding(
            f"the database does not answer ({type(error).__name__})",
            f"check {setting}: its host, port, user and password, and that the server runs",
        )
    if current is not None and not known(current):
        return Finding(
            f"the database is at version {current}, which this program does not know",
            "run the newer program again, or restore the backup from before the upgrade",
        )
    if current != newest:
        return Finding(f"the database is at version {current or 'none'}", "run throughline db migrate")
    return Finding(f"the database is at the newest version ({current})")


async def _whole(database: Database) -> Finding:
    if not database.is_sqlite:
        return Finding("PostgreSQL checks its own pages")
    async with database.read() as db:
        told = str(await db.scalar(text("PRAGMA quick_check(1)")))
    if told != "ok":
        return Finding(
            f"the database file is damaged: {told.splitlines()[0]}",
            "stop the bot, keep the file, and run throughline db restore with the newest backup",
        )
    return Finding("the database file is whole")


async def _administrator(database: Database, settings: Settings) -> Finding:
    from bot.core.permissions import Role
    from storage.people import Duty, Person, Workspace

    async with database.read() as db:
        workspaces = await db.scalar(select(func.count()).select_from(Workspace))
        administrators = await db.scalar(
            select(func.count())
            .select_from(Duty)
            .join(Person)
            .where(Duty.role == Role.ADMINISTRATOR, col(Person.deleted_at).is_(None))
        )
    if workspaces and not administrators and settings.production:
        return Finding(
            "nobody is administrator yet",
            "send the bot a direct message: setup, and the code that throughline run prints at its start",
        )
    return Finding(f"{administrators} administrators")


async def _late(database: Database) -> Finding:
    from storage.nudges import Nudge

    async with database.read() as db:
        late = await db.scalar(
            select(func.count())
            .select_from(Nudge)
            .where(Nudge.state == NudgeState.PLANNED, col(Nudge.due_at) < datetime.now(UTC) - LATE)
        )
    if late:
        return Finding(
            f"{late} messages are more than {LATE.seconds // 60} minutes late",
            "start throughline run; if it runs, look for beat_failed and nudge_failed in its log",
        )
    return Finding("no message is late")


async def _platforms(database: Database) -> list[Finding]:
    """Of each workspace: does its platform take what we send, and does anything come from it?"""
    now, found = datetime.now(UTC), []
    async with database.read() as db:
        workspaces = await db.scalars(
            select(Workspace).where(
                col(Workspace.platform).in_(WHERE_TO_LOOK), col(Workspace.uninstalled_at).is_(None)
            )
        )
        for workspace in workspaces.all():
            name = f"{workspace.platform} {workspace.name or workspace.tenant}"
            if workspace.held_because:
                remedy = plain(platform_words.remedy(SOURCE_LANGUAGE, workspace.held_because))
                found.append(Finding(f"{name} refuses every message ({workspace.held_because})", remedy))
            key = f"{workspace.platform}:{workspace.tenant}:{EVENT_IDS[workspace.platform]}"
            last = await db.scalar(
                select(func.max(InboxEvent.received_at)).where(
                    col(InboxEvent.key).startswith(key, autoescape=True)
                )
            )
            if max(last or workspace.installed_at, workspace.installed_at) < now - SILENT:
                found.append(
                    Finding(f"no event has come from {name} for a day", WHERE_TO_LOOK[workspace.platform])
                )
    return found or [Finding("the platforms take what is sent, and are heard")]


async def _tokens(database: Database, settings: Settings) -> Finding:
    from storage.installations import Installation

    async with database.read() as db:
        sealed = list(await db.scalars(select(Installation.sealed_token)))
    if not sealed:
        return Finding("no workspace has installed the app by its link")
    if not settings.throughline_token_keys or not settings.slack_client_id:
        return Finding(
            f"{len(sealed)} workspaces have installed the app, and nothing is set to speak there",
            "set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and THROUGHLINE_TOKEN_KEYS again, as they were",
        )
    seal = settings.token_seal()
    if broken := sum(not _opens(seal, one) for one in sealed):
        return Finding(
            f"{broken} of {len(sealed)} workspace tokens cannot be opened",
            "put the key that was there before behind the new one in THROUGHLINE_TOKEN_KEYS, separated by a "
            "comma, and run throughline tokens rotate; if it is lost, the app must be installed there again",
        )
    return Finding(f"{len(sealed)} workspace tokens can be opened")


def _opens(seal: Seal, sealed: str) -> bool:
    try:
        seal.open(sealed)
    except CannotOpen:
        return False
    return True
