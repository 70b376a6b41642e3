"""``python -m tests.protocol``: explore the model, plant every bug, write docs/guarantees.md."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from pathlib import Path
from time import monotonic

from storage.guarantees import GUARANTEES
from tests.protocol import kept, rules
from tests.protocol.drawing import mermaid
from tests.protocol.explorer import explore
from tests.protocol.kept import SMALL
from tests.protocol.model import Bounds
from tests.protocol.rules import NAMES, Rules

PAGE = Path(__file__).parents[2] / "docs" / "guarantees.md"
BACKED = frozenset({"unknown_is_left", "mark_names_the_lease", "give_back_spares_marked"})
"""Without one of these nothing breaks as long as all others hold: a look, the clock, the look again."""
SIZES = (
    *zip(kept.TITLES, SMALL, strict=True),
    ("3 processes, 1 message, people at work, Slack", Bounds(3, 1)),
    ("3 processes, 1 message, people at work, Teams", Bounds(3, 1, can_look=False)),
    ("2 processes, 2 messages, Slack", Bounds(2, 2, people=False)),
    ("2 processes, 2 messages, Teams", Bounds(2, 2, can_look=False, people=False)),
    ("3 processes, 2 messages, Slack", Bounds(3, 2, people=False)),
    ("3 processes, 2 messages, Teams", Bounds(3, 2, can_look=False, people=False)),
)


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.protocol", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="of large sizes only what was explored before")
    options = parser.parse_args(given)
    sizes = [one for one in SIZES if not options.quick or one[1] in SMALL or kept.is_kept(one[0])]
    explored, caught = _explored(sizes), _caught()
    print("\n".join(["", *explored, "", *caught]))
    PAGE.write_text(page(explored, caught), encoding="utf-8")
    return 1 if any("BROKEN" in line or "NOT" in line for line in [*explored, *caught]) else 0


def _explored(sizes: list[tuple[str, Bounds]]) -> list[str]:
    lines = ["| Size | States | Steps | Broken |", "|---|---|---|---|"]
    for title, bounds in sizes:
        began, found = monotonic(), kept.explored(title, bounds)
        lines.append(f"| {title} | {found.states:,} | {found.transitions:,} | {found.broken or 'none'} |")
        print(f"{lines[-1]} {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return lines


def _caught() -> list[str]:
    lines = ["| # | Without the rule | Caught by | Shortest way there |", "|---|---|---|---|"]
    for number, name in enumerate(NAMES, 1):
        found = next(
            (one for bounds in SMALL if (one := explore(bounds, Rules().without(name))).violation), None
        )
        backed = "none: other rules stand behind it" if name in BACKED else "NOT CAUGHT"
        caught = found.violation if found else backed
        trace = ", ".join(found.trace) if found else ""
        lines.append(f"| {number} | {_meaning(name)} | {caught} | {trace} |")
    return lines


def _meaning(name: str) -> str:
    source = inspect.getsource(rules.Rules)
    found = re.search(rf'{name}: bool = True\n    """(.+?)"""', source, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def drawn() -> str:
    """The state machine, from all that the small models do to rows."""
    return mermaid(kept.steps_of_rows())


def numbered() -> str:
    """The guarantees, one row each."""
    lines = ["| # | Guarantee | What it means | In SQL |", "|---|---|---|---|"]
    for one in GUARANTEES:
        asked = f"`{one.sql}`" if one.sql else "the rows alone cannot tell"
        lines.append(f"| {one.number} | **{one.title}** | {one.meaning} | {asked} |")
    return "\n".join(lines)


def page(explored: list[str], caught: list[str]) -> str:
    """docs/guarantees.md."""
    parts = {"GUARANTEES": numbered(), "DRAWN": drawn()}
    parts |= {"EXPLORED": "\n".join(explored), "CAUGHT": "\n".join(caught)}
    text = Path(__file__).with_name("guarantees.md").read_text(encoding="utf-8")
    for name, value in parts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
