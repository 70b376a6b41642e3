"""Many stories from their seeds. By hand there are as many as one likes: ``python -m tests.simulated``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nudges import sender as sender_module
from tests.simulated.seeds import SeedFailed, play, template

SEEDS = range(16)


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """A migrated, empty database file."""
    with template() as file:
        yield file


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulation has one message on its way at a time; other tests get theirs back."""
    monkeypatch.setattr(sender_module, "AT_ONCE", sender_module.AT_ONCE)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_holds(seed: int, empty: Path) -> None:
    assert play(seed, empty) > 0


def test_the_same_seed_tells_the_same_story(empty: Path) -> None:
    told: list[list[str]] = [[], []]
    for lines in told:
        play(3, empty, lines.append)
    assert told[0] == told[1]


def test_a_planted_mistake_is_found_and_the_command_named(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that repeats blindly, instead of looking for what may have been posted, is found out."""

    async def forget(*_: object) -> bool:
        return True  # as if step 3 of sending were left out

    monkeypatch.setattr(sender_module, "mark_sending", forget)
    with pytest.raises(SeedFailed, match=r"arrived twice(?s:.*)python -m tests\.simulated --seed \d+"):
        _play_all(range(30), empty)


def _play_all(seeds: range, empty: Path) -> None:
    for seed in seeds:
        play(seed, empty)
