"""One line or cell about a session: its day, time, zone, length and link are taken out, and what is left
over is its title and its presenters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.agendas.days import WEEKDAY, AgendaDay, find_days
from bot.agendas.drafts import Draft, Moment
from bot.agendas.hours import Length, find_hours, find_lengths
from bot.agendas.labels import (
    label_of,
    list_number,
    says_cancelled,
    says_moved,
    says_no_session,
    session_number,
)
from bot.agendas.letters import CAPITAL, DASH, blank, flat, squeeze
from bot.agendas.names import (
    AND_NAMES,
    HONORIFIC,
    HONORIFICS,
    PARTICLES,
    TITLE,
    TITLES,
    is_open,
    looks_like_people,
    read_people,
)
from bot.agendas.zones_said import Zone, find_zones
from prompts.language_tables import alternation, in_every_language, patterns
from prompts.word_lists import either

_LINK = re.compile(r"https?://[^\s<>()\"|]+[^\s<>()\"|.,;]")
_QUOTED = re.compile(r"[“\"«]([^”\"»]{3,140})[”\"»]|‘([^’]{3,140})’")
_ENDS_NO_SENTENCE = "".join(rf"(?<!\b[{word[0].upper()}{word[0]}]{word[1:]}\.)" for word in TITLES) + "".join(
    rf"(?<!\b{letters}\.)"
    for letters in ("[LMPSR][a-z]", "[LMPSR][a-z][a-z]", "[LMPSR][a-z][a-z][a-z]", "[A-Z]")
)
_BREAKS = re.compile(
    rf"\x00|\s{{2,}}|\s+{DASH}+\s+|\s*[|•·\t\n]\s*|\s*;\s+|(?<=\w):\s+"
    rf"|(?<=[.”\"»]){_ENDS_NO_SENTENCE}\s+(?={CAPITAL})"
)
_THE = alternation(lambda one: (*one.dates.article, *one.times.article))
_BY_OTHERS = patterns(lambda one: one.agenda.people.by_others)
_DOTTED = "|".join(rf"(?<=\b{word.capitalize()})\." for word in HONORIFICS)
_BY = re.compile(
    rf"(?:^|[\s,(\x00{DASH[1:-1]}])(?P<by>(?:{patterns(lambda one: one.agenda.people.by)}|{_BY_OTHERS})\s+)"
    rf"(?P<who>(?:{_THE} )?{HONORIFIC}?\.?\s*{CAPITAL}"
    rf"(?:[^.;:|\x00\n(]|(?<=\b[A-Z])\.|{_DOTTED}|(?<=Ph)\.)*(?:\([^)]*\))?)"
)
_BY_ANYBODY = re.compile(_BY_OTHERS)
_WORD = rf"{CAPITAL}[\w'’-]*\.?"
_WITHIN = either((*PARTICLES - set(in_every_language(lambda one: one.times.joins)), "van", "von"))


def _whole(name: str, pattern: str) -> str:
    """Matches the pattern and takes it whole, as `(?>…)` does, which Python before 3.11.5 reads wrongly. A list
    of names can be cut in so many ways that trying each takes for ever."""
    return rf"(?=(?P<{name}>{pattern}))(?P={name})"


_PERSON = (
    rf"(?:{HONORIFIC}\.?\s+)?{_WORD}(?:\s+(?:{_WITHIN} )*{_WORD}){{0,3}}"
    r"(?:,\s+(?:Ph\.?D|[A-Z]{2,6})\.?){0,4}"
)
_FURTHER = rf"(?:(?:\s*,\s*|\s+)(?:{AND_NAMES}|&)?\s*{_whole('further', _PERSON)}){{0,8}}"
_VERBS = rf"(?:{patterns(lambda one: one.agenda.people.will)}\s+)?{patterns(lambda one: one.agenda.people.verbs)}\b"
_LEADS = re.compile(rf"(?P<who>{_whole('person', _PERSON)}{_whole('others', _FURTHER)}),?\s+{_VERBS}")
STATUS = re.compile(
    rf"\(?\s*\*{{0,3}}\b{patterns(lambda one: one.agenda.title.status)}\b\s*\*{{0,3}}\s*\)?[!:]*",
    re.IGNORECASE,
)
_MOVED_NOTE = re.compile(
    rf"[(\[]\s*{patterns(lambda one: one.agenda.title.moved)}\b[^)\]]*[)\]]", re.IGNORECASE
)
_LEFT_WORDS = re.compile(
    rf"^(?:{alternation(lambda one: one.agenda.title.left)}|,|{WEEKDAY}|min|pm|am)\b[\s,.:]*", re.IGNORECASE
)
_WITH_TITLE = re.compile(rf"\b{TITLE}\b")
_WITH_DOTTED_TITLE = re.compile(rf"\b{TITLE}\.")
_LAST_COMMA = re.compile(rf"(?<=[\w)?!”\"]),\s+(?={CAPITAL})")
_NAME_ENDS = re.compile(rf",?\s+{patterns(lambda one: one.agenda.people.name_ends)}\b|,?\s+\d")
_ARTICLE = re.compile(rf"^{_THE}\s+")
_TWO_NAMES = re.compile(rf"{CAPITAL}[\w.'-]*\s+{CAPITAL}")


@dataclass
class InlineFacts:
    """What one stretch of text tells."""

    days: list[AgendaDay] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    lengths: list[Length] = field(default_factory=list)
    link: str = ""
    rest: str = ""
    """The text with all of these blanked out (NUL)."""


def read_bits(text: str, language: str, *, numbers: bool = True, time_expected: bool = False) -> InlineFacts:
    """Days, times with their zones, lengths and a link; each place in the text counts once."""
    read = InlineFacts(rest=text)
    if link := _LINK.search(text):
        read.link = link[0]
        read.rest = blank(read.rest, [found.span() for found in _LINK.finditer(text)])
    read.rest = blank(
        read.rest, [found.span() for found in re.finditer(r"(?<![^\s@])[^\s@]+@[^\s@]+\.\w+", read.rest)]
    )
    read.days = find_days(read.rest, language=language, numbers=numbers)
    read.rest = blank(read.rest, [(day.begin, day.end) for day in read.days])
    hours = find_hours(read.rest, labelled=time_expected)
    spans = [(hour.begin, hour.end) for hour in hours]
    read.zones = find_zones(read.rest, tuple(hour.end for hour in hours), labelled=time_expected)
    read.rest = blank(read.rest, [*spans, *((zone.begin, zone.end) for zone in read.zones)])
    read.lengths = find_lengths(read.rest)
    read.rest = blank(read.rest, [(one.begin, one.end) for one in read.lengths])
    for place, hour in enumerate(hours):
        limit = hours[place + 1].begin if place + 1 < len(hours) else len(text)
        near = [one for one in read.zones if hour.end <= one.begin < limit]
        zone = next((one for one in near if one.name), next(iter(near), None))
        read.moments.append(Moment(hour, zone))
    return read


def take(draft: Draft, read: InlineFacts) -> None:
    """Add what was read to a session."""
    draft.days += read.days
    draft.moments += read.moments
    draft.zones += read.zones
    draft.minutes += [one.minutes for one in read.lengths]
    draft.link = draft.link or read.link


def read_about(draft: Draft, text: str, language: str, *, names_expected: bool = True) -> None:
    """Fill a session from a whole line or cell, title and presenters included."""
    draft.said = (draft.said + " " + text).strip()
    if says_cancelled(text):
        draft.cancelled = True
    if says_no_session(text):
        draft.no_session = True
    if says_moved(text):
        draft.moved = True
    read = read_bits(text, language)
    take(draft, read)
    read_words(draft, read.rest, names_expected=names_expected)


def read_words(draft: Draft, text: str, *, names_expected: bool = True) -> None:
    """The title and the presenters in what is left of a line."""
    text = STATUS.sub("\x00", _MOVED_NOTE.sub("\x00", text))
    quoted = next((hit[1] or hit[2] for hit in _QUOTED.finditer(text)), "")
    for hit in list(_BY.finditer(text)):
        who = _who(hit["who"])
        if names_expected and (
            looks_like_people(who)
            or _WITH_DOTTED_TITLE.search(who)
            or (not _BY_ANYBODY.match(hit["by"]) and _TWO_NAMES.match(who))
        ):
            _add_people(draft, who)
            end = hit.start("who") + hit["who"].find(who) + len(who)
            text = blank(text, [(hit.start(), end)])
    text = _tail_apart(text, draft) if names_expected else text
    pieces = [
        piece
        for piece in (_piece(one) for one in _BREAKS.split(_brackets_apart(text, draft, names_expected)))
        if piece
    ]
    titles: list[str] = []
    for piece in pieces:
        if piece.startswith("(") and piece.endswith(")"):
            continue
        if (label := label_of(piece)) is not None and label not in {"title"} and len(piece) < 30:
            continue
        if is_open(piece):
            if titles or draft.title:
                draft.presenters_open = True
            else:
                draft.title_open = True
        elif names_expected and looks_like_people(piece) and (titles or draft.title or len(pieces) > 1):
            _add_people(draft, piece)
        elif session_number(piece) and not piece[session_number(piece)[1] :].strip():  # type: ignore[index]
            continue
        else:
            titles.append(piece)
    if quoted and not draft.title:
        draft.title, draft.title_open = squeeze(quoted), False
    elif titles and not draft.title:
        draft.title, draft.title_open = _joined(titles, text), False


def _joined(titles: list[str], text: str) -> str:
    """The first piece; with the second where only a colon parts them ("Rest: what it takes")."""
    if len(titles) > 1 and f"{titles[0]}: {titles[1]}" in text:
        return f"{titles[0]}: {titles[1]}"
    if len(titles) > 1 and (
        found := re.search(rf"{re.escape(titles[0])}\s+{DASH}+\s+{re.escape(titles[1])}", text)
    ):
        return squeeze(found[0])
    return titles[0]


def _tail_apart(text: str, draft: Draft) -> str:
    """ "Consent on screen, Dr. Iris Cole": what follows the last title's comma is a person."""
    if draft.presenters:
        return text
    for comma in _LAST_COMMA.finditer(text):
        before, who = text[: comma.start()], text[comma.end() :].strip("\x00 .")
        title = re.split(r"\x00|\s[-–—]\s|:\s", before)[-1].strip()
        if looks_like_people(who) and re.search(r"[a-z]{2}", title) and not looks_like_people(title):
            _add_people(draft, who)
            return before
    return text


