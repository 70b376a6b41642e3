"""One target, led by the branches that an input reaches (atheris). Started by `python -m tests.fuzz` in a
process of its own: atheris must see modules while they are imported, and it never returns."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from random import Random
from typing import Any

import atheris  # pip install atheris
from atheris import import_hook

SLOWER = 5
"""How many times longer everything takes while branches are counted."""


def main(name: str, packages: str, seconds: str, seed: str, inputs: str, found: str) -> None:
    _count_only(tuple(packages.split(",")))
    with atheris.instrument_imports(include=["adapters", "bot", "prompts"]):
        from tests.fuzz import targets
    from tests.fuzz.bounds import LARGEST, SECONDS, fault_of
    from tests.fuzz.mutating import mutated
    from tests.fuzz.running import bound_memory, keep, kept, quietly, smaller

    target = next(one for one in targets.TARGETS if one.name == name)
    seeds, faults = [*target.seeds(), *kept(target)], set[str]()
    for data in seeds:
        keep(target, data, Path(inputs))

    def one(data: bytes) -> None:
        fault = fault_of(target, data, SECONDS * SLOWER)
        if fault and fault not in faults:
            faults.add(fault)
            least = smaller(target, data, fault)
            print(f"FOUND {keep(target, least, Path(found))} {fault}", flush=True)

    def change(data: bytes, most: int, number: int) -> bytes:
        chance = Random(number)
        if target.shape == "bytes" and chance.random() < 0.5:
            changed: bytes = atheris.Mutate(data, most)
            return changed
        return mutated(data, target.shape, seeds, target.words, chance)[:most]

    options = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={LARGEST}"]
    options += ["-print_final_stats=1", "-rss_limit_mb=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(Path(inputs) / target.name)], one, custom_mutator=change)
    quietly()
    for data in seeds:
        fault_of(target, data, SECONDS * SLOWER)
    bound_memory()
    atheris.Fuzz()


def _count_only(packages: tuple[str, ...]) -> None:
    """atheris chooses by the first word of a module's name; counting all of a program takes minutes."""
    finder: Any = import_hook.AtherisMetaPathFinder
    find = finder.find_spec

    def chosen(self: Any, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        wanted = any(name == one or name.startswith(f"{one}.") for one in packages)
        spec: ModuleSpec | None = find(self, name, path, target) if wanted else None
        return spec

    finder.find_spec = chosen


if __name__ == "__main__":
    main(*sys.argv[1:])
