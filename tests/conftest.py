"""What every test run has: fixtures of `tests.support`, Hypothesis profiles, no way to the network."""

import os

import pytest
from hypothesis import settings

from adapters.garbage import look_less_often
from tests.support.no_network import forbid_network
from tests.support.statements import share_statements

pytest_plugins = [
    "tests.support.left_out",
    "tests.support.fast",
    "tests.support.logs",
    "tests.support.databases",
    "tests.support.chromium",
    "tests.support.subjects",
]

# Fast: the same examples every time, so that a red run is somebody's change. Full: new ones, by hand.
settings.register_profile("fast", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

forbid_network()
share_statements()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults first: these wait for other processes, and the work of the other tests fits beside them."""
    items.sort(key=lambda one: "faults" not in one.path.parts)


def pytest_collection_finish() -> None:
    """The tests' own objects are as many as the product's: the collector went through them all the time."""
    look_less_often()
