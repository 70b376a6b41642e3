"""A form about a form: every question's words, their order, and room for one more; and what it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.forms import Field, Option, Values
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import MOST_PRESENTERS, MOST_RANKED, Choice, Instrument, Item
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
NEW_KINDS = (
    "scale5", "scale10", "scale", "matrix", "ranking", "promoter", "presenter", "intent", "choice", "choices",
    "number", "zip", "text",
)  # fmt: skip
"""Those of items, one that is counted as a net promoter score, and a scale asked about each presenter."""
SCALED = ("scale", "matrix")
FROM_CHAT = 90
"""Fields that a chat's form of the form may have; with more it is a file on a page."""
_RANGE = re.compile(r"\s*(-?[0-9]{1,7})\s*[-\u2013]\s*(-?[0-9]{1,7})\s*")


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
        *(
            Field(name=f"ends.{language}", kind="text", required=False, most=LONGEST_QUESTION,
                  label=words.ends_label(reader_language, language=_named(reader_language, language)),
                  hint=words.ends_hint(reader_language))
            for language in languages
        ),
        Field(name="points", kind="number", label=words.points_label(reader_language), required=False,
              lowest=3, highest=7, initial=5),
        Field(name="na", kind="checkbox", label=words.na_label(reader_language), required=False),
        Field(name="range", kind="text", label=words.range_label(reader_language), required=False, most=20,
              hint=words.range_hint(reader_language)),
    )  # fmt: skip


def _named(reader_language: str, language: str) -> str:
    return str(community_words.language_name(reader_language, language))


def _hint(item: Item, language: str) -> str:
    told = plain(words.kind(language, item.kind))
    if item.per_presenter:
        return f"{told}. {plain(words.keep_presenter(language))}"
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
    added = _added(instrument, values, given, languages, reader_language)
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
    for per, mark, keep in (
        (item.per_objective, "{objective}", words.keep_objective),
        (item.per_presenter, "{presenter}", words.keep_presenter),
    ):
        first = next((language for language, text in texts.items() if mark not in text), None)
        if per and first is not None:
            raise Unclear(f"{item.id}.{first}", keep(reader_language))
    return [RewordItem(item.id, text=Words({**item.text.root, **texts}))]


def _added(
    instrument: Instrument,
    values: Values,
    given: Mapping[str, str],
    languages: Sequence[str],
    reader_language: str,
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
    taken = {item.id for item in instrument.items}
    name = next(f"own{number}" for number in range(1, 100) if f"own{number}" not in taken)
    more = _needed(kind, texts, values, given, languages, reader_language)
    kinds = {"promoter": "scale10", "presenter": "scale5"}
    return Item(id=name, kind=kinds.get(kind, kind), text=Words(texts), **more)


def _needed(
    kind: str,
    texts: Mapping[str, str],
    values: Values,
    given: Mapping[str, str],
    languages: Sequence[str],
    reader_language: str,
) -> dict[str, Any]:
    """What a new question of this kind needs besides its text. Raises `Unclear`."""
    more: dict[str, Any] = {"measures": "net_promoter"} if kind == "promoter" else {}
    if kind in {"scale5", "presenter"}:
        like = "useful" if kind == "scale5" else "quality"
        more["labels"] = instrument_library()["post_session"].item(like).labels
    if kind == "presenter":
        first = next((language for language, text in texts.items() if "{presenter}" not in text), None)
        if first is not None:
            raise Unclear(f"new.{first}", words.keep_presenter(reader_language))
        more["per_presenter"] = MOST_PRESENTERS
    if kind in {"choice", "choices", "ranking", "matrix"}:
        most = MOST_RANKED if kind == "ranking" else MOST_OPTIONS
        name = "rows" if kind == "matrix" else "options"
        more[name] = _options(given, languages, reader_language, most)
    if kind in SCALED:
        more |= {"points": values.get("points") or 5, "labels": _ends(given, languages, reader_language)}
    if kind in {*SCALED, "scale5", "scale10", "presenter"}:
        more["not_applicable"] = bool(values.get("na"))
    if kind == "number":
        found = _RANGE.fullmatch(given.get("range", ""))
        least, most = (int(found[1]), int(found[2])) if found else (0, 0)
        if not -1_000_000 <= least < most <= 1_000_000 or most < 1:
            raise Unclear("range", words.range_unfit(reader_language))
        more |= {"least": least, "most": most}
    return more


def _ends(given: Mapping[str, str], languages: Sequence[str], reader_language: str) -> tuple[Words, ...]:
    ends = {language: given.get(f"ends.{language}", "").split("/") for language in languages}
    for language, found in ends.items():
        if len(found) != 2 or not all(end.strip() for end in found):
            raise Unclear(f"ends.{language}", words.ends_unfit(reader_language))
    return tuple(Words({language: found[place].strip() for language, found in ends.items()})
                 for place in range(2))  # fmt: skip


def _options(
    given: Mapping[str, str], languages: Sequence[str], reader_language: str, at_most: int
) -> tuple[Choice, ...]:
    lines = {
        language: [line.strip() for line in given.get(f"options.{language}", "").splitlines() if line.strip()]
        for language in languages
    }
    most = max(map(len, lines.values()))
    for language, found in lines.items():
        if not 2 <= len(found) <= at_most or len(found) != most:
            raise Unclear(f"options.{language}", words.options_unfit(reader_language, most=at_most))
    return tuple(
        Choice(id=f"o{place + 1}", text=Words({language: found[place] for language, found in lines.items()}))
        for place in range(most)
    )
