"""How people's names are written in a language: part of each language's tables."""

from __future__ import annotations

from collections.abc import Mapping

from prompts.library import Strict
from prompts.word_lists import Names


class PeopleWords(Strict):
    """Words in names. `honorifics` stand before a name, `titles` before or after it, `belongs` before where
    somebody works; `nicknames` are those of a formal name; a device's name begins with one of `devices`."""

    pronouns: Names
    honorifics: Names
    titles: tuple[str, ...] = ()
    belongs: tuple[str, ...] = ()
    nicknames: Mapping[str, Names] = {}
    devices: tuple[str, ...] = ()
