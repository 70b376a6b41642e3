"""A report as a page: key figures, plots, network, tables, definitions, notes. It changes no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from adapters.web.html import TEMPLATES
from adapters.web.report_plots import (
    MOST_GROUPS,
    MOST_ROWS,
    interval_of,
    network_of,
    plot_of,
)
from bot.reports.document import Figure, Report, Table, Value
from bot.reports.entries import network_tables, value_text
from prompts import dates
from prompts.text import plain
from prompts.words import report_page as words
from prompts.words import web as web_words

STYLES = Path(__file__).parent / "static"
MOST_FIGURES = 12
"""Key figures on the printed one-page summary."""
MOST_DRAWINGS = 3
"""Plots on it, the network among them."""
_FIRST_FIGURES = (
    "events", "reach", "participations", "completion", "responses", "recommendation", "intent", "quality",
    "change", "follow_through", "pairs", "across_states",
)  # fmt: skip
"""Figures that a funder asks for first, by key; then the others as they stand. Hidden ones come last."""
_FIRST_TABLES = ("by_state", "by_session", "themes", "by_setting", "by_role")


@dataclass(frozen=True, slots=True)
class Way:
    """A link from the page to another view or a file of the same report."""

    label: str
    address: str
    language: str = ""
    download: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the report: who it is for, and where one can go from here.
    `alone` makes a page that needs no other file (a sample to send)."""

    inside: bool
    full: bool = False
    alone: bool = False
    files: tuple[Way, ...] = ()
    views: tuple[Way, ...] = ()
    print_view: Way | None = None
    personal: bool = True


def report_html(report: Report, around: Surroundings) -> str:
    """The whole page, in the report's language."""
    language = report.language
    styles = "\n".join((STYLES / name).read_text("utf-8") for name in ("page.css", "report.css"))
    return TEMPLATES.get_template("report.html").render(
        title=report.title,
        language=language,
        words=web_words,
        said=words,
        report=report,
        around=around,
        styles=Markup(styles) if around.alone else "",  # noqa: S704  our own style sheets
        cut=dates.long_day(language, report.cut),
        figures=_figures(report),
        tables=_tables(report),
        network=_network(report),
        any_hidden=_any_hidden(report),
        shown_value=lambda value: _shown(value, language),
        is_number=lambda value: isinstance(value, int | float),
    )


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure with its text in two parts: the number itself, and what belongs to it (n, interval)."""

    figure: Figure
    main: str
    rest: str
    interval: Markup | None
    printed: bool


def _figures(report: Report) -> list[ShownFigure]:
    hidden = {one.key for one in report.figures if one.shown is None}
    first = _preferred([one.key for one in report.figures], _FIRST_FIGURES)
    printed = sorted(first, key=lambda key: key in hidden)[:MOST_FIGURES]
    return [_figure(one, one.key in printed) for one in report.figures]


def _preferred(keys: Sequence[str], first: Sequence[str]) -> list[str]:
    """The keys that come first, in their order; then the others as they stand."""
    found = [key for key in first if key in keys]
    return found + [key for key in keys if key not in found]


def _figure(figure: Figure, printed: bool) -> ShownFigure:
    main, _, rest = (figure.shown or "").partition(" (")
    rest = rest.removesuffix(")") if rest else ""
    return ShownFigure(figure, main, rest, interval_of(figure), printed)


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table with its drawing; `of` (shown, all) where the drawing leaves rows out; `printed` on the
    one-page summary."""

    table: Table
    plot: Markup | None
    of: tuple[int, int] | None
    printed: bool

    @property
    def wide(self) -> bool:
        """A table to read that needs the width of the page; it stands before the drawings."""
        return self.plot is None and len(self.table.headings) > 4

    @property
    def last(self) -> bool:
        """What one hub asked stands after what every report shows."""
        return self.table.key.startswith("asked_")


def _tables(report: Report) -> list[HtmlTable]:
    plots = {table.key: plot_of(table, report.language) for table in report.tables}
    drawn = [key for key, plot in plots.items() if plot is not None]
    room = MOST_DRAWINGS - (1 if report.network and report.network.groups else 0)
    printed = _preferred(drawn, _FIRST_TABLES)[:room]
    return [
        HtmlTable(
            table,
            plots[table.key],
            (MOST_ROWS, len(table.rows)) if table.key in drawn and len(table.rows) > MOST_ROWS else None,
            table.key in printed,
        )
        for table in report.tables
    ]


@dataclass(frozen=True, slots=True)
class ShownNetwork:
    """The drawing and, beneath it, its two tables."""

    title: str
    definition: str
    plot: Markup
    of: tuple[int, int] | None
    tables: tuple[Table, ...]


def _network(report: Report) -> ShownNetwork | None:
    plot = network_of(report.network, report.language) if report.network else None
    if report.network is None or plot is None:
        return None
    groups = len(report.network.groups)
    return ShownNetwork(
        report.network.title,
        report.network.definition,
        plot,
        (MOST_GROUPS, groups) if groups > MOST_GROUPS else None,
        network_tables(report),
    )


def _any_hidden(report: Report) -> bool:
    return any(one.shown is None for one in report.figures) or any(
        value is None for table in report.tables for row in table.rows for value in row
    )


def _shown(value: Value, language: str) -> str:
    return plain(words.hidden_short(language)) if value is None else value_text(language, value)
