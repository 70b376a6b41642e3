"""docs/accessibility.md has a row for every criterion, and names tests that are there."""

from __future__ import annotations

import ast
import re

from tests.architecture.imports import ROOT

PAGE = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
NAMED = dict(re.findall(r"^\| ([\w ]+) \| (`tests/.+?`) \|", PAGE, re.MULTILINE))
ROWS = re.findall(r"^\| (\d\.\d\.\d+) [^|]+ \| ([\w ]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
LEVELS = {"Supports", "Partially supports", "Not applicable", "Not tested"}
LEVEL_A = """
1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3
2.4.4
2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2
"""
LEVEL_AA = """
1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8
3.1.2
3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3
"""


def test_every_criterion_of_wcag_2_2_a_and_aa_has_its_row() -> None:
    assert [number for number, *_ in ROWS] == LEVEL_A.split() + LEVEL_AA.split()
    assert {level for _, level, *_ in ROWS} <= LEVELS


def test_what_is_supported_is_shown_by_a_test_and_what_is_partial_says_what_is_missing() -> None:
    for number, level, evidence, remark in ROWS:
        shown = set(evidence.split(", ")) - {"–"}
        assert shown <= NAMED.keys(), number
        assert bool(shown) == (level in {"Supports", "Partially supports"}), number
        assert level != "Partially supports" or remark != "–", number


def test_every_test_that_is_named_is_there() -> None:
    for name in NAMED.values():
        path, _, function = name.strip("`").partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert function in found, name
