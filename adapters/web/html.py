"""Marked text, cards and forms as HTML. Everything is escaped here or by Jinja's autoescape."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.marked_html import span_html
from prompts.text import Block, blocks, plain

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


LEADS_AWAY = ("http://", "https://", "mailto:", "webcal://")
STAYS_HERE = ("/", "?")


def opens(address: str) -> bool:
    """Whether a link may open this address: never one that is a script or a document by itself."""
    return address.strip().casefold().startswith(LEADS_AWAY + STAYS_HERE)


def html(text: str) -> Markup:
    """Marked text as HTML: paragraphs, lists, quotes; mentions and moments show their label."""
    return Markup("\n").join(
        _group(kind, list(group)) for kind, group in groupby(blocks(text), key=lambda block: block.kind)
    )


def _group(kind: str, group: list[Block]) -> Markup:
    inner = [Markup("").join(map(span_html, block.spans)) for block in group]
    if kind == "item":
        items = Markup("").join(Markup("<li>{}</li>").format(line) for line in inner)
        return Markup("<ul>{}</ul>").format(items)
    frame = Markup("<blockquote>{}</blockquote>") if kind == "quote" else Markup("<p>{}</p>")
    return Markup("").join(map(frame.format, inner))


TEMPLATES.globals["post_to"] = None
TEMPLATES.globals["here"] = ""
TEMPLATES.filters["html"] = html
TEMPLATES.filters["plain"] = plain
TEMPLATES.tests["opens"] = opens
