"""docs/security.md names code and tests that are there, for every threat."""

from __future__ import annotations

import ast
import re

from tests.architecture.imports import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
LINKED = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE)


def test_every_threat_has_a_row_with_a_test() -> None:
    assert [int(number) for number in ROWS] == list(range(1, len(ROWS) + 1))
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [line[:60] for line in rows if "::test_" not in line] == []


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED) > 40
    assert [one for one in NAMED if one[1] not in _functions(one[0])] == []


def test_everything_that_is_linked_is_there() -> None:
    assert [one for one in LINKED if not (ROOT / "docs" / one).exists()] == []


def _functions(path: str) -> set[str]:
    """The names of a file's functions; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
