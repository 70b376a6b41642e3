"""Two databases with the tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import sqlite_with_tables
from tests.support.postgres import PostgresServer


def _two(request: pytest.FixtureRequest, folder: Path, engines: list[str]) -> Iterator[list[str]]:
    found, made = [], []
    for name, engine in zip(("main", "west"), engines, strict=True):
        if engine == "sqlite":
            found.append(sqlite_with_tables(folder / f"{name}.db"))
            continue
        server: PostgresServer = request.getfixturevalue("postgres_server")
        made.append(f"cells_{name}_{folder.name[-20:].lower().replace('-', '_')}")
        found.append(server.create_database(made[-1], request.getfixturevalue("_postgres_pattern")))
    yield found
    for name in made:
        server.drop_database(name)


@pytest.fixture(
    params=[
        "sqlite-sqlite",
        pytest.param("sqlite-postgres", marks=pytest.mark.postgres),
        pytest.param("postgres-postgres", marks=pytest.mark.postgres),
    ]
)
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """The addresses of `main` and `west`, in each way that a community can go."""
    yield from _two(request, tmp_path, request.param.split("-"))


@pytest.fixture
def sqlite_urls(tmp_path: Path) -> list[str]:
    """The same as two files."""
    return [sqlite_with_tables(tmp_path / f"{name}.db") for name in ("main", "west")]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def alike_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Both on one engine."""
    yield from _two(request, tmp_path, [request.param] * 2)
