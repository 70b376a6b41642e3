"""``python -m tests.fuzz``: each parser of foreign input for some seconds, then the doors.

Where atheris is installed (``pip install atheris``) it leads by the branches that an input reaches; where it
is not, genuine inputs and kept ones are mutated by chance. What shows a fault is made small, written to
``build/fuzz/found`` and printed with the fault; as ``tests/fuzz/corpus/TARGET/…`` it is a case of the suite.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
from importlib.util import find_spec

from tests.fuzz import doors
from tests.fuzz.bounds import ROOT, Target
from tests.fuzz.targets import TARGETS

BUILD = ROOT / "build" / "fuzz"
STARTS = 120.0
"""Seconds that a process has beside its share, to start and to make small what it finds."""


def main(given: list[str]) -> int:
    names = [*(one.name for one in TARGETS), *doors.NAMES]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(names)}; all unless named"
    )
    parser.add_argument("--seconds", type=float, default=10, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-chance", action="store_true", help="without atheris, where it is installed too")
    options = parser.parse_args(given)
    if unknown := set(options.targets) - set(names):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    guided = find_spec("atheris") is not None and not options.by_chance
    print("led by branches (atheris)" if guided else "by chance", flush=True)
    wanted = options.targets or names
    faults = sum(_run(one, options.seconds, options.seed, guided) for one in TARGETS if one.name in wanted)
    if chosen := [name for name in doors.NAMES if name in wanted]:
        faults += asyncio.run(doors.fuzz(chosen, options.seconds, options.seed, BUILD / "found"))
    print(f"{faults} faults")
    return faults > 0


def _run(target: Target, seconds: float, seed: int, guided: bool) -> int:
    """The faults of one target, in a process of its own: memory is bounded there, and it may be ended."""
    found, inputs = str(BUILD / "found"), str(BUILD / "inputs")
    told = [f"{seconds:.0f}", str(seed), *([inputs] if guided else []), found]
    how = ["guided", target.name, _packages(target)] if guided else ["running", target.name]
    command = [sys.executable, "-m", f"tests.fuzz.{how[0]}", *how[1:], *told]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=seconds * 2 + STARTS
        )
    except subprocess.TimeoutExpired:
        print(f"{target.name:20} FOUND: it did not end")
        return 1
    faults = re.findall(r"^FOUND .*$", done.stdout, re.MULTILINE)
    tried = re.search(r"number_of_executed_units: (\d+)", done.stdout + done.stderr)
    if tried is None:
        faults.append(f"FOUND: it broke off: {done.stderr[-500:]}")
    print(f"{target.name:20} {tried[1] if tried else '?':>9} inputs", *faults, sep="\n    ", flush=True)
    return len(faults)


def _packages(target: Target) -> str:
    """The folders whose branches count."""
    return ",".join(dict.fromkeys(one.rpartition("/")[0].replace("/", ".") for one in target.modules))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
