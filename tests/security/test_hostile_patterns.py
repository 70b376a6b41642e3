"""No text that somebody gives keeps a pattern busy: every pattern of the product is found and tried.

A pattern that can match one text in many ways doubles its time with each letter; one that begins with what
may repeat takes time with the square of the length. Processor seconds of this process are measured, so other
programs on the machine do not count.
"""

from __future__ import annotations

import ast
import functools
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from importlib import import_module
from itertools import permutations
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the only reader of patterns that knows them all
from typing import Any

import pytest

from bot.agendas import read_agenda
from bot.agendas.letters import LONGEST_LINE, clean
from bot.sessions.attendance_reports import UnknownReport, read_report
from bot.tables import cells
from bot.transfer import read_roster

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "adapters", "storage", "prompts")
SUSPECT_SECONDS = 0.015
"""A pattern that goes once through `LONGEST_LINE` letters needs a hundredth of it; what needs more is
measured again beside `YARDSTICK`."""
YARDSTICK = re.compile(r"a[^)]*\)")
"""It begins anew at each "a" and reads to the end: the square of the length, done as fast as can be."""
TOO_MANY_YARDS = 8.0
"""A slow or busy machine is slow for both, so the bound is a ratio."""
LENGTHS = (20, 32, 300, LONGEST_LINE)
"""Short first: what doubles with each letter is found before it hangs."""
WORDS = ("Aa ", "Aa, ", "AB, ", "Aa Aa, ", "a@a.a ", "1:1 ", "and ", "a, b; ")
CLEANED = {
    "bot/agendas/": clean,
    "bot/tables/": cells.clean,
    "bot/transfer/": cells.clean,
    "bot/sessions/meeting_reports/": cells.clean,
}
"""What the texts of these folders have gone through before any pattern sees them."""


class Pattern:
    """One pattern, and whether it is looked for anywhere in a text or only at one place."""

    def __init__(self, where: str, compiled: re.Pattern[str], anywhere: bool) -> None:
        self.where, self.compiled, self.anywhere = where, compiled, anywhere

    def run(self, text: str) -> None:
        if self.anywhere:
            deque(self.compiled.finditer(text), 0)
        else:
            self.compiled.match(text)
            self.compiled.fullmatch(text)


@functools.cache
def patterns() -> list[Pattern]:
    """Those that modules compile while they are imported or when first asked, and those written where they
    are used."""
    found = []
    used = _methods()
    for path in _files():
        tree = ast.parse(path.read_text())
        where = str(path.relative_to(ROOT))
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, value in vars(module).items():
            for one in _inside(_asked(value)):
                methods = used.get(_owner(path, name), {"search"})
                found.append(Pattern(f"{where} {name}", one, not methods <= {"match", "fullmatch"}))
        for call in ast.walk(tree):
            if (text := _written(call)) is not None:
                anywhere = text[0] not in {"match", "fullmatch"}
                found.append(Pattern(f"{where}:{text[1]}", re.compile(text[2]), anywhere))
    return list({(one.where, one.compiled): one for one in found}.values())


def _files() -> Iterator[Path]:
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and path.name not in {"__main__.py", "__init__.py"}:
                yield path


def _asked(value: object) -> object:
    """What a function answers that makes patterns once, of the words of every language."""
    told = getattr(getattr(value, "__wrapped__", None), "__annotations__", {})
    makes = list(told) == ["return"] and "re.Pattern[str]" in told["return"]
    return value() if callable(value) and makes else value


