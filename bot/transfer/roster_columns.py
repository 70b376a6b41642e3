"""Which line of a roster holds its headings, and what each column is about.

Tools write more than one line of headings (Qualtrics three, SurveyMonkey two), a title above them, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from bot.tables import Line, heading_words, is_blank
from bot.tables.addresses import is_email, read_addresses
from bot.transfer.headings import column_of
from bot.transfer.values import is_attending_word, is_role, read_job_role, read_state
from prompts.language_tables import in_every_language

LOOKED_AT = 40
_NAMED_BY = ("name", "first", "last", "display")


@cache
def _second_row() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.second_rows))


@cache
def _honorifics() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.people.honorifics))


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """`about` is empty for a column that we do not keep; of two about the same the lower rank goes first."""

    given: str
    about: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns and the lines below their headings; `heading` is that line, 0 where there is none."""

    columns: tuple[RosterColumn, ...]
    lines: tuple[Line, ...]
    heading: int = 0
    reread: tuple[tuple[str, str], ...] = field(default=())
    """(heading, what its cells show it to be about) where the cells say other than the heading."""

    def places(self, about: str) -> list[int]:
        found = [place for place, column in enumerate(self.columns) if column.about == about]
        return sorted(found, key=lambda place: (self.columns[place].rank, place))

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(column.given for column in self.columns if column.given and not column.about)


def find_layout(lines: Sequence[Line]) -> Layout | None:
    """None where no line names columns and no column holds addresses."""
    full = [line for line in lines if not line.empty]
    best = max(
        range(min(len(full), LOOKED_AT)), key=lambda place: (_weight(full[place]), -place), default=None
    )
    if best is None:
        return None
    if _weight(full[best]) < 1:
        return _by_content(full)
    columns, after = _columns(full, best)
    layout = Layout(tuple(columns), tuple(full[after:]), full[best].number)
    return _reread(_with_addresses(layout))


def _weight(line: Line) -> float:
    """How much a line looks like headings: an address or a name among them, and no address in the cells."""
    if any("@" in cell for cell in line.cells):
        return 0
    found = {about[0] for cell in line.cells if cell and (about := column_of(cell))}
    if not found & {"email", *_NAMED_BY}:
        return 0
    # A title such as "Roster" is one cell; a line of answers has hardly two words that are headings.
    return (
        len(found)
        + 2 * ("email" in found)
        + (2 if found & set(_NAMED_BY) else 0)
        + 0.01 * sum(map(bool, line.cells))
    )


def _columns(full: Sequence[Line], place: int) -> tuple[list[RosterColumn], int]:
    """The columns told by the heading at `place` and the lines that belong to it; and the first line
    below."""
    rows = [full[place].cells]
    after = place + 1
    while after < len(full) and _continues(full[after], full[place]):
        rows.append(full[after].cells)
        after += 1
    if place and _is_above(full[place - 1], full[place]):
        rows.append(full[place - 1].cells)
    columns = []
    for position in range(max(map(len, rows))):
        told = [row[position] for row in rows if position < len(row) and row[position]]
        columns.append(_column(told))
    return columns, after


def _column(told: Sequence[str]) -> RosterColumn:
    for given in told:
        if found := column_of(given):
            return RosterColumn(given, *found)
    named = [
        given for given in told if heading_words(given) not in _second_row() and not given.startswith("{")
    ]
    # Of an internal name and a question, the question is what a person knows.
    return RosterColumn(max(named, key=len, default=""))


def _continues(line: Line, heading: Line) -> bool:
    """Whether a line below the headings is a second or third line of them."""
    cells = [cell for cell in line.cells if cell]
    if any('"ImportId"' in cell for cell in cells):
        return True
    words = [heading_words(cell) for cell in cells]
    if any(word in _second_row() for word in words) and not any(is_email(cell) for cell in cells):
        return True
    internal = sum(
        1 for cell in heading.cells if (cell[:1] == "Q" and cell[1:2].isdecimal()) or cell == "ResponseId"
    )
    return internal > 0 and "response id" in words


def _is_above(line: Line, heading: Line) -> bool:
    """Whether the line above the headings names the columns that the headings leave empty."""
    gaps = [
        place for place, cell in enumerate(heading.cells) if not cell or heading_words(cell) in _second_row()
    ]
    return len(gaps) > 1 and sum(1 for place in gaps if place < len(line.cells) and line.cells[place]) > 1


