"""A series' own versions of its forms: the one in use, those before it, and one that is being prepared.

They stand in the series' settings. An evaluation that is open keeps the form it was opened with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import Instrument
from storage.series import Series

_IN_USE, _BEFORE, _PREPARED, _HIGHEST = (
    "instruments",
    "instruments_before",
    "instruments_prepared",
    "instrument_versions",
)
_MOST_KEPT = 10


def in_use(series: Series, name: str) -> Instrument:
    """The series' own version, or else the library's."""
    stored = _of(series, _IN_USE).get(name)
    return Instrument.model_validate(stored) if stored else instrument_library()[name]


def prepared(series: Series, name: str) -> Instrument | None:
    """What somebody has changed and not taken into use."""
    stored = _of(series, _PREPARED).get(name)
    return Instrument.model_validate(stored) if stored else None


def next_version(series: Series, name: str) -> int:
    """A number that no version of this form has had in this series, not even one that was undone."""
    highest: int = _of(series, _HIGHEST).get(name, 0)
    return max(highest, in_use(series, name).version) + 1


def prepare(series: Series, instrument: Instrument) -> None:
    """Set it aside to be looked at."""
    _put(series, _PREPARED, instrument.name, _dump(instrument))
    _put(series, _HIGHEST, instrument.name, instrument.version)


def take_into_use(series: Series, instrument: Instrument) -> None:
    """From now on the series' forms open with it."""
    name = instrument.name
    before = [*_of(series, _BEFORE).get(name, []), _of(series, _IN_USE).get(name)]
    _put(series, _BEFORE, name, before[-_MOST_KEPT:])
    _put(series, _IN_USE, name, _dump(instrument))
    _put(series, _HIGHEST, name, max(_of(series, _HIGHEST).get(name, 0), instrument.version))
    _put(series, _PREPARED, name, None)


def go_back(series: Series, name: str) -> bool:
    """Use the version before the one in use. False when there was none."""
    before = list(_of(series, _BEFORE).get(name, []))
    if not before:
        return False
    _put(series, _IN_USE, name, before.pop())
    _put(series, _BEFORE, name, before)
    return True


def _of(series: Series, part: str) -> dict[str, Any]:
    found = series.settings.get(part)
    return dict(found) if isinstance(found, Mapping) else {}


def _put(series: Series, part: str, name: str, value: object) -> None:
    kept = {key: one for key, one in (_of(series, part) | {name: value}).items() if one is not None}
    series.settings = {**series.settings, part: kept}


def _dump(instrument: Instrument) -> dict[str, Any]:
    return instrument.model_dump(mode="json", exclude_none=True)
