"""What the demo's people write, and the words that stand on a card."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.playground.teams.cards import walk
from adapters.teams.markdown import BREAK

_SENTENCES = {
    "en": (
        "I will open my next supervision talk with the person, then the tasks.",
        "Saying what comes next made our Monday calmer.",
        "Two real choices worked better than one good plan.",
        "I want to ask first, and hold my advice back for a minute.",
        "We have no time set aside for this, so I will block twenty minutes on Thursday.",
        "Hearing that other teams struggle with the same thing helped me.",
        "I tried the round where everybody speaks once. The quiet ones had the best ideas.",
        "More time in small groups, please.",
        "I mended it the same day, and it took five minutes.",
        "It was hard to keep up when two people were out sick.",
    ),
    "es": (
        "Voy a empezar la próxima charla por la persona, y luego las tareas.",
        "Decir lo que viene dio calma a nuestro lunes.",
        "Dos opciones reales sirvieron más que un buen plan.",
        "Quiero preguntar primero, y guardar mi consejo un minuto.",
        "Me ayudó oír que a otros equipos les cuesta lo mismo.",
        "Más tiempo en grupos pequeños, por favor.",
    ),
}
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~<>|&:])")
_DATE = re.compile(r"\{\{(?:DATE|TIME)\(([^,)]+)[^}]*\}\}")
_MARKS = re.compile(r"\*\*|__|<at>|</at>")


def sentence(dice: random.Random, language: str, most: int) -> str:
    """Something that a person might write, of at most `most` characters."""
    fitting = [one for one in _SENTENCES[language if language in _SENTENCES else "en"] if len(one) <= most]
    return dice.choice(fitting) if fitting else "Well"[:most]


def said_in_message(text: str, blocks: Iterable[Mapping[str, Any]]) -> str:
    """A Slack message as somebody reads it: its text, and the small print that only its blocks have."""
    small = [
        str(one.get("text", ""))
        for block in blocks
        if block["type"] == "context"
        for one in block["elements"]
    ]
    return "\n".join([text, *small])


def said_in_card(card: dict[str, Any]) -> str:
    """The texts of an Adaptive Card, one a line, without Markdown's marks."""
    lines = []
    for node in walk(card):
        if node["type"] == "TextBlock":
            lines.append(str(node["text"]))
        elif node["type"] == "RichTextBlock":
            lines.append("".join(str(one.get("text", one)) for one in node["inlines"] if one))
        elif node["type"] == "FactSet":
            lines += [f"{fact['title']} {fact['value']}" for fact in node["facts"]]
    text = _MARKS.sub("", _DATE.sub(r"\1", "\n".join(lines)))
    return _ESCAPED.sub(r"\1", text).replace(BREAK, "")
