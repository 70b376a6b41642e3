"""A form about a form: every question's words, their order, and room for one more; and what it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.forms import Field, Option, Values
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import Choice, Instrument, Item
from bot.evaluations.tailoring import (
    AddItem,
    Change,
    DropItem,
    ReorderItems,
    RewordItem,
    TailoringError,
    tailor,
)
from prompts.library import Words
from prompts.text import plain
from prompts.words import communities as community_words
from prompts.words import tailoring as words

LONGEST_QUESTION = 300
MOST_OPTIONS = 10
NEW_KINDS = ("scale5", "scale10", "promoter", "intent", "choice", "choices", "text")
"""Those of items, and one that is counted as a net promoter score."""


def fields_of(instrument: Instrument, languages: Sequence[str], reader_language: str) -> tuple[Field, ...]:
    """A text field for each question and language, the order, and a new question."""
    questions = tuple(
        Field(
            name=f"{item.id}.{language}",
            kind="text",
            label=words.question_label(
                reader_language, number=number, name=item.id, language=_named(reader_language, language)
            ),
            hint=_hint(item, reader_language),
            required=False,
            most=LONGEST_QUESTION,
            initial=item.text.root.get(language, ""),
        )
        for number, item in enumerate(instrument.items, start=1)
        for language in languages
    )
    order = Field(
        name="order",
        kind="text",
        label=words.order_label(reader_language),
        hint=words.order_hint(reader_language),
        most=1000,
        initial=", ".join(item.id for item in instrument.items),
    )
    return (*questions, order, *_new_question(languages, reader_language))


def _new_question(languages: Sequence[str], reader_language: str) -> tuple[Field, ...]:
    kinds = tuple(
        Option(value=kind, label=plain(words.kind(reader_language, kind))[:75]) for kind in NEW_KINDS
    )
    return (
        Field(name="new", kind="choice", label=words.new_label(reader_language), required=False,
              options=kinds),
        *(
            Field(name=f"new.{language}", kind="text", required=False, most=LONGEST_QUESTION,
                  label=words.new_text_label(reader_language, language=_named(reader_language, language)))
            for language in languages
        ),
        *(
            Field(name=f"options.{language}", kind="paragraph", required=False, most=1000,
                  label=words.options_label(reader_language, language=_named(reader_language, language)),
                  hint=words.options_hint(reader_language))
            for language in languages
        ),
    )  # fmt: skip


def _named(reader_language: str, language: str) -> str:
    return str(community_words.language_name(reader_language, language))


def _hint(item: Item, language: str) -> str:
    told = plain(words.kind(language, item.kind))
    return f"{told}. {plain(words.keep_objective(language))}" if item.per_objective else told


class Unclear(ValueError):
    """An answer to the form that means nothing; `field` is where it stands."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def tailored(
    instrument: Instrument, values: Values, languages: Sequence[str], version: int, reader_language: str
) -> Instrument:
    """The instrument as the form has it, as a new version. Raises `Unclear`."""
    given = {name: str(value).strip() for name, value in values.items() if isinstance(value, str)}
    order = [part.casefold() for part in re.split(r"[\s,;]+", given.get("order", "")) if part]
    changes: list[Change] = []
    kept: list[str] = []
    for item in instrument.items:
        texts = {language: given.get(f"{item.id}.{language}", "") for language in languages}
        if item.id not in order or not any(texts.values()):
            changes.append(DropItem(item.id))
            continue
        kept.append(item.id)
        changes += _reworded(item, texts, reader_language)
    strangers = [one for one in order if one not in {item.id for item in instrument.items}]
    if strangers:
        raise Unclear("order", words.no_such_question(reader_language, name=strangers[0][:40]))
    if len(set(order)) < len(order):
        raise Unclear("order", words.named_twice(reader_language))
    added = _added(instrument, given, languages, reader_language)
    if added is not None:
        after = next(
            (one.id for one in reversed(instrument.items) if one.id in kept and not one.demographic), None
        )
        changes.append(AddItem(added, after))
    changes.append(ReorderItems(tuple(_in_order(kept, order, instrument, added))))
    try:
        return tailor(instrument, changes, version)
    except TailoringError as error:
        raise Unclear("order", str(error)) from error


def _in_order(
    kept: Sequence[str], order: Sequence[str], instrument: Instrument, added: Item | None
) -> list[str]:
    """As the person says; a new question stands last but for questions about the person."""
    wanted = [one for one in order if one in kept]
    if added is None:
        return wanted
    about_me = {item.id for item in instrument.items if item.demographic}
    place = next((at for at, one in enumerate(wanted) if one in about_me), len(wanted))
    return [*wanted[:place], added.id, *wanted[place:]]


def _reworded(item: Item, texts: Mapping[str, str], reader_language: str) -> list[Change]:
    if all(item.text.root.get(language, "") == text for language, text in texts.items()):
        return []
    missing = next((language for language, text in texts.items() if not text), None)
    if missing is not None:
        raise Unclear(f"{item.id}.{missing}", words.every_language(reader_language))
    if item.per_objective and any("{objective}" not in text for text in texts.values()):
        first = next(language for language, text in texts.items() if "{objective}" not in text)
        raise Unclear(f"{item.id}.{first}", words.keep_objective(reader_language))
    return [RewordItem(item.id, text=Words({**item.text.root, **texts}))]


def _added(
    instrument: Instrument, given: Mapping[str, str], languages: Sequence[str], reader_language: str
) -> Item | None:
    texts = {language: given.get(f"new.{language}", "") for language in languages}
    kind: Any = given.get("new")
    if not kind and not any(texts.values()):
        return None
    if not kind:
        raise Unclear("new", words.pick_kind(reader_language))
    missing = next((language for language, text in texts.items() if not text), None)
    if missing is not None:
        raise Unclear(f"new.{missing}", words.every_language(reader_language))
    more: dict[str, Any] = {"measures": "net_promoter"} if kind == "promoter" else {}
    if kind == "scale5":
        more["labels"] = instrument_library()["post_session"].item("useful").labels
    if kind in {"choice", "choices"}:
        more["options"] = _options(given, languages, reader_language)
    taken = {item.id for item in instrument.items}
    name = next(f"own{number}" for number in range(1, 100) if f"own{number}" not in taken)
    return Item(id=name, kind="scale10" if kind == "promoter" else kind, text=Words(texts), **more)


def _options(given: Mapping[str, str], languages: Sequence[str], reader_language: str) -> tuple[Choice, ...]:
    lines = {
        language: [line.strip() for line in given.get(f"options.{language}", "").splitlines() if line.strip()]
        for language in languages
    }
    most = max(map(len, lines.values()))
    for language, found in lines.items():
        if not 2 <= len(found) <= MOST_OPTIONS or len(found) != most:
            raise Unclear(f"options.{language}", words.options_unfit(reader_language, most=MOST_OPTIONS))
    return tuple(
        Choice(id=f"o{place + 1}", text=Words({language: found[place] for language, found in lines.items()}))
        for place in range(most)
    )
