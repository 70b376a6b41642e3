"""Play seeds by hand: ``python -m tests.simulated --seed 17``, or ``--seeds 1000`` for many."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.simulated.seeds import SeedFailed, play, template


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulated", description=__doc__)
    parser.add_argument("--seed", type=int, help="one seed, told deed by deed")
    parser.add_argument("--seeds", type=int, default=100, help="so many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(given)
    with template() as empty:
        if options.seed is not None:
            return _one(options.seed, empty)
        return sum(_quietly(seed, empty) for seed in range(options.first, options.first + options.seeds)) > 0


def _one(seed: int, empty: Path) -> int:
    try:
        print(f"{play(seed, empty, print)} messages arrived, none twice")
    except SeedFailed as failed:
        print(failed)
        return 1
    return 0


def _quietly(seed: int, empty: Path) -> int:
    try:
        play(seed, empty)
    except SeedFailed as failed:
        print(failed, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
