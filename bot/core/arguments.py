"""Reading what people type after a command's name. Pure and total: a value, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from bot.core.feature import LONGEST_NAME, CommandSpec
from bot.core.inputs import READERS, Argument, Unfit
from bot.timekeeping.misread import plain
from prompts.command_names import argument_names, argument_shown, chosen, example, shown
from prompts.language_tables import in_every_language
from prompts.words import forms as words

_WORD = re.compile(
    r'\s*(?:(?P<name>[A-Za-zÀ-ɏ_]+)=)?(?:"(?P<quoted>[^"]*)"|“(?P<curly>[^”]*)”|(?P<bare>\S+))'
)


_SPOKEN = frozenset({"date", "time", "duration", "choice"})
MOST_WORDS = 6
"""The words of the longest date that people say: ``Tue, the 23rd of February, 2027``."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, by argument name; `missing` required arguments; `wrong` ones, with why; and `extra`
    words that fit nowhere. Durations are whole minutes. Persons are left as text: looking them up needs the
    database."""

    values: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    wrong: tuple[tuple[str, Unfit], ...] = ()
    extra: str = ""


def find_command(text: str, commands: Mapping[str, CommandSpec]) -> tuple[CommandSpec | None, str]:
    """The command with the longest name (`LONGEST_NAME`) that `text` starts with, and the rest.
    Signs of a sentence around the name do not count, nor does politeness: ``Help!``, ``help me please``."""
    spec, rest = _named(text, commands)
    if spec is None and (asked := _without_please(text)) is not None:
        spec, rest = _named(asked, commands)
    return spec, "" if plain(rest.replace(",", " ")) in _polite() else rest if spec else text


def _without_please(text: str) -> str | None:
    """What stands after the polite words at the beginning; None where there are none."""
    words = text.split()
    for length in (2, 1):
        if len(words) > length and plain(" ".join(words[:length])) in _polite():
            return text.split(None, length)[length]
    return None


@cache
def _polite() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.polite))


def _named(text: str, commands: Mapping[str, CommandSpec]) -> tuple[CommandSpec | None, str]:
    words = text.split(None, LONGEST_NAME)
    for length in range(LONGEST_NAME, 0, -1):
        name = " ".join(words[:length]).casefold()
        name = name if name in commands else name.strip(_SIGNS)
        if len(words) >= length and name in commands:
            rest = text.split(None, length)
            return commands[name], rest[length] if len(rest) > length else ""
    return None, text


_SIGNS = "¡!¿?.,:;…"


def is_command(text: str, commands: Mapping[str, CommandSpec], *, whole: bool = False) -> bool:
    """Whether a text begins with the name of a command; `whole`: and has nothing else."""
    spec, rest = find_command(text, commands)
    return spec is not None and not (whole and rest)


_COHORT = re.compile(r"(?<!\S)cohorte?=", re.IGNORECASE)
_QUOTED = re.compile(r'(?<!\S)(?:"([^"]{1,200})"|“([^”]{1,200})”)(?!\S)')


def take_cohort(text: str, names: Sequence[str]) -> tuple[str, str]:
    """The cohort named in a line, wherever it stands, and the line without it: ``cohort=Spring 2027``, or one
    of the `names` (lower case, longest first) in quotation marks. No name: an empty text, and the line."""
    if found := _COHORT.search(text):
        before, after = text[: found.start()], text[found.end() :]
        if quoted := _QUOTED.match(after):
            return quoted[1] or quoted[2], _joined(before, after[quoted.end() :])
        known = (name for name in names if re.match(rf"{re.escape(name)}(?!\S)", after, re.IGNORECASE))
        name = next(known, after.split(maxsplit=1)[0] if after.strip() else "")
        return after[: len(name)], _joined(before, after[len(name) :])
    for quoted in _QUOTED.finditer(text):
        name = quoted[1] or quoted[2]
        if name.casefold() in names:
            return name, _joined(text[: quoted.start()], text[quoted.end() :])
    return "", text


def cohort_argument(cohort_id: int) -> str:
    """What names a cohort in the command of a button: `take_cohort` reads it whatever the name holds."""
    return f"cohort={cohort_id}"


def _joined(before: str, after: str) -> str:
    return f"{before.rstrip()} {after.lstrip()}".strip()


def read_arguments(arguments: Sequence[Argument], text: str, today: date, language: str) -> Typed:
    """Read `text` as the arguments of a command. Names may be given (``size=3``) in any order; the rest
    goes by position. A ``text`` argument takes all that is left of the line, a date, time or duration as many
    words as belong to it; ``agenda Spring`` leaves out the number that may be left out."""
    values: dict[str, Any] = {}
    wrong: list[tuple[str, Unfit]] = []
    extra: list[str] = []
    by_name = {plain(name): argument for argument in arguments for name in argument_names(argument.name)}
    position = 0
    while position < len(text.rstrip()):
        found = _WORD.match(text, position)
        if found is None:
            extra.append(text[position:].strip())
            break
        word = next(group for group in (found["quoted"], found["curly"], found["bare"]) if group is not None)
        named = by_name.get(plain(found["name"] or ""))
        argument = named or _next(word, [one for one in arguments if one.name not in values])
        if argument is not None and argument.kind == "text":
            start = found.start("bare") if named and found["bare"] else found.start()
            named, word, position = argument, text[start:].strip().strip('"“”'), len(text)
        else:
            position = found.end()
        if argument is not None and _introduces(argument, found["bare"]):
            continue
        if argument is None:
            extra.append(found.group().strip())
            continue
        if argument.kind in _SPOKEN and found["bare"] and (named or not found["name"]):
            read, position = _read_words(argument, text, found.start("bare"), today, language)
        else:
            word = word if named or not found["name"] else f"{found['name']}={word}"
            read = _read(argument, word, today, language)
        if isinstance(read, Unfit):
            wrong.append((argument.name, read))
        values[argument.name] = None if isinstance(read, Unfit) else read
    missing = tuple(one.name for one in arguments if one.required and one.name not in values)
    return Typed(values, missing, tuple(wrong), " ".join(extra))


def _introduces(argument: Argument, word: str | None) -> bool:
    """Whether a word only names what comes after it, as people say it: ``until 1 March``."""
    names = map(plain, argument_names(argument.name))
    return word is not None and argument.kind in _SPOKEN and plain(word) in names


def _next(word: str, left: Sequence[Argument]) -> Argument | None:
    """Which of those that are left a word is for: the first, but for one that is no number and may be what
    comes after it."""
    if not left:
        return None
    first, *later = left
    if first.kind != "number" or first.required or word.lstrip("+-")[:1].isdecimal():
        return first
    return later[0] if later and later[0].kind in ("word", "text") else first


def _read_words(argument: Argument, text: str, start: int, today: date, language: str) -> tuple[Any, int]:
    """``1 May`` or ``12 pm``: what the most words from `start` can be read as, and where they end. Where none
    can, the most words of which more can be said than that they are unclear (``31 Feb``), else the first."""
    ends = [start + word.end() for word in re.finditer(r"\S+", text[start:])][:MOST_WORDS]
    read = [(_read(argument, text[start:end], today, language), end) for end in reversed(ends)]
    understood = [one for one in read if not isinstance(one[0], Unfit)]
    explained = [one for one in read if isinstance(one[0], Unfit) and not one[0].unclear]
    return (understood or explained or read[-1:])[0]


def _read(argument: Argument, word: str, today: date, language: str) -> Any:
    """The value, or an `Unfit`."""
    if argument.kind == "person":
        return word
    if argument.kind == "choice":
        return chosen(plain(word), argument.choices) or _none_of(argument.choices, language)
    return READERS[argument.kind](argument, word, today, language)


def _none_of(choices: Sequence[str], language: str) -> Unfit:
    told = ", ".join(argument_shown(one, language) for one in choices)
    return Unfit(words.none_of_these(language, choices=told), unclear=True)


def usage(command: CommandSpec, language: str) -> str:
    """How to type it, for people: an example, else the arguments' names (``invite [cohort]``)."""
    named = [(argument_shown(one.name, language), one.required) for one in command.arguments]
    told = command.example.removeprefix(command.name).strip() if command.example else ""
    rest = example(command.name, told, language)
    if not command.example:
        rest = " ".join(name if required else f"[{name}]" for name, required in named)
    return f"{shown(command.name, language)} {rest}".strip()