def people_in(text: str) -> list[str]:
    """Who presents, as a sentence says it: "with Ana Ruiz", "Dr. Osei will lead"."""
    scratch = Draft("")
    for hit in _BY.finditer(text):
        who = _who(hit["who"])
        if looks_like_people(who):
            _add_people(scratch, who)
    if not scratch.presenters:
        for hit in _LEADS.finditer(text):
            if looks_like_people(hit["who"]) or _WITH_TITLE.match(hit["who"]):
                _add_people(scratch, hit["who"])
    return scratch.presenters


def _who(text: str) -> str:
    """A name as far as it goes: what begins with a small word behind a comma is no longer one."""
    return _NAME_ENDS.split(_ARTICLE.sub("", text))[0].strip(" ,-–—")


def _add_people(draft: Draft, text: str) -> None:
    people = read_people(text)
    draft.presenters += [name for name in people.names if name not in draft.presenters]
    draft.presenters_open = draft.presenters_open or people.open


def _brackets_apart(text: str, draft: Draft, names_expected: bool) -> str:
    """Brackets that hold presenters, or nothing any more, leave the line; others stay in the title."""

    def replaced(hit: re.Match[str]) -> str:
        inside = hit[1].replace("\x00", " ").strip(" ,;-–—/|")
        if not inside or _LEFT_WORDS.fullmatch(inside):
            return "\x00"
        if names_expected and looks_like_people(inside):
            _add_people(draft, inside)
            return "\x00"
        if is_open(inside):
            draft.presenters_open = True
            return "\x00"
        return hit[0]

    return re.sub(r"[(\[]([^()\[\]]*)[)\]]", replaced, text)


def _piece(text: str) -> str:
    piece = squeeze(text.replace("\x00", " "))
    if re.fullmatch(r"\([^()]*\)", piece):
        return ""
    if number := list_number(piece + " "):
        piece = squeeze(piece[number[1] :])
    for _ in range(4):
        low = flat(piece)
        found = _LEFT_WORDS.match(low)
        if not found or (
            found.end() < len(piece)
            and piece[0].isupper()
            and not re.fullmatch(rf"{WEEKDAY}[\s,.:]*", found[0].strip())
        ):
            break
        piece = squeeze(piece[found.end() :])
    return piece if re.search(r"\w{2}", piece) else ""
