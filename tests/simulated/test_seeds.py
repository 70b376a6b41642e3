"""Many stories from their seeds. By hand there are as many as one likes: ``python -m tests.simulated``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.nudges import sender as sender_module
from tests.simulated.ground import Ground, ground
from tests.simulated.seeds import SeedFailed, play

SEEDS = range(16)


@pytest.fixture(scope="module")
def stage() -> Iterator[Ground]:
    with ground() as prepared:
        yield prepared


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulation has one message on its way at a time; other tests get theirs back."""
    monkeypatch.setattr(sender_module, "AT_ONCE", sender_module.AT_ONCE)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_holds(seed: int, stage: Ground) -> None:
    assert play(seed, stage) > 0


def test_the_same_seed_tells_the_same_story(stage: Ground) -> None:
    told: list[list[str]] = [[], []]
    for lines in told:
        play(3, stage, lines.append)
    assert told[0] == told[1]


def test_a_planted_mistake_is_found_and_the_command_named(
    stage: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that repeats blindly, instead of looking for what may have been posted, is found out."""

    async def forget(*_: object) -> bool:
        return True  # as if step 3 of sending were left out

    monkeypatch.setattr(sender_module, "mark_sending", forget)
    with pytest.raises(SeedFailed, match=r"arrived twice(?s:.*)python -m tests\.simulated --seed \d+"):
        _play_all(range(30), stage)


def _play_all(seeds: range, stage: Ground) -> None:
    for seed in seeds:
        play(seed, stage)
