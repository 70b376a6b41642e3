"""What was explored, by a digest of the model: it says the same as long as the model does.

A size takes minutes, and every fault run needs to know what the model does to rows.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.protocol.drawing import Transition, transitions
from tests.protocol.explorer import explore
from tests.protocol.model import Bounds

FILE = Path(__file__).with_name("explored.json")
SMALL = (Bounds(2, 1), Bounds(2, 1, can_look=False), Bounds(2, 1, promotion=True))
TITLES = (
    "2 processes, 1 message, people at work, Slack",
    "2 processes, 1 message, people at work, Teams",
    "2 processes, 1 message, people at work, a promotion",
)


class Result(NamedTuple):
    """One size: what was counted, and what broke."""

    states: int
    transitions: int
    broken: str
    rows: list[list[str]]
    """From, to, and the step's name, for each change of a row."""


def explored(title: str, bounds: Bounds) -> Result:
    """Explore this size, unless this very model was explored in it before."""
    if is_kept(title):
        return Result(*_read()[_key(title)])
    found = explore(bounds)
    broken = f"BROKEN {found.violation}: {', '.join(found.trace)}" if found.violation else ""
    rows = [
        [*pair, step] for pair, steps in sorted(transitions(found.rows).items()) for step in sorted(steps)
    ]
    result = Result(found.states, found.transitions, broken, rows)
    FILE.write_text(json.dumps({**_read(), _key(title): result}) + "\n", encoding="utf-8")
    return result


def is_kept(title: str) -> bool:
    """Whether this very model was explored in this size."""
    return _key(title) in _read()


@cache
def steps_of_rows() -> dict[Transition, frozenset[str]]:
    """What the small models do to rows, by the names of the steps."""
    found: defaultdict[Transition, set[str]] = defaultdict(set)
    for title, bounds in zip(TITLES, SMALL, strict=True):
        for before, after, step in explored(title, bounds).rows:
            found[before, after].add(step)
    return {pair: frozenset(steps) for pair, steps in found.items()}


def _read() -> dict[str, Any]:
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {key: value for key, value in kept.items() if key.startswith(_digest())}


def _key(title: str) -> str:
    return f"{_digest()} {title}"


@cache
def _digest() -> str:
    """Of the model's own text."""
    parts = [Path(__file__).with_name(f"{one}.py").read_bytes() for one in ("model", "rules", "guarantees")]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]
