"""What Teams accepts as an Adaptive Card: the published schema, and Teams' own limits.

Where Teams drops something in silence (an unknown element, a seventh action, a clash of input ids), this
far side refuses the card, so that the fault shows in a test and not on somebody's screen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from adapters.playground.teams.card_schema import misfit, since
from adapters.playground.teams.model import JsonObject

NEWEST_VERSION = (1, 5)
MOST_ACTIONS = 6
MESSAGE_BYTES = 80 * 1024
"""Teams names 100 KB as the limit and 80 KB as safe; the far side holds the bot to the safe one."""

CHILDREN: dict[str, tuple[str, ...]] = {
    "AdaptiveCard": ("body", "actions"),
    "Container": ("items",),
    "ColumnSet": ("columns",),
    "Column": ("items",),
    "ImageSet": ("images",),
    "Table": ("rows",),
    "TableRow": ("cells",),
    "TableCell": ("items",),
    "ActionSet": ("actions",),
}
IMPLIED_TYPE = {"columns": "Column", "rows": "TableRow", "cells": "TableCell", "images": "Image"}


class CardRefused(ValueError):
    """A card or message that Teams would refuse or mutilate; the text says where and why."""


def message_bytes(activity: JsonObject) -> int:
    """The size of a message as it goes over the wire, in bytes of UTF-8."""
    return len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode())


def check_card(card: Any) -> None:
    """Raises `CardRefused` unless Teams would show the whole card."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        raise CardRefused("the attachment's content is no AdaptiveCard")
    version = _version(card.get("version"))
    if version > NEWEST_VERSION:
        raise CardRefused(f"version {card['version']} is newer than 1.5")
    seen_inputs: set[str] = set()
    for node in walk(card):
        _check_node(node, version, seen_inputs)
        if isinstance(node.get("fallback"), dict):
            _check_node(_typed(node["fallback"], "fallback"), version, set())
    if problem := misfit(card, walk(card)):
        raise CardRefused(problem)


def walk(card: JsonObject) -> Iterator[JsonObject]:
    """Every element and action of a card, in reading order, nested cards included."""
    pending: list[JsonObject] = [{**card, "type": "AdaptiveCard"}]
    while pending:
        node = pending.pop(0)
        yield node
        inside: list[JsonObject] = []
        for name in CHILDREN.get(str(node["type"]), ()):
            children = node.get(name) or []
            if not isinstance(children, list):
                raise CardRefused(f"{node['type']}.{name} is no list")
            inside += [_typed(child, name) for child in children]
        if isinstance(node.get("selectAction"), dict):
            inside.append(_typed(node["selectAction"], "selectAction"))
        if node["type"] == "Action.ShowCard":
            inside.append({**_typed(node.get("card"), "card"), "type": "AdaptiveCard"})
        pending = inside + pending


def actions(card: JsonObject) -> list[JsonObject]:
    """Every action that a person can press, in reading order."""
    return [node for node in walk(card) if str(node["type"]).startswith("Action.")]


def inputs(card: JsonObject) -> list[JsonObject]:
    """Every input of the card, in reading order."""
    return [node for node in walk(card) if str(node["type"]).startswith("Input.")]


def _typed(child: Any, place: str) -> JsonObject:
    if not isinstance(child, dict):
        raise CardRefused(f"an entry of {place} is no object")
    kind = child.get("type") or IMPLIED_TYPE.get(place)
    if not isinstance(kind, str):
        raise CardRefused(f"an entry of {place} has no type")
    return {**child, "type": kind}


def _version(text: Any) -> tuple[int, int]:
    try:
        major, minor = str(text).split(".")
        return int(major), int(minor)
    except ValueError:
        raise CardRefused(f"{text!r} is no card version") from None


def _check_node(node: JsonObject, version: tuple[int, int], seen_inputs: set[str]) -> None:
    kind = str(node["type"])
    if kind == "AdaptiveCard":
        _check_action_count(node)
        return
    if (known_since := since(kind)) is None:
        raise CardRefused(f"unknown type {kind}")
    if version < known_since:
        raise CardRefused(f"{kind} needs a newer card version than {version[0]}.{version[1]}")
    if kind.startswith("Input."):
        if node.get("id") in seen_inputs:
            raise CardRefused(f"two inputs share the id {node['id']!r}")
        seen_inputs.add(str(node.get("id")))
    if kind in ("Image", "Action.OpenUrl"):
        _check_url(kind, str(node.get("url")))
    if kind == "Action.Execute" and not isinstance(node.get("data", {}), dict):
        raise CardRefused("Action.Execute data is no object")
    if kind == "ActionSet":
        _check_action_count(node)
    if kind == "Input.ChoiceSet" and not (node.get("choices") or node.get("choices.data")):
        raise CardRefused("Input.ChoiceSet without choices")


def _check_action_count(node: JsonObject) -> None:
    shown = node.get("actions") or []
    if len(shown) > MOST_ACTIONS:
        raise CardRefused(f"{len(shown)} actions in one row; Teams shows {MOST_ACTIONS}")
    for action in shown:
        if not str(_typed(action, "actions")["type"]).startswith("Action."):
            raise CardRefused(f"{action.get('type')} among the actions")


def _check_url(kind: str, url: str) -> None:
    secure = url.startswith(("https://", "http://127.0.0.1", "http://localhost"))
    embedded = kind == "Image" and url.startswith("data:image/")
    mail = kind == "Action.OpenUrl" and url.startswith("mailto:")
    if not (secure or embedded or mail):
        raise CardRefused(f"{kind} with an address that Teams does not open")
