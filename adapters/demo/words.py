"""The words that stand on a message or a card, as somebody reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from adapters.playground.teams.cards import walk
from adapters.teams.markdown import BREAK

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~<>|&:])")
_DATE = re.compile(r"\{\{(?:DATE|TIME)\(([^,)]+)[^}]*\}\}")
_MARKS = re.compile(r"\*\*|__|<at>|</at>")


def said_in_message(text: str, blocks: Iterable[Mapping[str, Any]]) -> str:
    """A Slack message as somebody reads it: its text, and the small print that only its blocks have."""
    small = [
        str(one.get("text", ""))
        for block in blocks
        if block["type"] == "context"
        for one in block["elements"]
    ]
    return unescape("\n".join([text, *small]))  # Slack's text has &amp;, &lt; and &gt;


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
