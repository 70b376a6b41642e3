"""The planted mistakes themselves: which there are, and that a planted one is what runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.modules import MODULES
from tests.mutation.mutants import mutants
from tests.mutation.planting import plant

ROOT = Path(__file__).parents[2]
SOURCE = '''"""Words."""
from dataclasses import dataclass
from datetime import timedelta
MOST: int = 3
LIFE = timedelta(1)
Kind = dict[str, int]


def fits(count: int, more: bool = False) -> bool:
    """Words."""
    if count < 0:
        raise ValueError("too few")
    return count <= MOST or more


@dataclass(frozen=True)
class Box:
    size: int = MOST

    def left(self, taken: int) -> int:
        log.info("asked")
        return self.size - taken
'''


def test_comparisons_boundaries_constants_returns_and_deletions_are_changed() -> None:
    told = [str(one) for one in mutants(SOURCE)]
    assert told == [
        "4: 3 -> 4",
        "5: 1 -> 2",
        "9: False -> True",
        "11: count < 0 -> count <= 0",
        "11: count < 0 -> count >= 0",
        "11: 0 -> 1",
        "12: raise ValueError('too few') -> nothing",
        "13: return count <= MOST or more -> return None",
        "13: count <= MOST or more -> count <= MOST and more",
        "13: count <= MOST -> count < MOST",
        "13: count <= MOST -> count > MOST",
        "22: return self.size - taken -> return None",
        "22: self.size - taken -> self.size + taken",
    ]


@pytest.fixture
def module() -> Iterator[ModuleType]:
    made = ModuleType("planted_upon")
    sys.modules["planted_upon"] = made
    exec(SOURCE.replace('log.info("asked")', "pass"), vars(made))
    yield made
    del sys.modules["planted_upon"]


def test_a_planted_mistake_reaches_whoever_took_the_name_before(module: ModuleType) -> None:
    fits, box = module.fits, module.Box()
    changed = {str(one): one.tree for one in mutants(SOURCE.replace('log.info("asked")', "pass"))}
    assert (fits(3), fits(4), box.left(1)) == (True, False, 2)
    plant(module, changed["13: count <= MOST -> count < MOST"])
    assert (fits(3), fits(4)) == (False, False)
    plant(module, changed["4: 3 -> 4"])
    assert (fits(4), module.MOST, module.Box().size) == (True, 4, 4)
    plant(module, changed["5: 1 -> 2"])
    assert module.LIFE.days == 2
    plant(module, changed["22: self.size - taken -> self.size + taken"])
    assert box.left(1) == 4


def test_what_is_said_to_be_the_same_is_a_mutant_that_there_is() -> None:
    for one in MODULES:
        made = {f"{each.before} -> {each.after}" for each in mutants((ROOT / one.file).read_text("utf-8"))}
        assert set(one.same) <= made
        assert all((ROOT / test).exists() for test in one.tests)
