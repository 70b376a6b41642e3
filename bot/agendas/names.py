"""Who presents: names out of what stands under "Presenter", and what looks like a name elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.agendas.letters import flat, squeeze

_CREDENTIAL = re.compile(
    r"^(?:(?:Ph\.?\s?D|Psy\.?\s?D|Ed\.?\s?D|D\.?N\.?P|M\.?D|D\.?O|J\.?D|R\.?N|N\.?P|P\.?A|B\.?S|B\.?A|M\.?A|M\.?S|M\.?Ed|B\.?S\.?N|M\.?S\.?N|"
    r"M\.?S\.?W|M\.?P\.?H|M\.?B\.?A|M\.?P\.?A|LCSW|LICSW|LMSW|LSW|LMFT|MFT|LPC|LMHC|LCPC|LMHCA|LCMHC|NCC|CADC|LADC|CDP|SUDP|PMHNP|FNP|ARNP|APRN|ARN|"
    r"BCBA|CPS|CPC|CPRS|PSS|QMHP|CHW|OT|OTR|PT|RD|ABPP|FAPA|MAC|Ret|Jr|Sr|II|III|ACSW|BSW|DSW|MHP|LPN|CRNP|PharmD|RPh|MHA|CRC|ATR|he|she|they|ella|él|elle)"
    r"(?:-?[A-Z]{1,5}(?:[ -]?[IVX]+)?|-\w+)?\.?)(?:/\w+)*$",
)
_HONORIFIC = (
    r"(?:dr|dra|mr|mrs|ms|mx|prof|profesor|profesora|sr|sra|srta|lic|licda|mtro|mtra|ing|psic|rev|hon)"
)
_HAS_HONORIFIC = re.compile(rf"\b(?:{_HONORIFIC}\.|dra?\b|prof(?:esora?)?\b|lic\b|mtr[oa]\b)\s*[a-z]")
_OPEN = re.compile(
    r"\s*(?:\(?\s*(?:t\.?b\.?[adc]\.?|to be (?:announced|determined|confirmed|named|scheduled)|por (?:confirmar|definir|anunciar|determinar)|"
    r"pendiente|p\.?\s?d\.?|unknown|\?+|open|speaker tba|not yet known|a confirmar|sin confirmar)\s*\)?\s*\.?)\s*"
)
_SEPARATOR = re.compile(
    r"\s*(?:;|\n|\||\s&\s|\s\+\s|\bwith\b|\band\b|\by\b|\be\b(?=\s+[IHY])|\bcon\b|\s/\s|/(?=[A-Z]))\s*"
)
_LEADING = re.compile(
    r"^(?:with|by|presented by|led by|facilitated by|taught by|featuring|con|por|a cargo de|presenta(?:n|da por|do por)?|impartid[ao] por|"
    r"facilita(?:n|da por|do por)?|imparten?|dirigid[ao] por|presenters?|presenting|speakers?|trainers?|faculty|ponentes?|co-?presenters?|guest(?: speaker)?|host(?:ed by)?)\s*[:\-–—]?\s+"
)
_PARTICLES = frozenset(
    {
        "de",
        "la",
        "del",
        "los",
        "las",
        "van",
        "von",
        "der",
        "den",
        "da",
        "di",
        "dos",
        "bin",
        "al",
        "el",
        "y",
        "st.",
    }
)
_TOPICAL = re.compile(
    r"(?:\w{2,}(?:ing|tion|tions|sion|ment|ments|ness|ity|ship|ics|ance|ence|cion|ciones|miento|dad|encia|ancia|aje|ando|iendo)|work|care|self-care|health|skills?|tools?|plan|"
    r"trauma|stress|safety|self|team|teams|case|cases|session|series|practice|practices|feedback|burnout|salud|cuidado|duelo|equipo|equipos|casos?|sesion|"
    r"supervisor|supervisors|learning|change|culture|limits?|limites?|boundaries|grief|rest|next|steps|review|stories|questions?|voice|welcome|closing|bienvenida|cierre|"
    r"introduccion|introduction|overview|wrap-?up|holiday|break|week|semana|spring|winter|summer|fall|office|hours|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|january|february|march|april|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|pacific|mountain|alaska|eastern|central|time|zoom|teams|link|people|participants|participantes|hello|hi|hola|dear|everyone|todos|thanks|gracias)"
)


@dataclass(frozen=True, slots=True)
class People:
    """`names` as written, without degrees and places of work; `open` when somebody is still to be named."""

    names: tuple[str, ...]
    open: bool = False


def is_open(text: str) -> bool:
    """Whether this says only that it is not known yet: "TBD", "por confirmar"."""
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
    text = re.sub(r"\s(?=(?:y|and|&)\s)", " ", text)
    for group in _SEPARATOR.split(text):
        of_group: list[str] = []
        for piece in re.split(r"\s*,\s*", group):
            name = _name(piece)
            if is_open(piece) or re.search(r"\btba\b|\btbd\b|por confirmar", flat(piece)):
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
        if place and word[0].islower() and flat(word) not in _PARTICLES:
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
    if len(names) < 2 or all(re.fullmatch(r"[A-ZÁÉÍÓÚÑ][\w'-]+", name) for name in names):
        return names
    people = [name for name in names if looks_like_person(name)]
    return people or names[:1]


def looks_like_person(text: str) -> bool:
    """One to five capitalised words, none of them a word of the trade; an honorific decides."""
    text = text.strip()
    low = flat(text)
    if _HAS_HONORIFIC.match(low):
        return len(text.split()) <= 7 and all(
            word[0].isupper() or flat(word) in _PARTICLES for word in text.split()[1:]
        )
    words = [word for word in re.split(r"[\s]+", text) if word]
    proper = [word for word in words if flat(word) not in _PARTICLES]
    if not 2 <= len(proper) <= 5 or any(character.isdecimal() for character in text):
        return False
    if any(mark in text for mark in ':?!“”"()'):
        return False
    if any(not word[0].isupper() or (len(word) > 1 and word.isupper() and len(word) > 3) for word in proper):
        return False
    return not any(_TOPICAL.fullmatch(flat(word).strip(".,'")) for word in proper) and not re.search(
        r"\b(?:of|for|the|in|on|to|with|from|para|en|clinic|center|centre|university|department|hospital|director|manager|coordinator|clinica|centro|universidad|institute|network|program|health)\b",
        low,
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
