"""`throughline report`: the sample reports, and a community's own reports as files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from adapters.cli.communities import Home, all_databases, chosen, community_in
from adapters.garbage import look_less_often
from adapters.logs import set_up_logs
from adapters.report_files import installed_browser, write_report
from adapters.sample_series import STEPS, play
from bot.core.clock import SystemClock
from bot.reports import viewing
from bot.reports.build import Audience, make_report
from bot.reports.document import Report
from prompts.catalog import languages
from storage.database import Database
from storage.migrating import migrate
from storage.people import Community
from storage.series import Series

FILES = ("html", "csv", "xlsx", "pdf")
_NO_BROWSER = (
    "no PDF: no Chromium is installed (apt-get install chromium); or print the page from any browser"
)


async def write_sample(folder: Path) -> int:
    """Play the sample series; write its report as an evaluator sees it, and the one of everything to date
    as a funder does, in every language. Returns the exit status."""
    if _unfit(folder):
        return 2
    set_up_logs()
    look_less_often()
    printed = installed_browser() is not None
    wanted = 2 * len(languages())
    with _bar("playing the sample series", STEPS + wanted * (3 + printed)) as bar:
        with tempfile.TemporaryDirectory(prefix="throughline-sample-") as place:
            database = Database(f"sqlite:///{place}/sample.db", durable=False, alone=True)
            await migrate(database)
            sitting = await play(database, bar.advance)
            async with sitting.database.write() as db:
                community = (await db.scalars(select(Community))).one()
                now, language = sitting.clock.now(), languages()
                series = {"evaluator-series": f"series:{sitting.series_id}"}
                inside = await _made(db, community, series, "inside", now, language)
                outside = await _made(db, community, {"funder-to-date": "all"}, "outside", now, language)
            await database.close()
        return _write({True: inside, False: outside}, folder, bar)


async def export(folder: Path, names: Sequence[str], *, inside: bool, language: str, named: str = "") -> int:
    """Write a community's own reports: the scopes or series named, or everything and each series. Raises
    `CannotChoose`."""
    if _unfit(folder):
        return 2
    audience: Audience = "inside" if inside else "outside"
    async with all_databases() as databases:
        home = await chosen(databases, named)
        if home is None:
            return _say("there is no community in this database yet; run the bot, or import one")
        made = await _counted(databases[home.cell], home, names, audience, language)
    missing = _missing(names, made)
    if missing or not made:
        return _say(
            f"nothing to report of {', '.join(missing) or 'any series'}: give the short name of a series, "
            "series:3, project:1, year:2, session:9 or all, of which a session has been held"
        )
    with _bar("writing", len(made) * (3 + (installed_browser() is not None))) as bar:
        return _write({inside: made}, folder, bar)


async def _counted(
    database: Database, home: Home, names: Sequence[str], audience: Audience, language: str
) -> dict[str, Report]:
    """The reports by file name; that they are taken is recorded, unless one that was named is missing."""
    now = SystemClock().now()
    async with database.write() as db:
        community = await community_in(db, home)
        series = {sery.slug: f"series:{sery.id}" for sery in await _all_series(db, community)}
        asked = {name: series.get(name, name) for name in names} or {"all": "all", **series}
        with _bar("counting", len(asked)) as bar:
            made: dict[str, Report] = {}
            for name, scope in asked.items():
                made |= await _made(db, community, {name: scope}, audience, now, (language,))
                bar.advance(1)
        if not _missing(names, made):
            viewing.record_files(db, community, made.values(), now)
    return made


def _missing(names: Sequence[str], made: Mapping[str, Report]) -> list[str]:
    return [name for name in names if not any(key.startswith(f"{_file_name(name)}-") for key in made)]


async def _made(
    db: AsyncSession,
    community: Community,
    scopes: dict[str, str],
    audience: Audience,
    now: datetime,
    reader_language: Sequence[str],
) -> dict[str, Report]:
    """Reports by the name of their files; those with nothing to report are left out."""
    found = {}
    for name, scope in scopes.items():
        for language in reader_language:
            report = await make_report(db, community, scope, audience, language, now)
            if report is not None:
                found[f"{_file_name(name)}-{language}"] = report
    return found


def _write(groups: Mapping[bool, dict[str, Report]], folder: Path, bar: _Bar) -> int:
    """Write the reports for inside (True) and for outside readers, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for made in groups.values() for name in made]
    for inside, made in groups.items():
        for name, report in made.items():
            stem = name.rpartition("-")[0]
            others = {code: f"{stem}-{code}" for code in languages() if f"{stem}-{code}" in made}
            try:
                write_report(report, folder, name, others, inside, bar.finished)
            except subprocess.SubprocessError:
                return _say(f"the browser did not print {name}; print {folder / name}.html from any browser")
    if installed_browser() is None:
        _say(_NO_BROWSER)
    print(f"wrote {len(names) * (3 + (installed_browser() is not None))} files to {folder}")
    for name in names:
        print(f"  {folder / name}.html")
    return 0


async def _all_series(db: AsyncSession, community: Community) -> Sequence[Series]:
    found = await db.scalars(select(Series).where(Series.community_id == community.id))
    return found.all()


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)[:80]


def _unfit(folder: Path) -> bool:
    """Says why files cannot be written there."""
    if folder.exists() and not folder.is_dir():
        _say(f"{folder} is a file; name a folder")
        return True
    return False


def _say(text: str, status: int = 1) -> int:
    print(text, file=sys.stderr)
    return status


class _Bar:
    """A progress bar on standard error; silent where that is no terminal."""

    def __init__(self, progress: Progress, task: object) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: int) -> None:
        self._progress.advance(self._task, steps)  # type: ignore[arg-type]

    def finished(self, name: str) -> None:
        self._progress.update(self._task, advance=1, description=name)  # type: ignore[arg-type]


@contextmanager
def _bar(what: str, total: int) -> Iterator[_Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield _Bar(progress, progress.add_task(what, total=total))
