"""Signs of client information and of a crisis in a text. Pure, local, and far from complete.

A detector says only *that* something stands in the text, never what: callers have nothing to store or log.
It knows United States phone numbers, Social Security and record numbers, dates of birth, and a named client,
in English and Spanish. It promises no compliance with any law.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Sign = Literal["phone", "ssn", "record_number", "date_of_birth", "named_client"]
A_DOCUMENT: frozenset[Sign] = frozenset({"phone", "ssn", "record_number", "date_of_birth", "named_client"})
"""What a list that a platform or an office wrote may hold: Zoom tells who dialled in by their number."""
AN_OFFICE: frozenset[Sign] = frozenset({"phone"})
"""What staff may publish: an office's or a hotline's number."""

_DIGIT = re.compile(r"\d")
_PHONE = re.compile(
    r"(?<![\d.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ]?)[2-9]\d\d[-. ]?\d{4}(?![\d-])"
    r"|(?<![\d.-])[2-9]\d\d[-.]\d{4}(?![\d-])"
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
"""Meeting links are full of digits."""
_SSN = re.compile(
    r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])|\b(?:ssn|social security|seguro social)\D{0,15}\d{9}\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\b(?:mrn|(?:medical |client |patient |case |chart )?(?:record|chart|file)|medicaid|medicare"
    r"|(?:client|patient|case|member) (?:id|number|no\b)|expediente|historia cl[ií]nica)"
    r"(?: (?:id|number|no|n[uú]mero))?\W{0,3}[a-z]{0,3}-?\d{4,}",
    re.IGNORECASE,
)
_DAY = (
    r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|(?:\d{1,2} (?:de )?)?[a-z]{3,10}\.?(?: \d{1,2})?,? (?:de |del )?\d{4})"
)
_BORN = re.compile(
    r"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on| in)?|fecha de nacimiento"
    r"|naci[oó](?: el| en)?|nacid[oa](?: el| en)?)\b(?: is| was| es)?\W{0,3}" + _DAY,
    re.IGNORECASE,
)
_CLIENT = re.compile(
    r"\b(?i:(?:my|our|his|her|their|the|a) (?:client|patient|consumer)"
    r"|(?:mi|nuestr[oa]|su|una?|el|la) (?:cliente|clienta|paciente))"
    r"(?i:'s name is|,? (?:named|called|is called)|,? (?:llamad[oa]|que se llama|se llama))?,? "
    r"(?P<name>[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)"
)
_NO_NAMES = frozenset(
    {
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December", "Medicaid", "Medicare", "Zoom", "Teams", "Slack"),
        *("Spanish", "English", "Alaska", "Idaho", "Oregon", "Washington", "Care", "Services", "Rights"),
    }
)
_CRISIS = re.compile(
    r"\bsuicidal\b|\bsuicid(?:e|io)\b(?! (?:prevention|screening|training|risk|assessment|awareness|lifeline"
    r"|care|hotline))"
    r"|\bkill (?:my|him|her|them)sel(?:f|ves)\b|\bend (?:my|his|her|their) (?:own )?li(?:fe|ves)\b"
    r"|\b(?:want|wants|wanted|going) to die\b|\bbetter off dead\b|\b(?:hurt|harm|cut)(?:ing)? myself\b"
    r"|\bself[- ]harm"
    r"|\b(?:no|don'?t) want to (?:live|be alive)\b"
    r"|\bsuicidarme\b|\bmatarme\b|\bquitarme la vida\b|\bquiero morir(?:me)?\b|\bno quiero (?:seguir )?vivi"
    r"|\bhacerme daño\b"
    r"|\b(?:feel|feeling|i am|i'm|everything is|it is all|life is) (?:so |completely |totally )?hopeless\b"
    r"|\bno (?:reason|point) (?:to|in) (?:live|living|going on|go on)\b"
    r"|\b(?:can'?t|cannot) (?:go on|take it|do this|bear (?:it|this)) any ?more\b"
    r"|\bi give up on (?:life|everything)\b|\bi don'?t want to be here any ?more\b"
    r"|\bno puedo (?:más|mas)\b(?! (?:de|que))|\b(?:estoy|me siento) desesperad[ao]\b|\bsin esperanza\b"
    r"|\bno aguanto más\b|\bya no quiero estar aquí\b",
    re.IGNORECASE,
)
_LONGEST = 20_000
"""Characters looked at; no chat message is longer."""


def signs_of_client_information(text: str) -> frozenset[Sign]:
    """Which kinds of client details the text may hold; empty when none was found. Total."""
    read = _readable(text)
    found = _signs_with_digits(read) if _DIGIT.search(read) else set()
    if any(name["name"] not in _NO_NAMES for name in _CLIENT.finditer(read)):
        found.add("named_client")
    return frozenset(found)


def _signs_with_digits(read: str) -> set[Sign]:
    """Apart, since most of what people write has no digit, and looking for these takes longest."""
    spoken = _ADDRESS.sub(" ", read)
    found: set[Sign] = set()
    if _SSN.search(spoken):
        found.add("ssn")
    if _PHONE.search(spoken):
        found.add("phone")
    if _RECORD.search(spoken):
        found.add("record_number")
    if _BORN.search(read):
        found.add("date_of_birth")
    return found


def sounds_like_crisis(text: str) -> bool:
    """Whether the words may mean that somebody is in danger. Total; meant to err on the side of offering."""
    return _CRISIS.search(_readable(text)) is not None


def _readable(text: str) -> str:
    """Full-width digits, curly quotes and long dashes as their plain forms; blanks as single spaces."""
    folded = text[:_LONGEST]
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded)
        folded = "".join(character for character in folded if unicodedata.category(character) != "Cf")
        folded = re.sub(r"[‐-―−]", "-", folded).replace("’", "'")
    folded = folded.replace("*", "").replace("_", " ")
    return " ".join(folded.split())
