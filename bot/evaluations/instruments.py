"""An instrument: a versioned evaluation form. What its kinds of items take, and the limits it keeps to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from prompts.library import Slug, Strict, Words, missing_texts

Kind = Literal["post_session", "post_series", "followup_30_60", "followup_90", "pulse", "funder"]
Mode = Literal["anonymous", "confidential"]
ItemKind = Literal[
    "scale5",
    "scale10",
    "scale",
    "matrix",
    "ranking",
    "number",
    "zip",
    "intent",
    "choice",
    "choices",
    "text",
    "retrospective",
    "link",
]
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

SHORT_ITEMS: dict[Kind, int] = {
    "post_session": 5,
    "post_series": 12,
    "followup_30_60": 6,
    "followup_90": 5,
    "pulse": 3,
    "funder": 2,
}
"""A short form has no more. A longer one is possible and says what that costs; but a pulse and a funder's
form stay short. Demographic items are not counted; one asked once per objective or presenter counts once."""

SHORT_DEMOGRAPHICS = 4
ALWAYS_SHORT = frozenset({"pulse", "funder"})
MOST_FIELDS = 60
"""Inputs of one form: Slack's modal takes 100 blocks, of which its title and intro need some, and a Teams
card of 60 scales stays well under 100 KB."""
NOT_APPLICABLE = "na"
INTENT_ANSWERS = ("yes", "maybe", "no", NOT_APPLICABLE)
_NEEDS: dict[ItemKind, frozenset[str]] = {
    "scale5": frozenset({"labels"}),
    "scale": frozenset({"labels", "points"}),
    "matrix": frozenset({"labels", "points", "rows"}),
    "ranking": frozenset({"options"}),
    "number": frozenset({"least", "most"}),
    "retrospective": frozenset({"labels"}),
    "choice": frozenset({"options"}),
    "choices": frozenset({"options"}),
}
_PER = frozenset({"per_objective", "per_presenter"})
_TAKES: dict[ItemKind, frozenset[str]] = {
    "scale5": _PER | {"labels", "detail", "not_applicable"},
    "scale10": _PER | {"detail", "not_applicable"},
    "scale": _PER | {"labels", "points", "detail", "not_applicable"},
    "matrix": frozenset({"labels", "points", "rows", "not_applicable", "per_presenter"}),
    "ranking": frozenset({"options"}),
    "number": frozenset({"least", "most"}),
    "zip": frozenset(),
    "intent": frozenset({"detail"}),
    "choice": frozenset({"options", "detail"}),
    "choices": frozenset({"options", "detail", "most"}),
    "text": frozenset({"parts"}),
    "retrospective": frozenset({"labels", "per_objective"}),
    "link": frozenset({"url"}),
}
_GIVEN = tuple(sorted(frozenset().union(*_TAKES.values())))
_DEMOGRAPHIC: frozenset[ItemKind] = frozenset({"choice", "choices", "number", "zip"})
_MEASURED_BY: dict[Measure, frozenset[ItemKind]] = {
    "quality": frozenset({"scale5"}),
    "usefulness": frozenset({"scale5"}),
    "objective": frozenset({"scale5"}),
    "recommendation": frozenset({"scale5"}),
    "net_promoter": frozenset({"scale10"}),
    "intent": frozenset({"intent"}),
    "retrospective": frozenset({"retrospective"}),
    "follow_through": frozenset({"choice"}),
    "comment": frozenset({"text"}),
}
"""A scale of five points measures what `scale5` does."""
MOST_RANKED = 8
MOST_PRESENTERS = 6
_FOLLOW_THROUGH = {"done", "partly", "not", "changed", "none"}


class Choice(Strict):
    """One answer to pick, one box of a text item, or one row of a matrix."""

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
    """The words of each point, or those of both ends."""
    points: Annotated[int, Field(ge=3, le=7)] | None = None
    not_applicable: bool = False
    """Whether "does not apply" can be answered: counted, and left out of means."""
    rows: Annotated[tuple[Choice, ...], Field(max_length=12)] = ()
    options: tuple[Choice, ...] = ()
    parts: tuple[Choice, ...] = ()
    detail: Words | None = None
    most: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Picks of several choices; the largest number."""
    least: Annotated[int, Field(ge=-1_000_000)] | None = None
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"']+$")] | None = None
    per_objective: Annotated[int, Field(ge=1, le=4)] | None = None
    per_presenter: Annotated[int, Field(ge=1, le=MOST_PRESENTERS)] | None = None
    show_if: ShowIf | None = None
    demographic: bool = False
    asked_for: Slug | None = None
    """Once asked per objective or presenter: the item it came from."""
    presenter: int | None = None
    """Once asked per presenter: the person it is about."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        given = {
            name for name in _GIVEN if (value := getattr(self, name)) is not False and value not in (None, ())
        }
        if missing := _NEEDS.get(self.kind, frozenset()) - given:
            raise ValueError(f"a {self.kind} item needs {', '.join(sorted(missing))}")
        if surplus := given - _TAKES[self.kind]:
            raise ValueError(f"a {self.kind} item takes no {', '.join(sorted(surplus))}")
        self._fits_its_scale()
        measuring = "scale5" if self.kind == "scale" and self.points == 5 else self.kind
        if self.measures and measuring not in _MEASURED_BY.get(self.measures, {self.kind}):
            raise ValueError(f"{self.measures} cannot be measured by a {self.kind} item")
        for choices in (self.options, self.parts, self.rows):
            if len({choice.id for choice in choices}) < len(choices):
                raise ValueError("two options have the same id")
        if self.measures == "follow_through" and not {o.id for o in self.options} <= _FOLLOW_THROUGH:
            raise ValueError(f"follow_through takes the options {', '.join(sorted(_FOLLOW_THROUGH))}")
        if self.per_objective and self.per_presenter:
            raise ValueError("an item is asked per objective or per presenter, not both")
        for name in ("objective", "presenter"):
            texts = self.text.root.values()
            if getattr(self, f"per_{name}") and any(f"{{{name}}}" not in text for text in texts):
                raise ValueError(f"the text of an item asked per {name} must contain {{{name}}}")
        return self

    def _fits_its_scale(self) -> None:
        points = self.points or 5
        if self.labels and len(self.labels) not in ({2, points} if self.points else {points}):
            ends = "2 (both ends) or " if self.points else ""
            raise ValueError(f"a scale of {points} needs {ends}{points} labels, not {len(self.labels)}")
        if self.kind == "number" and (self.least or 0) >= (self.most or 0):
            raise ValueError("least must be smaller than most")
        if self.kind == "ranking" and not 2 <= len(self.options) <= MOST_RANKED:
            raise ValueError(f"a ranking has 2 to {MOST_RANKED} options")

    @property
    def steps(self) -> range:
        """The points of its scale, the ranks of a ranking, the numbers that it takes; else empty."""
        match self.kind:
            case "scale5" | "scale" | "matrix" | "retrospective":
                return range(1, (self.points or 5) + 1)
            case "scale10":
                return range(11)
            case "ranking":
                return range(1, len(self.options) + 1)
            case "number":
                return range(self.least or 0, (self.most or 0) + 1)
        return range(0)

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers a `show_if` may name; empty for kinds without fixed answers, or with several."""
        if self.kind in {"scale5", "scale10", "scale"}:
            return (*map(str, self.steps), *((NOT_APPLICABLE,) if self.not_applicable else ()))
        if self.kind == "ranking":
            return ()
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

    @property
    def longer_by(self) -> int:
        """Questions beyond those of a short form of its kind; each row, and each option to rank, is one."""
        asked = {one.asked_for or one.id: one for one in self.items if not one.demographic}
        parts = (one.rows or (one.options if one.kind == "ranking" else ()) for one in asked.values())
        questions = sum(len(each) or 1 for each in parts)
        demographics = sum(item.demographic for item in self.items)
        return max(0, questions - SHORT_ITEMS[self.kind]) + max(0, demographics - SHORT_DEMOGRAPHICS)

    @property
    def takes_minutes(self) -> int:
        """About how long it takes to answer: two minutes as short, and one more for each six questions."""
        return 2 + ceil(self.longer_by / 6)

    def unready(self, language: str) -> list[str]:
        """What keeps the form from opening in a language: missing texts and links, as dotted paths."""
        links = [f".items.{i.id}.url" for i in self.items if i.kind == "link" and not i.url]
        return missing_texts(self, language) + links


