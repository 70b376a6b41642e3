"""How long somebody stayed, in the ways that tools write it."""

from __future__ import annotations

import re

LONGEST_STAY = 24 * 60.0
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_HOUR = r"h|hr|hrs|hour|hours|hora|horas|std|stunde|stunden|heure|heures"
_MINUTE = r"m|mn|min|mins|minute|minutes|minuto|minutos|minuten|mi"
_SECOND = r"s|sec|secs|second|seconds|seg|segs|segundo|segundos|sek|sekunde|sekunden|seconde|secondes"
_SPANS = re.compile(
    rf"(?:(?P<h>{_NUMBER}) ?(?:{_HOUR})\.?)?(?:[, ]|and|y|e|et|und)*(?:(?P<m>{_NUMBER}) ?(?:{_MINUTE})\.?)?"
    rf"(?:[, ]|and|y|e|et|und)*(?:(?P<s>{_NUMBER}) ?(?:{_SECOND})\.?)?"
)
_CLOCK = re.compile(r"(?P<a>\d{1,3}):(?P<b>[0-5]?\d)(?::(?P<c>[0-5]?\d)(?:\.\d+)?)?")
_ISO = re.compile(r"pt(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)(?:\.\d+)?s)?")


def read_minutes(said: str, unit: float = 1.0, timed: float | None = None) -> float | None:
    """Minutes of ``45``, ``1h 2m 3s``, ``57 Min. 20 Sek.`` or ``01:02:03``; None for anything else and for
    more than a day. `unit` is the minutes of a plain number's one; `timed` are the minutes between the two
    times, which decide whether ``01:02`` is an hour or a minute, and whether plain numbers are seconds."""
    text = " ".join(said.casefold().split())
    if not text:
        return None
    if re.fullmatch(_NUMBER, text):
        minutes = _plain(float(text.replace(",", ".")) * unit, timed)
    elif clock := _CLOCK.fullmatch(text):
        minutes = _clock(clock, timed)
    else:
        found = _ISO.fullmatch(text) or _SPANS.fullmatch(text)
        if found is None or not any(found.groupdict().values()):
            return None
        hours, rest, seconds = (float((found[part] or "0").replace(",", ".")) for part in "hms")
        minutes = hours * 60 + rest + seconds / 60
    return minutes if 0 <= minutes <= LONGEST_STAY else None


def _plain(minutes: float, timed: float | None) -> float:
    in_seconds = timed is not None and abs(minutes / 60 - timed) < 1.5 and minutes > 2 * timed + 2
    return minutes / 60 if in_seconds else minutes


def _clock(found: re.Match[str], timed: float | None) -> float:
    first, second, third = int(found["a"]), int(found["b"]), found["c"]
    if third is not None:
        return first * 60 + second + int(third) / 60
    long, short = first * 60.0 + second, first + second / 60
    return short if timed is not None and abs(short - timed) < abs(long - timed) else long
