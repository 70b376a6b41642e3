"""Tables: one row a session, labels in a column, sessions side by side, or the segments of one session."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.agendas.days import find_days, weekday_of
from bot.agendas.document import AgendaRow, AgendaTable, TextLine
from bot.agendas.drafts import Draft
from bot.agendas.hours import find_hours, find_lengths
from bot.agendas.labels import (
    Label,
    label_of,
    says_cancelled,
    says_moved,
    says_no_session,
    session_number,
)
from bot.agendas.letters import flat, squeeze
from bot.agendas.lines import LineReader
from bot.agendas.names import looks_like_people, read_people
from bot.agendas.parts import WrittenSegment
from bot.agendas.table_cells import CELL_READERS, join_ends, minutes_said, read_unknown
from bot.agendas.zones_said import Zone, find_zones
from prompts.language_tables import patterns

Columns = list[Label | None]
_TITLE = re.compile(patterns(lambda one: one.agenda.tables.title))
_NUMBER = re.compile(patterns(lambda one: one.agenda.tables.number))
_TOTAL = re.compile(rf"{patterns(lambda one: one.agenda.tables.total)}\b")
_CONTINUED = re.compile(rf"\s*\({patterns(lambda one: one.agenda.tables.continued)}\)\s*")
_ZONE_INSIDE = re.compile(
    rf"[(\[–-]\s*([^()\[\]]+)[)\]]?$|{patterns(lambda one: one.agenda.tables.time)}\s*,?\s+(.+)$",
    re.IGNORECASE,
)


def read_table(table: AgendaTable, reader: LineReader, before: Columns | None) -> Columns | None:
    """Read a table into what is gathered. `before` are the columns of the table that stood before it, for
    one that goes on over the page; returns the columns of this one."""
    rows = list(table.rows)
    if not rows:
        return before
    if turned := _turned(rows):
        rows = turned
    head = _heading(rows)
    if head is None and _is_labels(rows):
        _read_labels(rows, reader)
        return None
    if head is None:
        columns = before if before and _fits(rows, before) else _guessed(rows, reader.all.language)
        if columns is None:
            _as_lines(rows, reader)
            return None
    else:
        for row in rows[: head[0]]:
            _as_lines([row], reader)
        columns, rows = head[1], rows[head[0] + 1 :]
        _zone_in_heading(table.rows[head[0]] if not turned else None, reader)
    if "date" not in columns and _is_run_of_show(columns, rows, reader):
        _read_segments(columns, rows, reader)
        return None
    _read_sessions(columns, rows, reader)
    return columns


# --- what kind of table -------------------------------------------------------------------------------


def _labels(row: AgendaRow) -> Columns:
    if len([cell for cell in row.cells if cell.strip()]) < 3:
        return [label_of(cell.split("\n")[0]) if len(cell) < 70 else None for cell in row.cells]
    return [_label(cell) for cell in row.cells]


def _label(cell: str) -> Label | None:
    """What a heading announces; "Pacific" alone announces times in that zone."""
    if len(cell) >= 70:
        return None
    return label_of(cell.split("\n")[0]) or ("start" if _zone_alone(cell) else None)


def _zone_alone(cell: str) -> Zone | None:
    found = find_zones(cell, labelled=True)
    return found[0] if len(found) == 1 and len(cell.strip(" ()")) <= len(found[0].said) + 5 else None


def _heading(rows: Sequence[AgendaRow]) -> tuple[int, Columns] | None:
    """The first row of which most cells are column names."""
    for place, row in enumerate(rows[:12]):
        told = [cell for cell in row.cells if cell.strip()]
        columns = _labels(row)
        known = [label for label in columns if label]
        if (
            len(known) >= 2
            and len(known) * 2 >= len(told)
            and not any(find_days(cell, numbers=False) for cell in told)
        ):
            if len(told) == 2 and _is_labels(rows[place:]) and len(row.cells) == 2:
                return None
            return place, _with_titles(columns, row)
    return None


def _with_titles(columns: Columns, row: AgendaRow) -> Columns:
    """ "Session | Topic": the first is the number. "Week | Session": the second is the title."""
    columns = list(columns)
    titles = [at for at, label in enumerate(columns) if label == "title"]
    if len(titles) > 1:
        first = flat(row.cells[titles[0]]).strip()
        keep = next((at for at in titles if _TITLE.search(flat(row.cells[at]))), titles[-1])
        for at in titles:
            if at != keep:
                columns[at] = "number" if _NUMBER.search(first) and at == titles[0] else None
    if columns.count("presenters") == 0 and "facilitators" in columns:
        columns[columns.index("facilitators")] = "presenters"
    return columns


def _is_labels(rows: Sequence[AgendaRow]) -> bool:
    """Two columns, labels in the first."""
    pairs = [row for row in rows if len([cell for cell in row.cells if cell.strip()]) >= 1]
    if any(len(row.cells) > 3 and len([cell for cell in row.cells if cell.strip()]) > 2 for row in pairs):
        return False
    named = sum(
        label_of(row.cells[0].rstrip(":")) is not None or session_number(row.cells[0]) is not None
        for row in pairs
    )
    return len(pairs) >= 2 and named * 3 >= len(pairs) * 2 and named >= 2


def _turned(rows: Sequence[AgendaRow]) -> list[AgendaRow] | None:
    """Sessions side by side: labels down the first column, more than one column of values."""
    width = max(len(row.cells) for row in rows)
    if width < 3 or len(rows) < 2:
        return None
    first = [label_of(row.cells[0]) for row in rows]
    own = sum(label is not None for label in first)
    if own < 2 or own < len(rows) - 1 or not {"date", "title", "presenters", "start"} & set(first):
        return None
    top = [cell for cell in rows[0].cells[1:] if cell.strip()]
    if sum(label_of(cell) is not None for cell in top) * 2 >= len(top) and first[0] != "date":
        return None
    cells = [[row.cells[at] if at < len(row.cells) else "" for row in rows] for at in range(width)]
    if label_of(cells[0][0]) is None:
        cells[0][0] = "#"
    return [AgendaRow(tuple(column), where=f"column {at + 1}") for at, column in enumerate(cells)]


def _fits(rows: Sequence[AgendaRow], columns: Columns) -> bool:
    return abs(len(rows[0].cells) - len(columns)) <= 1


def _guessed(rows: Sequence[AgendaRow], language: str) -> Columns | None:
    """Columns by what stands in them, for a table without a heading."""
    width = max(len(row.cells) for row in rows)
    columns: Columns = [None] * width
    share = {
        at: [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at].strip()]
        for at in range(width)
    }

    def best(test, least: float = 0.5) -> int | None:  # type: ignore[no-untyped-def]
        scores = {
            at: sum(bool(test(cell)) for cell in cells) / len(cells)
            for at, cells in share.items()
            if cells and columns[at] is None
        }
        top = max(scores, key=lambda at: scores[at], default=None)
        return top if top is not None and scores[top] > least else None

    at = best(lambda cell: find_days(cell, language=language))
    if at is None:
        return None
    columns[at] = "date"
    if (at := best(lambda cell: find_hours(cell))) is not None:
        columns[at] = "start"
    if (at := best(lambda cell: session_number(cell) or cell.strip(" .#").isdecimal())) is not None:
        columns[at] = "number"
    if (at := best(lambda cell: find_lengths(cell) and len(cell) < 20)) is not None:
        columns[at] = "minutes"
    if (at := best(looks_like_people)) is not None:
        columns[at] = "presenters"
    left = [at for at in range(width) if columns[at] is None and share[at]]
    if left:
        columns[left[0]] = "title"
    return columns


def _zone_in_heading(row: AgendaRow | None, reader: LineReader) -> None:
    """ "Time (PT)": the zone of every session."""
    reader.column_zones = {
        at: zone
        for at, cell in enumerate(row.cells if row else ())
        if label_of(cell) is None and (zone := _zone_alone(cell))
    }
    for cell in row.cells if row else ():
        if label_of(cell) in {"start", "date", "end"}:
            inside = _ZONE_INSIDE.search(cell)
            if inside:
                reader.all.every.zones += find_zones(
                    next(one for one in inside.groups() if one), labelled=True
                )


def _is_run_of_show(columns: Columns, rows: Sequence[AgendaRow], reader: LineReader) -> bool:
    timed = [
        row
        for row in rows
        if any(
            find_hours(cell, labelled=True) or find_lengths(cell) or cell.strip().isdecimal()
            for at, cell in enumerate(row.cells)
            if at < len(columns) and columns[at] in {"start", "minutes"}
        )
    ]
    numbered = sum(session_number(cell) is not None for row in rows for cell in row.cells[:1])
    return (
        len(timed) * 2 > len(rows)
        and not numbered
        and bool({"start", "minutes"} & set(columns))
        and "number" not in columns
    )


# --- reading each -------------------------------------------------------------------------------------


def _as_lines(rows: Sequence[AgendaRow], reader: LineReader) -> None:
    for row in rows:
        cells = list(dict.fromkeys(cell for cell in row.cells if cell.strip()))
        if not cells:
            continue
        text = cells[0] if len(cells) == 1 else ": ".join(cells) if len(cells) == 2 else " | ".join(cells)
        for place, line in enumerate(text.split("\n")):
            level = 2 if len(cells) == 1 and place == 0 and not reader.all.drafts and len(text) < 100 else 0
            reader.read(TextLine(line, level=level, struck=row.struck, where=row.where))


def _read_labels(rows: Sequence[AgendaRow], reader: LineReader) -> None:
    for row in rows:
        cells = [cell for cell in row.cells if cell.strip()]
        if not cells:
            continue
        label, rest = cells[0].rstrip(": "), "\n".join(cells[1:])
        first, *more = rest.split("\n") if rest else [""]
        if session_number(label) and label_of(label) is None:
            reader.read(TextLine(f"{label}: {first}", where=row.where, struck=row.struck))
        else:
            reader.read(TextLine(f"{label}: {first}", where=row.where, struck=row.struck))
        for line in more:
            bullet = line.startswith("• ")
            reader.read(
                TextLine(
                    line.removeprefix("• "),
                    bullet=bullet or label_of(label) in {"objectives", "segments"},
                    where=row.where,
                )
            )
    reader.mode = None


def _read_segments(columns: Columns, rows: Sequence[AgendaRow], reader: LineReader) -> None:
    """The run of show of the open session, else of every session."""
    target = reader.draft or reader.all.every
    for row in rows:
        cells = {
            label: cell for label, cell in zip(columns, row.cells, strict=False) if label and cell.strip()
        }
        title = next(
            (
                row.cells[at]
                for at, label in enumerate(columns)
                if label in {"title", "segments", "notes"} and at < len(row.cells) and row.cells[at].strip()
            ),
            "",
        )
        if not title:
            title = next(
                (
                    cell
                    for at, cell in enumerate(row.cells)
                    if at < len(columns) and columns[at] is None and cell.strip()
                ),
                "",
            )
        if any(_TOTAL.match(flat(cell)) for cell in (title, *row.cells)):
            continue
        hours = find_hours(" - ".join(cells[one] for one in ("start", "end") if one in cells), labelled=True)
        minutes = minutes_said(cells.get("minutes", ""))
        if not hours and minutes is None and "start" in cells:
            minutes = minutes_said(cells["start"])
        if title and (hours or minutes):
            target.told_parts.append(
                WrittenSegment(squeeze(title.replace("\n", " ")), minutes, hours[0] if hours else None)
            )
            if (who := cells.get("presenters")) and target is reader.draft and looks_like_people(who):
                target.presenters += [
                    name for name in read_people(who).names if name not in target.presenters
                ]


def _read_sessions(columns: Columns, rows: Sequence[AgendaRow], reader: LineReader) -> None:
    before: Draft | None = None
    for row in rows:
        cells = list(row.cells)
        told = [cell for cell in cells if cell.strip()]
        if not told or _repeats_heading(row, columns):
            continue
        distinct = list(dict.fromkeys(told))
        if (
            len(distinct) == 1
            and not find_days(distinct[0], numbers=False)
            and not session_number(distinct[0])
        ):
            _banner(distinct[0], row, reader)
            continue
        if before is not None and _goes_on(cells, columns, before, reader.all.language):
            _fill(before, cells, columns, row, reader)
            continue
        draft = Draft(row.where)
        draft.cancelled = row.struck
        _fill(draft, cells, columns, row, reader)
        if draft.is_empty and not draft.cancelled:
            continue
        if draft.no_session and draft.days and not draft.presenters and not draft.cancelled:
            reader.all.skips += draft.days
            continue
        if draft.number is not None and (
            same := next(
                (
                    one
                    for one in reader.all.drafts
                    if one.number == draft.number and not (one.days and draft.days)
                ),
                None,
            )
        ):
            _fill(same, cells, columns, row, reader)
            before = same
            continue
        reader.all.drafts.append(draft)
        before = draft
    reader.draft = None


def _banner(text: str, row: AgendaRow, reader: LineReader) -> None:
    """A row that is one merged cell: a note for all, or a day without a session."""
    reader.draft = None
    reader.read(TextLine(text, where=row.where))
    reader.draft = None


def _repeats_heading(row: AgendaRow, columns: Columns) -> bool:
    labels = _labels(row)
    known = sum(label is not None for label in labels)
    return (
        known >= 2
        and known * 2 >= len([cell for cell in row.cells if cell.strip()])
        and not any(find_days(cell, numbers=False) for cell in row.cells)
    )


def _goes_on(cells: list[str], columns: Columns, before: Draft, language: str) -> bool:
    """A row that goes on with the session above: neither day, number nor title of its own."""
    own = {label for label, cell in zip(columns, cells, strict=False) if label and cell.strip()}
    if any("(cont" in flat(cell) for cell in cells):
        return True
    if "date" in columns:
        at = columns.index("date")
        if at < len(cells) and cells[at].strip():
            return False
    return "date" in columns and "number" not in own and ("title" not in own or not before.title)


def _fill(draft: Draft, cells: list[str], columns: Columns, row: AgendaRow, reader: LineReader) -> None:
    language = reader.all.language
    draft.said = (draft.said + " " + " ".join(cells)).strip()
    weekday: int | None = None
    for at, cell in enumerate(cells):
        label = columns[at] if at < len(columns) else None
        cell = _CONTINUED.sub(" ", cell).strip()
        if not cell:
            continue
        if says_cancelled(cell):
            draft.cancelled = True
        if says_no_session(cell) and label in {"title", "notes", "status", "date", None, "presenters"}:
            draft.no_session = True
        if says_moved(cell):
            draft.moved = True
        if label == "weekday":
            weekday = weekday_of(cell)
            if weekday is None:
                label = "date"
        told = len(draft.moments)
        CELL_READERS.get(label or "", read_unknown)(draft, cell, language)
        if zone := reader.column_zones.get(at):
            for moment in draft.moments[told:]:
                moment.zone = moment.zone or zone
    join_ends(draft)
    if weekday is not None and draft.days and draft.days[0].weekday is None:
        draft.days[0] = replace(
            draft.days[0], weekday=weekday, said=f"{cells[columns.index('weekday')]} {draft.days[0].said}"
        )