class ObjectiveItem(Strict):
    """A learning objective as an instrument asks about it."""

    id: Slug
    text: Words


@dataclass(frozen=True)
class Presenter:
    """Somebody who presents, as an instrument asks about them."""

    id: int
    name: str


def with_objectives(
    instrument: Instrument, objectives: Sequence[ObjectiveItem], presenters: Sequence[Presenter] = ()
) -> Instrument:
    """The same version with each item per objective or presenter asked once for each, up to its limit.

    Without objectives, or presenters, these items are left out. Raises ValueError when no item would be left.
    """
    items: list[Item] = []
    for item in instrument.items:
        if item.per_objective:
            items += [_about(item, one.id, "objective", one.text) for one in objectives[: item.per_objective]]
        elif item.per_presenter:
            items += [_rating(item, one) for one in presenters[: item.per_presenter]]
        else:
            items.append(item)
    return Instrument.model_validate({**dict(instrument), "items": items})


def _about(item: Item, ending: str, name: str, said: Words) -> Item:
    """A language stays only where both the item and the text have it, so no text falls back."""
    both = item.text.languages & said.languages
    texts = {code: item.text.root[code].replace(f"{{{name}}}", said.root[code]) for code in both}
    return item.model_copy(
        update={
            "id": f"{item.id}_{ending}",
            "text": Words(texts),
            f"per_{name}": None,
            "asked_for": item.id,
        }
    )


