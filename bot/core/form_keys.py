"""One random key for each form whose answers nobody may read beside who gave them, until the form is over.

The key is made when the form is first used and destroyed when it is over. It stands in a file of its own,
apart from the database, its log and its backups: whoever replays those afterwards, with every other key in
hand, finds boxes that nothing opens. Every process that serves the same forms needs the same folder.
"""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.core.sealing import BadSeal, Sealer

_BYTES = 32


class FormKeys:
    """Keys in `folder`, or in memory only: for what is thrown away when the process ends."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, str] = {}

    def seal(self, form: str, value: object, place: str) -> str:
        """JSON data sealed for a form, whose key is made now if it has none."""
        return Sealer(self._read(form) or self._made(form)).seal(value, place)

    def open(self, form: str, sealed: str, place: str) -> Any:
        """The value again. Raises `BadSeal`, also where the form has no key any more."""
        key = self._read(form)
        if key is None:
            raise BadSeal
        return Sealer(key).open(sealed, place)

    def destroy(self, form: str) -> None:
        """The form is over: what is still sealed for it stays shut for ever."""
        self._memory.pop(form, None)
        path = self._path(form)
        if path is None or not path.is_file():
            return
        with path.open("r+b") as file:  # overwritten first: a freed block may lie there for long
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)

    def _read(self, form: str) -> str | None:
        path = self._path(form)
        if path is None:
            return self._memory.get(form)
        return path.read_text() if path.is_file() else None

    def _made(self, form: str) -> str:
        key, path = secrets.token_hex(_BYTES), self._path(form)
        if path is None:
            return self._memory.setdefault(form, key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # whole or not at all, and never over another process's
        except FileExistsError:
            key = path.read_text()
        fresh.unlink()
        return key

    def _path(self, form: str) -> Path | None:
        return None if self._folder is None else self._folder / sha256(form.encode()).hexdigest()


def name_of(form: str, context: str) -> str:
    """What a form's key is kept under."""
    return f"{form}|{context}"
