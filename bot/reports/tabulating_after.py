"""The tables of what came after a series: recall by idea and by time, and what messages cost."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import title_in
from bot.reports.after_series import COSTS, RECALL, cells_of
from bot.reports.document import Table, Value
from bot.reports.figures import Seen
from bot.statistics.formulas import Interval, Share, wilson_interval
from prompts import dates
from prompts.kind_titles import kind_title
from prompts.text import plain
from prompts.words import reports as words
from storage.sessions import KeyIdea

_TENTH = 10
_ENDS = (_TENTH, 100 - _TENTH)
"""Percent: nearer to none or to all than so, a share is told as a bound."""


async def after_series(db: AsyncSession, seen: Seen) -> list[Table]:
    """Those that there are, once everything is over."""
    found = [await _by_idea(db, seen), _by_days(seen), _costs(seen)]
    return [table for table in found if table is not None]


async def _by_idea(db: AsyncSession, seen: Seen) -> Table | None:
    cells = cells_of(seen.counts(RECALL) or {}, "idea")
    ids = [int(one) for one in cells]
    ideas = {one.id: one for one in await db.scalars(select(KeyIdea).where(col(KeyIdea.id).in_(ids)))}
    rows = [
        _recall_row(seen.language, _idea(ideas.get(int(one)), seen.language), n, had or 0)
        for one, (n, had) in sorted(cells.items(), key=lambda each: int(each[0]))
    ]
    return _table(
        seen, "recall_by_idea", words.recall_by_idea, words.recall_definition, words.column_idea, rows
    )


def _idea(row: KeyIdea | None, language: str) -> str:
    texts = row.text if row is not None else {}
    return title_in({code: parts.get("idea", "") for code, parts in texts.items()}, language)


def _by_days(seen: Seen) -> Table | None:
    language = seen.language
    rows = [
        _recall_row(language, str(words.days_after_series(language, n=int(days))), n, had or 0)
        for days, (n, had) in sorted(
            cells_of(seen.counts(RECALL) or {}, "days").items(), key=lambda each: int(each[0])
        )
    ]
    return _table(
        seen, "recall_by_time", words.recall_by_time, words.recall_definition, words.column_asked, rows
    )


def _recall_row(language: str, label: str, n: int, had: int) -> tuple[Value, ...]:
    """To the nearest tenth, so that the tables do not give away each other's bounds."""
    share = Share(had, n)
    percent = _TENTH * round((share.percent or 0) / _TENTH)
    low, high = _ENDS
    if percent >= high:
        return (label, f"≥ {_percent(language, high)}", n, None)
    if percent <= low:
        return (label, f"≤ {_percent(language, low)}", n, None)
    found = wilson_interval(Share(round(percent * n / 100), n)) or Interval(0, 100)
    return (label, _percent(language, percent), n, _between(language, found, 0))


def _costs(seen: Seen) -> Table | None:
    """Ways out for each hundred messages; those who took one are too few to tell where it is hidden."""
    language = seen.language
    rows: list[tuple[Value, ...]] = []
    for kind, (sent, outs) in sorted(
        cells_of(seen.counts(COSTS) or {}, "kind").items(), key=lambda each: (-each[1][0], each[0])
    ):
        label = plain(kind_title(language, kind))
        if outs is None:
            rows.append((label, None, sent, None))
            continue
        share = Share(min(outs, sent), sent)
        found = wilson_interval(share) or Interval(0, 100)
        rows.append((label, _percent(language, share.percent or 0, 1), sent, _between(language, found, 1)))
    return _table(seen, "message_costs", words.message_costs, words.message_costs_definition,
                  words.column_message, rows, words.column_ways_out, words.column_messages)  # fmt: skip


_Words = Callable[[str], str]


def _table(
    seen: Seen,
    key: str,
    title: _Words,
    definition: _Words,
    first: _Words,
    rows: list[tuple[Value, ...]],
    share: _Words = words.column_had_it,
    n: _Words = words.column_answers,
) -> Table | None:
    if not rows:
        return None
    language = seen.language
    headings = tuple(plain(text(language)) for text in (first, share, n, words.column_interval))
    return Table(key, plain(title(language)), plain(definition(language)), headings, tuple(rows), "none")


def _percent(language: str, percent: float, places: int = 0) -> str:
    return dates.percent(language, percent / 100, places)


def _between(language: str, found: Interval, places: int) -> str:
    return f"{_percent(language, found.low, places)}–{_percent(language, found.high, places)}"