def _rating(item: Item, presenter: Presenter) -> Item:
    named = Words(dict.fromkeys(item.text.languages, presenter.name))
    asked = _about(item, f"p{presenter.id}", "presenter", named)
    return asked.model_copy(update={"presenter": presenter.id})


def fields_of(item: Item) -> int:
    """How many inputs the item takes at most."""
    each = {
        "text": len(item.parts) or 1,
        "retrospective": 2,
        "matrix": len(item.rows),
        "ranking": len(item.options),
    }.get(item.kind, 1)
    return (each + (item.detail is not None)) * (item.per_objective or item.per_presenter or 1)


def _misfits(kind: Kind, items: Sequence[Item]) -> Iterator[Misfit]:
    counted = {item.asked_for or item.id for item in items if not item.demographic}
    if kind in ALWAYS_SHORT and len(counted) > SHORT_ITEMS[kind]:
        yield Misfit(("items",), f"a {kind} form has at most {SHORT_ITEMS[kind]} items, not {len(counted)}")
    if not items:
        yield Misfit(("items",), "a form has at least 1 item")
    if (fields := sum(map(fields_of, items))) > MOST_FIELDS:
        yield Misfit(("items",), f"a form has at most {MOST_FIELDS} places to answer, not {fields}")
    seen: dict[str, Item] = {}
    demographics_began = False
    for place, item in enumerate(items):
        where = ("items", place)
        if item.id in seen:
            yield Misfit((*where, "id"), f"two items are called {item.id}")
        if demographics_began and not item.demographic:
            yield Misfit(where, f"{item.id} stands after a demographic item; demographics come last")
        demographics_began |= item.demographic
        if item.demographic and item.kind not in _DEMOGRAPHIC:
            kinds = ", ".join(sorted(_DEMOGRAPHIC))
            yield Misfit((*where, "kind"), f"a demographic item is {kinds}: free text could name a person")
        if (kind == "funder") != (item.kind == "link"):
            yield Misfit((*where, "kind"), "a funder form holds links only, and no other form holds any")
        if item.show_if:
            yield from _branch_misfits(item.show_if, seen, (*where, "show_if"))
        seen[item.id] = item


def _branch_misfits(
    condition: ShowIf, earlier: dict[str, Item], where: tuple[str | int, ...]
) -> Iterator[Misfit]:
    asked = earlier.get(condition.item)
    if asked is None or asked.per_objective or asked.per_presenter:
        yield Misfit(where, f"{condition.item} is no earlier item that everybody is asked once")
    elif unknown := set(condition.answers) - set(asked.answers):
        yield Misfit(where, f"{condition.item} has no answer {', '.join(sorted(unknown))}")
