"""The workforce benchmark: who could be reached, and how the people reached compare with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.us_states import state_code
from bot.tables import Line, heading_words, read_table

_LOOKED_AT = 20
COLUMNS = ("state", "role", "headcount")

# Two-letter postal codes of the states, the District of Columbia and the territories (USPS Publication 28).
_CODES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND
OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
STATES = frozenset(_CODES.split())


@dataclass(frozen=True)
class BenchmarkRow:
    """How many people work in a role in a state."""

    state: str
    role: str
    headcount: int


@dataclass(frozen=True)
class BenchmarkProblem:
    """A line of the file that was left out (the heading is line 1) and why."""

    line: int
    reason: Literal["columns", "state", "role", "headcount", "twice"]
    value: str


@dataclass(frozen=True)
class Benchmark:
    """The rows that could be read, and those that could not."""

    rows: tuple[BenchmarkRow, ...]
    problems: tuple[BenchmarkProblem, ...]

    def headcounts(self, by: Literal["state", "role"]) -> dict[str, int]:
        """Headcount by state or by role, over all rows read."""
        counts: Counter[str] = Counter()
        for row in self.rows:
            counts[row.state if by == "state" else row.role] += row.headcount
        return dict(counts)


@dataclass(frozen=True)
class Representation:
    """One group's share of the people reached beside its share of the workforce.

    `reached` is None where the count is hidden; then there is no ratio.
    """

    group: str
    reached: int | None
    n: int
    headcount: int
    workforce: int

    @property
    def ratio(self) -> float | None:
        """(reached ÷ n) ÷ (headcount ÷ workforce): 1 is in proportion, below 1 under-represented."""
        if self.reached is None or not self.n or not self.headcount:
            return None
        return (self.reached * self.workforce) / (self.n * self.headcount)


def parse_benchmark(content: bytes | str, states: Collection[str] = STATES) -> Benchmark:
    """Read a table with the columns state, role, headcount in any order, by the rules of every file that
    comes in; other columns are ignored, and so are lines above the heading.

    A line that cannot be read is left out and reported, never guessed. States are codes or names; headcounts
    are whole numbers from 1, with or without thousands commas. Raises `Undecodable` and `TooManyLines`.
    """
    table = read_table(content)
    lines = [line for line in table.lines if not line.empty]
    headings = [[heading_words(cell) for cell in line.cells] for line in lines[:_LOOKED_AT]]
    missing = [[name for name in COLUMNS if name not in heading] for heading in headings] or [list(COLUMNS)]
    place = min(range(len(missing)), key=lambda place: len(missing[place]))
    if missing[place]:
        number = lines[place].number if lines else 1
        return Benchmark((), (BenchmarkProblem(number, "columns", ", ".join(missing[place])),))
    places = [headings[place].index(name) for name in COLUMNS]
    return _read_rows(lines[place + 1 :], places, states)


def _read_rows(lines: Sequence[Line], places: Sequence[int], states: Collection[str]) -> Benchmark:
    rows: dict[tuple[str, str], BenchmarkRow] = {}
    problems: list[BenchmarkProblem] = []
    for line in lines:
        state, role, headcount = (line.cells[p] if p < len(line.cells) else "" for p in places)
        read = _read_row(state_code(state) or state, role, headcount, states, line.number)
        if isinstance(read, BenchmarkProblem):
            problems.append(read)
        elif (read.state, read.role.casefold()) in rows:
            problems.append(BenchmarkProblem(line.number, "twice", f"{read.state}, {read.role}"))
        else:
            rows[read.state, read.role.casefold()] = read
    return Benchmark(tuple(rows.values()), tuple(problems))


def representation(
    reached: Mapping[str, int | None], n: int, headcounts: Mapping[str, int]
) -> tuple[Representation, ...]:
    """Each benchmark group beside the people reached in it, in the benchmark's order.

    `reached` holds published counts (None where hidden) and `n` everybody reached, people of unknown group
    included: a ratio over the known ones only would give away a hidden "unknown". It is a lower bound then.
    """
    workforce = sum(headcounts.values())
    return tuple(
        Representation(group, reached.get(group, 0), n, headcount, workforce)
        for group, headcount in headcounts.items()
    )


def _read_row(
    state: str, role: str, headcount: str, states: Collection[str], line: int
) -> BenchmarkRow | BenchmarkProblem:
    if state.upper() not in states:
        return BenchmarkProblem(line, "state", state)
    if not role:
        return BenchmarkProblem(line, "role", role)
    digits = headcount.replace(",", "")
    if not (digits.isascii() and digits.isdecimal()) or int(digits) < 1:
        return BenchmarkProblem(line, "headcount", headcount)
    return BenchmarkRow(state.upper(), role, int(digits))
