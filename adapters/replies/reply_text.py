"""What a person wrote in a reply, without what their program quotes and adds below."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html.parser import HTMLParser

MOST_CHARACTERS = 10_000
_WROTE = re.compile(r"(?:on|el|am|le)\s.{0,300}\s(?:wrote|escribió|schrieb|a écrit)\s?:", re.IGNORECASE)
_HEADER = re.compile(r"\*?(?:from|de|von)\s?:\*?\s.{0,300}", re.IGNORECASE)
_SENT = re.compile(r"\*?(?:sent|date|enviado(?: el)?|fecha|gesendet)\s?:\*?\s.{0,300}", re.IGNORECASE)
_ENDS = (
    "-- ",
    "--",
    "________________________________",
    "-----original message-----",
    "-----mensaje original-----",
    "sent from my ",
    "enviado desde mi ",
    "get outlook for ",
    "obtener outlook para ",
)
"""How signatures and quotations begin (RFC 3676 §4.3; Outlook, iOS and Android in English and Spanish)."""


def reply_text(message: EmailMessage) -> str:
    """The words above the signature and the quotation; empty when there are none."""
    lines = _body(message)[: MOST_CHARACTERS * 2].splitlines()
    kept = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if _ends(line, following):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()[:MOST_CHARACTERS]


def _ends(line: str, following: str) -> bool:
    said = line.strip().casefold()
    if line.startswith(">") or said in _ENDS[:3] or said.startswith(_ENDS[3:]):
        return True
    if _WROTE.fullmatch(said) or _WROTE.fullmatch(f"{said} {following.strip()}"):
        return True
    return bool(_HEADER.fullmatch(said) and _SENT.fullmatch(following.strip()))


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, ValueError):  # an unknown character set
        return ""
    return text if part.get_content_subtype() == "plain" else _plain(text)


class _Words(HTMLParser):
    """The text of a page, with a line for each block; what a program quotes is left out."""

    _BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3"})
    _SILENT = frozenset({"blockquote", "style", "script", "head"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html[: MOST_CHARACTERS * 10])
    return "".join(words.parts)
