"""Mutates and reads for so many seconds, and keeps what shows a fault."""

from __future__ import annotations

import hashlib
import logging
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic
from typing import NoReturn

import structlog

from tests.fuzz.bounds import LARGEST, MEGABYTES, Target, fault_of
from tests.fuzz.mutating import mutated

KEPT = Path(__file__).parent / "corpus"


def kept(target: Target) -> list[bytes]:
    """What once showed a fault, or reached what nothing else reaches."""
    return [path.read_bytes() for path in sorted((KEPT / target.name).glob("*"))]


def quietly() -> None:
    """No log lines and no warnings: what is wrong with an input is told by `fault_of` alone."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    structlog.configure(processors=[_dropped])


def _dropped(*_: object) -> NoReturn:
    raise structlog.DropEvent


def bound_memory() -> None:
    """What goes beyond it ends with `MemoryError`."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEGABYTES * 2**20, resource.RLIM_INFINITY))


def smaller(target: Target, data: bytes, fault: str, seconds: float = 5.0) -> bytes:
    """Less of an input that shows the same fault, as far as the time reaches. A packed file stays whole."""
    ends, size = monotonic() + seconds, len(data) // 2
    while size and target.shape != "zip":
        place = 0
        while place < len(data) and monotonic() < ends:
            less = data[:place] + data[place + size :]
            if fault_of(target, less) == fault:
                data = less
            else:
                place += size
        size //= 2
    return data


def fuzz(target: Target, seconds: float, seed: int, found: Callable[[str, bytes], None]) -> int:
    """Try mutations until the time is over; `found` is told each fault once. The number of inputs."""
    seeds, chance = [*target.seeds(), *kept(target)], Random(f"{target.name} {seed}")
    faults: set[str] = set()
    tried, ends = 0, monotonic() + seconds
    while monotonic() < ends:
        data = mutated(chance.choice(seeds), target.shape, seeds, target.words, chance)[:LARGEST]
        tried += 1
        if (fault := fault_of(target, data)) and fault not in faults:
            faults.add(fault)
            found(fault, smaller(target, data, fault))
    return tried


def keep(target: Target, data: bytes, folder: Path = KEPT) -> Path:
    """Write an input down, named by its content. Returns where."""
    path = folder / target.name / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def main(name: str, seconds: str, seed: str, found: str) -> None:
    """One target without counting branches; told line by line as `tests.fuzz.guided` does."""
    from tests.fuzz.targets import TARGETS

    target = next(one for one in TARGETS if one.name == name)

    def tell(fault: str, data: bytes) -> None:
        print(f"FOUND {keep(target, data, Path(found))} {fault}", flush=True)

    quietly()
    for data in target.seeds():  # whatever is read once is read before memory is counted
        fault_of(target, data)
    bound_memory()
    print(f"stat::number_of_executed_units: {fuzz(target, float(seconds), int(seed), tell)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
