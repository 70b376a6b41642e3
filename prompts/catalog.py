"""Messages as typed functions: English beside its parameters, translations in `.po` files.

A message is one line::

    session_moved = text(lambda title, when: "**{title}** now starts {when}.")

and called with the reader's language first: ``session_moved("es", title=…, when=…)``. mypy refuses a
missing and an unknown keyword; importing the module fails when the parameters and the placeholders differ.
A second text is the plural, and the parameter ``n`` chooses. Strings given as arguments are escaped (see
`prompts.text`). A language is a folder ``prompts/<language>/`` with one ``.po`` file for each module of
``prompts/words/``; a missing translation raises `MissingTranslation` and never falls back silently.
"""

from __future__ import annotations

import gettext
import inspect
import string
import sys
from collections.abc import Callable
from functools import cache, cached_property
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, Generic, ParamSpec, cast

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from prompts.text import Marked

P = ParamSpec("P")

SOURCE_LANGUAGE = "en"
FOLDER = Path(__file__).parent


class MissingTranslation(LookupError):
    """A message has no text in the language asked for."""


class Message(Generic[P]):
    """One message in every language; call it with a language and the message's own parameters.

    Raises `TypeError` where parameters and placeholders differ."""

    def __init__(self, one: Callable[P, str], many: str = "") -> None:
        self._signature = inspect.signature(one)
        self.parameters = tuple(self._signature.parameters)
        self.module = one.__module__
        first = cast("Callable[..., str]", one)(*self.parameters)
        self.forms = (first, many) if many else (first,)
        named = {name for form in self.forms for name in placeholders(form)}
        if not self.forms[0] or named - set(self.parameters) or set(self.parameters) - named - {"n"}:
            raise TypeError(f"{self.module}: parameters {self.parameters} do not fit {self.forms}")

    @cached_property
    def id(self) -> str:
        """Its module and its name in it: ``sessions.session_moved``. The catalogues know it by this."""
        members = vars(sys.modules[self.module])
        name = next(name for name, member in members.items() if member is self)
        return f"{self.module.rsplit('.', 1)[-1]}.{name}"

    @property
    def source(self) -> str:
        """The English, singular and plural on lines of their own."""
        return "\n".join(self.forms)

    def __call__(self, language: str, /, *args: P.args, **kwargs: P.kwargs) -> Marked:
        values = self._signature.bind(*args, **kwargs).arguments
        return Marked(self.template(language, values)).format(**values)

    def template(self, language: str, values: dict[str, Any]) -> str:
        """The text with its placeholders still in it, singular or plural by ``n``."""
        if language == SOURCE_LANGUAGE:
            return self.forms[0] if len(self.forms) == 1 or values["n"] == 1 else self.forms[1]
        catalog = translations(language)
        found = catalog.get(self.msgid, context=self.id)
        if found is None or not found.string or found.fuzzy:
            raise MissingTranslation(f"{self.id} has no {language} text")
        if isinstance(found.string, str):
            return found.string
        return str(found.string[plural_form(catalog.plural_expr)(values["n"])])

    @property
    def msgid(self) -> str | tuple[str, str]:
        """The English, as a catalogue knows it: one text, or singular and plural."""
        return (self.forms[0], self.forms[1]) if len(self.forms) == 2 else self.forms[0]


text = Message
"""Declares a message; see the module's docstring."""


def all_messages() -> dict[str, Message[Any]]:
    """Every message of every module of ``prompts/words``, by its id."""
    modules = [
        import_module(f"prompts.words.{path.stem}") for path in sorted((FOLDER / "words").glob("[a-z]*.py"))
    ]
    found = [member for module in modules for member in vars(module).values() if isinstance(member, Message)]
    return {message.id: message for message in found}


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
    """Every ``.po`` file of a folder as one catalogue; None when it has none. Plurals are counted as the
    first file's header says: Babel's own rule for a language may have other forms than were translated."""
    parts = [read_po(BytesIO(path.read_bytes()), locale=language) for path in sorted(folder.glob("*.po"))]
    if not parts:
        return None
    merged, *others = parts
    for entry in (entry for part in others for entry in part if entry.id):
        merged[entry.id] = entry
    return merged


@cache
def plural_form(expression: str) -> Callable[[int], int]:
    """Which of a language's plural forms a number takes, by the rule of its ``Plural-Forms``."""
    return gettext.c2py(expression)
