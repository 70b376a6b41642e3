"""What a person wrote in a reply, without what their program quotes and adds below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser

from bot.tables.cells import bare
from prompts.program_words import ReplyWords, in_every_program
from prompts.word_lists import either

MOST_CHARACTERS = 10_000
_RULES = ("--", "________________________________")
"""How signatures and quotations begin in every language (RFC 3676 §4.3; Outlook)."""
_MAIL_PROGRAMS = ("outlook", "yahoo", "aol", "proton", "samsung", "gmail")
_AWAY_ELSEWHERE = (
    "risposta automatica", "automatisch antwoord", "autosvar", "自動応答", "自动回复",
)  # fmt: skip
"""In languages of which we read nothing else."""


def _every(words: Callable[[ReplyWords], Iterable[str]]) -> str:
    """An alternation of what every language says."""
    return either(in_every_program(lambda one: words(one.replies)))


@cache
def _wrote() -> re.Pattern[str]:
    """What stands above a quotation; it has a date, and may be broken over three lines."""
    on, wrote = _every(lambda one: one.on), _every(lambda one: one.wrote)
    before_name = _every(lambda one: one.wrote_before_name)
    return re.compile(rf"{on}\s(?=.*\d).{{0,400}}\s(?:{wrote}\s?:|{before_name}\s.{{0,300}}:)")


@cache
def _header() -> re.Pattern[str]:
    return re.compile(rf"\*?{_every(lambda one: one.from_)}\s?:\*?\s.{{0,300}}")


@cache
def _sent() -> re.Pattern[str]:
    return re.compile(rf"\*?{_every(lambda one: one.sent)}\s?:\*?\s.{{0,300}}")


@cache
def _program() -> re.Pattern[str]:
    """What a program says of itself."""
    sent_by, my, get = (
        _every(lambda one: one.sent_by),
        _every(lambda one: one.my),
        _every(lambda one: one.get),
    )
    return re.compile(rf"{sent_by} (?:{my}|{either(_MAIL_PROGRAMS)})\b.{{0,80}}|{get} .{{0,80}}")


@cache
def _rules() -> frozenset[str]:
    told = in_every_program(lambda one: one.replies.original)
    outlook, phones = (f"-----{one}-----" for one in told), (f"-------- {one} --------" for one in told)
    return frozenset((*_RULES, *outlook, *phones))


@cache
def _away() -> re.Pattern[str]:
    return re.compile(rf"\s*{either((*in_every_program(lambda one: one.replies.away), *_AWAY_ELSEWHERE))}")


def says_away(subject: str) -> bool:
    """Whether a subject is that of an out-of-office: old programs say it nowhere else."""
    return _away().match(bare(subject)) is not None


def reply_text(message: EmailMessage) -> str:
    """The words above the signature and the quotation, or below a quotation that comes first; empty when
    there are none."""
    lines = [line.rstrip() for line in _body(message)[: MOST_CHARACTERS * 2].splitlines()]
    above = _until_end(lines)
    return ("\n".join(above).strip() or _below(lines))[:MOST_CHARACTERS]


def _until_end(lines: list[str]) -> list[str]:
    end = next((place for place in range(len(lines)) if _ends(lines, place)), len(lines))
    return lines[:end]


def _below(lines: list[str]) -> str:
    """What stands between and below the quoted lines. Only ``>`` tells where a quotation ends."""
    quoted = [place for place, line in enumerate(lines) if line.startswith(">")]
    if not quoted:
        return ""
    below = [line for line in lines[quoted[0] :] if not line.startswith(">")]
    return "\n".join(_until_end(below)).strip()


def _ends(lines: list[str], place: int) -> bool:
    line, said = lines[place], bare(lines[place].strip())
    if line.startswith(">") or said in _rules() or _program().fullmatch(said):
        return True
    following = [bare(one.strip()) for one in lines[place + 1 : place + 3]]
    if any(_is_attribution(lines, place, more) for more in range(3)):
        return True
    if (found := _wrote().match(said)) and "@" in found.group():  # Yahoo quotes on the same line
        return True
    return bool(_header().fullmatch(said) and following and _sent().fullmatch(following[0]))


def _is_attribution(lines: list[str], place: int, more: int) -> bool:
    """Whether this line with `more` of the following introduces a quotation: it names an address, or there
    is one below. A person may write "On day 3 I wrote:" as well."""
    said = bare(" ".join(one.strip() for one in lines[place : place + more + 1]))
    if not _wrote().fullmatch(said):
        return False
    below = next((one for one in lines[place + more + 1 :] if one.strip()), ">")
    return "@" in said or below.startswith(">")


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
