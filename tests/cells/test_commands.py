"""Each command finds a community wherever it lives, and says what it cannot decide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from adapters.cli import reporting
from adapters.cli.cannot_choose import CannotChoose
from adapters.cli.exporting import export_series_file
from adapters.cli.importing import (
    import_benchmark_file,
    import_community_file,
    import_roster_file,
    import_series_file,
)
from adapters.cli.moving import move_community
from adapters.doctor.data import database_findings
from adapters.doctor.machine import machine_findings
from adapters.settings import read_settings
from bot.core.clock import SystemClock
from bot.transfer import Placement
from storage.cells import Departed
from storage.database import Database
from storage.moving import APART
from storage.nudges import Nudge
from storage.people import AuditEvent, Community, Person, Workspace
from storage.publications import WorkforceGroup
from storage.series import Enrollment, Series

FILE = """format: throughline-community/1
community: {{id: {id}, name: {{en: "{name}"}}, states: [ID], languages: [en]}}
project_years: [{{id: y, label: Y, start: 2022-09-30, end: 2023-09-29}}]
projects: [{{id: p, title: {{en: P}}, funder: F, project_years: [y]}}]
series:
  - {{id: {slug}, status: archived, project: p, project_year: y, title: {{en: "{slug}"}}, summary: {{en: S}},
     cohort: {{id: c, name: {{en: "{cohort}"}}, channel: c, anchor_zone: America/Boise,
              facilitators: [fay@example.org], roster: people.csv}},
     sessions: [{{id: s, title: {{en: First}}, date: 2023-01-10, start: "12:00", minutes: 60, themes: [],
                attended: [ada@example.org]}}]}}
"""
SERIES = """format: throughline-series/1
series: {id: calm, title: {en: Calm}, languages: [en]}
sessions: [{title: {en: Breathe}, day: 0, start: "12:00", minutes: 60}]
"""
PLACE = Placement(date(2027, 4, 6), "America/Boise")


@pytest.fixture
async def folder(alike_urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """North lives in main, South in west; each has a series of its own and a cohort called Spring."""
    monkeypatch.setenv("DATABASE_URL", alike_urls[0])
    monkeypatch.setenv("DATABASES", f"west={alike_urls[1]}")
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "data"))
    (tmp_path / "people.csv").write_text(
        "name,email,role\nAda,ada@example.org,participant\nFay,fay@example.org,facilitator\n"
    )
    for name in ("North", "South"):
        written = FILE.format(id=name.lower(), name=name, slug=f"{name.lower()}ern", cohort="Spring")
        (tmp_path / f"{name}.yaml").write_text(written)
        assert await import_community_file(tmp_path / f"{name}.yaml", apply=True, to="main") == 0
    assert await move_community("South", "west") == 0
    return tmp_path


@asynccontextmanager
async def at(name: str) -> AsyncIterator[Database]:
    database = Database(read_settings().cells[name])
    yield database
    await database.close()


async def names_in(cell: str) -> list[str]:
    async with at(cell) as database, database.read() as db:
        return list(await db.scalars(select(Community.name).order_by(col(Community.id))))


async def count(cell: str, *asked) -> int:  # type: ignore[no-untyped-def]
    async with at(cell) as database, database.read() as db:
        return int(await db.scalar(select(func.count()).select_from(*asked)) or 0)


async def test_a_roster_goes_to_the_cohort_wherever_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the short name of its series; a name that two communities use asks for one of them."""
    roster = folder / "more.csv"
    roster.write_text("name,email,role\nBo,bo@example.org,participant\n")
    assert await import_roster_file(roster, "southern", apply=True, answers={}) == 0
    assert (await count("main", Enrollment), await count("west", Enrollment)) == (1, 2)
    assert await import_roster_file(roster, "Spring", apply=True, answers={}) == 1
    told = capsys.readouterr().err
    assert "2 cohorts are called 'Spring'" in told
    assert "--community (1: North, 2: South)" in told
    assert await import_roster_file(roster, "Spring", apply=True, answers={}, named="North") == 0
    assert (await count("main", Enrollment), await count("west", Enrollment)) == (2, 2)


async def test_a_series_is_exported_from_where_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export_series_file("southern", None) == 0
    assert "id: southern" in capsys.readouterr().out
    assert await export_series_file("southern", None, "North") == 1
    assert "0 series are called 'southern'; there are: northern" in capsys.readouterr().err


async def test_a_series_and_a_benchmark_go_where_the_community_is(folder: Path) -> None:
    """With several communities it is said which; nothing is guessed."""
    (series := folder / "calm.yaml").write_text(SERIES)
    (benchmark := folder / "headcount.csv").write_text("state,role,headcount\nID,Counsellor,900\n")
    with pytest.raises(CannotChoose, match=r"--community, .* 1: North, in main; 2: South, in west"):
        await import_series_file(series, PLACE, apply=True)
    with pytest.raises(CannotChoose, match="several communities"):
        await import_benchmark_file(benchmark, apply=True)
    with pytest.raises(CannotChoose, match="no community is called East"):
        await import_series_file(series, PLACE, apply=True, named="East")
    assert await import_series_file(series, PLACE, apply=True, named="south") == 0
    assert await import_benchmark_file(benchmark, apply=True, named="2") == 0
    async with at("west") as west, west.read() as db:
        assert sorted(await db.scalars(select(Series.slug))) == ["calm", "southern"]
        assert (await db.scalars(select(WorkforceGroup.headcount))).all() == [900]
    assert (await count("main", Series), await count("main", WorkforceGroup)) == (1, 0)


