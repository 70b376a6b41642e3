"""Copies of all databases: nothing is half put back, and what cannot be read is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.cli import backups
from adapters.cli.databases import CannotRead, asked, check_database, migrate_database
from adapters.cli.moving import move_community
from storage.cells import Departed, moves_in
from storage.database import Database
from storage.held_file import held
from storage.people import Community
from tests.cells.rows import NOW, fill, rows_of

AWAY = "postgresql://bot@127.0.0.1:1/none"


@pytest.fixture
async def copy(sqlite_urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup from when One lived in main; it lives in west by now."""
    monkeypatch.setenv("DATABASE_URL", sqlite_urls[0])
    monkeypatch.setenv("DATABASES", f"west={sqlite_urls[1]}")
    main = Database(sqlite_urls[0])
    await fill(main, "One")
    await main.close()
    file = tmp_path / "copies" / "backup"
    assert await asyncio.to_thread(backups.back_up, file) == 0
    assert await move_community("One", "west") == 0
    return file


async def _homes(folder: Path) -> list[bool]:
    found = []
    for name in ("main", "west"):
        database = Database(f"sqlite:///{folder}/{name}.db")
        found.append(any((await rows_of(database, 1)).values()))
        await database.close()
    return found


def _left(folder: Path, pattern: str) -> list[Path]:
    return [*folder.glob(pattern)]


def _restored(copy: Path) -> int:
    return backups.restore(copy, force=True)


async def test_a_copy_that_is_not_whole_leaves_every_database_as_it_was(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else One would live in main again, and in west."""
    copy.with_name("backup.west").write_bytes(b"not a database")
    assert await asyncio.to_thread(_restored, copy) == 1
    assert "backup.west is not a whole database" in capsys.readouterr().err
    assert await _homes(tmp_path) == [False, True]
    assert _left(tmp_path, "*.partial*") == []


async def test_one_database_in_use_keeps_all_as_they_were(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with held(tmp_path / "west.db"):
        assert await asyncio.to_thread(_restored, copy) == 1
    assert "stop the bot first" in capsys.readouterr().err
    assert await _homes(tmp_path) == [False, True]
    assert await asyncio.to_thread(_restored, copy) == 0
    assert await _homes(tmp_path) == [True, False]


async def test_a_full_disk_at_the_second_copy_keeps_all_as_they_were(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, copied = [], backups._copy

    def full(source: Path, to: Path) -> str:
        made.append(to)
        return copied(source, to) if len(made) == 1 else "the copy could not be written: disk full"

    monkeypatch.setattr(backups, "_copy", full)
    assert await asyncio.to_thread(_restored, copy) == 1
    assert "disk full; nothing was changed" in capsys.readouterr().err
    assert await _homes(tmp_path) == [False, True]


async def test_a_restore_that_leaves_a_community_nowhere_says_so(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup of two databases, put back where DATABASES names one."""
    after = copy.with_name("after")
    assert await asyncio.to_thread(backups.back_up, after) == 0
    monkeypatch.setenv("DATABASES", "")
    assert await asyncio.to_thread(_restored, after) == 1
    assert "community 1 went to west, and is not there: see throughline doctor" in capsys.readouterr().err


async def test_a_database_that_is_away_is_named_and_the_others_are_looked_at(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASES", f"east={AWAY} west=sqlite:///{tmp_path}/west.db")
    assert await asyncio.to_thread(check_database) == 1
    told = capsys.readouterr()
    assert "the database east cannot be read" in told.err
    assert "\nwest\nG1 " in told.out
    assert await asyncio.to_thread(backups.back_up, copy.with_name("new")) == 1
    assert "the database east cannot be read" in capsys.readouterr().err
    assert _left(copy.parent, "new*") == []
    assert await move_community("One", "main") == 1
    assert "east does not answer" in capsys.readouterr().err
    with pytest.raises(Exception) as wrong:
        await migrate_database()
    assert "This is the database east. Before it:\ndatabase: 0001 -> 0001" in wrong.value.__notes__[0]


async def test_a_file_that_is_missing_is_not_made_by_looking(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when a disk is not mounted."""
    for file in _left(tmp_path, "west.db*"):
        file.unlink()
    assert await asyncio.to_thread(check_database) == 1
    assert await asyncio.to_thread(backups.back_up, copy.with_name("new")) == 1
    assert capsys.readouterr().err.count("the database west cannot be read (FileNotFoundError)") == 2
    with pytest.raises(CannotRead, match="west"):
        await asyncio.to_thread(asked, "west", f"sqlite:///{tmp_path}/west.db", moves_in)
    assert _left(tmp_path, "west.db") == []


async def test_the_check_names_a_community_in_two_databases_or_in_none(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = Database(f"sqlite:///{tmp_path}/main.db")
    async with main.write() as db:
        await db.execute(text("DELETE FROM departed"))
        db.add(Community(id=1, name="Again", created_at=NOW))
        db.add(Departed(move="m", community_id=5, cell="east", tenants=[], at=NOW))
    await main.close()
    assert await asyncio.to_thread(check_database) == 1
    told = capsys.readouterr().out
    assert "community 1 stands in two databases" in told
    assert "community 5 went to east, and is not there" in told
