"""A report in the browser, by a signed link: the page, and the same numbers as CSV and as a workbook.

``?lang=es`` reads it in another language, ``?view=all`` prints everything, ``?for=outside`` shows an inside
reader what outside readers see, ``?file=csv`` and ``?file=xlsx`` are the files. All of it is recorded.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.app import Visit, dead_link
from adapters.web.report_html import Surroundings, Way, report_html
from adapters.web.safety import HEADERS
from bot.reports import viewing
from bot.reports.build import Audience, make_report
from bot.reports.csv_file import csv_lines
from bot.reports.document import Report
from bot.reports.workbook import write_workbook
from prompts.catalog import languages
from prompts.text import plain
from prompts.words import communities as community_words
from prompts.words import report_page as words

CHUNK = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the address asks for, beside the link itself."""

    language: str
    outside: bool
    full: bool
    file: str

    def way(self, **changes: object) -> str:
        """The address of the same report, asked for in another way."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        marks = {"lang": other.language}
        marks |= {"for": "outside"} if other.outside else {}
        marks |= {"view": "all"} if other.full else {}
        marks |= {"file": other.file} if other.file else {}
        return "?" + urlencode(marks)


async def report_page(visit: Visit) -> web.StreamResponse:
    """The page or a file; a page that says what to do where the link opens nothing any more."""
    now = visit.router.clock.now()
    async with visit.router.database.write() as db:
        view = await viewing.opened(db, visit.ticket, visit.person, now)
        if view is None:
            return dead_link(visit.request, viewing.PURPOSE)
        asked = _asked(visit, view)
        audience: Audience = "outside" if asked.outside else "inside"
        report = await make_report(db, view.community, view.link.scope, audience, asked.language, now)
        if report is not None:
            action = viewing.EXPORTED if asked.file else viewing.SEEN
            viewing.record(db, view, action, asked.file or "page", report.k, now)
    if report is None:
        title, text = words.nothing_yet_title(asked.language), words.nothing_yet(asked.language)
        return replace(visit, language=asked.language).page("notice.html", title, text=text)
    if asked.file == "csv":
        return await _streamed(visit, _name(report, "csv"), "text/csv; charset=utf-8", _csv(report))
    if asked.file == "xlsx":
        return await _workbook(visit, report)
    return web.Response(text=report_html(report, _around(view, asked, report)), content_type="text/html")


def _asked(visit: Visit, view: viewing.Viewing) -> ReportRequest:
    """Anything that the address does not say, or says wrongly, is the link's own."""
    marks = visit.request.query
    own = view.reader.language if view.reader else view.link.language
    language = marks.get("lang", own)
    file = marks.get("file", "")
    return ReportRequest(
        language=language if language in languages() else own,
        outside=not view.inside or marks.get("for") == "outside",
        full=marks.get("view") == "all",
        file=file if file in FILES else "",
    )


def _around(view: viewing.Viewing, asked: ReportRequest, report: Report) -> Surroundings:
    language = asked.language
    views = [
        Way(
            plain(words.other_language(code, language=community_words.language_name(code, code))),
            asked.way(language=code),
            language=code,
        )
        for code in languages()
        if code != language
    ]
    if view.inside:
        ours = view.community
        label = (
            words.see_inside(language, k=ours.k_inside)
            if asked.outside
            else words.see_outside(language, k=ours.k_outside)
        )
        views.insert(0, Way(plain(label), asked.way(outside=not asked.outside)))
    turn = words.print_summary(language) if asked.full else words.print_all(language)
    return Surroundings(
        inside=not asked.outside,
        full=asked.full,
        files=(
            Way(plain(words.as_csv(language)), asked.way(file="csv"), download=_name(report, "csv")),
            Way(plain(words.as_xlsx(language)), asked.way(file="xlsx"), download=_name(report, "xlsx")),
        ),
        views=tuple(views),
        print_view=Way(plain(turn), asked.way(full=not asked.full)),
    )


def _name(report: Report, ending: str) -> str:
    """``throughline-series-3-2027-06-01.csv``: what it is about and until when, nothing else."""
    return f"throughline-{report.scope.replace(':', '-')}-{report.cut.isoformat()}.{ending}"


def _csv(report: Report) -> Iterable[bytes]:
    return (line.encode() for line in csv_lines(report))


async def _workbook(visit: Visit, report: Report) -> web.StreamResponse:
    """Written to a temporary file row by row in a thread, sent in pieces, and gone."""
    with tempfile.TemporaryDirectory(prefix="throughline-report-") as folder:
        path = Path(folder) / "report.xlsx"
        await asyncio.to_thread(write_workbook, report, path)
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(CHUNK), b"")
            return await _streamed(visit, _name(report, "xlsx"), XLSX, pieces)


async def _streamed(visit: Visit, name: str, kind: str, pieces: Iterable[bytes]) -> web.StreamResponse:
    """A download piece by piece. Its headers go out before the middleware could add them."""
    response = web.StreamResponse(
        headers={**HEADERS, "Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    )
    await response.prepare(visit.request)
    for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response
