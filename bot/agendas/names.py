"""Who presents: names out of what stands under "Presenter", and what looks like a name elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.agendas.letters import CAPITAL, flat, squeeze
from prompts.language_tables import alternation, in_every_language, patterns
from prompts.word_lists import either

_CREDENTIAL = re.compile(
    r"^(?:(?:Ph\.?\s?D|Psy\.?\s?D|Ed\.?\s?D|D\.?N\.?P|M\.?D|D\.?O|J\.?D|R\.?N|N\.?P|P\.?A|B\.?S|B\.?A|M\.?A|M\.?S|M\.?Ed|B\.?S\.?N|M\.?S\.?N|"
    r"M\.?S\.?W|M\.?P\.?H|M\.?B\.?A|M\.?P\.?A|LCSW|LICSW|LMSW|LSW|LMFT|MFT|LPC|LMHC|LCPC|LMHCA|LCMHC|NCC|CADC|LADC|CDP|SUDP|PMHNP|FNP|ARNP|APRN|ARN|"
    rf"BCBA|CPS|CPC|CPRS|PSS|QMHP|CHW|OT|OTR|PT|RD|ABPP|FAPA|MAC|Ret|Jr|Sr|II|III|ACSW|BSW|DSW|MHP|LPN|CRNP|PharmD|RPh|MHA|CRC|ATR|{either(in_every_language(lambda one: one.agenda.people.pronouns))})"
    r"(?:-?[A-Z]{1,5}(?:[ -]?[IVX]+)?|-\w+)?\.?)(?:/\w+)*$",
)
TITLES = in_every_language(lambda one: one.agenda.people.titles)
HONORIFICS = (*TITLES, *in_every_language(lambda one: one.agenda.people.address))
TITLE = either(word.capitalize() for word in TITLES)
HONORIFIC = either(word.capitalize() for word in HONORIFICS)
_HAS_HONORIFIC = re.compile(rf"\b(?:{either(HONORIFICS)}\.|{either(TITLES)}\b)\s*[a-z]")
_OPEN = re.compile(rf"\s*\(?\s*(?:\?+|{patterns(lambda one: one.agenda.people.open)})\s*\)?\s*\.?\s*")
_OPEN_WITHIN = re.compile(rf"\b{patterns(lambda one: one.agenda.people.open_within)}\b")
_AND = alternation(lambda one: one.times.joins)
AND_NAMES = rf"(?:{_AND}|{patterns(lambda one: one.agenda.people.and_names)})"
_SEPARATOR = re.compile(
    rf"\s*(?:;|\n|\||\s&\s|\s\+\s|\s/\s|/(?=[A-Z])"
    rf"|\b(?:{AND_NAMES}|{patterns(lambda one: one.agenda.people.between)})\b)\s*"
)
_BEFORE_AND = re.compile(rf"\s(?=(?:{_AND}|&)\s)")
_ONE_NAME = re.compile(rf"{CAPITAL}[\w'-]+")
_LEADING = re.compile(rf"^{patterns(lambda one: one.agenda.people.leading)}\s*[:\-–—]?\s+")
PARTICLES = frozenset(in_every_language(lambda one: one.agenda.people.particles))
_SMALL_WORDS = PARTICLES | {"van", "von", "der", "den", "da", "di", "dos", "bin", "al", "st."}
_TOPICAL = re.compile(patterns(lambda one: one.agenda.people.topical))
_IN_NO_NAME = re.compile(rf"\b{patterns(lambda one: one.agenda.people.in_no_name)}\b")


@dataclass(frozen=True, slots=True)
class People:
    """`names` as written, without degrees and places of work; `open` when somebody is still to be named."""

    names: tuple[str, ...]
    open: bool = False


def is_open(text: str) -> bool:
    """Whether this says only that it is not known yet: "TBD", "to be announced"."""
    return bool(_OPEN.fullmatch(flat(text)))


def read_people(text: str) -> People:
    """The people that a presenter's cell or line names: "Dr. Ana Ruiz, LCSW & Bob Lee (Boise)" are two."""
    text = re.sub(r"(?<!\S)\S+@\S+", "", text)
    low = flat(text)
    if is_open(text):
        return People((), open=True)
    if found := _LEADING.match(low):
        text = text[found.end() :]
    names: list[str] = []
    still_open = False
    text = re.sub(r"\(([^()]*)\)|\[([^\[\]]*)\]", lambda inside: _kept(inside[0]), text)
    text = _BEFORE_AND.sub(" ", text)
    for group in _SEPARATOR.split(text):
        of_group: list[str] = []
        for piece in re.split(r"\s*,\s*", group):
            name = _name(piece)
            if is_open(piece) or _OPEN_WITHIN.search(flat(piece)):
                still_open = True
            elif name and not _is_credential(name):
                of_group.append(name)
        names += _without_places(of_group)
    return People(tuple(dict.fromkeys(names)), still_open)


