"""One input, one parser: which errors it may raise, how long it may take, how much memory it may use."""

from __future__ import annotations

import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).parents[2]
SECONDS = 2.0
"""Of this process's own time, for any input up to `LARGEST`: what others do on the machine does not count."""
MEGABYTES = 192
"""Beside what the process has already."""
LARGEST = 64 * 1024
"""Bytes of an input. Larger ones have caps of their own at the doors (docs/security.md)."""

Read = Callable[[bytes], object]


class TooSlow(BaseException):
    """Passes every ``except Exception`` on its way."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser of foreign input. `read` turns the bytes into what the parser is given and calls it; `refuses`
    are the errors that it declares. `seeds` makes genuine inputs; `modules` are the ones that read."""

    name: str
    read: Read
    seeds: Callable[[], list[bytes]]
    modules: tuple[str, ...]
    refuses: tuple[type[Exception], ...] = ()
    shape: str = "bytes"
    """``bytes``, ``json`` or ``zip``: what a mutation keeps intact."""
    words: tuple[bytes, ...] = field(default=(), repr=False)
    """Pieces that mean something to the parser."""


def fault_of(target: Target, data: bytes, seconds: float = SECONDS) -> str:
    """What is wrong with how the target takes this input: an error and where it comes from, a time, or
    nothing."""
    try:
        with _in_time(seconds):
            target.read(data)
    except target.refuses:
        return ""
    except TooSlow as slow:
        return f"takes longer than {seconds:g} s {place_of(slow)}"
    except Exception as error:
        return f"{type(error).__name__} {place_of(error)}"
    return ""


def megabytes_of(target: Target, data: bytes) -> float:
    """The most memory that reading this input takes at once. Slow: each allocation is counted."""
    tracemalloc.start()
    try:
        fault_of(target, data)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


@contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def place_of(error: BaseException) -> str:
    """The deepest place of ours that the error came through: one fault is told once, whatever input shows
    it."""
    step, place = error.__traceback__, ""
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts and "tests" not in path.parts:
            place = f"in {path.relative_to(ROOT)} {step.tb_frame.f_code.co_name}"
        step = step.tb_next
    return place
