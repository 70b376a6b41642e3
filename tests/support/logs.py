"""Log lines of tests and simulated runs: short, without the values of variables."""

import logging
from collections.abc import Iterator

import pytest
import structlog


def plain_logs() -> None:
    """Write tracebacks as Python does. Where rich is installed, structlog draws each one with the values of
    all variables, which takes up to a second."""
    structlog.reset_defaults()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What a test sets up for logging ends with it: its captured streams are closed by then."""
    handlers, level = list(logging.root.handlers), logging.root.level
    plain_logs()
    yield
    logging.root.handlers[:], logging.root.level = handlers, level
    structlog.reset_defaults()
