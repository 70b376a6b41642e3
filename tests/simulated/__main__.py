"""Play seeds by hand: ``python -m tests.simulated --seed 17``, or ``--seeds 1000`` for many."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from adapters.garbage import look_less_often
from tests.simulated.ground import Ground, ground
from tests.simulated.seeds import SeedFailed, play
from tests.support.logs import plain_logs


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulated", description=__doc__)
    parser.add_argument("--seed", type=int, help="one seed, told deed by deed")
    parser.add_argument("--seeds", type=int, default=100, help="so many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(given)
    if options.seed is not None:
        return _one(options.seed)
    last = options.first + options.seeds
    shares = [range(first, last, options.processes) for first in range(options.first, last)]
    with ProcessPoolExecutor(options.processes) as pool:
        failed = sum(pool.map(_failing, shares[: options.processes]))
    print(f"{options.seeds} seeds, {failed} of them failed")
    return failed > 0


def _one(seed: int) -> int:
    try:
        with ground() as stage:
            print(f"{play(seed, stage, print)} messages arrived, none twice")
    except SeedFailed as failed:
        print(failed)
        return 1
    return 0


def _failing(seeds: Iterable[int]) -> int:
    """Play them one after the other; say which do not hold, and return how many."""
    plain_logs()
    look_less_often()
    with ground() as stage:
        return sum(not _holds(seed, stage) for seed in seeds)


def _holds(seed: int, stage: Ground) -> bool:
    try:
        play(seed, stage)
    except SeedFailed as failed:
        print(failed, flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
