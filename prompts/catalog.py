"""Messages as typed functions: English beside its parameters, translations in `.po` files.

A message is written as a function without a body::

    @message
    def session_moved(title: str, when: str) -> str:
        \"\"\"**{title}** now starts {when}.\"\"\"

and called with the reader's language first: ``session_moved("es", title=…, when=…)``. The signature and
the placeholders must agree, or importing the module fails. A line with only ``---`` separates singular
from plural; the parameter ``n`` chooses. Strings given as arguments are escaped (see `prompts.text`).
A language is a folder ``prompts/<language>/`` with one ``.po`` file for each module of
``prompts/words/``; a missing translation raises `MissingTranslation` and
never falls back silently.
"""

from __future__ import annotations

import inspect
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from prompts.text import Marked

P = ParamSpec("P")

SOURCE_LANGUAGE = "en"
FOLDER = Path(__file__).parent


class MissingTranslation(LookupError):
    """A message has no text in the language asked for."""


class Message(Generic[P]):
    """One message in every language; call it with a language and the message's own parameters."""

    def __init__(self, function: Callable[P, str]) -> None:
        self.id = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"
        self.source = inspect.cleandoc(function.__doc__ or "")
        self.parameters = tuple(inspect.signature(function).parameters)
        self._signature = inspect.signature(function)
        self.__doc__ = self.source
        if not self.source:
            raise TypeError(f"{self.id} has no text")
        for template in self.source.split("\n---\n"):
            if unknown := placeholders(template) - set(self.parameters):
                raise TypeError(f"{self.id} names unknown placeholders: {sorted(unknown)}")
        if unused := set(self.parameters) - placeholders(self.source) - {"n"}:
            raise TypeError(f"{self.id} never uses: {sorted(unused)}")
        MESSAGES[self.id] = self

    def __call__(self, language: str, /, *args: P.args, **kwargs: P.kwargs) -> Marked:
        values = self._signature.bind(*args, **kwargs).arguments
        return Marked(self.template(language, values)).format(**values)

    def template(self, language: str, values: dict[str, Any]) -> str:
        """The text with its placeholders still in it, singular or plural by ``n``."""
        if language == SOURCE_LANGUAGE:
            forms = self.source.split("\n---\n")
            return forms[-1] if len(forms) == 1 or values["n"] != 1 else forms[0]
        catalog = translations(language)
        found = catalog.get(self.msgid, context=self.id)
        if found is None or not found.string or found.fuzzy:
            raise MissingTranslation(f"{self.id} has no {language} text")
        if isinstance(found.string, str):
            return found.string
        return str(found.string[_plural_index(catalog, values["n"])])

    @property
    def msgid(self) -> str | tuple[str, str]:
        """The English, as a catalogue knows it: one text, or singular and plural."""
        forms = self.source.split("\n---\n")
        return (forms[0], forms[1]) if len(forms) == 2 else forms[0]


MESSAGES: dict[str, Message[Any]] = {}


def message(function: Callable[P, str]) -> Callable[Concatenate[str, P], Marked]:
    """Declare a message; see the module's docstring."""
    return Message(function)


def placeholders(template: str) -> set[str]:
    """The names in braces of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@cache
def languages() -> tuple[str, ...]:
    """English and every folder that holds a catalogue."""
    return (SOURCE_LANGUAGE, *sorted({path.parent.name for path in FOLDER.glob("*/*.po")}))


@cache
def translations(language: str) -> Catalog:
    """The catalogue of a language, read once. Raises `MissingTranslation` for an unknown one."""
    catalog = catalog_in(FOLDER / language, language)
    if catalog is None:
        raise MissingTranslation(f"there is no catalogue for {language}")
    return catalog


def catalog_in(folder: Path, language: str) -> Catalog | None:
    """Every ``.po`` file of a folder as one catalogue; None when it has none."""
    parts = sorted(folder.glob("*.po"))
    if not parts:
        return None
    merged = Catalog(locale=language)
    for part in parts:
        with part.open("rb") as file:
            for entry in read_po(file, locale=language):
                if entry.id:
                    merged[entry.id] = entry
    return merged


def _plural_index(catalog: Catalog, n: int) -> int:
    return int(n != 1) if catalog.num_plurals == 2 else 0
