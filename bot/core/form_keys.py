"""One random key for each form whose answers nobody may read beside who gave them, until the form is over.

The key is made when the form is first used and destroyed when it is over. It stands in a file of its own,
apart from the database, its log and its backups: whoever replays those afterwards, with every other key in
hand, finds boxes that nothing opens. A *part* of a form (one event, one saved page) has a key of its own,
too, and loses it sooner. Every process that serves the same forms needs the same folder.
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
        self._memory: dict[tuple[str, str], str] = {}
        self.aside = Aside(folder)

    def seal(self, form: str, value: object, place: str, part: str = "") -> str:
        """JSON data sealed for a form or a part of it, whose key is made now if it has none."""
        return Sealer(self._read(form, part) or self._made(form, part)).seal(value, place)

    def open(self, form: str, sealed: str, place: str, part: str = "") -> Any:
        """The value again. Raises `BadSeal`, also where the form has no key any more."""
        key = self._read(form, part)
        if key is None:
            raise BadSeal
        return Sealer(key).open(sealed, place)

    def destroy(self, form: str, part: str = "") -> None:
        """The form with all its parts, or the part, is over: what is still sealed for it stays shut for
        ever."""
        for key in [key for key in self._memory if key[0] == form and part in ("", key[1])]:
            del self._memory[key]
        path = self._path(form, part)
        if path is None:
            return
        if not part:
            for one in _files_in(_parts_of(path)):
                wipe_file(one)
        wipe_file(path)

    def _read(self, form: str, part: str) -> str | None:
        path = self._path(form, part)
        if path is None:
            return self._memory.get((form, part))
        return path.read_text() if path.is_file() else None

    def _made(self, form: str, part: str) -> str:
        key, path = secrets.token_hex(_BYTES), self._path(form, part)
        if path is None:
            return self._memory.setdefault((form, part), key)
        return key if write_once(path, key) else path.read_text()

    def _path(self, form: str, part: str) -> Path | None:
        if self._folder is None:
            return None
        path = self._folder / _name(form)
        return _parts_of(path) / _name(part) if part else path


class Aside:
    """What waits beside the keys until it is written to the database in company: by form, a text by name."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, dict[str, str]] = {}

    def put(self, form: str, name: str, text: str) -> bool:
        """Keep it, on the disk when this returns. False where something waits under that name already."""
        if self._folder is None:
            mine = self._memory.setdefault(form, {})
            return mine.setdefault(name, text) is text
        return write_once(self._waiting(form) / name, text)

    def names(self, form: str) -> set[str]:
        if self._folder is None:
            return set(self._memory.get(form, {}))
        return {one.name for one in _files_in(self._waiting(form)) if "." not in one.name}

    def all(self, form: str) -> dict[str, str]:
        if self._folder is None:
            return dict(self._memory.get(form, {}))
        return {name: (self._waiting(form) / name).read_text() for name in self.names(form)}

    def empty(self, form: str, names: set[str]) -> None:
        """The names stay, with no text."""
        for name in names:
            if self._folder is None:
                self._memory[form][name] = ""
            else:
                wipe_file(self._waiting(form) / name, keep=True)

    def drop(self, form: str, names: set[str]) -> None:
        for name in names:
            if self._folder is None:
                self._memory.get(form, {}).pop(name, None)
            else:
                wipe_file(self._waiting(form) / name)

    def _waiting(self, form: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{_name(form)}.waiting"


def write_once(path: Path, text: str) -> bool:
    """Whole or not at all, for the owner alone, and never over another process's file: then it is False."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def wipe_file(path: Path, keep: bool = False) -> None:
    """Overwritten first: a freed block may lie there for long. `keep`: the file stays, empty."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(0)
    if not keep:
        path.unlink(missing_ok=True)


def name_of(form: str, context: str) -> str:
    """What a form's key is kept under."""
    return f"{form}|{context}"


def _name(of: str) -> str:
    return sha256(of.encode()).hexdigest()


def _parts_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.parts")


def _files_in(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.is_file()] if folder.is_dir() else []
