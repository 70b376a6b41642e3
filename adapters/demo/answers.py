"""What the demo's people write: the texts of `answers.yaml`, by question, language and character."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from adapters.playground.people import SamplePerson

FILE = Path(__file__).with_name("answers.yaml")
LEADS = frozenset({"supervisor", "leader"})

Text = tuple[str, ...]
"""One answer: a text for each field that is answered with it."""


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """Fields that are answered together. `texts` by language, then by character."""

    name: str
    fields: tuple[str, ...]
    texts: Mapping[str, Mapping[str, tuple[Text, ...]]]

    def for_person(self, language: str, character: str, group: str) -> tuple[list[Text], list[Text]]:
        """What is theirs alone, and what anybody like them might write."""
        of = self.texts.get(language, {})
        return list(of.get(character, ())), [*of.get("anyone", ()), *of.get(group, ())]


@dataclass(frozen=True, slots=True)
class AnswerBook:
    """The file. `same` are other names of fields; `people` tells, by e-mail, who writes otherwise."""

    most: int
    people: Mapping[str, Mapping[str, str]]
    questions: tuple[DemoQuestion, ...]
    same: Mapping[str, str]

    def meant(self, name: str) -> str:
        """The field whose answers a field of this name takes."""
        return self.same.get(name, name)

    def language_of(self, person: SamplePerson) -> str:
        """The language that somebody writes in, which need not be their account's."""
        return self.people.get(person.email, {}).get("language") or (person.locale or "en")[:2]

    def character_of(self, person: SamplePerson) -> str:
        return self.people.get(person.email, {}).get("character", "")


@lru_cache(maxsize=1)
def answer_book() -> AnswerBook:
    read = yaml.safe_load(FILE.read_text("utf-8"))
    return AnswerBook(
        most=read["most"],
        people=read["people"],
        questions=tuple(_question(name, one) for name, one in read["questions"].items()),
        same=read["same"],
    )


def _question(name: str, one: Mapping[str, object]) -> DemoQuestion:
    fields = one["fields"]
    assert isinstance(fields, list)
    texts = {language: _texts(given) for language, given in one.items() if language != "fields"}
    return DemoQuestion(name, tuple(fields), texts)


def _texts(given: object) -> dict[str, tuple[Text, ...]]:
    assert isinstance(given, dict)
    return {
        character: tuple((text,) if isinstance(text, str) else tuple(text) for text in texts)
        for character, texts in given.items()
    }


@dataclass
class Writing:
    """Who wrote what in one run, so that no text is seen over and over."""

    book: AnswerBook = field(default_factory=answer_book)
    _used: Counter[Text] = field(default_factory=Counter)
    _by: set[tuple[str, Text]] = field(default_factory=set)

    def write(self, person: SamplePerson, asked: Mapping[str, int]) -> dict[str, str]:
        """What a person writes into these fields (name: the most characters). A field is left out when the
        file has no text for it, or none is left that fits."""
        written: dict[str, str] = {}
        for question in self.book.questions:
            names = [name for name in asked if self.book.meant(name) in question.fields]
            places = {name: question.fields.index(self.book.meant(name)) for name in names}
            text = self._pick(person, question, {places[name]: asked[name] for name in names})
            if names and text is not None:
                self._used[text] += 1
                self._by.add((person.email, text))
                written |= {name: text[place] for name, place in places.items()}
        return written

    def _pick(self, person: SamplePerson, question: DemoQuestion, room: Mapping[int, int]) -> Text | None:
        """The rarest so far that is new to them and fits into each place (by its most characters)."""
        group = "lead" if person.job_role in LEADS else "staff"
        own, common = question.for_person(
            self.book.language_of(person), self.book.character_of(person), group
        )
        new = [
            text
            for text in (*own, *common)
            if (person.email, text) not in self._by
            and all(len(text[place]) <= most for place, most in room.items())
        ]
        free = [text for text in new if text in own and not self._used[text]] or [
            text for text in new if text in common and self._used[text] < self.book.most
        ]
        if not free:
            return None
        least = min(self._used[text] for text in free)
        rarest = [text for text in free if self._used[text] == least]
        return random.Random(f"{person.email} {question.name}").choice(rarest)
