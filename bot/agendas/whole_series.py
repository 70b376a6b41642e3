"""Sentences that hold for every session: rhythm, time, zone, length, people, title."""

from __future__ import annotations

import re

from bot.agendas.document import TextLine
from bot.agendas.drafts import GatheredDraft
from bot.agendas.hours import number_said
from bot.agendas.inline import InlineFacts, people_in
from bot.agendas.labels import label_of, says_other_date
from bot.agendas.letters import CAPITAL, flat, squeeze
from bot.agendas.line_patterns import ABOUT, FILE, GREETING, NOT_SERIES_PEOPLE, PEOPLE, SERIES_WORDS, SHARED
from bot.agendas.names import TITLE
from bot.agendas.parts import half_told, read_parts
from bot.agendas.rhythm import read_rhythm
from prompts.language_tables import patterns

_ARRIVING = re.compile(rf"{patterns(lambda one: one.agenda.lines.arriving)}[^.]{{0,30}}$")
_PART_BEFORE = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.part_before)}\s*$")
_PART_AFTER = re.compile(rf"\s*{patterns(lambda one: one.agenda.lines.part_after)} ")
_ABOUT_ENDS = re.compile(rf"\s{patterns(lambda one: one.agenda.lines.about_ends)}\s")
_ABOUT_NOT = re.compile(rf"{patterns(lambda one: one.agenda.lines.about_not)}\b")
_TITLED = re.compile(rf"\b{TITLE}\.?\s+(?:{CAPITAL}[\w'’.-]*\s?){{1,3}}")


def series_sentence(said: GatheredDraft, text: str, bits: InlineFacts, *, rhythm_told: bool = False) -> None:
    """A sentence that holds for every session: its rhythm, time, zone, length, people, title."""
    every = said.every
    rhythm = read_rhythm(text, bits.days)
    if rhythm is not None:
        said.rhythms.append(rhythm)
        said.skips += rhythm.skips
    if rhythm is not None and rhythm.count:
        said.counts.append(rhythm.count)
    low = flat(text)
    if not says_other_date(text) or rhythm is not None:
        parts = read_parts(text) if not (rhythm_told or bits.moments) or is_clocked(text) else []
        if len(parts) >= 2 or (parts and is_clocked(text)):
            every.told_parts += parts
        else:
            every.moments += [one for one in bits.moments if not _ARRIVING.search(low[: one.hour.begin])]
            every.minutes += [one.minutes for one in bits.lengths if not of_part(text, one.begin, one.end)]
        every.zones += bits.zones
    every.half = every.half or half_told(text)
    every.link = every.link or bits.link
    roster_in(said, text)
    title_in(said, text, bits, rhythm is not None)
    presenters_in(said, text, bits)


def of_part(text: str, begin: int, end: int) -> bool:
    """ "the last 30 minutes in small groups" is a part, not the length."""
    low = flat(text)
    return bool(_PART_BEFORE.search(low[:begin]) and _PART_AFTER.match(low[end:]))


def roster_label(said: GatheredDraft, rest: str) -> None:
    if file := FILE.search(rest):
        said.roster_file = squeeze(file[0])
    if found := re.search(r"\b(\d{1,4})\b", FILE.sub("", rest)):
        said.people.append(int(found[1]))


def roster_in(said: GatheredDraft, text: str) -> None:
    if file := FILE.search(text):
        said.roster_file = said.roster_file or squeeze(file[0])
    low = flat(text)
    for found in PEOPLE.finditer(low):
        if NOT_SERIES_PEOPLE.search(
            re.split(r"[,.;]", low[max(0, found.start() - 25) : found.start("n")])[-1]
        ) or NOT_SERIES_PEOPLE.match(low[found.end() : found.end() + 9].strip()):
            continue
        number = number_said(found["n"])
        if number and number > 1:
            said.people.append(number)


def maybe_title(said: GatheredDraft, line: TextLine, text: str) -> None:
    low = flat(text)
    if (
        GREETING.match(low)
        or len(text) > 120
        or label_of(text)
        or (says_other_date(text) and not SERIES_WORDS.search(low))
    ):
        return
    if re.search(r"[.!?]$", text) and not line.level:
        return
    weight = 5 if line.level == 1 else 4 if line.level else 2
    said.titles.append((weight + (1 if SERIES_WORDS.search(low) else 0), text))


def title_in(said: GatheredDraft, text: str, bits: InlineFacts, rhythmic: bool) -> None:
    """ "… on trauma-informed supervision", in a sentence that tells when."""
    rest = bits.rest
    quoted = re.search(r"(?:[“\"«]|(?<![\w])')([^”\"»']{4,100})(?:[”\"»]|'(?!\w))", text)
    if quoted and SERIES_WORDS.search(flat(text)):
        said.titles.append((6, quoted[1]))
        return
    for found in ABOUT.finditer(flat(rest)):
        what = rest[found.start("what") : found.end("what")]
        what = squeeze(_ABOUT_ENDS.split(f"{what} ")[0])
        if (
            len(what) > 3
            and not _ABOUT_NOT.match(flat(what))
            and (rhythmic or SERIES_WORDS.search(flat(text)))
        ):
            said.titles.append((4 if rhythmic else 3, what))
            return


def presenters_in(said: GatheredDraft, text: str, bits: InlineFacts) -> None:
    """ "Dr. Osei on …", "taught by Ana Ruiz" in a sentence about the whole series."""
    if said.closed:
        return
    names = people_in(bits.rest)
    if names and SHARED.search(flat(text)):
        said.every.presenters_open = True
    if not names:
        for found in _TITLED.finditer(bits.rest):
            names.append(squeeze(found[0]))
    said.every.presenters += [name for name in names if name not in said.every.presenters]


def is_clocked(text: str) -> bool:
    """Whether a line begins with a time of day."""
    return bool(re.match(r"\W*\d{1,2}[:.]\d\d", text))
