"""The operator's page and the alert rules name what the program has, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
LOGGED = re.compile(r"\blog\.(?:info|warning|error|critical|log)\((?:level,)?\s*\"([a-z_]+)\"")


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    written = {
        event
        for folder in ("bot", "adapters", "storage")
        for file in (ROOT / folder).rglob("*.py")
        for event in LOGGED.findall(file.read_text(encoding="utf-8"))
    }
    table = PAGE[PAGE.index("| Event |") :]
    told = {event for row in table.splitlines() for event in re.findall(r"`([a-z_]+)`", row.split("|")[1])}
    assert written - told == set()
    assert told - written == set()


def test_alerts_lead_to_a_heading() -> None:
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in PAGE.splitlines() if line[:1] == "#"}
    rules = yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert len(rules) >= 5
    for rule in rules:
        page, _, heading = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/operations.md"
        assert heading in headings
