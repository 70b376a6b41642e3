"""The state machine of a row, drawn from what the model does to rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from tests.protocol.model import CLAIMED, DOUBT, Row

Transition = tuple[str, str]


def name(row: Row) -> str:
    """What a row is called in the drawing: its state, and how far a claimed one is."""
    if row.state != CLAIMED:
        return row.state
    if row.looked:
        return "looked_once"
    if row.holder == DOUBT:
        return "doubted"
    return "sending" if row.marked else CLAIMED


def transitions(rows: Iterable[tuple[str, Row, Row]]) -> dict[Transition, set[str]]:
    """What leads from where to where, by the names of the steps. A lease that runs out changes no row."""
    found: defaultdict[Transition, set[str]] = defaultdict(set)
    for step, before, after in rows:
        if step not in {"lease runs out", "replicated"}:
            found[name(before), name(after)].add(step)
    return dict(found)


def mermaid(steps_of: Mapping[Transition, Collection[str]]) -> str:
    """The drawing, as GitHub shows it."""
    lines = ["stateDiagram-v2", "    [*] --> planned"]
    for (before, after), steps in sorted(steps_of.items()):
        lines.append(f"    {before} --> {after}: {', '.join(sorted(steps))}")
    ends = ("sent", "skipped", "unknown", "failed")
    return "\n".join([*lines, *(f"    {end} --> [*]" for end in ends)])