async def test_a_community_file_finds_its_community_or_begins_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its id, by the name given, or as a new one in the database named, with ids that no other has."""
    assert await import_community_file(folder / "South.yaml", apply=True) == 0
    assert "there already" in capsys.readouterr().out
    with pytest.raises(CannotChoose, match="South lives in west already"):
        await import_community_file(folder / "South.yaml", apply=True, to="main")
    east = FILE.format(id="east", name="East", slug="eastern", cohort="East")
    (folder / "East.yaml").write_text(east)
    with pytest.raises(CannotChoose, match="there are several communities"):
        await import_community_file(folder / "East.yaml", apply=True)
    with pytest.raises(CannotChoose, match="there is no database east: choose main, west"):
        await import_community_file(folder / "East.yaml", apply=True, to="east")
    assert await import_community_file(folder / "East.yaml", apply=True, to="west") == 0
    assert "a new community, in west" in capsys.readouterr().out
    assert await names_in("main") == ["North"]
    assert await names_in("west") == ["South", "East"]
    async with at("west") as west, west.read() as db:
        east_one = (await db.scalars(select(Community).where(col(Community.name) == "East"))).one()
        ids = list(await db.scalars(select(Person.id).where(col(Person.community_id) == east_one.id)))
    assert min(east_one.id, *ids) > APART
    assert await import_community_file(folder / "East.yaml", apply=True, named="North") == 0
    assert await names_in("main") == ["East"]


async def test_reports_are_of_the_community_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that they were taken is recorded where it lives."""
    monkeypatch.setattr(reporting, "installed_browser", lambda: None)
    with pytest.raises(CannotChoose, match="several communities"):
        await reporting.export(folder / "out", [], inside=True, language="en")
    assert await reporting.export(folder / "out", [], inside=True, language="en", named="South") == 0
    assert (folder / "out" / "southern-en.html").is_file()
    async with at("west") as west, west.read() as db:
        assert "report_exported" in {*await db.scalars(select(AuditEvent.action))}


async def test_a_community_on_its_way_is_brought_to_its_place_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a file would begin a second one where the first has just left."""

    class Dead(BaseException):
        pass

    def dies(step: str) -> None:
        if step == "departed":
            raise Dead

    with pytest.raises(Dead):
        await move_community("North", "west", dies)
    assert await import_community_file(folder / "North.yaml", apply=True) == 0
    assert await names_in("main") == []
    assert sorted(await names_in("west")) == ["North", "South"]
    monkeypatch.setenv("DATABASES", "")
    with pytest.raises(CannotChoose, match="1 went to west, and is not there: name it in DATABASES"):
        await import_community_file(folder / "North.yaml", apply=True)


async def test_a_database_that_does_not_answer_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number is enough for a community elsewhere; by name, another may be called so."""
    main = read_settings().database_url
    monkeypatch.setenv("DATABASES", "west=postgresql://bot@127.0.0.1:1/none")
    with pytest.raises(CannotChoose, match="a database does not answer: west"):
        await export_series_file("northern", None)
    with pytest.raises(CannotChoose, match=r"give the number .* 1: North, in main"):
        await export_series_file("northern", None, "North")
    assert await export_series_file("northern", None, "1") == 0
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot@127.0.0.1:1/none")
    monkeypatch.setenv("DATABASES", f"old={main}")
    with pytest.raises(CannotChoose, match="a database does not answer: main"):
        await import_community_file(folder / "North.yaml", apply=True)


async def _doctor() -> list[str]:
    found = [one async for one in database_findings(read_settings())]
    return [f"{one.what} | {one.remedy}" for one in found if one.remedy]


async def test_the_doctor_says_which_database_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is looked at, and what must not be between them."""
    assert await _doctor() == []
    due = SystemClock().now() - timedelta(hours=1)
    async with at("west") as west, west.write() as db:
        db.add(Nudge(key="late", community_id=2, kind="note", person_id=3, due_at=due, created_at=due))
        db.add(Workspace(community_id=2, platform="slack", tenant="T1", installed_at=SystemClock().now()))
    assert [one.partition(" |")[0] for one in await _doctor()] == [
        "west: 1 messages are more than 10 minutes late"
    ]
    async with at("main") as main, main.write() as db:
        db.add(Workspace(community_id=1, platform="slack", tenant="T1", installed_at=SystemClock().now()))
        db.add(Departed(move="m", community_id=9, cell="east", tenants=[], at=due))
    told = await _doctor()
    assert any(one.startswith("two databases hold slack T1 | take the one that is wrong") for one in told)
    async with at("main") as main, main.write() as db:
        await db.execute(text("DELETE FROM workspace"))
    assert any("are not there: 9 to east | name that database in DATABASES" in one for one in await _doctor())
    monkeypatch.setenv("DATABASES", "west=postgresql://bot@127.0.0.1:1/none")
    told = await _doctor()
    assert [one.partition(" (")[0] for one in told] == ["west: the database does not answer"]
    assert "check west in DATABASES" in told[0]


async def test_the_doctor_looks_at_every_file(
    sqlite_urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else on the machine may read any of them."""
    monkeypatch.setenv("DATABASE_URL", sqlite_urls[0])
    monkeypatch.setenv("DATABASES", f"west={sqlite_urls[1]}")
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "data"))
    for one, mode in (("main", 0o600), ("west", 0o644)):
        (tmp_path / f"{one}.db").chmod(mode)
    told = [one.remedy for one in machine_findings(read_settings()) if "private files" in one.what]
    assert told == [f"chmod 600 {tmp_path}/west.db"]
