"""A start with several databases: what is printed and made is about the community wherever it lives."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from adapters.cli.moving import move_community
from adapters.server import CannotStart
from adapters.settings import Settings
from bot.core.clock import SystemClock
from storage.database import Database
from storage.people import Community, Workspace
from tests.installations.slack_house import ONE, Installable, installable, reopened
from tests.support.databases import sqlite_with_tables


@pytest.fixture
async def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installable:
    """A bot that has ended; its one community lives in west, and main is empty."""
    async with installable(tmp_path, databases=f"west=sqlite:///{tmp_path}/west.db") as bot:
        await bot.install(ONE, "UADA")
        await bot.settle()
        monkeypatch.setenv("DATABASE_URL", bot.settings.database_url)
        monkeypatch.setenv("DATABASES", bot.settings.databases)
        assert await move_community("First Community", "west") == 0
    return bot


async def test_the_setup_code_is_of_the_database_that_has_the_community(moved: Installable) -> None:
    west = Database(moved.settings.cells["west"])
    async with west.write() as db:
        await db.execute(text("DELETE FROM duty"))
    async with reopened(moved.side, moved.settings) as bot:
        code = bot.served.told.removeprefix("Setup code in west: ").partition(".")[0]
        async with west.read() as db:
            assert (await db.scalars(select(Community))).one().settings.setup_code == code
    await west.close()


async def test_a_second_platform_joins_the_community_where_it_lives(moved: Installable) -> None:
    """As it does when there is one database; no second community begins in main."""
    teams = {"teams_app_id": "a", "teams_app_password": "p", "teams_tenant_id": "tenant"}
    async with reopened(moved.side, moved.settings.model_copy(update=teams)) as bot:
        for name, wanted in (("main", []), ("west", ["slack", "teams"])):
            async with bot.served.applications[name].database.read() as db:
                assert sorted(await db.scalars(select(Workspace.platform))) == wanted


async def test_a_database_that_was_begun_by_itself_is_refused(tmp_path: Path) -> None:
    """Its ids are those of main: a link to a person of the one would open the page of the other's."""
    async with installable(tmp_path) as bot:
        await bot.install(ONE, "UADA")
        await bot.settle()
    own = Database(sqlite_with_tables(tmp_path / "own.db"))
    async with own.write() as db:
        db.add(Community(name="Own", created_at=SystemClock().now()))
    await own.close()
    settings: Settings = bot.settings.model_copy(update={"databases": f"own={own.url}"})
    with pytest.raises(CannotStart, match="two databases hold community 1"):
        async with reopened(bot.side, settings):
            pass
