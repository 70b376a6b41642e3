"""An instrument: a versioned evaluation form. What its kinds of items take, and the limits it keeps to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from prompts.library import Slug, Strict, Words, missing_texts

Kind = Literal["post_session", "post_series", "followup_30_60", "followup_90", "pulse", "funder"]
Mode = Literal["anonymous", "confidential"]
ItemKind = Literal["scale5", "scale10", "intent", "choice", "choices", "text", "retrospective", "link"]
Measure = Literal[
    "quality",
    "usefulness",
    "objective",
    "intent",
    "recommendation",
    "net_promoter",
    "retrospective",
    "follow_through",
    "comment",
]

MOST_ITEMS: dict[Kind, int] = {
    "post_session": 5,
    "post_series": 12,
    "followup_30_60": 6,
    "followup_90": 5,
    "pulse": 3,
    "funder": 2,
}
"""Demographic items are not counted; an item asked once per objective counts once."""

MOST_DEMOGRAPHICS = 4
INTENT_ANSWERS = ("yes", "maybe", "no", "na")
_NEEDS: dict[ItemKind, frozenset[str]] = {
    "scale5": frozenset({"labels"}),
    "retrospective": frozenset({"labels"}),
    "choice": frozenset({"options"}),
    "choices": frozenset({"options"}),
}
_TAKES: dict[ItemKind, frozenset[str]] = {
    "scale5": frozenset({"labels", "detail", "per_objective"}),
    "scale10": frozenset({"detail", "per_objective"}),
    "intent": frozenset({"detail"}),
    "choice": frozenset({"options", "detail"}),
    "choices": frozenset({"options", "detail", "most"}),
    "text": frozenset({"parts"}),
    "retrospective": frozenset({"labels", "per_objective"}),
    "link": frozenset({"url"}),
}
_MEASURED_BY: dict[Measure, frozenset[ItemKind]] = {
    "recommendation": frozenset({"scale5"}),
    "net_promoter": frozenset({"scale10"}),
    "intent": frozenset({"intent"}),
    "retrospective": frozenset({"retrospective"}),
    "follow_through": frozenset({"choice"}),
    "comment": frozenset({"text"}),
}
_FOLLOW_THROUGH = {"done", "partly", "not", "changed", "none"}


class Choice(Strict):
    """One answer to pick, or one box of a text item."""

    id: Slug
    text: Words


class ShowIf(Strict):
    """Ask this item only after one of these answers to an earlier item (numbers as text: "1")."""

    item: Slug
    answers: tuple[str, ...] = Field(min_length=1)


class Item(Strict):
    """One question. Every item may be left out or answered "prefer not to answer"."""

    id: Slug
    kind: ItemKind
    text: Words
    measures: Measure | None = None
    labels: tuple[Words, ...] = ()
    options: tuple[Choice, ...] = ()
    parts: tuple[Choice, ...] = ()
    detail: Words | None = None
    most: Annotated[int, Field(ge=1)] | None = None
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"']+$")] | None = None
    per_objective: Annotated[int, Field(ge=1, le=4)] | None = None
    show_if: ShowIf | None = None
    demographic: bool = False
    asked_for: Slug | None = None
    """Once asked per objective: the item it came from."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        given = {
            name
            for name in ("labels", "options", "parts", "detail", "most", "url", "per_objective")
            if getattr(self, name)
        }
        if missing := _NEEDS.get(self.kind, frozenset()) - given:
            raise ValueError(f"a {self.kind} item needs {', '.join(sorted(missing))}")
        if surplus := given - _TAKES[self.kind]:
            raise ValueError(f"a {self.kind} item takes no {', '.join(sorted(surplus))}")
        if self.labels and len(self.labels) != 5:
            raise ValueError(f"a scale of 5 needs 5 labels, not {len(self.labels)}")
        if self.measures and self.kind not in _MEASURED_BY.get(self.measures, {self.kind}):
            raise ValueError(f"{self.measures} cannot be measured by a {self.kind} item")
        for choices in (self.options, self.parts):
            if len({choice.id for choice in choices}) < len(choices):
                raise ValueError("two options have the same id")
        if self.measures == "follow_through" and not {o.id for o in self.options} <= _FOLLOW_THROUGH:
            raise ValueError(f"follow_through takes the options {', '.join(sorted(_FOLLOW_THROUGH))}")
        if self.per_objective and any("{objective}" not in text for text in self.text.root.values()):
            raise ValueError("the text of an item asked per objective must contain {objective}")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers a `show_if` may name; empty for kinds without fixed answers."""
        if self.kind == "scale5":
            return tuple("12345")
        if self.kind == "scale10":
            return tuple(map(str, range(11)))
        return INTENT_ANSWERS if self.kind == "intent" else tuple(option.id for option in self.options)


@dataclass(frozen=True)
class Misfit:
    """What is wrong in a whole instrument, and where: a path such as ("items", 2, "show_if")."""

    where: tuple[str | int, ...]
    message: str


class Instrument(Strict):
    """One version of an evaluation form; a change makes a new version."""

    name: Slug
    version: Annotated[int, Field(ge=1)]
    kind: Kind
    mode: Mode
    title: Words
    intro: Words | None = None
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _keeps_to_the_rules(self) -> Self:
        if misfits := tuple(_misfits(self.kind, self.items)):
            text = "; ".join(misfit.message for misfit in misfits)
            # Braces in a custom error's text are placeholders, so the text is given as one.
            raise PydanticCustomError("instrument", "{text}", {"text": text, "misfits": misfits})
        return self

    def item(self, item_id: str) -> Item:
        """The item with this id. Raises KeyError when there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def unready(self, language: str) -> list[str]:
        """What keeps the form from opening in a language: missing texts and links, as dotted paths."""
        links = [f".items.{i.id}.url" for i in self.items if i.kind == "link" and not i.url]
        return missing_texts(self, language) + links


