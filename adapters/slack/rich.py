"""Marked text as Slack's rich_text elements, as mrkdwn for context lines, and as escaped plain text.

In rich_text nothing has a meaning but the element's own type, so a person's words cannot mention anybody,
forge a link or break the layout. Only `mrkdwn` and the fallback `text` need escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from adapters.slack.limits import RICH_TEXT, URL, cut
from prompts.text import Block, TextSpan, blocks

Element = dict[str, Any]
Users = Mapping[int, str]

DATE_FORMAT = "{date_long_pretty}, {time}"
"""Slack writes it in the reader's own zone and language."""


def rich_text(text: str, users: Users) -> list[Element]:
    """Marked text as rich_text blocks, each within the limit; none for empty text."""
    return [{"type": "rich_text", "elements": part} for part in _portions(_sections(text, users))]


def section(*elements: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def inline(spans: Iterable[TextSpan], users: Users) -> list[Element]:
    """The spans of one line as rich_text elements."""
    return [element for span in spans if (element := _element(span, users)) is not None]


def line_of(text: str, users: Users) -> list[Element]:
    """Marked text that stands on one line (a fact's value): its lines are joined by a break."""
    elements: list[Element] = []
    for block in blocks(text):
        if elements:
            elements.append(break_line())
        elements += inline(block.spans, users)
    return elements


def on_whose_clock(elements: Iterable[Element], said: str) -> list[Element]:
    """The same with `said` behind each moment: Slack writes it on the reader's clock and names no zone."""
    shown: list[Element] = []
    for one in elements:
        inside = one.get("elements")
        shown.append({**one, "elements": on_whose_clock(inside, said)} if isinstance(inside, list) else one)
        if one.get("type") == "date":
            shown.append({"type": "text", "text": f" {said}"})
    return shown


def break_line() -> Element:
    return {"type": "text", "text": "\n"}


def length(block: Element) -> int:
    """How many characters a block shows, counting what is nested in it."""
    own = sum(len(str(block.get(key, ""))) for key in ("text", "fallback")) if _shows(block) else 0
    return own + sum(length(child) for child in block.get("elements", []) if isinstance(child, dict))


def _shows(block: Element) -> bool:
    return isinstance(block.get("text", ""), str)


def _sections(text: str, users: Users) -> list[Element]:
    sections: list[Element] = []
    for kind, group in groupby(blocks(text), key=lambda block: block.kind):
        sections += _GROUPS[kind](list(group), users)
    return sections


def _paragraphs(group: list[Block], users: Users) -> list[Element]:
    lines = [inline(block.spans, users) for block in group]
    return [section(*line, break_line()) for line in lines if line]


def _items(group: list[Block], users: Users) -> list[Element]:
    items = [section(*inline(block.spans, users)) for block in group]
    return [{"type": "rich_text_list", "style": "bullet", "elements": items}]


def _quotes(group: list[Block], users: Users) -> list[Element]:
    elements: list[Element] = []
    for block in group:
        elements += [break_line()] if elements else []
        elements += inline(block.spans, users)
    return [{"type": "rich_text_quote", "elements": elements}] if elements else []


_GROUPS = {"paragraph": _paragraphs, "item": _items, "quote": _quotes}


def _portions(sections: Iterable[Element]) -> list[list[Element]]:
    """Sections in groups of at most `RICH_TEXT` characters; what is longer by itself is divided."""
    portions: list[list[Element]] = []
    room = 0
    for part in (small for one in sections for small in _divided(one)):
        if not portions or length(part) > room:
            portions.append([])
            room = RICH_TEXT
        portions[-1].append(part)
        room -= length(part)
    return portions


def _divided(part: Element) -> list[Element]:
    """A section of which no piece is longer than the limit."""
    if length(part) <= RICH_TEXT:
        return [part]
    pieces: list[list[Element]] = [[]]
    room = RICH_TEXT
    for element in (small for one in part["elements"] for small in _divided_element(one)):
        if length(element) > room:
            pieces.append([])
            room = RICH_TEXT
        pieces[-1].append(element)
        room -= length(element)
    return [{**part, "elements": elements} for elements in pieces if elements]


def _divided_element(element: Element) -> list[Element]:
    if length(element) <= RICH_TEXT:
        return [element]
    if element["type"] != "text":
        return (
            _divided(element) if "elements" in element else [{**element, "text": cut(element["text"], 500)}]
        )
    text = element["text"]
    return [{**element, "text": text[at : at + RICH_TEXT]} for at in range(0, len(text), RICH_TEXT)]


def _element(span: TextSpan, users: Users) -> Element | None:
    if not span.text:
        return None
    style = {look: True for look in ("bold", "italic", "code") if getattr(span, look)}
    styled = {"style": style} if style else {}
    scheme, _, rest = span.address.partition(":")
    if scheme == "person" and rest.isdecimal() and int(rest) in users:
        return {"type": "user", "user_id": users[int(rest)], **styled}
    if scheme == "time" and rest.isdecimal() and len(rest) <= 10:
        return {
            "type": "date",
            "timestamp": int(rest),
            "format": DATE_FORMAT,
            "fallback": cut(span.text, 500),
            **styled,
        }
    if scheme in ("http", "https", "mailto") and len(span.address) <= URL:
        return {"type": "link", "url": span.address, "text": span.text, **styled}
    return {"type": "text", "text": span.text, **styled}


def mrkdwn(text: str, users: Users) -> str:
    """Marked text in Slack's own markup, for the one place that knows no rich text: a context line."""
    return "\n".join("".join(_markup(span, users) for span in block.spans) for block in blocks(text))


def _markup(span: TextSpan, users: Users) -> str:
    scheme, _, rest = span.address.partition(":")
    shown = escape(span.text)
    if scheme == "person" and rest.isdecimal() and int(rest) in users:
        return f"<@{users[int(rest)]}>"
    if scheme in ("http", "https", "mailto") and len(span.address) <= URL:
        return f"<{escape(span.address)}|{shown.replace('|', '¦')}>"
    mark = "*" if span.bold else "_" if span.italic else "`" if span.code else ""
    return f"{mark}{shown}{mark}"


def escape(text: str) -> str:
    """Slack's three escapes, for every text that Slack reads for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
