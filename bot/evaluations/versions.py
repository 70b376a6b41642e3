"""A series' own versions of its forms: the one in use, those before it, and one that is being prepared.

They stand in the series' settings. An evaluation that is open keeps the form it was opened with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import Instrument
from storage.series import Series

_MOST_KEPT = 10


def in_use(series: Series, name: str) -> Instrument:
    """The series' own version, or else the library's."""
    stored = series.settings.instruments.get(name)
    return Instrument.model_validate(stored) if stored else instrument_library()[name]


def prepared(series: Series, name: str) -> Instrument | None:
    """What somebody has changed and not taken into use."""
    stored = series.settings.instruments_prepared.get(name)
    return Instrument.model_validate(stored) if stored else None


def next_version(series: Series, name: str) -> int:
    """A number that no version of this form has had in this series, not even one that was undone."""
    return max(_highest(series, name), in_use(series, name).version) + 1


def prepare(series: Series, instrument: Instrument) -> None:
    """Set it aside to be looked at."""
    settings, name = series.settings, instrument.name
    series.settings = settings.model_copy(
        update={
            "instruments_prepared": settings.instruments_prepared | {name: _dump(instrument)},
            "instrument_versions": settings.instrument_versions | {name: instrument.version},
        }
    )


def take_into_use(series: Series, instrument: Instrument) -> None:
    """From now on the series' forms open with it."""
    settings, name = series.settings, instrument.name
    before = [*settings.instruments_before.get(name, []), settings.instruments.get(name)]
    highest = max(_highest(series, name), instrument.version)
    series.settings = settings.model_copy(
        update={
            "instruments": settings.instruments | {name: _dump(instrument)},
            "instruments_before": settings.instruments_before | {name: before[-_MOST_KEPT:]},
            "instruments_prepared": _without(settings.instruments_prepared, name),
            "instrument_versions": settings.instrument_versions | {name: highest},
        }
    )


def go_back(series: Series, name: str) -> bool:
    """Use the version before the one in use. False when there was none."""
    settings = series.settings
    before = settings.instruments_before.get(name)
    if not before:
        return False
    last = before[-1]
    series.settings = settings.model_copy(
        update={
            "instruments": _without(settings.instruments, name) | ({name: last} if last else {}),
            "instruments_before": settings.instruments_before | {name: before[:-1]},
        }
    )
    return True


def _highest(series: Series, name: str) -> int:
    return series.settings.instrument_versions.get(name, 0)


def _without(by_name: Mapping[str, dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {key: one for key, one in by_name.items() if key != name}


def _dump(instrument: Instrument) -> dict[str, Any]:
    return instrument.model_dump(mode="json", exclude_none=True)