class ObjectiveItem(Strict):
    """A learning objective as an instrument asks about it."""

    id: Slug
    text: Words


def with_objectives(instrument: Instrument, objectives: Sequence[ObjectiveItem]) -> Instrument:
    """The same version with each per-objective item asked once per objective, the first ones up to its limit.

    Without objectives these items are left out. Raises ValueError when no item would be left.
    """
    items: list[Item] = []
    for item in instrument.items:
        if item.per_objective is None:
            items.append(item)
        else:
            items += [_about(item, objective) for objective in objectives[: item.per_objective]]
    return Instrument.model_validate({**dict(instrument), "items": items})


def _about(item: Item, objective: ObjectiveItem) -> Item:
    """A language stays only where both the item and the objective have it, so no text falls back."""
    both = item.text.languages & objective.text.languages
    texts = {code: item.text.root[code].replace("{objective}", objective.text.root[code]) for code in both}
    return item.model_copy(
        update={
            "id": f"{item.id}_{objective.id}",
            "text": Words(texts),
            "per_objective": None,
            "asked_for": item.id,
        }
    )


def _misfits(kind: Kind, items: Sequence[Item]) -> Iterator[Misfit]:
    counted = {item.asked_for or item.id for item in items if not item.demographic}
    if len(counted) > MOST_ITEMS[kind]:
        yield Misfit(("items",), f"a {kind} form has at most {MOST_ITEMS[kind]} items, not {len(counted)}")
    if not items:
        yield Misfit(("items",), "a form has at least 1 item")
    if sum(item.demographic for item in items) > MOST_DEMOGRAPHICS:
        yield Misfit(("items",), f"at most {MOST_DEMOGRAPHICS} demographic items")
    seen: dict[str, Item] = {}
    demographics_began = False
    for place, item in enumerate(items):
        where = ("items", place)
        if item.id in seen:
            yield Misfit((*where, "id"), f"two items are called {item.id}")
        if demographics_began and not item.demographic:
            yield Misfit(where, f"{item.id} stands after a demographic item; demographics come last")
        demographics_began |= item.demographic
        if item.demographic and item.kind != "choice" and item.kind != "choices":
            yield Misfit((*where, "kind"), "a demographic item is a choice: free text could name a person")
        if (kind == "funder") != (item.kind == "link"):
            yield Misfit((*where, "kind"), "a funder form holds links only, and no other form holds any")
        if item.show_if:
            yield from _branch_misfits(item.show_if, seen, (*where, "show_if"))
        seen[item.id] = item


def _branch_misfits(
    condition: ShowIf, earlier: dict[str, Item], where: tuple[str | int, ...]
) -> Iterator[Misfit]:
    asked = earlier.get(condition.item)
    if asked is None or asked.per_objective or asked.show_if:
        yield Misfit(where, f"{condition.item} is no earlier item that everybody is asked once")
    elif unknown := set(condition.answers) - set(asked.answers):
        yield Misfit(where, f"{condition.item} has no answer {', '.join(sorted(unknown))}")
