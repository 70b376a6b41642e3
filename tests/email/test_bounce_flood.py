"""A flood of bounces, small; ``python -m benchmarks.bounces`` plays 50,000 of them."""

from __future__ import annotations

from benchmarks.bounces import flood

BOUNCES, ADDRESSES = 120, 40
LONG = 10.0


async def test_each_address_is_marked_once_and_the_facilitator_told_once(sqlite_url: str) -> None:
    figures = await flood(sqlite_url, BOUNCES, ADDRESSES)
    assert (figures.marked, figures.written, figures.told, figures.left) == (ADDRESSES, ADDRESSES, 1, 0)
    assert max(figures.slowest, figures.beside) < LONG
