"""The words that agendas put before a fact or over a column, and what each means."""

from __future__ import annotations

import re
from typing import Literal

from bot.agendas.hours import NUMBERS
from bot.agendas.letters import DASH, flat
from prompts.language_tables import alternation, language_tables, patterns
from prompts.word_lists import either

Label = Literal[
    "number", "date", "start", "end", "minutes", "zone", "title", "series", "presenters", "objectives",
    "segments", "status", "link", "roster", "weekday", "notes", "ignored", "facilitators", "segment_presenter",
]  # fmt: skip

_ORDER: tuple[Label, ...] = (
    "series", "number", "date", "weekday", "zone", "end", "start", "minutes", "presenters", "facilitators",
    "objectives", "segments", "status", "notes", "link", "roster", "title", "ignored",
)  # fmt: skip


def _pattern(label: Label) -> re.Pattern[str]:
    return re.compile(rf"\W*{patterns(lambda one: getattr(one.agenda.labels, label))}\W*")


_PATTERNS = {label: _pattern(label) for label in _ORDER}
_AND = alternation(lambda one: one.times.joins)
_BEFORE_LABEL = re.compile(rf"^{patterns(lambda one: one.agenda.before_label)}\s+(?=\w{{4}})")
_START_BEGINS = re.compile(rf"{patterns(lambda one: one.agenda.labels.start_begins)}.{{0,30}}")
_JOINED = re.compile(rf"\s*[/&|,]\s*|\s+{_AND}\s+")


def label_of(text: str) -> Label | None:
    """What a column heading or the words before a colon announce; None for none of ours."""
    low = " ".join(flat(text).replace("*", " ").strip(" :.").split())
    low = _BEFORE_LABEL.sub("", low)
    if not low or len(low) > 60:
        return None
    for label in _ORDER:
        if _PATTERNS[label].fullmatch(low):
            return label
    if _START_BEGINS.fullmatch(low):
        return "start"
    first = _JOINED.split(low)[0]
    return label_of(first) if first != low else None


_LABELLED = re.compile(r"^\W*(?P<label>[^:\n]{1,60}?)\s*(?::(?!\d)|\s[-–—]\s)\s*(?P<rest>.*)$", re.DOTALL)


def labelled(line: str) -> tuple[Label, str] | None:
    """("presenters", "Dr. Osei") for "Presenter: Dr. Osei"; None where no label of ours stands first. A dash
    after the label will do for the labels that are nothing else."""
    found = _LABELLED.match(line)
    if found is None:
        return None
    label = label_of(found["label"])
    with_colon = ":" in line[found.start("label") + len(found["label"]) : found.start("rest")]
    if label is None or (
        not with_colon
        and label
        in {
            "title",
            "number",
            "notes",
            "ignored",
            "weekday",
            "link",
            "series",
            "segments",
            "minutes",
            "roster",
        }
    ):
        return None
    return label, found["rest"].strip()


ORDINALS = {
    **{word: number for word, number in NUMBERS.items() if number <= 10},
    **{word: number for one in language_tables().values() for word, number in one.agenda.ordinals.items()},
    **{
        word: number
        for number, word in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"), start=1)
    },
}
_UNITS = patterns(lambda one: one.agenda.sessions.units)
_OF = alternation(lambda one: one.dates.of)
_THE = alternation(lambda one: (*one.dates.article, *one.times.article))
_HEADED = re.compile(
    rf"^\W*(?:{_UNITS}\s*(?:#|no\.?|n\.?o\.?|num\.?)?\s*(?P<a>\d{{1,2}}|{either(ORDINALS)})\b"
    rf"(?!\s*[:.]\d\d|\s*{_OF}\s+(?!\d)"
    rf"|\s*(?:{patterns(lambda one: one.agenda.sessions.counted)}|{DASH}\s*\d{{1,2}}\b))(?:\s*(?:{_OF}|/)\s*\d+)?"
    rf"|(?:{_THE} )?(?P<b>\d{{1,2}}{patterns(lambda one: one.agenda.sessions.endings)}?|{either(ORDINALS)})\s+{_UNITS}\b)"
    r"[\s:.)|,–—-]*"
)
_NUMBERED = re.compile(r"^\s*\(?(?P<number>\d{1,2})[.)]\s+")


def session_number(line: str) -> tuple[int, int] | None:
    """(number, where its words end) of a line such as "Session 2: …", "Session three –", "Week 4"."""
    found = _HEADED.match(flat(line))
    if found is None:
        return None
    said = found["a"] or found["b"]
    digits = re.match(r"\d+", said)
    number = int(digits[0]) if digits else ORDINALS[said]
    return number, found.end()


def list_number(line: str) -> tuple[int, int] | None:
    """(number, where it ends) of "3. …" or "3) …"."""
    found = _NUMBERED.match(line)
    return (int(found["number"]), found.end()) if found else None


_CANCELLED = re.compile(rf"\b{patterns(lambda one: one.agenda.sessions.cancelled)}\b")
_NOT_CANCELLED = re.compile(patterns(lambda one: one.agenda.sessions.not_cancelled))
_NO_SESSION = re.compile(rf"\b{patterns(lambda one: one.agenda.sessions.no_session)}\b")
_MOVED = re.compile(rf"\b{patterns(lambda one: one.agenda.sessions.moved)}\b")
_NOISE = re.compile(rf"\b{patterns(lambda one: one.agenda.sessions.other_date)}\b")


def says_cancelled(text: str) -> bool:
    low = flat(text)
    return bool(_CANCELLED.search(low)) and not _NOT_CANCELLED.search(low)


def says_no_session(text: str) -> bool:
    return bool(_NO_SESSION.search(flat(text)))


def says_moved(text: str) -> bool:
    return bool(_MOVED.search(flat(text)))


def says_other_date(text: str) -> bool:
    """Whether a date here is that of a deadline, of the letter itself or of another event."""
    return bool(_NOISE.search(flat(text)))