def _with_addresses(layout: Layout) -> Layout:
    """Where no heading names the address, the one column that holds addresses is it."""
    shares = [_share_of_addresses(layout.lines, place) for place in range(len(layout.columns))]
    columns = list(layout.columns)
    for place in layout.places("email"):
        if columns[place].rank and shares[place] == 0 and any(shares):
            columns[place] = RosterColumn(columns[place].given)
    if not any(column.about == "email" for column in columns):
        holding = [place for place, share in enumerate(shares) if share >= 0.5]
        if len(holding) == 1 and columns[holding[0]].about in {"", "name", "display"}:
            columns[holding[0]] = RosterColumn(columns[holding[0]].given or "email", "email")
    return replace(layout, columns=tuple(columns))


def _share_of_addresses(lines: Sequence[Line], place: int) -> float:
    cells = [
        line.cells[place] for line in lines if place < len(line.cells) and not is_blank(line.cells[place])
    ]
    return sum(1 for cell in cells if read_addresses(cell).emails) / len(cells) if cells else 0.0


def _reread(layout: Layout) -> Layout:
    """Headings with two meanings, decided by their cells: "Role" may be a profession, "Estado" a status."""
    columns, reread = list(layout.columns), []
    for place, column in enumerate(columns):
        cells = [line.cells[place] for line in layout.lines if place < len(line.cells)]
        told = [cell for cell in cells if not is_blank(cell)]
        about = _really(column.about, told, layout) if told else column.about
        if about != column.about:
            columns[place] = RosterColumn(column.given, about, column.rank)
            if about:
                reread.append((column.given, about))
    if not any(column.about == "first" for column in columns) and any(
        column.about == "last" for column in columns
    ):
        named = [place for place, column in enumerate(columns) if column.about == "name"]
        forename = in_every_language(lambda tables: tables.rosters.forename)
        if named and heading_words(columns[named[0]].given) in forename:
            columns[named[0]] = replace(columns[named[0]], about="first")
    return replace(layout, columns=tuple(columns), reread=tuple(reread))


def _really(about: str, told: Sequence[str], layout: Layout) -> str:
    if about in {"role", "state", "job_role", "setting"} and all(cell.isdecimal() for cell in told):
        return ""  # codes whose meaning stands in another file
    if about == "job_role" and all(heading_words(cell) in _honorifics() for cell in told):
        return ""
    if about == "role" and 2 * sum(map(is_role, told)) < len(told):
        professions = sum(1 for cell in told if read_job_role(cell, ()).value != "other")
        return "job_role" if professions and not layout.places("job_role") else about
    if about == "state" and 2 * sum(map(is_attending_word, told)) > len(told):
        states = sum(1 for cell in told if read_state(cell).value)
        return "attending" if 2 * states < len(told) else about
    if about == "attending" and 2 * sum(map(is_attending_word, told)) < len(told):
        return "state" if 2 * sum(1 for cell in told if read_state(cell).value) > len(told) else ""
    return about


def _by_content(full: Sequence[Line]) -> Layout | None:
    """A list without headings: the column of addresses, and beside it the one that looks like names."""
    width = max(len(line.cells) for line in full)
    shares = [_share_of_addresses(full, place) for place in range(width)]
    holding = [place for place, share in enumerate(shares) if share > 0.5]
    if len(holding) != 1:
        return None
    named = [place for place in range(width) if place not in holding and _look_like_names(full, place)]
    columns = [RosterColumn("")] * width
    columns[holding[0]] = RosterColumn("email", "email")
    if named:
        columns[named[0]] = RosterColumn("name", "name")
    for place in range(width):
        told = _told(full, place)
        if not columns[place].about and told and all(read_state(cell).value for cell in told):
            columns[place] = RosterColumn("state", "state")
    if len(named) == 2 and not columns[named[1]].about and all(_single_words(full, place) for place in named):
        columns[named[0]], columns[named[1]] = (
            RosterColumn("first name", "first"),
            RosterColumn("last name", "last"),
        )
    return Layout(tuple(columns), tuple(full))


def _told(full: Sequence[Line], place: int) -> list[str]:
    return [line.cells[place] for line in full if place < len(line.cells) and line.cells[place]]


def _look_like_names(full: Sequence[Line], place: int) -> bool:
    cells = _told(full, place)
    return bool(cells) and all(len(cell) < 80 and not any(map(str.isdecimal, cell)) for cell in cells)


def _single_words(full: Sequence[Line], place: int) -> bool:
    cells = _told(full, place)
    return 2 * sum(1 for cell in cells if " " not in cell) > len(cells)
