"""What people type in each language: ``prompts/<language>/tables.yaml``, read once.

Parts of it may stand in files of their own beside it, such as ``agendas.yaml`` and ``pulse.yaml``.

Every language's words are understood at once, whatever the writer's language is; only the order of two bare
numbers in a date follows the language. Parsers compare lower-case letters without accents, so the words
stand that way in the files. A third language brings files of its own and touches no Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from prompts.agenda_words import AgendaWords
from prompts.catalog import FOLDER
from prompts.library import Strict, read_yaml
from prompts.people_words import PeopleWords, RosterWords
from prompts.word_lists import Names, either, longest_first, one_pattern

FILE = "tables.yaml"
PROGRAMS = "programs.yaml"
"""See `prompts.program_words`; the other files beside `FILE` are parts of it."""


class DateWords(Strict):
    """Words in a date. `in_time` stands before a number of days; letters after a day are `ordinals`."""

    day_first: bool
    months: Annotated[tuple[Names, ...], Field(min_length=12, max_length=12)]
    weekdays: Annotated[tuple[Names, ...], Field(min_length=7, max_length=7)]
    days_away: Mapping[str, int]
    day_units: Names
    week_units: Names
    in_time: tuple[str, ...] = ()
    before_weekday: tuple[str, ...] = ()
    after_weekday: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    of_year: tuple[str, ...] = ()


class TimeWords(Strict):
    """Words in a time of day, a length of time and a range. `night` is the afternoon's half from six on, and
    the morning's before."""

    noon: Names
    midnight: Names
    at: tuple[str, ...] = ()
    am: Names
    pm: Names
    night: tuple[str, ...] = ()
    lengths: Mapping[str, int]
    hours: Names
    minutes: Names
    joins: Names
    from_: Annotated[tuple[str, ...], Field(alias="from")] = ()
    until: Names
    article: tuple[str, ...] = ()
    off: Names


class ZoneWords(Strict):
    """What people call a zone, by its IANA name. `before` and `after` are patterns of what says only that a
    zone follows or came before, `country` of the country in brackets, `either` joins two names of one."""

    spoken: Mapping[str, Names] = {}
    before: str = ""
    after: str = ""
    country: str = ""
    either: tuple[str, ...] = ()


class PlanWords(Strict):
    """How an if-then plan begins (`cues`), what joins its halves (`then`), and how the second begins."""

    cues: Names
    then: Names
    i_will: Names


class StopWords(Strict):
    """What stands after "stop": words for every kind of message, and those that name none."""

    everything: Names
    around: tuple[str, ...] = ()


class GuardedWords(Strict):
    """Words that may tell of a client, or that somebody is in danger; the files say what each key means."""

    social_security: tuple[str, ...] = ()
    records: Names
    number: tuple[str, ...] = ()
    born: Names
    was: tuple[str, ...] = ()
    whose: Names
    clients: Names
    called: tuple[str, ...] = ()
    no_names: tuple[str, ...] = ()
    crisis: Names


class LanguageTables(Strict):
    """One language's file. By a command's own name: what help calls it (`commands`), what it is called
    besides (`further_names`), and what an example types after it (`examples`); English ones stand with the
    commands. By a command's argument: what it is called (`arguments`); by a word to choose: what else people
    type for it (`choices`). What people say around a command out of politeness (`polite`)."""

    commands: Mapping[str, str] = {}
    further_names: Mapping[str, tuple[str, ...]] = {}
    examples: Mapping[str, str] = {}
    arguments: Mapping[str, str] = {}
    choices: Mapping[str, Names] = {}
    polite: tuple[str, ...] = ()
    yes: Names
    no: Names
    dates: DateWords
    times: TimeWords
    plans: PlanWords
    stop: StopWords
    people: PeopleWords
    rosters: RosterWords
    guarded: GuardedWords
    zones: ZoneWords = ZoneWords()
    agenda: AgendaWords = AgendaWords()


@cache
def language_tables() -> Mapping[str, LanguageTables]:
    """By language. Raises `pydantic.ValidationError` for a malformed file."""
    return {path.parent.name: _read(path) for path in sorted(FOLDER.glob(f"*/{FILE}"))}


def _read(path: Path) -> LanguageTables:
    """With the words that stand in files of their own."""
    found = read_yaml(path)
    for part in sorted(set(path.parent.glob("*.yaml")) - {path, path.with_name(PROGRAMS)}):
        for what, names in read_yaml(part).items():
            found[what] = {**found.get(what, {}), **names}
    return LanguageTables.model_validate(found)


def in_every_language(words: Callable[[LanguageTables], Iterable[str]]) -> tuple[str, ...]:
    """The words of every language together, the longer before the shorter, as an alternation wants them."""
    return longest_first(word for tables in language_tables().values() for word in words(tables))


def meanings(words: Callable[[LanguageTables], Mapping[Any, Iterable[str]]]) -> dict[str, str]:
    """By each word of every language, what it is a word for."""
    every = (pair for tables in language_tables().values() for pair in words(tables).items())
    return {word: meant for meant, told in every for word in told}


def alternation(words: Callable[[LanguageTables], Iterable[str]]) -> str:
    """A pattern that matches one of the words of every language, and nothing where there is none."""
    return either(in_every_language(words))


def patterns(words: Callable[[LanguageTables], Iterable[str]]) -> str:
    """A pattern that matches one of the patterns of every language, the first that fits."""
    return one_pattern(dict.fromkeys(one for tables in language_tables().values() for one in words(tables)))