def _inside(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _inside(pair)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _inside(one)


def _written(node: ast.AST) -> tuple[str, int, str] | None:
    """The function of `re`, the line and the pattern, where a pattern is written in its call."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner, first = node.func.value, node.args[0]
        called = isinstance(owner, ast.Name) and owner.id == "re" and node.func.attr != "compile"
        if called and isinstance(first, ast.Constant) and isinstance(first.value, str):
            return node.func.attr, node.lineno, str(first.value)
    return None


def _owner(path: Path, name: str) -> str:
    """A private name belongs to its file: another one has its own pattern of that name."""
    return f"{path}:{name}" if name.startswith("_") else name


def _methods() -> dict[str, set[str]]:
    """By the name of a pattern, see `_owner`: what the product calls it for."""
    kinds = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
    used: dict[str, set[str]] = {}
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in kinds:
                owner = node.value
                while isinstance(owner, ast.Call | ast.Subscript):
                    owner = owner.func if isinstance(owner, ast.Call) else owner.value
                if isinstance(owner, ast.Name):
                    used.setdefault(_owner(path, owner.id), set()).add(node.attr)
    return used


def _steps(parts: Any) -> Iterator[tuple[str, Any]]:
    """Each step of a pattern that `re` has read, those within others too."""
    for kind, value in parts:
        yield str(kind), value
        if str(kind) == "BRANCH":
            for branch in value[1]:
                yield from _steps(branch)
        elif str(kind) in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield from _steps(value[2])
        elif str(kind) == "SUBPATTERN":
            yield from _steps(value[3])
        elif str(kind) in {"ASSERT", "ASSERT_NOT"}:
            yield from _steps(value[1])
        elif str(kind) == "ATOMIC_GROUP":
            yield from _steps(value)


@functools.cache
def _signs(pattern: str, flags: int) -> tuple[str, ...]:
    """The letters that the pattern itself names: those it can be fooled with."""
    found: set[str] = set()
    for kind, value in _steps(_parser.parse(pattern, flags)):
        if kind == "LITERAL":
            found.add(chr(value))
        elif kind == "IN":
            found.update(chr(one) for name, one in value if str(name) == "LITERAL")
    return tuple(sorted(found, key=lambda sign: (sign.isalnum(), sign)))[:8]


def _misread_before_3_11_5(pattern: re.Pattern[str]) -> bool:
    """Whether it takes whole, as `(?>…)` or `(…)*+`, what can match in several ways: Debian's Python 3.11.2
    matches something else then (CPython gh-106052)."""
    for kind, value in _steps(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)):
        whole = value if kind == "ATOMIC_GROUP" else value[2] if kind == "POSSESSIVE_REPEAT" else ()
        if any(within in {"MAX_REPEAT", "MIN_REPEAT", "BRANCH"} for within, _ in _steps(whole)):
            return True
    return False


def _texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    signs = dict.fromkeys((*_signs(pattern.pattern, pattern.flags & ~re.UNICODE), "a", " ", "1", "\n", "A"))
    few = list(signs)[:4]
    for piece in (*signs, *("".join(pair) for pair in permutations(few, 2)), *WORDS):
        yield piece * (length // len(piece)) + "\x00"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _slow(one: Pattern) -> str:
    """What the pattern is slow at, nothing when it is fast."""
    cleaned = next((clean for folder, clean in CLEANED.items() if one.where.startswith(folder)), str)
    for length in LENGTHS:
        for text in _texts(one.compiled, length):
            given = cleaned(text)
            if _seconds(lambda given=given: one.run(given)) < SUSPECT_SECONDS:  # type: ignore[misc]
                continue
            if min(_yards(lambda given=given: one.run(given)) for _ in range(3)) > TOO_MANY_YARDS:  # type: ignore[misc]
                return f"{one.where}: {length} letters like {text[:8]!r}"
    return ""


def _yards(work: Callable[[], object]) -> float:
    """How many times as long as the yardstick the work takes, both measured now."""
    yard = _seconds(lambda: YARDSTICK.search("a" * LONGEST_LINE))
    return _seconds(work) / yard


def test_every_pattern_is_found() -> None:
    assert len(patterns()) > 300
    assert {one.where.split("/")[0] for one in patterns()} >= {"bot", "adapters", "prompts"}


def test_no_pattern_is_slow_at_any_text() -> None:
    slow = [said for one in patterns() if (said := _slow(one))]
    assert slow == []


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\W*(?:of|for)\W*", r"(?:\w+\s?)*:"])
def test_a_slow_pattern_is_seen(pattern: str) -> None:
    assert _slow(Pattern("planted", re.compile(pattern), True))


def test_every_pattern_is_read_alike_by_each_python() -> None:
    assert [one.where for one in patterns() if _misread_before_3_11_5(one.compiled)] == []


@pytest.mark.parametrize(
    ("pattern", "misread"), [(r"(?>a\w*)b", True), (r"(?:a|ab)*+c", True), (r"a*+b", False), ("(a)b+", False)]
)
def test_what_older_pythons_misread_is_seen(pattern: str, misread: bool) -> None:
    assert _misread_before_3_11_5(re.compile(pattern)) is misread


HUGE = 12_000
HOSTILE = {
    "spaces": "x" + " " * HUGE + "x",
    "apostrophes": "'" * HUGE,
    "dots": "a." * HUGE,
    "at signs": "a@" * HUGE,
    "brackets": "(" * HUGE,
    "angles": "<" * HUGE,
    "dashes": "x" + " -" * HUGE + "x",
    "digits": "1" * HUGE,
    "capitals": "A " * HUGE,
    "names": "Ana Ruiz, " * (HUGE // 4),
    "credentials": "Ana Ruiz, AB, " * (HUGE // 4),
    "dates": "March 3, " * (HUGE // 4),
    "semicolons": "a;" * HUGE,
    "lines": "\n" * HUGE,
    "tabs": "\t" * HUGE,
    "quotes": '"' * HUGE,
}
DOOR_SECONDS = 3.0
"""Of processor, for a file as large as a door takes: none of them holds the loop while it reads."""
NOON = date(2027, 2, 16)
MEETING = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_file_keeps_a_door_busy(text: str) -> None:
    def report(row: str) -> None:
        with suppress(UnknownReport):
            read_report(f"{MEETING}{row}\n".encode(), NOON)

    time_of = "02/16/2027 12:00:00 PM"
    cell = '"' + text.replace('"', '""') + '"'
    doors: dict[str, Callable[[], object]] = {
        "agenda": lambda: read_agenda(text, today=NOON),
        "agenda in a file": lambda: read_agenda(text.encode(), "agenda.txt", today=NOON),
        "roster": lambda: read_roster(text),
        "name": lambda: read_roster(f"name,email\n{cell},ana@example.org\n"),
        "email": lambda: read_roster(f"name,email\nAna,{cell}\n"),
        "state": lambda: read_roster(f"name,email,state\nAna,ana@example.org,{cell}\n"),
        "heading": lambda: read_roster(f"name,{cell}\nAna,ana@example.org\n"),
        "report": lambda: report(f"{cell},ana@example.org,{time_of},{time_of},33,No"),
        "joined": lambda: report(f"Ana,ana@example.org,{cell},{time_of},33,No"),
        "minutes": lambda: report(f"Ana,ana@example.org,{time_of},{time_of},{cell},No"),
    }
    taken = {door: _seconds(work) for door, work in doors.items()}
    assert max(taken.values()) < DOOR_SECONDS, taken


def _calendar(event: str, count: int = 1, zone: str = "") -> str:
    events = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nDTSTART:20270216T120000Z\nSUMMARY:One\n{event}\nEND:VEVENT\n"
        for number in range(count)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{zone}{events}END:VCALENDAR\n"


ENDLESS_ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=SECONDLY\n"
    "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE\n"
)


@pytest.mark.parametrize(
    "calendar",
    [
        _calendar("RRULE:FREQ=SECONDLY"),
        _calendar("RRULE:FREQ=\n MINUTELY;COUNT=99999999"),
        _calendar("RRULE:FREQ=DAILY", count=4000),
        _calendar("RDATE:" + ",".join(["20270302T120000Z"] * 20_000)),
        _calendar("CLASS:PUBLIC", zone=ENDLESS_ZONE),
        _calendar("CLASS:PUBLIC", count=20_000),
    ],
    ids=["every second", "folded", "thousands of series", "dates", "a zone", "large"],
)
def test_no_calendar_keeps_the_door_busy(calendar: str) -> None:
    assert _seconds(lambda: read_agenda(calendar.encode(), "a.ics", today=NOON)) < DOOR_SECONDS
