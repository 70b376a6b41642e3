"""How people's names are written in files and shown in meetings: surnames first, with degrees, pronouns,
"(Guest)", with the account's name in brackets, or a device instead of a person."""

from __future__ import annotations

import re
from functools import cache

from nameparser import HumanName

from bot.tables.cells import bare
from prompts.language_tables import alternation
from prompts.program_words import in_every_program

_BRACKETS = re.compile(r"^(?P<shown>.*\S)\s*[(\[](?P<inside>[^()\[\]]+)[)\]]\s*$")
_DEGREE = re.compile(
    r"(?:[A-Z][A-Za-z]{0,3}\.){2,}|[A-Z][A-Z\-]{1,7}(?:/[A-Z]+)*|Ph\.?D\.?|Psy\.?D\.?|Ed\.?D\.?|[JS]r\.?|I{2,3}|IV"
)
_BRANDS = (
    r"iphone|ipad|ipod|galaxy|android|samsung|pixel|macbook|moto\b|oneplus|huawei|sm-|lg-|desktop-|laptop|"
    r"zoom user|user\d*$|admin$|owner$"
)
"""How devices and accounts are called in every language."""


@cache
def _pronouns() -> re.Pattern[str]:
    one = rf"\b{alternation(lambda tables: tables.people.pronouns)}"
    return re.compile(
        rf"\s*(?:[-–—|,:]\s*)?[(\[]?{one}\s*(?:/|\s\|\s)\s*{one}(?:\s*/\s*\w+)*\b[)\]]?\s*$", re.I
    )


@cache
def _remarks() -> frozenset[str]:
    return frozenset(in_every_program(lambda one: one.remarks))


@cache
def _device() -> re.Pattern[str]:
    devices = alternation(lambda tables: tables.people.devices)
    return re.compile(rf"(?:[\w’']{{1,40}}['’]s )?(?:{_BRANDS}|{devices})|^[+\d][\d\s().*x-]{{5,}}$")


def without_pronouns(name: str) -> str:
    """``Ana Ruiz`` of "Ana Ruiz (she/her)"; a name that is nothing else stays."""
    return _pronouns().sub("", name).strip() or name


def forename_first(name: str) -> str:
    """``Ana Ruiz`` of "Ruiz, Ana". What follows a comma may be a degree: "Ana Ruiz, LCSW" stays."""
    if name.count(",") != 1:
        return name
    before, after = (part.strip() for part in name.split(","))
    if not before or not after or len(after.split()) > 3 or len(before.split()) > 3:
        return name
    if before != before.upper() and all(_DEGREE.fullmatch(word) for word in after.split()):
        return name
    read = HumanName(f"Ana {before}, {after}")
    if read.suffix and not read.first.startswith(after):
        return name
    return f"{after} {before}"


def without_remarks(name: str) -> str:
    """Without pronouns and without what a tool adds, such as "(Guest)"."""
    told = without_pronouns(name)
    found = _BRACKETS.match(told)
    return without_remarks(found["shown"].strip()) if found and _says_no_name(found["inside"]) else told


def shown_and_original(name: str) -> tuple[str, str]:
    """(the name shown, the account's own name where it is told). Brackets may hold pronouns or "(Guest)",
    which are no names; a device that stands for a person gives way to the person's name."""
    shown, original = name.strip(), ""
    for _ in range(4):
        bare_shown = without_pronouns(shown)
        if bare_shown != shown:
            shown = bare_shown
            continue
        found = _BRACKETS.match(shown)
        if not found:
            break
        inside = found["inside"].strip()
        if not _says_no_name(inside):
            original = original or without_pronouns(inside)
        shown = found["shown"].strip()
    if original and is_device(shown) and not is_device(original):
        return original, ""
    return shown, "" if original == shown else original


def _says_no_name(inside: str) -> bool:
    return all(word in _remarks() for word in re.split(r"[\s,;/]+", bare(inside)) if word)


def is_device(name: str) -> bool:
    """Whether a name is a device's, or a telephone number."""
    return bool(_device().match(bare(name.strip())))