def _kept(inside: str) -> str:
    return ", TBD" if is_open(inside.strip("()[]")) else ""


def _is_credential(piece: str) -> bool:
    return all(_CREDENTIAL.match(word.strip(".,")) for word in piece.split())


def _name(piece: str) -> str:
    """Without what follows a dash ("Ana Ruiz - Boise Clinic") and without degrees behind the last name."""
    piece = re.split(r"\s[-–—]+\s|:\s", piece.strip())[0]
    words = piece.split()
    for place, word in enumerate(words):
        if place and word[0].islower() and flat(word) not in _SMALL_WORDS:
            words = words[:place]
            break
    while (
        len(words) > 1
        and _CREDENTIAL.match(words[-1].strip(","))
        and words[-1].strip(".,").upper() == words[-1].strip(".,")
    ) or (len(words) > 1 and re.fullmatch(r"(?:Ph\.?\s?D|Psy\.?D|Ed\.?D|M\.?Ed)\.?", words[-1])):
        words.pop()
    name = squeeze(" ".join(words))
    return f"{name}." if words and re.fullmatch(r"(?:[A-Z]|Jr|Sr)\.", words[-1]) else name


def _without_places(names: list[str]) -> list[str]:
    """Drop what stands behind a comma and is no person: "Ana Ruiz, Boise Clinic", "Director of Training"."""
    if len(names) < 2 or all(_ONE_NAME.fullmatch(name) for name in names):
        return names
    people = [name for name in names if looks_like_person(name)]
    return people or names[:1]


def looks_like_person(text: str) -> bool:
    """One to five capitalised words, none of them a word of the trade; an honorific decides."""
    text = text.strip()
    low = flat(text)
    if _HAS_HONORIFIC.match(low):
        return len(text.split()) <= 7 and all(
            word[0].isupper() or flat(word) in _SMALL_WORDS for word in text.split()[1:]
        )
    words = [word for word in re.split(r"[\s]+", text) if word]
    proper = [word for word in words if flat(word) not in _SMALL_WORDS]
    if not 2 <= len(proper) <= 5 or any(character.isdecimal() for character in text):
        return False
    if any(mark in text for mark in ':?!“”"()'):
        return False
    if any(not word[0].isupper() or (len(word) > 1 and word.isupper() and len(word) > 3) for word in proper):
        return False
    return not _IN_NO_NAME.search(low) and not any(
        _TOPICAL.fullmatch(flat(word).strip(".,'")) for word in proper
    )


def looks_like_people(text: str) -> bool:
    """Whether all that is named is people: "Ana Ruiz", "Dr. Osei and Bob Lee, LCSW"."""
    bare = text.strip()
    if not bare or len(bare) > 160:
        return False
    if re.search(r",\s*(?:Ph\.?D|LCSW|LMFT|MSW|MD|LPC|RN|Psy\.?D|LICSW|LMHC|MPH|M\.?Ed|MA|MS)\b", bare):
        return looks_like_person(re.split(r",", bare)[0]) or len(bare.split(",")[0].split()) <= 4
    pieces = [
        piece
        for group in _SEPARATOR.split(re.sub(r"\([^)]*\)", "", bare))
        for piece in group.split(",")
        if piece.strip()
    ]
    pieces = [piece.strip() for piece in pieces if not _is_credential(piece.strip())]
    return bool(pieces) and all(looks_like_person(_name(piece)) for piece in pieces)
