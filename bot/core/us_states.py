"""States and territories of the United States, by code or by name (the holidays library's own table)."""

from __future__ import annotations

from functools import lru_cache

from holidays.countries.united_states import UnitedStates


def state_code(said: str) -> str | None:
    """``ID`` for "id", "Idaho" or " idaho "; None for no state."""
    return _codes().get(" ".join(said.split()).casefold())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    named = {name.casefold(): code for name, code in UnitedStates.subdivisions_aliases.items()}
    return named | {code.casefold(): code for code in UnitedStates.subdivisions}
