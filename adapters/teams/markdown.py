"""Marked text as the Markdown that Adaptive Cards show, so escaped that nobody's words do anything.

Adaptive Cards know bold, italic, lists and links; of HTML only the ``<at>`` of a mention has a meaning. What
people wrote goes out with every such sign escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from prompts.text import Block, Span, blocks

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Plain text that a card shows letter for letter (line breaks become spaces)."""
    safe = "".join(_ENTITIES.get(sign, sign) for sign in " ".join(text.split("\n")))
    return _SIGNS.sub(r"\\\1", safe.replace("\r", " ").replace("\x00", ""))


@dataclass
class Mentions:
    """Whom a card notifies. `users` gives the platform user of each person who may be mentioned; a person
    who is not there is shown by name only."""

    users: dict[int, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def at(self, name: str, person_id: int) -> str:
        """The mention as it stands in the text."""
        user = self.users.get(person_id)
        plain = re.sub(r"[^\w .'’-]", "", name).strip() or "?"
        if user is None:
            return escaped(name)
        text, number = f"<at>{plain}</at>", 2
        while self._texts.get(text, user) != user:
            text, number = f"<at>{plain} {number}</at>", number + 1
        self._texts[text] = user
        return text

    def entities(self) -> list[dict[str, Any]]:
        return [
            {"type": "mention", "text": text, "mentioned": {"id": user, "name": text[4:-5]}}
            for text, user in self._texts.items()
        ]


def markdown(text: str, mentions: Mentions) -> str:
    """Marked text as one card text: paragraphs apart, list items close together."""
    shown, before = "", ""
    for block in blocks(text):
        if shown:
            shown += "\n" if block.kind == before == "item" else "\n\n"
        shown += _block(block, mentions)
        before = block.kind
    return shown


def _block(block: Block, mentions: Mentions) -> str:
    inside = "".join(_span(span, mentions) for span in block.spans)
    return {"item": f"- {inside}", "quote": f"“{inside}”", "paragraph": inside}[block.kind]


def _span(span: Span, mentions: Mentions) -> str:
    if span.address.startswith("person:"):
        return mentions.at(span.text, int(span.address.removeprefix("person:") or 0))
    shown = escaped(span.text)
    if span.address.startswith("time:"):
        return shown  # Teams has no moment that each reader sees in their own zone
    if span.address:
        return f"[{shown}]({span.address})"
    # Marks must touch the words they are for, or they are shown as they stand.
    core = shown.strip()
    if not core:
        return shown
    start, end = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
    if span.bold or span.code:
        core = f"**{core}**"
    if span.italic:
        core = f"_{core}_"
    return f"{start}{core}{end}"
