"""A report as files in a folder: a page that stands alone, CSV, a workbook, and a PDF of the printed page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.web.report_html import Surroundings, Way, report_html
from bot.reports.csv_file import csv_lines
from bot.reports.document import Report
from bot.reports.workbook import write_workbook
from prompts.text import plain
from prompts.words import communities as community_words
from prompts.words import report_page as words

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PRINT_SECONDS = 60
_MOMENT = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}([^)]*\))")

Progress = Callable[[str], None]
"""Told the name of each file as it is finished."""


def write_report(
    report: Report, folder: Path, name: str, others: Mapping[str, str], inside: bool, progress: Progress
) -> None:
    """Write ``name.html``, ``.csv``, ``.xlsx``, and, where a Chromium is installed, ``.pdf``.

    `others` are the names of the same report by language, for the page's links. The same report makes the
    same bytes.
    """
    page = folder / f"{name}.html"
    page.write_text(report_html(report, _around(report, name, others, inside)), "utf-8")
    progress(page.name)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(report))
    progress(f"{name}.csv")
    write_workbook(report, folder / f"{name}.xlsx")
    progress(f"{name}.xlsx")
    browser = installed_browser()
    if browser is not None:
        print_pdf(browser, page, folder / f"{name}.pdf", report)
        progress(f"{name}.pdf")


def _around(report: Report, name: str, others: Mapping[str, str], inside: bool) -> Surroundings:
    language = report.language
    return Surroundings(
        inside=inside,
        alone=True,
        personal=False,
        files=(
            Way(plain(words.as_csv(language)), f"{name}.csv"),
            Way(plain(words.as_xlsx(language)), f"{name}.xlsx"),
        ),
        views=tuple(
            Way(
                plain(words.other_language(code, language=community_words.language_name(code, code))),
                f"{other}.html",
                language=code,
            )
            for code, other in others.items()
            if code != language
        ),
    )


def installed_browser() -> str | None:
    """The path of a Chromium on this machine, to print with."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_pdf(browser: str, page: Path, to: Path, report: Report) -> None:
    """Print a page that stands alone. The moment of printing is taken out: the report's cut stands on it.
    Raises `subprocess.SubprocessError` when the browser does not print it."""
    with tempfile.TemporaryDirectory(prefix="throughline-print-") as profile:
        subprocess.run(  # noqa: S603  an installed browser and paths of our own
            [
                browser, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                f"--user-data-dir={profile}", f"--print-to-pdf={to}", page.resolve().as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=PRINT_SECONDS,
        )  # fmt: skip
    made = f"{report.cut:%Y%m%d}000000".encode()
    to.write_bytes(_MOMENT.sub(lambda found: found[1] + made + found[2], to.read_bytes()))
