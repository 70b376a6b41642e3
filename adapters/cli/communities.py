"""Which database holds the community that a command is about, and the community in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from adapters.cli.cannot_choose import CannotChoose
from adapters.cli.databases import each_database
from adapters.settings import read_settings
from bot.core.clock import SystemClock
from storage.cells import MAIN, Departed, gone_astray
from storage.database import Database
from storage.migrating import migrate, versions
from storage.moving import arrive, begin_numbering, new_place
from storage.people import Community

Databases = Mapping[str, Database]


@dataclass(frozen=True, slots=True)
class Home:
    """A community, and the name of the database that holds it."""

    community_id: int
    name: str
    cell: str
    file_id: str
    """What its community file calls it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Every community of every database that answers."""

    homes: Sequence[Home]
    away: Mapping[str, str]
    """Databases that do not answer, and the kind of error of each."""
    astray: Mapping[int, str]
    """Communities that went to a database and do not stand there, by number: it is away, or DATABASES does
    not name it."""
    cells: Sequence[str]

    def all(self) -> Sequence[Home]:
        """Raises `CannotChoose` when a database does not answer, which may hold more."""
        self._need_all()
        return self.homes

    def called(self, named: str) -> list[Home]:
        """By number or name; in other letters when none is written so."""
        found = [one for one in self.homes if named in {str(one.community_id), one.name}]
        return found or [one for one in self.homes if one.name.casefold() == named.casefold()]

    def one_called(self, named: str) -> Home:
        """Raises `CannotChoose` for a name that none, or more than one, has."""
        found = self.called(named)
        if len(found) == 1 and (not self.away or named == str(found[0].community_id)):
            return found[0]
        self._need_all()
        which = "several communities are" if found else "no community is"
        raise CannotChoose(f"{which} called {named}. {self._told(found or self.homes)}")

    def of_file(self, file_id: str, names: Collection[str]) -> list[Home]:
        """Those that a community file is about: by its id, else by one of its names."""
        self._need_all()
        found = [one for one in self.homes if one.file_id == file_id]
        return found or [one for one in self.homes if one.name in names]

    def only_one(self) -> Home | None:
        """The only community that there is; None when there is none. Raises `CannotChoose` for several."""
        self._need_all()
        if len(self.homes) > 1:
            raise CannotChoose(
                "there are several communities: choose one with --community, by name or number. "
                + self._told(self.homes)
            )
        if not self.homes and self.astray:
            raise CannotChoose(self._told([]))
        return self.homes[0] if self.homes else None

    def _need_all(self) -> None:
        if self.away:
            which = ", ".join(f"{name} ({error})" for name, error in self.away.items())
            raise CannotChoose(
                f"a database does not answer: {which}. Try again, or give the number of a community that "
                f"lives elsewhere. {self._told(self.homes)}"
            )

    def _told(self, homes: Sequence[Home]) -> str:
        several = len(self.cells) > 1
        lines = [
            f"{one.community_id}: {one.name}" + (f", in {one.cell}" if several else "")
            for one in sorted(homes, key=lambda one: one.community_id)
        ]
        lines += [
            f"community {number} went to {cell}, and is not there: "
            + ("run the command again" if cell in self.cells else "name it in DATABASES")
            for number, cell in self.astray.items()
        ]
        return "; ".join(lines)


def all_databases() -> AbstractAsyncContextManager[Databases]:
    """Each database of the settings by its name."""
    return each_database(read_settings().cells)


async def known_communities(databases: Databases) -> Known:
    """All of them. Each database is migrated, and a move that was broken off is brought to an end."""
    away: dict[str, str] = {}
    for name, database in databases.items():
        try:
            current, newest = await versions(database)
        except Exception as error:
            away[name] = type(error).__name__
            continue
        if current != newest:
            await migrate(database)
    here = {name: database for name, database in databases.items() if name not in away}
    await finish_moves(here, SystemClock().now())
    homes: list[Home] = []
    for name, database in here.items():
        async with database.read() as db:
            homes += [_home(one, name) for one in await db.scalars(select(Community))]
    return Known(homes, away, await gone_astray(here), list(databases))


def _home(community: Community, cell: str) -> Home:
    return Home(community.id, community.name, cell, community.settings.file_id or "")


async def finish_moves(databases: Databases, now: datetime) -> bool:
    """Bring to an end what an earlier move left; whether there was any."""
    finished = False
    for database in databases.values():
        async with database.read() as db:
            gone = list(await db.scalars(select(Departed)))
        for one in gone:
            if one.cell in databases:
                finished |= await arrive(databases[one.cell], one.move, now)
    return finished


async def chosen(databases: Databases, named: str) -> Home | None:
    """The community of that name or number; without one the only community, or None when there is none.
    Raises `CannotChoose`."""
    known = await known_communities(databases)
    return known.one_called(named) if named else known.only_one()


async def found_in(
    databases: Databases, known: Known, named: str, asked: Select[int, int, str]
) -> list[tuple[Home, int, str]]:
    """The rows asked for in every database, each with its community; with `named` those of that one. Raises
    `CannotChoose` when a database that does not answer may have one, too."""
    homes = [known.one_called(named)] if named else known.all()
    found = []
    for cell in sorted({one.cell for one in homes}):
        here = {one.community_id: one for one in homes if one.cell == cell}
        async with databases[cell].read() as db:
            rows = (await db.execute(asked)).all()
        found += [(here[number], row_id, name) for number, row_id, name in rows if number in here]
    return found


def of_which(found: Sequence[tuple[Home, int, str]]) -> str:
    """What to add to a name that several communities use."""
    homes = {one.community_id: one.name for one, _, _ in found}
    if len(homes) < 2:
        return ""
    told = ", ".join(f"{number}: {name}" for number, name in sorted(homes.items()))
    return f", or choose a community with --community ({told})"


async def community_in(db: AsyncSession, home: Home) -> Community:
    """The row, kept from moving away until the transaction ends. Raises `CannotChoose` when it has just
    moved."""
    here = select(Community).where(col(Community.id) == home.community_id)
    found = (await db.scalars(here.with_for_update(key_share=True))).first()
    if found is None:
        raise CannotChoose(f"{home.name} has just moved to another database: run the command again")
    return found


async def place_in(databases: Databases, cell: str) -> int:
    """Where the ids of a community go on that begins in this database; 0: as they stand."""
    return 0 if cell == MAIN else await new_place(databases.values())


async def begin_community(db: AsyncSession, place: int, now: datetime) -> Community:
    """A new one without a name. `place` is from `place_in`."""
    if place:
        await begin_numbering(db, place, now)
    db.add(community := Community(name="", created_at=now))
    await db.flush()
    return community
