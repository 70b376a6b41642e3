"""What `python -m benchmarks.engines` lets another task engine do with a message, and that it needs none."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks import engines
from benchmarks.engines_sending import Handler, Ledger, composed, posted
from benchmarks.engines_trials import Contender
from benchmarks.scheduler_ground import START, outbox
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.composers import ComposeContext
from storage.database import Database
from storage.nudges import Nudge


async def posts_of_one_that_sleeps(folder: Path, *, asks: bool) -> int:
    """How often the platform gets a message whose first handler sleeps until a second one has sent it."""
    clock, ledger = MovedClock(START), Ledger(folder / "posts")
    async with outbox(f"sqlite:///{folder}/engines.db", 1) as database:
        await without_card(database)
        second = Handler(database, clock, ledger, asks=asks)

        async def composed_late(reading: ComposeContext) -> Card:
            await second.send(1)
            return await composed(reading)

        await Handler(database, clock, ledger, asks=asks, compose=composed_late).send(1)
    return posted(folder / "posts").total()


async def without_card(database: Database) -> None:
    async with database.write() as db:
        await db.execute(update(Nudge).values(card=None))


async def test_a_handler_that_asks_the_row_posts_no_second_time(tmp_path: Path) -> None:
    assert await posts_of_one_that_sleeps(tmp_path, asks=True) == 1


async def test_a_handler_that_leaves_it_to_the_engine_posts_again(tmp_path: Path) -> None:
    assert await posts_of_one_that_sleeps(tmp_path, asks=False) == 2


async def test_what_was_marked_and_never_posted_is_looked_for_and_posted_once(tmp_path: Path) -> None:
    clock, ledger = MovedClock(START), Ledger(tmp_path / "posts")
    async with outbox(f"sqlite:///{tmp_path}/engines.db", 1) as database:
        assert await Handler(database, clock, ledger, asks=True).begin(1)
        for _ in range(2):
            await Handler(database, clock, ledger, asks=True).send(1)
    assert posted(tmp_path / "posts").total() == 1


def test_without_any_engine_it_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engines, "contenders", lambda: [Contender("ours")])
    monkeypatch.setattr(sys, "argv", ["engines"])
    engines.main()
    assert capsys.readouterr().out.startswith("not run: ")
