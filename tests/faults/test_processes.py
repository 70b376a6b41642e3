"""Processes that are killed and started by the hundred must cost nothing to start."""

from __future__ import annotations

import subprocess
import sys

BOTH = """
from multiprocessing import forkserver
import tests.faults.processes
import benchmarks.engines_trials
print(forkserver._forkserver._preload_modules)
"""


def test_what_processes_are_forked_from_has_imported_all_that_they_need() -> None:
    """There is one such process: a module that names others at import takes these away, and each process of
    a fault then imports the product for some seconds."""
    told = subprocess.run(
        [sys.executable, "-c", BOTH], check=True, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.strip() == "['tests.faults.preloaded']"
