"""`LOG_FORMAT=json` is JSON whoever writes, and nobody's text is in it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.cli.databases import alone_with
from adapters.logs import log_what_nobody_caught, set_up_logs
from adapters.server import serve
from adapters.settings import read_settings

SECRET = "words of a person"
Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """What a process with JSON logs has written to standard error so far."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)

    def entries() -> list[dict[str, Any]]:
        assert SECRET not in stderr.getvalue()
        found = [json.loads(line) for line in stderr.getvalue().splitlines()]
        assert all({"timestamp", "level", "event"} <= entry.keys() for entry in found)
        return found

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        set_up_logs("json")
        yield entries
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def _failing() -> None:
    raise ValueError(SECRET)


def test_lines_of_libraries_with_and_without_an_error(written: Written) -> None:
    library = logging.getLogger("msal.application")
    library.warning("said %s", SECRET)
    library.log(35, SECRET)
    try:
        _failing()
    except ValueError:
        library.exception(SECRET)
    first, between, failed = written()
    assert (first["event"], first["level"], first["library"]) == ("library", "warning", "msal.application")
    assert between["level"] == "warning"
    assert (failed["level"], failed["error"]) == ("error", "ValueError")


def test_warnings_and_what_nobody_caught(written: Written) -> None:
    log_what_nobody_caught()
    warnings.warn(SECRET, DeprecationWarning, stacklevel=1)
    try:
        _failing()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=_failing)
    thread.start()
    thread.join()
    warned, process, other = written()
    assert warned["category"] == "DeprecationWarning"
    assert warned["at"].startswith("tests/adapters/test_logs.py:")
    for entry in (process, other):
        assert (entry["event"], entry["error"]) == ("uncaught_error", "ValueError")
        assert any("test_logs.py" in place for place in entry["at"])


async def test_a_task_that_nobody_waits_for(written: Written) -> None:
    async def fails() -> None:
        _failing()

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    [entry] = written()
    assert (entry["library"], entry["error"]) == ("asyncio", "ValueError")


async def test_a_start_that_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'held.db'}"
    settings = read_settings(
        _env_file=None,
        database_url=url,
        data_folder=tmp_path,
        secret_key="x" * 32,
        slack_bot_token="xoxb-1",
        slack_signing_secret="s",
        log_format="json",
    )
    with alone_with(url):
        assert await serve(settings) == 1
    entry = json.loads(capsys.readouterr().err)
    assert entry["event"] == "told_at_start"
    assert entry["why"]
