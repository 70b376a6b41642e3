"""Structured logs: an event name and identifiers. Never a person's words, never an error's text.

An error's text may quote what a person typed (a database error quotes its parameters), so of an exception
only its type and the places in the code are written.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger()

ROOT = Path(__file__).parent.parent


def _places_only(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        entry["error"] = type(error).__name__
        entry["at"] = [f"{_short(frame.filename)}:{frame.lineno}" for frame in frames[-8:]]
    return entry


def _short(path: str) -> str:
    file = Path(path)
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else "/".join(file.parts[-2:])


class _WithoutWords(logging.Handler):
    """Libraries' own log lines: the logger's name, the level and the place, without their message, which
    may hold a payload."""

    def emit(self, record: logging.LogRecord) -> None:
        if _is_a_strangers_doing(record):
            return
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        level = min(logging.CRITICAL, max(logging.DEBUG, record.levelno // 10 * 10))
        more = {"error": error} if error else {}
        with contextlib.suppress(OSError, ValueError):  # nobody reads standard error any more
            log.log(level, "library", library=record.name, at=f"{record.module}:{record.lineno}", **more)


def _is_a_strangers_doing(record: logging.LogRecord) -> bool:
    """Whether aiohttp's server tells of bytes that are no request: anybody can send those, as often as they
    like."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name == "aiohttp.server" and isinstance(error, HttpProcessingError)


def set_up_logs(style: str = "text") -> None:
    """Write to standard error, one line an entry; `style` is ``text`` or ``json``."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places_only,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_WithoutWords()], force=True)
    warnings.showwarning = _warned


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """What Python warns of: its text may quote a value."""
    log.warning("python_warning", category=category.__name__, at=f"{_short(filename)}:{lineno}")


def log_what_nobody_caught() -> None:
    """Errors that end the process, a thread, or an object's clean-up go to the log instead of a bare
    traceback; for a process that only serves."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda hook: _uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)
    sys.unraisablehook = lambda hook: _uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _: object) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        log.critical("uncaught_error", **({"exc_info": error} if error else {"error": kind.__name__}))
