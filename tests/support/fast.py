"""`--fast`: only the tests without database, server and browser: about half of them, in a minute."""

from inspect import iscoroutinefunction

import pytest

FAR = {"database_url", "sqlite_url", "empty_sqlite_url", "postgres_server", "chromium"}
"""Fixtures that a fast test does without, under other names too: pytest counts what they ask for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only tests without database, server and browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--fast"):
        others = [one for one in items if not is_fast(one)]
        items[:] = [one for one in items if is_fast(one)]
        config.hook.pytest_deselected(items=others)


def is_fast(test: pytest.Item) -> bool:
    """Whether a test runs by itself. A test that waits has somebody to wait for."""
    waits = iscoroutinefunction(getattr(test, "function", None))
    asked = set(getattr(test, "fixturenames", ()))
    return not (waits or asked & FAR or test.get_closest_marker("slow"))
