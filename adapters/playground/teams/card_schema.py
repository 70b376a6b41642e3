"""The schema of Adaptive Cards 1.5 as Microsoft publishes it, and what in a card does not fit.

The file is Microsoft's own, unchanged, with its licence beside it (`adaptive_cards/`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from adapters.playground.teams.model import JsonObject

FILE = Path(__file__).parent / "adaptive_cards" / "adaptive-card-1.5.json"

OF_TEAMS = {"AdaptiveCard": "msteams", "Input.ChoiceSet": "choices.data"}
"""Properties of Teams' own: mentions and the width; where a people picker looks for people. Its page on
type-ahead search adds the style ``filtered``, too."""


def misfit(card: JsonObject, nodes: Iterable[JsonObject]) -> str:
    """What in a card does not fit, told of the innermost of its `nodes` (in reading order); empty if all
    does."""
    if _fits("AdaptiveCard").is_valid(card):
        return ""
    for node in reversed(list(nodes)):
        for error in _fits(str(node["type"])).iter_errors(node):
            where = "/".join(str(part) for part in error.instance_path)
            return f"{node['type']} {where}: {error.message[:200]}".replace(" : ", ": ")
    return "the card does not fit the schema"


@cache
def since(kind: str) -> tuple[int, int] | None:
    """The version of cards in which an element or action came in; None for one that is in no version."""
    definition = _schema()["definitions"].get(kind)
    if definition is None or "type" not in definition.get("properties", {}):
        return None
    major, minor = str(definition.get("version", "1.0")).split(".")
    return int(major), int(minor)


@cache
def _schema() -> Any:
    """As published, with what Teams adds."""
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    for kind, name in OF_TEAMS.items():
        schema["definitions"][kind]["properties"][name] = {"type": "object"}
    schema["definitions"]["ChoiceInputStyle"]["anyOf"].append({"const": "filtered"})
    return schema


@cache
def _fits(kind: str) -> Any:
    definitions = _schema()["definitions"]
    return jsonschema_rs.validator_for(
        {**definitions[kind], "id": _schema()["id"], "definitions": definitions}
    )
