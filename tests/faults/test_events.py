"""Fault 10: each event comes four times and all of them out of order; one effect each, and the latest of
somebody's answers stands. A whole bot in a process of its own; signed requests; both databases."""

from __future__ import annotations

from pathlib import Path

from tests.faults import houses, plays
from tests.faults.ground import Ground
from tests.faults.world import Toll

PEOPLE = 6
"""As many as there are orders."""


async def test_fault_10_events_four_times_and_permuted(database_url: str, tmp_path: Path) -> None:
    events = PEOPLE * len(houses.PRESSES)
    toll = await plays.permuted(Ground(database_url, tmp_path, nudges=events, at_once=PEOPLE))
    assert toll == Toll(events, lost=0, doubled=0, unknown=0)
