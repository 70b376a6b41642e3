"""The machine and the settings: Python, time zones, clock, keys, addresses, disk, files."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from adapters.doctor.finding import Finding
from adapters.settings import Settings
from prompts.time_zones import UnknownZone, load_zone

ZONES = ("America/Anchorage", "America/Adak", "America/Los_Angeles", "America/Boise")
LEAST_FREE_BYTES = 200 * 1024 * 1024
LEAST_SECRET = 16
AT_HOME = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104 - compared, not bound


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """All that can be told without asking anybody."""
    yield _python()
    yield _zones()
    yield _clock()
    yield _secret(settings)
    yield _address(settings)
    yield _folder(settings)
    yield _disk(settings)
    yield _private_files(settings)


def _python() -> Finding:
    here = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return Finding(here, "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer")


def _zones() -> Finding:
    try:
        for zone in ZONES:
            load_zone(zone)
    except (UnknownZone, ImportError, OSError) as error:
        return Finding("time zones", f"{error}: run make setup again, it installs tzdata")
    return Finding(f"time zones (tzdata {version('tzdata')})")


def _clock() -> Finding:
    now = datetime.now(UTC)
    remedy = "" if now.year >= 2026 else "set the machine's clock (for example with timedatectl)"
    return Finding(f"the clock says {now:%Y-%m-%d %H:%M} UTC", remedy)


def _secret(settings: Settings) -> Finding:
    weak = [key for key in settings.link_secrets() if len(key) < LEAST_SECRET]
    if weak:
        return Finding("SECRET_KEY", f"is shorter than {LEAST_SECRET} characters: make a longer random one")
    all_files = all(url.startswith("sqlite") for url in settings.cells.values())
    if settings.production and not settings.secret_key and not all_files:
        return Finding("SECRET_KEY", "set it: every process on one database must sign links with the same")
    return Finding("the key that signs links")


def _address(settings: Settings) -> Finding:
    if settings.production and not settings.public_url:
        return Finding("PUBLIC_URL", "set it to the https address under which people reach this bot")
    if settings.production and urlsplit(settings.public_url).hostname in AT_HOME:
        return Finding(
            f"PUBLIC_URL is {settings.public_url}",
            "set it to the address that people and platforms use; this one leads to their own machine",
        )
    return Finding(f"links lead to {settings.base_url}")


def _folder(settings: Settings) -> Finding:
    folder = settings.data_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            f"DATA_FOLDER {folder} cannot be written to ({error.strerror})",
            "make it a folder that the bot's user may write to, or set DATA_FOLDER to another",
        )
    return Finding(f"the data folder {folder}")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_folder if settings.data_folder.exists() else Path()
    free = shutil.disk_usage(folder).free
    what = f"{free // 1024**2:,} MB free on the disk"
    return Finding(what, "" if free > LEAST_FREE_BYTES else "make room: the database needs 200 MB at least")


def _private_files(settings: Settings) -> Finding:
    """Nobody else on the machine may read tokens and reflections."""
    files = [settings.keys_in / "secret-key", Path(".env")]
    addresses = [make_url(url) for url in settings.cells.values() if "://" in url]
    files += [Path(one.database) for one in addresses if one.drivername.startswith("sqlite") and one.database]
    open_ones = [str(file) for file in files if file.is_file() and _others_read(file)]
    if open_ones:
        return Finding(
            "other users of this machine can read private files", f"chmod 600 {' '.join(open_ones)}"
        )
    return Finding("private files are the bot's own")


def _others_read(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH))
