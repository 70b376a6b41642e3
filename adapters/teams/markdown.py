"""Marked text as the Markdown that Adaptive Cards show, so escaped that nobody's words do anything.

Adaptive Cards know bold, italic, lists and links; of HTML only the ``<at>`` of a mention has a meaning. Teams
on a phone reads Markdown by rules of its own (see `adapters.playground.teams.phone`): what goes out is shown
alike by both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from prompts.text import Block, TextSpan, blocks

BREAK = "\u200b"
"""Takes no room and is no sign of Markdown: it keeps two letters apart that together would be one."""
_SIGNS = re.compile(r"([*_\[\]])")
_MEANT = re.compile(
    r"(?<=\\)(?=[!-/:-@\[-`{-~]|$)"  # a backslash before what it would escape
    r"|(?<=&)(?=#?\w+;)"  # an entity, which desktops decode and phones do not
    r"|(?<=<)(?=[A-Za-z/!?])"  # a tag: <at> is a mention
    r"|(?:^|(?<=[)\]]))(?=[-+\d.]*[-+.]\s)"  # a list, which begins anywhere after a bracket on phones
    r"|^(?=\s*(?:[-+#>=~`|\\]|\d+[.)](?:\s|$)|\s{4}))"  # at a line's start; a backslash is lost after marks
)


def escaped(text: str) -> str:
    """Plain text that a card shows letter for letter, on a desktop and on a phone (line breaks become
    spaces). Phones take a backslash away before these four signs only; all else is broken apart."""
    one_line = " ".join(text.split("\n")).replace("\r", " ").replace("\x00", "")
    return _SIGNS.sub(r"\\\1", _MEANT.sub(BREAK, one_line))


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
    texts = [span.text for span in block.spans]
    inside = "“" if block.kind == "quote" else ""
    for at, span in enumerate(block.spans):
        after = texts[at + 1][:1] if at + 1 < len(texts) else "”" if block.kind == "quote" else ""
        inside += _span(span, mentions, before=inside[-1:], after=after)
    return {"item": f"- {inside}", "quote": f"{inside}”", "paragraph": inside}[block.kind]


def _span(span: TextSpan, mentions: Mentions, *, before: str, after: str) -> str:
    """`before`: the letter that stands before it by now; `after`: the one that comes."""
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
    close = not (start or not before or before.isspace()) or not (end or not after or after.isspace())
    marks = _MARKS[span.bold or span.code, span.italic, close]
    if not marks:
        return shown
    apart = BREAK if not start and before and before in "*_" else ""
    return f"{start}{apart}{marks}{_as_a_word(core) if close else core}{marks}{end}"


_MARKS = {
    (False, False, False): "",
    (False, False, True): "",
    (True, False, False): "**",
    (True, False, True): "**",
    (False, True, False): "_",
    (False, True, True): "*",
    (True, True, False): "***",
    (True, True, True): "**",
}
"""By bold, italic, and whether another letter stands beside it: there ``_`` and ``***`` mean nothing on a
phone, which takes ``**_`` for one sign."""


def _as_a_word(core: str) -> str:
    """Marks beside a letter count only where a letter stands within, or what passes for one."""
    first, last = ("" if one.isalnum() else BREAK for one in (core[0], core[-1]))
    return f"{first}{core}{last}"
