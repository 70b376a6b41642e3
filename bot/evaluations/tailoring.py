"""Tailoring an instrument to a project: each set of changes makes a new version, the old one stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.evaluations.instruments import Choice, Instrument, Item
from prompts.library import Words


@dataclass(frozen=True)
class AddItem:
    """Put a new item after another; with None, before all."""

    item: Item
    after: str | None


@dataclass(frozen=True)
class DropItem:
    """Leave an item out."""

    item: str


@dataclass(frozen=True)
class ReorderItems:
    """All item ids in their new order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class RewordItem:
    """Other words for the same kind of item; None keeps what is there. Options keep their ids and order.

    A text replaces all its languages: one that is not given must be translated before it opens in it.
    """

    item: str
    text: Words | None = None
    labels: tuple[Words, ...] | None = None
    options: tuple[Choice, ...] | None = None
    parts: tuple[Choice, ...] | None = None
    detail: Words | None = None
    url: str | None = None


Change = AddItem | DropItem | ReorderItems | RewordItem


class TailoringError(ValueError):
    """The changes cannot be made; the message says which and why."""


def tailor(instrument: Instrument, changes: Sequence[Change], version: int | None = None) -> Instrument:
    """A new version with the changes made in order; `version` is the next free one, by default one more.

    Raises `TailoringError`; the limits of the instrument's kind hold for the result as a whole.
    """
    items = list(instrument.items)
    for change in changes:
        items = _changed(items, change)
    number = instrument.version + 1 if version is None else version
    if number <= instrument.version:
        raise TailoringError(f"version {number} is not newer than {instrument.version}")
    try:
        return Instrument.model_validate({**dict(instrument), "version": number, "items": items})
    except ValidationError as error:
        raise TailoringError("; ".join(found["msg"] for found in error.errors())) from error


def _changed(items: list[Item], change: Change) -> list[Item]:
    match change:
        case AddItem(item, after):
            place = 0 if after is None else _place(items, after) + 1
            return [*items[:place], item, *items[place:]]
        case DropItem(dropped):
            place = _place(items, dropped)
            return items[:place] + items[place + 1 :]
        case ReorderItems(order):
            by_id = {item.id: item for item in items}
            if sorted(order) != sorted(by_id):
                raise TailoringError("the new order must name every item once")
            return [by_id[item_id] for item_id in order]
        case RewordItem():
            place = _place(items, change.item)
            return [*items[:place], _reworded(items[place], change), *items[place + 1 :]]


def _reworded(item: Item, change: RewordItem) -> Item:
    for old, new in ((item.options, change.options), (item.parts, change.parts)):
        if new is not None and [choice.id for choice in new] != [choice.id for choice in old]:
            raise TailoringError(f"{item.id}: rewording keeps the options and their order")
    names = ("text", "labels", "options", "parts", "detail", "url")
    new_words = {name: value for name in names if (value := getattr(change, name)) is not None}
    try:
        return Item.model_validate({**dict(item), **new_words})
    except ValidationError as error:
        raise TailoringError(f"{item.id}: {error.errors()[0]['msg']}") from error


def _place(items: Sequence[Item], item_id: str) -> int:
    for place, item in enumerate(items):
        if item.id == item_id:
            return place
    raise TailoringError(f"there is no item {item_id}")
