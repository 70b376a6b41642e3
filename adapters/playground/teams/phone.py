"""A card's text as Teams on a phone shows it: the rules of the renderer for iOS and Android.

They are not CommonMark. A backslash goes away before ``*``, ``_``, ``[``, ``]``, ``)`` and the end of a line
only; no entity is decoded; a list may begin after any ``)`` or ``]``; there are no headings, quotes or code.
Written after the published parser of Microsoft's mobile renderer (Teams-AdaptiveCards-Mobile,
``MarkDownBlockParser.cpp``); ordered lists as its releases before 2024 read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

_ENDS = "[])\n\r"
"""What ends a run of text, unless a backslash stands before it."""
_MARKS = "*_"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. `item`: a line of a list begins with it, after this sign or number."""

    text: str
    bold: bool = False
    italic: bool = False
    address: str = ""
    item: str = ""


@dataclass(slots=True)
class _Marks:
    """A run of ``*`` and ``_``, which may begin or end emphasis; what is left of it is shown. The first sign
    says what it is for, and only its like are counted: ``**_x_**`` is neither bold nor italic."""

    whole: str
    sign: str
    left: int
    opens: bool
    closes: bool
    looks: list[tuple[bool, int]] = field(default_factory=list)
    """(whether emphasis begins here, of how many signs), as they were matched."""


_Token = Run | _Marks


def shown_on_a_phone(text: str) -> list[Run]:
    """What a reader sees, run by run; line ends stand as they are. Total: every text shows something."""
    reader = _Reader(text)
    tokens: list[_Token] = []
    while not reader.done:
        tokens += reader.block()
    return _looked_at(tokens)


def plain_on_a_phone(text: str) -> str:
    """The letters only."""
    return "".join(run.text for run in shown_on_a_phone(text))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._text)

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._text[at] if at < len(self._text) else ""

    def _take(self, length: int = 1) -> str:
        taken = self._text[self._at : self._at + length]
        self._at += length
        return taken

    def block(self) -> list[_Token]:
        """One piece, by the letter it begins with."""
        sign = self._peek()
        if sign == "[":
            return self._link()
        if sign and sign in _ENDS:
            return [Run(self._take())]
        if marker := self._marker():
            return self._item(marker)
        if sign and sign in "-+":
            return [Run(self._take())]
        if number := _NUMBER.match(self._text, self._at):
            return [Run(self._take(len(number[0])))]
        return self._words()

    def _marker(self) -> str:
        """The sign of a list that begins here."""
        sign = self._peek()
        if sign and sign in "-+*" and self._peek(1) == " ":
            return sign
        number = _NUMBER.match(self._text, self._at)
        if number and self._text[number.end() : number.end() + 2] == ". ":
            return f"{number[0]}."
        return ""

    def _item(self, marker: str) -> list[_Token]:
        self._take(len(marker))
        while self._peek() == " ":
            self._take()
        inside: list[_Token] = []
        while not self.done:
            if self._peek() in "\n\r":
                self._take()
                if self._marker() or self._peek() in "\n\r":
                    break
                inside.append(Run("\n"))
                continue
            inside += self.block()
        shown = _looked_at(inside) or [Run("")]
        return [replace(shown[0], item=marker), *shown[1:]]

    def _link(self) -> list[_Token]:
        """``[label](address)``; where it is none, its letters."""
        tokens: list[_Token] = [Run(self._take())]
        while not self.done and self._peek() != "]":
            tokens += self.block()
        if self._peek() != "]":
            return tokens
        tokens.append(Run(self._take()))
        end = self._end_of_address() if self._peek() == "(" else 0
        if not end:
            return tokens
        self._take()
        address = self._take(end - self._at)
        self._take()
        return [replace(run, address=address) for run in _looked_at(tokens[1:-1])]

    def _end_of_address(self) -> int:
        """Where its closing bracket stands; 0 where there is none, or a space begins it."""
        open_brackets = 0
        for at in range(self._at, len(self._text)):
            open_brackets += {"(": 1, ")": -1}.get(self._text[at], 0)
            if open_brackets == 0:
                return at if at > self._at + 1 and not self._peek(1).isspace() else 0
        return 0

    def _words(self) -> list[_Token]:
        """Text with emphasis, up to the next letter that ends it."""
        tokens: list[_Token] = []
        words, escaped = "", False
        while not self.done:
            sign = self._peek()
            if sign in _ENDS + _MARKS and escaped:
                words = words[:-1] + self._take()
                escaped = False
            elif sign in _ENDS:
                break
            elif sign in _MARKS:
                tokens += [Run(words)] if words else []
                tokens.append(self._marks())
                words = ""
                if self._peek() == "\\":
                    self._take()
                    words = self._take()
            else:
                escaped = sign == "\\"
                words += self._take()
        return [*tokens, Run(words)] if words else tokens

    def _marks(self) -> _Marks:
        before = self._text[self._at - 1] if self._at else ""
        sign, whole = self._peek(), ""
        while self._peek() and self._peek() in _MARKS:
            whole += self._take()
        after = self._peek()
        word_before, word_after = _is_word(before), _is_word(after)
        opens = bool(after) and not after.isspace() and not (word_before and (not word_after or sign == "_"))
        closes = bool(before) and not before.isspace()
        if closes and word_after:
            closes = word_before and sign == "*"
        return _Marks(whole, sign, whole.count(sign), opens, closes)


def _is_word(letter: str) -> bool:
    """Letters that are not ASCII count as letters of a word there."""
    return bool(letter) and (letter.isalnum() or ord(letter) > 127)


def _looked_at(tokens: Iterable[_Token]) -> list[Run]:
    """The tokens with their emphasis: what stands between marks that match."""
    tokens = list(tokens)
    _match([one for one in tokens if isinstance(one, _Marks)])
    runs: list[Run] = []
    bold = italic = 0
    for one in tokens:
        if isinstance(one, Run):
            runs.append(replace(one, bold=one.bold or bold > 0, italic=one.italic or italic > 0))
            continue
        if one.left:
            runs.append(Run(one.whole[-one.left :], bold=bold > 0, italic=italic > 0))
        for begins, count in one.looks:
            step = 1 if begins else -1
            bold += step * (count // 2)
            italic += step * (count % 2)
    return runs


def _match(marks: list[_Marks]) -> None:
    waiting: list[_Marks] = []
    for one in marks:
        while one.closes and one.left:
            begun = next((other for other in reversed(waiting) if _fit(other, one)), None)
            if begun is None:
                break
            while waiting[-1] is not begun:
                waiting.pop()
            used = min(begun.left, one.left)
            begun.left -= used
            one.left -= used
            begun.looks.append((True, used))
            one.looks.append((False, used))
            if not begun.left:
                waiting.pop()
        if one.opens and one.left:
            waiting.append(one)


def _fit(begun: _Marks, ending: _Marks) -> bool:
    either = (begun.opens and begun.closes) or (ending.opens and ending.closes)
    return begun.sign == ending.sign and not (either and (begun.left + ending.left) % 3 == 0)
