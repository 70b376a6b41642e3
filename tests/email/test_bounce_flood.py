"""A flood of bounces, small; ``python -m benchmarks.bounces`` plays 50,000 of them."""

from __future__ import annotations

from benchmarks.bounces import EACH, flood

FEW = 120
LONG = 10.0


async def test_each_address_is_marked_once_and_the_facilitator_told_once(sqlite_url: str) -> None:
    figures = await flood(sqlite_url, FEW)
    assert (figures.marked, figures.written, figures.told, figures.left) == (FEW // EACH, FEW // EACH, 1, 0)
    assert max(figures.slowest, figures.beside) < LONG
