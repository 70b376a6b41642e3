"""Whose zone a time is in: one function, one order, and no zone that a line of code made up."""

from __future__ import annotations

import ast

import pytest

from bot.timekeeping.zones import zone_for
from prompts.time_zones import UnknownZone, zone_names
from tests.architecture.imports import ROOT

TABLES = frozenset({
    "bot/simulation/load.py",  # the shares of people in each zone
    "bot/timekeeping/zone_words.py",  # what people call a zone
    "bot/timekeeping/zones.py",  # zones whose name needs no city
    "bot/transfer/import_questions.py",  # zones offered for a line without one
})  # fmt: skip
"""Files that list zones because zones are their subject."""


@pytest.mark.parametrize(
    ("reader", "cohort", "community", "zone"),
    [
        ("America/Adak", "America/Boise", "America/Anchorage", "America/Adak"),
        ("", "America/Boise", "America/Anchorage", "America/Boise"),
        ("", "", "America/Anchorage", "America/Anchorage"),
        ("Mars/Olympus", "America/Boise", "", "America/Boise"),
    ],
)
def test_the_reader_then_the_cohort_then_the_community(
    reader: str, cohort: str, community: str, zone: str
) -> None:
    assert zone_for(reader, cohort, community) == zone


def test_no_zone_is_made_up() -> None:
    with pytest.raises(UnknownZone):
        zone_for("", "", "")


def made_up(path: str, source: str) -> list[str]:
    """Zones written into the code, and orders of its own: ``person.zone or cohort.zone``."""
    tree, found = ast.parse(source), []
    kept = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("person.zone")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and "/" in str(node.value) and node.value in zone_names():
            found.append(f"{path}:{node.lineno} {node.value}")
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and node not in kept:
            first, *others = map(ast.unparse, node.values)
            if first.endswith(("me.zone", "person.zone")) and any("zone" in one for one in others):
                found += [f"{path}:{node.lineno} {ast.unparse(node)}"] * ("words." not in others[0])
    return found


def test_no_code_of_the_bot_makes_a_zone_up() -> None:
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").rglob("*.py"))
    found = [
        line for path in files if path not in TABLES for line in made_up(path, (ROOT / path).read_text())
    ]
    assert found == []


@pytest.mark.parametrize("source", ['NO_ZONE = "America/Los_Angeles"', "when(ctx.me.zone or cohort.zone)"])
def test_one_that_is_made_up_is_found(source: str) -> None:
    assert len(made_up("bot/x.py", source)) == 1
    assert made_up("bot/x.py", "person.zone = person.zone or profile.zone") == []
