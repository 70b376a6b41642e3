"""`throughline report sample`: the series is really played, and its files say what its database says."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import col, func, select

from adapters import report_files
from adapters.cli import reporting
from adapters.cli.reporting import export, write_sample
from adapters.report_files import write_report
from adapters.sample_series import STEPS, Sitting, play
from bot.reports import viewing
from bot.reports.build import make_report
from storage.database import Database
from storage.evaluations import AnonymousAnswer, Evaluation
from storage.people import Community
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session
from tests.reports.made_by_hand import handmade
from tests.support.chromium import installed_chromium
from tests.support.databases import sqlite_with_tables

pytestmark = pytest.mark.slow


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[tuple[Sitting, list[int]]]:
    database = Database(sqlite_with_tables(tmp_path / "sample.db"), durable=False, alone=True)
    steps: list[int] = []
    yield await play(database, steps.append), steps
    await database.close()


async def test_people_join_come_meet_and_answer_and_the_report_counts_just_that(
    played: tuple[Sitting, list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sitting, steps = played
    assert sum(steps) == STEPS
    scope = f"series:{sitting.series_id}"
    async with sitting.database.write() as db:
        community = (await db.scalars(select(Community))).one()
        mine = select(Session.id).join(Cohort).where(Cohort.series_id == sitting.series_id)
        attended = await db.scalar(
            select(func.count()).select_from(Attendance).where(col(Attendance.session_id).in_(mine))
        )
        people = await db.scalar(
            select(func.count(func.distinct(col(Attendance.person_id)))).where(
                col(Attendance.session_id).in_(mine)
            )
        )
        states = set(await db.scalars(select(Evaluation.state)))
        answers = await db.scalar(select(func.count()).select_from(AnonymousAnswer))
        invited = await db.scalar(
            select(func.count()).select_from(Enrollment).where(Enrollment.status == "invited")
        )
        made = await make_report(db, community, scope, "inside", "en", sitting.clock.now())
        to_date = await make_report(db, community, "all", "outside", "en", sitting.clock.now())
    assert made is not None
    assert to_date is not None
    numbers = {figure.key: figure.number for figure in made.figures}
    assert numbers["participations"] == attended
    assert numbers["reach"] == people
    assert states == {"closed"}
    assert answers is not None
    assert answers > 80
    assert invited is not None
    assert invited < 5, "who came to an archived series was not just invited"
    assert (numbers["participations"], numbers["reach"]) == (112, 39), "the same every time"
    assert made.network is not None, "who met is proved to give nothing away inside"
    assert to_date.network is None, "fewer than 11 people of each state met: for outside readers too few"
    assert {table.key for table in to_date.tables} >= {
        "by_year",
        "by_state",
        "by_role",
        "by_setting",
        "themes",
    }
    name = "evaluator-series-en"
    others = {"en": name, "es": "evaluator-series-es"}
    write_report(made, tmp_path, name, others, inside=True, progress=lambda _: None)
    page = (tmp_path / f"{name}.html").read_text("utf-8")
    assert not re.search(r"https?://|url\((?!#)", page), "the page needs nothing from elsewhere"
    monkeypatch.setattr(reporting, "play", _played_before(sitting))
    assert await write_sample(tmp_path / "sample") == 0
    _every_file_says_the_same(tmp_path / "sample", capsys)
    for ending in ("html", "csv", "xlsx"):
        again = (tmp_path / "sample" / f"{name}.{ending}").read_bytes()
        assert again == (tmp_path / f"{name}.{ending}").read_bytes(), "the same every time"
    await _export_what_was_played(tmp_path, monkeypatch, capsys)


def _played_before(sitting: Sitting) -> Callable[..., Awaitable[Sitting]]:
    """Playing takes seconds: once is enough."""

    async def play(_: Database, progress: Callable[[int], None]) -> Sitting:
        progress(STEPS)
        return sitting

    return play


def _every_file_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `throughline report sample` wrote: every file, and where; page, CSV and workbook agree."""
    printed = installed_pdf()
    names = {file.name for file in folder.iterdir()}
    assert names == {
        f"{name}-{language}.{ending}"
        for name in ("evaluator-series", "funder-to-date")
        for language in ("en", "es")
        for ending in ("html", "csv", "xlsx", *(["pdf"] if printed else []))
    }
    assert str(folder / "funder-to-date-en.html") in capsys.readouterr().out
    with (folder / "funder-to-date-en.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Item"]: row["Value"] for row in csv.DictReader(file) if row["Part"] == "Key figures"}
    book = openpyxl.load_workbook(folder / "funder-to-date-en.xlsx")
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    page = (folder / "funder-to-date-en.html").read_text("utf-8")
    assert rows["People reached"] == str(summary["People reached"])
    assert f'<p class="big">{rows["People reached"]}</p>' in page


@pytest.mark.chromium
async def test_the_pdf_is_one_page_and_the_same_every_time(tmp_path: Path) -> None:
    browser = installed_chromium()
    page = tmp_path / "r.html"
    write_report(handmade(), tmp_path, "r", {}, inside=False, progress=lambda _: None)
    first = (tmp_path / "r.pdf").read_bytes()
    report_files.print_pdf(browser, page, tmp_path / "again.pdf", handmade())
    assert (tmp_path / "again.pdf").read_bytes() == first
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", first)) == 1


def test_without_a_browser_it_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert report_files.installed_browser() is None
    write_report(handmade(), tmp_path, "r", {}, inside=False, progress=lambda _: None)
    assert {file.suffix for file in tmp_path.iterdir()} == {".html", ".csv", ".xlsx"}
    with reporting._bar("writing", 3) as bar:
        assert reporting._write({False: {"r-en": handmade()}, True: {}}, tmp_path / "out", bar) == 0
    assert capsys.readouterr().err.count("no Chromium is installed") == 1


async def test_a_file_in_the_way_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("")
    assert await write_sample(tmp_path / "out") == 2
    assert "is a file; name a folder" in capsys.readouterr().err


async def _export_what_was_played(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`throughline report export` on that database: everything, by name, and what is not there."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/sample.db")
    monkeypatch.setenv("PATH", str(folder))
    assert await export(folder / "out", [], inside=False, language="es") == 0
    assert "all-es.csv" in {file.name for file in (folder / "out").iterdir()}
    assert await export(folder / "two", ["caring-for-the-carers", "year:1"], inside=True, language="en") == 0
    assert {file.stem for file in (folder / "two").iterdir()} == {"caring-for-the-carers-en", "year-1-en"}
    capsys.readouterr()
    assert await export(folder / "three", ["nothing", "series:99"], inside=False, language="en") == 1
    assert "nothing to report of nothing, series:99" in capsys.readouterr().err
    assert not (folder / "three").exists()
    database = Database(f"sqlite:///{folder}/sample.db", durable=False, alone=True)
    async with database.read() as db:
        looks = await viewing.trail(db, 1, 3)
    await database.close()
    assert [(look.who, look.outside, look.action, look.form, look.scope) for look in looks[:2]] == [
        ("throughline report export", False, "report_exported", "files", "year:1"),
        ("throughline report export", False, "report_exported", "files", "series:2"),
    ], "what was written is recorded, newest first"


async def test_without_a_community_nothing_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/own.db")
    database = Database(sqlite_with_tables(tmp_path / "own.db"), durable=False, alone=True)
    await database.close()
    assert await export(tmp_path / "out", [], inside=False, language="en") == 1
    assert "no community" in capsys.readouterr().err


def installed_pdf() -> bool:
    return shutil.which("chromium") is not None
