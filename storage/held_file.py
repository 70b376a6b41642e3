"""An SQLite file is served by one process, and stays the file that was opened.

The lock is the kernel's, on a file beside the database: it ends with the process, however that ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks; the playground runs there all the same
    fcntl = None  # type: ignore[assignment]


class HeldElsewhere(Exception):
    """Another process serves this database file."""


class FileGone(OSError):
    """The file was deleted or replaced under the process: what is written there now nobody will ever see."""


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold a database file for the time of a block. Raises `HeldElsewhere`."""
    lock = Path(f"{file}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise HeldElsewhere(str(file)) from None
        yield
    finally:
        os.close(descriptor)


class SameFile:
    """Whether the file at a path is still the one that was there first."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._first: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises `FileGone`. The first call, with the file there, says which one it is."""
        if self._path in {"", ":memory:"} or self._path.startswith("file:"):
            return
        try:
            seen = os.stat(self._path)
        except FileNotFoundError:
            if self._first is None:
                return  # it is made by the first connection
            raise FileGone(f"{self._path} was deleted: stop the bot") from None
        if self._first is None:
            self._first = (seen.st_dev, seen.st_ino)
        elif self._first != (seen.st_dev, seen.st_ino):
            raise FileGone(f"{self._path} is another file now: stop the bot")
