"""States and territories of the United States, by code or by name (the holidays library's own table)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from holidays.countries.united_states import UnitedStates

from bot.tables.cells import bare

# Abbreviations of the Associated Press and of habit, and the names that Spanish has of its own.
_SPOKEN = (
    "AL ala|AZ ariz|AR ark|CA calif cal|CO colo|CT conn|DE del|FL fla|GA ga|IL ill|IN ind|KS kan kans|KY "
    "ky|LA la|MD md|MA mass|MI mich|MN minn|MS miss|MO mo|MT mont|NE neb nebr|NV nev|NH n_h|NJ n_j|NM n_m "
    "n_mex|NY n_y|NC n_c|ND n_d n_dak|OK okla|OR ore oreg|PA pa penn penna|RI r_i|SC s_c|SD s_d s_dak|TN "
    "tenn|TX tex|UT ut|VT vt|VA va|WA wash washington_state state_of_washington wa_state|WV w_va w_v|WI "
    "wis wisc|WY wyo|DC d_c washington_dc washington_d_c district_of_columbia distrito_de_columbia "
    "washington_district_of_columbia|NM nuevo_mexico|NY nueva_york|NJ nueva_jersey|NH nuevo_hampshire "
    "nueva_hampshire|NC carolina_del_norte|SC carolina_del_sur|ND dakota_del_norte|SD dakota_del_sur|WV "
    "virginia_occidental virginia_del_oeste|PA pensilvania|LA luisiana|MS misisipi misisipi|MO misuri|TX "
    "tejas|HI hawai|OR oregon|TN tenesi|MI michigan|NY new_york_state|PR puerto_rico|VI islas_virgenes "
    "us_virgin_islands virgin_islands|GU guam|MP northern_mariana_islands|AS american_samoa "
    "samoa_americana|WA estado_de_washington"
)


def state_code(said: str) -> str | None:
    """``ID`` for "id", "Idaho", "Ida." or "estado de Idaho"; None for no state."""
    words = _words(said)
    return _codes().get(words) or _codes().get(re.sub(r"^(?:state|estado|territory) (?:of|de) ", "", words))


def state_names() -> Mapping[str, str]:
    """Names by code, for proposing what somebody may have meant."""
    return _names()


def _words(said: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", bare(said)).split())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {code: _words(name) for name, code in UnitedStates.subdivisions_aliases.items()}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    codes = {name: code for code, name in _names().items()}
    codes |= {code.casefold(): code for code in UnitedStates.subdivisions}
    for told in _SPOKEN.split("|"):
        code, *names = told.split()
        codes |= {name.replace("_", " "): code for name in names}
    return codes
