"""Marked text: the small, safe subset of Markdown that every surface renders.

`Marked` is to this product what `Markup` is to HTML templates: text that *we* wrote, in which
``**bold**``, ``_italic_``, `` `code` ``, ``[label](address)``, ``- `` list lines and ``> `` quotes
have a meaning. Whatever a person typed is a plain ``str`` and passes through `escape` before it may
stand inside marked text, so nobody's input can mention a channel, forge a link or break a card.

Addresses may be ``https:``, ``http:``, ``mailto:``, and two of our own:
``person:ID`` (a mention, ID is a person's row id) and ``time:SECONDS`` (a moment in UTC epoch seconds,
shown in the reader's own zone where the platform can do that; the label is the fallback).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, ValidationInfo

SPECIAL = re.compile(r"([\\*_`\[\]()<>~#&|!])")
INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Characters that turn the direction of text or take no room: with them one name imitates another. The
joiners of emoji and of Persian and Indic scripts (U+200C, U+200D) stay."""
LINE_START = re.compile(r"(?m)^([^\S\n]*)(-|\d+\.)(?=\s)")


class Marked(str):
    """Text in the safe subset; joining or formatting plain strings into it escapes them."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> Self:
        """Fill placeholders; plain strings are escaped, `Marked` and numbers stand as they are."""
        return type(self)(
            str.format(self, *map(marked, args), **{name: marked(value) for name, value in values.items()})
        )

    def __add__(self, other: str) -> Self:
        return type(self)(str.__add__(self, marked(other)))

    def join(self, parts: Any) -> Self:
        return type(self)(str.join(self, [marked(part) for part in parts]))


Words = Callable[[str], Marked]
"""A message without parameters: give it a language."""


def escape(plain: str) -> Marked:
    """Make a person's text safe to stand inside marked text: it will be shown letter for letter."""
    return Marked(LINE_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", INVISIBLE.sub("", plain))))


def marked(value: object) -> Marked:
    """Return `value` as marked text, escaping everything that is not marked already."""
    return value if isinstance(value, Marked) else escape(str(value))


def link(label: str, address: str) -> Marked:
    """A link; `label` is escaped unless it is marked, `address` must be one of the known schemes."""
    if not ADDRESS.fullmatch(address):
        return marked(label)
    return Marked(f"[{marked(label)}]({address})")


def mention(name: str, person_id: int) -> Marked:
    """Name a person so that the platform notifies them where it can."""
    return link(name, f"person:{person_id}")


ADDRESS = re.compile(r"(https?://|mailto:|person:|time:)[^\s<>()\\|\"]+")


def in_code(text: str, change: Callable[[str], str]) -> Marked:
    """The text with the inside of each `` `code` `` changed; it is marked text before and after."""

    def changed(token: re.Match[str]) -> str:
        return f"`{change(token['code'])}`" if token["code"] is not None else token[0]

    return Marked(_TOKEN.sub(changed, text))


def unmarked(code: str) -> str:
    """The inside of a `` `code` `` as its reader sees it."""
    return _UNESCAPE.sub(r"\1", code)


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A run of text with one look. `address` makes it a link, a mention or a moment."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item or quote line."""

    kind: Literal["paragraph", "item", "quote"]
    spans: tuple[TextSpan, ...]


_TOKEN = re.compile(
    r"\\(?P<escaped>.)"
    r"|(?P<bold>\*\*)"
    r"|(?P<italic>_)"
    r"|`(?P<code>(?:\\.|[^`\\])+)`"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])+)\]\((?P<address>[^)\s]+)\)",
    re.DOTALL,
)
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)


def spans(text: str) -> tuple[TextSpan, ...]:
    """Parse one line of marked text. Total: anything that is not markup stays as it is."""
    found: list[TextSpan] = []
    bold = italic = False
    plain = ""
    position = 0

    def flush() -> None:
        nonlocal plain
        if plain:
            found.append(TextSpan(plain, bold=bold, italic=italic))
            plain = ""

    for token in _TOKEN.finditer(text):
        plain += text[position : token.start()]
        position = token.end()
        if token["escaped"] is not None:
            plain += token["escaped"]
        elif token["bold"]:
            flush()
            bold = not bold
        elif token["italic"]:
            flush()
            italic = not italic
        elif token["code"] is not None:
            flush()
            found.append(TextSpan(unmarked(token["code"]), code=True))
        elif ADDRESS.fullmatch(token["address"]):
            flush()
            label = _UNESCAPE.sub(r"\1", token["label"])
            found.append(TextSpan(label, bold=bold, italic=italic, address=token["address"]))
        else:
            plain += _UNESCAPE.sub(r"\1", token["label"])
    plain += text[position:]
    flush()
    return tuple(found)


def blocks(text: str) -> Iterator[Block]:
    """Parse marked text line by line; empty lines separate paragraphs and are not returned."""
    for line in text.splitlines():
        if not line.strip():
            continue
        if line.startswith("- "):
            yield Block("item", spans(line[2:]))
        elif line.startswith("> "):
            yield Block("quote", spans(line[2:]))
        else:
            yield Block("paragraph", spans(line))


def plain(text: str) -> str:
    """Marked text as plain text: labels stay, web addresses follow them in brackets."""
    return "\n".join(_plain_line(block) for block in blocks(text))


def _plain_line(block: Block) -> str:
    start = {"item": "• ", "quote": "“", "paragraph": ""}[block.kind]
    end = "”" if block.kind == "quote" else ""
    return start + "".join(map(_plain_span, block.spans)) + end


def _plain_span(span: TextSpan) -> str:
    web = span.address.startswith(("http", "mailto:"))
    return f"{span.text} ({span.address})" if web and span.address != span.text else span.text


def _validate(value: Any, info: ValidationInfo) -> Marked:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return Marked(value) if info.mode == "json" else marked(value)


MarkedText = Annotated[Marked, PlainValidator(_validate), PlainSerializer(str, return_type=str)]
"""A model field of marked text: plain strings are escaped on construction; JSON of ours is trusted."""

PlainText = Annotated[
    str, BeforeValidator(lambda value: plain(value) if isinstance(value, Marked) else value)
]
"""A model field without markup (a title, a label): marked text given to it loses its marks."""
