"""Any file or text to the facts of a series."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from bot.agendas.document import AgendaTable, Document, TextLine
from bot.agendas.drafts import GatheredDraft
from bot.agendas.facts import Agenda, AgendaQuestion, RosterFacts
from bot.agendas.labels import list_number
from bot.agendas.letters import SMALL, flat, squeeze
from bot.agendas.line_patterns import SENTENCE
from bot.agendas.lines import LineReader
from bot.agendas.names import HONORIFIC
from bot.agendas.opening import open_file
from bot.agendas.settling import settle
from bot.agendas.tables import Columns, read_table
from bot.agendas.text_file import read_text
from prompts.catalog import SOURCE_LANGUAGE
from prompts.language_tables import alternation, language_tables, patterns
from prompts.word_lists import one_pattern

_LANGUAGES = {
    language: re.compile(rf"\b{one_pattern(tables.agenda.common)}\b", re.IGNORECASE)
    for language, tables in language_tables().items()
}
_YEARS = re.compile(
    r"(?<![\d/.-])(20\d{2})(?:\s*[-–/]\s*(20)?(\d{2}))?(?![\d/-])|(?<!\w)['‘](\d{2})\s*[-–]\s*['‘]?(\d{2})(?!\d)"
)
_GENERIC = re.compile(rf"^{patterns(lambda one: one.agenda.title.generic)}$")
_OTHER_YEAR = re.compile(rf"©|{patterns(lambda one: one.agenda.title.other_year)}")
_SENTENCES = re.compile(rf"(?<=[{SMALL}0-9)”\"»][.!?])\s+(?={SENTENCE}|[“\"«])")
_NO_END = re.compile(
    rf"\b(?:{HONORIFIC}|{alternation(lambda one: one.agenda.lines.abbreviations)}|[ap]\.?\s?m|[A-Z])\.$"
)

LONGEST_AGENDA = 100_000
"""Letters: some fifty pages. The longest agenda is read in two seconds."""


def read_agenda(content: bytes | str, name: str = "", *, today: date, zone: str = "") -> Agenda:
    """The facts in a file, or in pasted text, and the questions they leave. Never raises for what is in it.

    `today` decides which year is to come; `zone` (IANA, the community's) is only the first choice where the
    file names none.
    """
    document = _opened(content, name)
    if isinstance(document, GatheredDraft):
        return settle(
            document,
            today,
            zone,
            _best_title(document, Document(name=name)),
            RosterFacts(document.people[0] if document.people else None, document.roster_file),
        )
    if document.unreadable:
        return Agenda(
            questions=(AgendaQuestion("unreadable", ("file",), document.unreadable),), asked=("file",)
        )
    if document.is_roster:
        return Agenda(roster=RosterFacts(document.people, document.name, is_this_file=True))
    said = gather(document)
    people = _people(said, document)
    return settle(said, today, zone, _best_title(said, document), people)


def _opened(content: bytes | str, name: str) -> Document | GatheredDraft:
    if not isinstance(content, str):
        document = open_file(content, name)
    elif len(content) > LONGEST_AGENDA:
        return Document(name=name, unreadable="too_long")
    else:
        document = read_text(content, name)
    if isinstance(document, Document) and not document.is_roster and document.letters > LONGEST_AGENDA:
        return Document(name=name, unreadable="too_long")
    return document


def gather(document: Document) -> GatheredDraft:
    text = _whole(document)
    said = GatheredDraft(language=language_of(text))
    said.years = _years(text + " " + document.title)
    if document.title:
        said.titles.append((6, document.title))
    lines = [block for block in document.blocks if isinstance(block, TextLine)]
    tables = [block for block in document.blocks if isinstance(block, AgendaTable)]
    prose = (
        not tables
        and sum(len(line.text) for line in lines) > 0
        and max((len(line.text) for line in lines), default=0) > 110
    )
    reader = LineReader(said, prose=prose)
    columns: Columns | None = None
    for block in document.blocks:
        if isinstance(block, AgendaTable):
            columns = read_table(block, reader, columns)
        else:
            for part in _sentences(block):
                reader.read(part)
    return said


def _sentences(line: TextLine) -> list[TextLine]:
    """A paragraph of a letter, sentence by sentence; a short line as it is."""
    if (
        len(line.text) < 90
        or line.bullet
        or line.level
        or list_number(line.text)
        or (re.match(r"[^.:]{0,60}:\s", line.text) and len(line.text) < 160)
    ):
        return [line]
    pieces = _SENTENCES.split(line.text)
    joined: list[str] = []
    for piece in pieces:
        if joined and _NO_END.search(joined[-1]):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return [replace(line, text=piece) for piece in joined]


def language_of(text: str) -> str:
    """The language most of whose common words are in it; English where none has more."""
    found = {language: len(words.findall(text)) for language, words in _LANGUAGES.items()}
    return max((SOURCE_LANGUAGE, *found), key=lambda language: found[language])


def _whole(document: Document) -> str:
    parts = [
        block.text if isinstance(block, TextLine) else "\n".join(" ".join(row.cells) for row in block.rows)
        for block in document.blocks
    ]
    return "\n".join(parts)


def _years(text: str) -> list[int]:
    """Years that the text names outside of dates: "Spring 2027", "'26–'27"."""
    years: set[int] = set()
    for line in text.split("\n"):
        if _OTHER_YEAR.search(flat(line)):
            continue
        for found in _YEARS.finditer(line):
            if found[1]:
                years.add(int(found[1]))
                if found[3] and int(found[3]) > 12:
                    years.add(2000 + int(found[3]))
            elif found[4]:
                years |= {2000 + int(found[4]), 2000 + int(found[5])}
    return sorted(year for year in years if 2015 <= year <= 2099)


# --- the title ----------------------------------------------------------------------------------------


def _best_title(said: GatheredDraft, document: Document) -> str:
    told = [(weight, tidy) for weight, text in said.titles if (tidy := tidy_title(text))]
    if not told:
        if len(said.drafts) == 1 and said.drafts[0].title:
            return said.drafts[0].title
        return ""
    best = max(weight for weight, _ in told)
    return next(text for weight, text in told if weight == best)


_OF_SERIES = patterns(lambda one: one.agenda.title.agenda_of)
_SEASON = patterns(
    lambda one: (*one.agenda.title.seasons, *(name for names in one.dates.months for name in names))
)
_UNTIDY = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{patterns(lambda one: one.agenda.title.mail)}\s*:\s*)+",
        rf"^{patterns(lambda one: one.agenda.title.version)}\b\s*[:–—-]?\s*",
        rf"^{patterns(lambda one: one.agenda.title.agenda)}\s*(?:[:–—|-]\s*|\s+{_OF_SERIES}\s+"
        rf"(?:{patterns(lambda one: one.agenda.title.agenda_of_the)} )?)",
        rf"\s*[–—|,:(-]?\s*\b{patterns(lambda one: one.agenda.title.agenda_last)}\)?\s*$",
        rf"\s*[–—|,(-]\s*(?:{_SEASON}(?:\s*[-–/]\s*\w+)?(?:\s+{alternation(lambda one: one.dates.of_year)})?\s*"
        r"|[a-z]{3}\.?\s*[-–/]\s*[a-z]{3}\.?\s+)?(?:20\d{2}(?:\s*[-–]\s*\d{2,4})?)?\)?\s*$",
        rf"\s*(?:--|–|—|:|,|-)\s*(?:{alternation(lambda one: one.agenda.articles_for_one)} )?(?:\w+|\d+)[- ]"
        rf"{patterns(lambda one: one.agenda.title.units)}(?: {patterns(lambda one: one.agenda.title.of_units)})?\s*$",
    )
]


def tidy_title(text: str) -> str:
    """Without "Agenda:", "Re:", season and year behind a bar; empty for a heading that names nothing."""
    text = text.split("\n")[0]
    quoted = re.search(r"[“\"«]([^”\"»]{8,100})[”\"»]", text)
    text = squeeze(quoted[1] if quoted and len(text) - len(quoted[0]) < 40 else text)
    for pattern in _UNTIDY:
        text = pattern.sub("", text)
    text = squeeze(text).strip("“”\"«»' ")
    return "" if len(text) < 3 or _GENERIC.match(flat(text)) else text[:120]


def _people(said: GatheredDraft, document: Document) -> RosterFacts:
    told = list(dict.fromkeys(said.people))
    people = document.people if document.people is not None else told[0] if told else None
    return RosterFacts(
        people, said.roster_file or (PurePath(document.name).name if document.people is not None else "")
    )
