"""The solver behind the disclosure audit."""

from __future__ import annotations

import subprocess
import sys

SOLVE = """
import numpy as np
from bot.reports.disclosure.integer_program import Bounds, Row, solve
found = solve([Row([0, 1], 1, 1)], Bounds(np.zeros(2), np.ones(2)))
assert found is not None and found.sum() == 1
"""


def test_nothing_is_printed_while_it_solves() -> None:
    """A process of its own: the solver writes to the file descriptor, past Python's stdout."""
    done = subprocess.run([sys.executable, "-c", SOLVE], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
