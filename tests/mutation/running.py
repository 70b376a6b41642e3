"""Runs a module's tests against its mutants: each in a fork of a process that has everything imported."""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import resource
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import coverage
import pytest

from tests.mutation.modules import Mutated
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.planting import plant

ROOT = Path(__file__).parents[2]
MOST_TESTS = 100
"""Of those that reach a mutant's line, the fastest are run: the score is never told too high."""
LEFT_OUT = ("-m", "not postgres and not chromium", "-k", "not postgres")
QUIET = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "no:threadexception")
KILLED, SURVIVED = 0, 1
MOST_SECONDS, MOST_WAITED = 20, 300.0
"""Of the processor, and in all: a mutant that loops or waits for ever is noticed, as a test run that does
not end is."""


class Reached:
    """A plugin that notes which tests reach which lines of the module, and how long each takes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seconds: dict[str, float] = {}
        self.lines: defaultdict[int, list[str]] = defaultdict(list)
        self._watch = coverage.Coverage(
            data_file=None, include=[str(file)], concurrency=["thread", "greenlet"], config_file=False
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = time.monotonic()
        self._watch.switch_context(item.nodeid)
        result = yield
        self.seconds[item.nodeid] = time.monotonic() - began
        return result

    def run(self, tests: tuple[str, ...]) -> int:
        """Run all tests once; pytest's own status."""
        self._watch.start()
        try:
            status = int(pytest.main([*tests, *QUIET, *LEFT_OUT], plugins=[self]))
        finally:
            self._watch.stop()
        for line, names in self._watch.get_data().contexts_by_lineno(str(self.file)).items():
            self.lines[line] = sorted(
                (one for one in names if one), key=lambda one: self.seconds.get(one, 0.0)
            )
        return status

    def of(self, line: int) -> list[str]:
        """The fastest of the tests that reach a line; of a line that is run while importing, of any line."""
        found = self.lines.get(line) or sorted(self.seconds, key=lambda one: self.seconds[one])
        return found[:MOST_TESTS]


def survivors(mutated: Mutated) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether it survived. Raises `RuntimeError` when the tests fail without any mutant."""
    file = ROOT / mutated.file
    module = import_module(mutated.file.removesuffix(".py").replace("/", "."))
    reached = Reached(file)
    if status := reached.run(mutated.tests):
        raise RuntimeError(f"the tests of {mutated.name} end with {status} as the module stands")
    source = file.read_text(encoding="utf-8")
    gc.freeze()  # a fork that looks through everything copies everything
    if _in_a_fork(module, Mutant(0, "", "", ast.parse(source)), reached.of(0)) != SURVIVED:
        raise RuntimeError(f"{mutated.name} planted as it is fails its tests")
    for mutant in mutants(source):
        yield mutant, _in_a_fork(module, mutant, reached.of(mutant.line)) == SURVIVED


def _in_a_fork(module: ModuleType, mutant: Mutant, tests: list[str]) -> int:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        os._exit(_tried(module, mutant, tests))
    ends = time.monotonic() + MOST_WAITED
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return KILLED


def _tried(module: ModuleType, mutant: Mutant, tests: list[str]) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    gc.disable()
    with contextlib.suppress(BaseException):
        plant(module, mutant.tree)
        if int(pytest.main([*tests, *QUIET, *LEFT_OUT])) == 0:
            return SURVIVED
    return KILLED
