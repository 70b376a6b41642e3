"""Tests whose server or browser is missing are left out, and the run ends by saying so in one line."""

from collections import Counter
from typing import NoReturn

import pytest

PREFIX = "left out: "


def leave_out(reason: str) -> NoReturn:
    """Skip the running test because the machine lacks something; `reason` says what to do about it."""
    pytest.skip(PREFIX + reason)


def one_line(reasons: list[str]) -> str:
    """The closing line of a run, e.g. `left out: 3 tests (no PostgreSQL: ...)`; empty when none were."""
    if not reasons:
        return ""
    counted = Counter(reasons)
    return "left out: " + "; ".join(f"{n} tests ({reason})" for reason, n in sorted(counted.items()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, at the end, which tests were left out and why."""
    reasons = []
    for report in terminalreporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _, found, reason = text.partition(PREFIX)
        if found:
            reasons.append(reason)
    if line := one_line(reasons):
        terminalreporter.write_line(line, yellow=True)
