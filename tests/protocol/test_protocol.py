"""The protocol keeps its guarantees in every state, and needs each rule: without it one of them breaks."""

from __future__ import annotations

import pytest

from tests.protocol.__main__ import BACKED, SIZES
from tests.protocol.explorer import explore
from tests.protocol.kept import explored
from tests.protocol.model import Bounds
from tests.protocol.rules import NAMES, Rules

SMALL = (Bounds(2, 1), Bounds(2, 1, can_look=False), Bounds(2, 1, promotion=True))


PROMOTION = Bounds(2, 1, promotion=True, people=False)


@pytest.mark.parametrize("bounds", [*SMALL[:2], PROMOTION], ids=["slack", "teams", "promotion"])
def test_no_guarantee_breaks_in_any_state(bounds: Bounds) -> None:
    found = explore(bounds)
    assert found.violation == "", found.trace
    assert found.states > 500


@pytest.mark.parametrize(("title", "bounds"), SIZES, ids=[title for title, _ in SIZES])
def test_nor_in_a_larger_size(title: str, bounds: Bounds) -> None:
    """Explored anew as soon as the model says something else than when it was explored (up to minutes)."""
    assert explored(title, bounds).broken == ""


@pytest.mark.parametrize("rule", [one for one in NAMES if one not in BACKED])
def test_each_planted_bug_is_caught(rule: str) -> None:
    without = Rules().without(rule)
    assert any(explore(bounds, without).violation for bounds in SMALL), rule


def test_the_one_gap_that_we_name_is_one() -> None:
    """A process that is frozen between its last look at the clock and the call (docs/reliability.md)."""
    found = explore(Bounds(2, 1, frozen_before_the_call=True))
    assert found.violation == "G3"
    assert "paused" in found.trace
