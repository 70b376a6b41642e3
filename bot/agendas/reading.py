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
from bot.agendas.letters import flat, squeeze
from bot.agendas.lines import LineReader
from bot.agendas.opening import open_file
from bot.agendas.settling import settle
from bot.agendas.tables import Columns, read_table
from bot.agendas.text_file import read_text

_SPANISH = re.compile(
    r"\b(?:el|la|los|las|de|del|que|con|para|por|una?|y|sesi[oó]n(?:es)?|fecha|hora|martes|jueves|mi[eé]rcoles|lunes|viernes|enero|febrero|marzo|abril|mayo|junio|septiembre|octubre|serie|tema|ponente)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|for|with|in|on|will|session|date|time|tuesday|thursday|january|february|march|april|series|topic|presenter)s?\b",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?<![\d/.-])(20\d{2})(?:\s*[-–/]\s*(20)?(\d{2}))?(?![\d/-])|(?<!\w)['‘](\d{2})\s*[-–]\s*['‘]?(\d{2})(?!\d)"
)
_GENERIC = re.compile(
    r"^(?:agenda|schedule|program(?:me)?|calendar|draft|syllabus|outline|session schedule|series schedule|overview|about|dates|agenda y fechas|calendario|programa|temario|cronograma|horario|borrador|sheet ?1|hoja ?1|untitled|document|kick-?off|hello|hi|sessions?|sesiones|(?:el |la |the |our )?(?:taller|curso|serie|series|training|workshop|program|course|capacitacion|ciclo|webinars?|meetings?)|fwd?|final|dates? and times?)$"
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
    pieces = re.split(r"(?<=[a-záéíóúñ0-9)”\"»][.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡“\"«])", line.text)
    joined: list[str] = []
    for piece in pieces:
        if joined and re.search(
            r"\b(?:Dr|Dra|Mr|Mrs|Ms|Prof|Lic|Sr|Sra|Mtr[oa]|p\.?\s?m|a\.?\s?m|No|vs|St|[A-Z])\.$", joined[-1]
        ):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return [replace(line, text=piece) for piece in joined]


def language_of(text: str) -> str:
    """``es`` where Spanish words outnumber English ones."""
    return "es" if len(_SPANISH.findall(text)) > len(_ENGLISH.findall(text)) else "en"


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
        if re.search(
            r"updated|revised|copyright|©|version|sent|draft|actualizad|enviado|printed|prepared|posted|since|founded|desde 20",
            flat(line),
        ):
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


def tidy_title(text: str) -> str:
    """Without "Agenda:", "Re:", season and year behind a bar; empty for a heading that names nothing."""
    text = text.split("\n")[0]
    quoted = re.search(r"[“\"«]([^”\"»]{8,100})[”\"»]", text)
    text = squeeze(quoted[1] if quoted and len(text) - len(quoted[0]) < 40 else text)
    text = re.sub(r"^(?:(?:re|fwd?|rv|fw)\s*:\s*)+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:draft|final|updated|borrador|revised)\b\s*[:–—-]?\s*", "", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(?:(?:training |learning |session |series |program |course )?(?:agenda|schedule|syllabus|outline|calendar)|agenda|calendario|programa|cronograma|temario)\s*(?:[:–—|-]\s*|\s+(?:for|de la|del|de|para|of)\s+(?:the |our |la serie |el curso )?)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\s*[–—|,:(-]?\s*\b(?:agenda|schedule|draft agenda|session schedule|series schedule|calendar|dates|programa|calendario|cronograma|agenda de la serie|series agenda|training agenda|agenda general|logistics|details|registration report|attendee report|meeting registration)\)?\s*$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\s*[–—|,(-]\s*(?:(?:spring|summer|fall|autumn|winter|primavera|verano|otoño|invierno|january|february|march|april|may|june|july|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)(?:\s*[-–/]\s*\w+)?(?:\s+de)?\s*|[a-z]{3}\.?\s*[-–/]\s*[a-z]{3}\.?\s+)?(?:20\d{2}(?:\s*[-–]\s*\d{2,4})?)?\)?\s*$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\s*(?:--|–|—|:|,|-)\s*(?:an? )?(?:\w+|\d+)[- ](?:session|part|week|sesiones|partes|semanas)s?(?: (?:learning |online |virtual |webinar |training )*(?:series|course|program|training))?\s*$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = squeeze(text).strip("“”\"«»' ")
    return "" if len(text) < 3 or _GENERIC.match(flat(text)) else text[:120]


def _people(said: GatheredDraft, document: Document) -> RosterFacts:
    told = list(dict.fromkeys(said.people))
    people = document.people if document.people is not None else told[0] if told else None
    return RosterFacts(
        people, said.roster_file or (PurePath(document.name).name if document.people is not None else "")
    )
