"""What a person's client does with the inputs of a card: defaults, checks, and the data it sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.playground.teams.cards import inputs
from adapters.playground.teams.model import JsonObject


def collected(card: JsonObject, values: Mapping[str, Any]) -> dict[str, str]:
    """The answers of all inputs by id, as the texts a client sends; untouched ones give their default.

    An input left empty without a default is not sent, as in Teams. Values for ids that the card does not
    have are a mistake of the caller: KeyError.
    """
    known = {str(node["id"]): node for node in inputs(card)}
    for name in values:
        if name not in known:
            raise KeyError(f"the card has no input {name!r}; it has {sorted(known)}")
    answers = {}
    for name, node in known.items():
        answer = _as_text(node, values.get(name, _default(node)))
        if answer is not None:
            answers[name] = answer
    return answers


def complaints(card: JsonObject, answers: Mapping[str, str]) -> dict[str, str]:
    """What the client itself would refuse, by input id: required, pattern, range, length, choices."""
    found = {}
    for node in inputs(card):
        reason = _complaint(node, answers.get(str(node["id"]), ""))
        if reason:
            found[str(node["id"])] = str(node.get("errorMessage") or reason)
    return found


def merged(action_data: Any, answers: Mapping[str, str]) -> Any:
    """The action's own data with the answers beside it; a text stands alone when there is no answer."""
    if isinstance(action_data, str):
        return {"data": action_data, **answers} if answers else action_data
    return {**(action_data or {}), **answers}


def _default(node: JsonObject) -> Any:
    if node["type"] == "Input.Toggle":
        return node.get("value", node.get("valueOff", "false"))
    return node.get("value")


def _as_text(node: JsonObject, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        if node["type"] == "Input.Toggle":
            return str(node.get("valueOn", "true") if value else node.get("valueOff", "false"))
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return str(value)


def _complaint(node: JsonObject, answer: str) -> str | None:
    kind = str(node["type"])
    missing = not answer or (kind == "Input.Toggle" and answer != str(node.get("valueOn", "true")))
    if missing:
        return "an answer is required" if node.get("isRequired") else None
    if kind == "Input.Text":
        return _text_complaint(node, answer)
    if kind == "Input.Number":
        return _number_complaint(node, answer)
    if kind in ("Input.Date", "Input.Time"):
        return _range_complaint(node, answer)
    if kind == "Input.ChoiceSet" and node.get("style") != "filtered":
        return _choice_complaint(node, answer)
    return None


def _text_complaint(node: JsonObject, answer: str) -> str | None:
    if len(answer) > int(node.get("maxLength") or len(answer)):
        return f"at most {node['maxLength']} characters"
    if node.get("regex") and not re.search(str(node["regex"]), answer):
        return "the answer does not have the wanted form"
    return None


def _number_complaint(node: JsonObject, answer: str) -> str | None:
    try:
        number = float(answer)
    except ValueError:
        return "a number is wanted"
    if number < float(node.get("min", number)) or number > float(node.get("max", number)):
        return "the number is out of range"
    return None


def _range_complaint(node: JsonObject, answer: str) -> str | None:
    low, high = str(node.get("min") or answer), str(node.get("max") or answer)
    return None if low <= answer <= high else "outside the allowed range"


def _choice_complaint(node: JsonObject, answer: str) -> str | None:
    chosen = answer.split(",") if node.get("isMultiSelect") else [answer]
    offered = {str(choice["value"]) for choice in node["choices"]}
    return None if set(chosen) <= offered else "not one of the choices"
