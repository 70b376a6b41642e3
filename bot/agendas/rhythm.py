"""Series told by their rhythm: "four Tuesdays from February 23", "cada dos jueves hasta el 20 de mayo"."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.agendas.days import MONTH, WEEKDAY, AgendaDay, month_of, weekday_of
from bot.agendas.hours import NUMBER_WORD, number_said
from bot.agendas.labels import ORDINALS, says_other_date
from bot.agendas.letters import blank, flat

_PLURAL = r"(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|lunes|martes|miercoles|jueves|viernes|sabados|domingos)"
_N = rf"(?:\d{{1,2}}|{NUMBER_WORD})"
_WEEKS_COUNTED = re.compile(
    rf"(?<!every )(?<!cada )\b(?P<count>{_N})\s+(?:(?:consecutive|weekly|straight|bi-?weekly|fortnightly|alternating|alternate|primeros|siguientes|monthly|mensuales|quincenales|virtual|live|online)\s+)*(?P<weekday>{_PLURAL})\b"
    rf"|(?<!cada )\b(?P<count_es>{_N})\s+(?P<weekday_es>{_PLURAL})\b"
)
_SESSIONS_COUNTED = re.compile(
    rf"\b(?P<count>{_N})(?:[\s-]+(?:consecutive|weekly|live|virtual|online|monthly|bi-?weekly|short|\d+[- ]minute|ninety-minute|hour-long|one-hour|interactive|consecutiv[ao]s|semanales|virtuales|mensuales|quincenales|en linea|de))*[\s-]+(?:sessions?|sesiones|part\b|parts|encuentros|meetings|webinars|classes|clases|weeks?\b|semanas|talleres|modulos|modules|calls|workshops|reuniones|partes)(?P<series>[\s-]+series)?"
)
_EVERY = re.compile(
    rf"\b(?:(?:every|each|cada|todos los|los)\s+(?P<step>other|second|two|2|dos|tres|three|segundo)?\s*(?P<weekday>{WEEKDAY}s?|sabados|domingos)\b"
    rf"|(?:on\s+)?(?P<plural>{_PLURAL})\b)"
)
_OTHER_STEP = re.compile(
    r"\b(?:every (?:other|two|2|second) weeks?|bi-?weekly|fortnightly|alternat(?:e|ing)|cada (?:dos|2|15) (?:semanas|dias)|quincenal(?:es|mente)?|semana por medio|every two weeks|every second week|every other)\b"
)
_WEEKLY = re.compile(r"\b(?:weekly|every week|once a week|cada semana|semanal(?:es|mente)?|consecutive)\b")
_MONTHLY = re.compile(
    r"\b(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th|primer|primeros?|segundos?|tercer|terceros?|cuartos?|ultimos?)(?:\s*(?:and|y|&)\s*(?P<nth2>first|second|third|fourth|last|1st|2nd|3rd|4th|primer|primero|segundo|tercer|tercero|cuarto|ultimo))?\s+"
    rf"(?P<weekday>{WEEKDAY}|{_PLURAL})(?:\s+(?:of (?:each|every|the) month|each month|every month|monthly|de cada mes|del mes|of the month)|(?<=ays)(?=\s*[,:;(]))"
)
_IN_MONTHS = re.compile(
    rf"(?:\b(?:in|during|throughout|en|durante|de|of)\s+|[,(]\s*)(?P<first>{MONTH})\b\.?(?:\s*(?:-|–|to|through|and|a|y)\s*(?P<last>{MONTH})\b\.?)?\s*,?\s*(?:de\s+)?(?P<year>20\d\d)?(?!\s*\d)"
)
_FROM = re.compile(
    r"(?:\b(?:from|starting|start(?:s)?(?:ing)?|beginning|begin(?:s|ning)?|first session|kick(?:s|ing)? off|desde|a partir|comenzando|comienza(?:n)?|empezando|empieza(?:n)?|inicia(?:n|ndo)?|inicio|since|commencing)\b)[^.;\d]{0,30}$"
)
_UNTIL = re.compile(
    r"(?:\b(?:to|through|thru|until|till|ending|ends?|concluding|hasta|al?|termina(?:n|ndo)?|finaliza(?:n|ndo)?|last session|cerrando|wrapping up|wraps up)\b)[^.;\d]{0,25}$"
)
_SKIPS = re.compile(
    r"(?:\b(?:except|excluding|skip(?:s|ping|ped)?|not (?:on|meeting)|no (?:session|class|meeting)s?|off on|excepto|salvo|menos|sin sesion(?:es)?|no (?:hay|habra) sesion|omitiendo|don't meet|do not meet|will not meet|won't meet|no nos reunimos|taking)\b)[^.;]{0,60}$"
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every `weeks` weeks on `weekday` (or the `nths` such days of each month) from `start`, `count` times or
    until `until`, not on `skips`. What is not told is None."""

    weekday: int | None = None
    weeks: int | None = None
    nths: tuple[int, ...] = ()
    count: int | None = None
    start: AgendaDay | None = None
    until: AgendaDay | None = None
    skips: tuple[AgendaDay, ...] = field(default=())
    said: str = ""
    in_months: bool = False
    """`start` and `until` are the ends of the months named ("every Wednesday in March")."""

    @property
    def tells_days(self) -> bool:
        """Whether the days can be counted out once the year is known."""
        return (
            self.start is not None
            and (self.count is not None or self.until is not None)
            and (self.weeks is not None or bool(self.nths))
        )


def read_rhythm(text: str, days: list[AgendaDay]) -> Rhythm | None:
    """The rhythm that a sentence tells; None where it tells none."""
    whole = flat(text)
    low = blank(whole, [(day.begin, day.end) for day in days])
    counted = _WEEKS_COUNTED.search(low)
    monthly = _MONTHLY.search(low)
    every = max(_EVERY.finditer(low), key=lambda hit: (bool(hit["step"]), bool(hit["weekday"])), default=None)
    other = _OTHER_STEP.search(low)
    weekly = _WEEKLY.search(low)
    count = number_said(counted["count"] or counted["count_es"]) if counted else None
    if count is None and (sessions := _SESSIONS_COUNTED.search(low)):
        count = number_said(sessions["count"])
    weekday = weekday_of((counted["weekday"] or counted["weekday_es"]) if counted else "")
    weeks: int | None = None
    if every and weekday is None:
        weekday = weekday_of(every["weekday"] or every["plural"])
        if every["step"] in {"other", "second", "two", "2", "dos", "segundo"}:
            weeks = 2
        elif every["step"]:
            weeks = 3
    nths = _nths(monthly) if monthly else ()
    if monthly:
        weekday = weekday_of(monthly["weekday"])
    elif other:
        weeks = 2
    elif weeks is None and (counted or every or weekly):
        weeks = 1
    start, until, skips = _ends(whole, days)
    in_months = start is None and weekday is not None and (months := _IN_MONTHS.search(low)) is not None
    if in_months and months is not None:
        start, until = _month_ends(months)
    if not (counted or monthly or every or other or weekly or (count and start)):
        return None
    if start is not None and weekday is None:
        weekday = start.weekday
    return Rhythm(weekday, weeks, nths, count, start, until, skips, text.strip()[:160], in_months)


def _month_ends(months: re.Match[str]) -> tuple[AgendaDay, AgendaDay]:
    """From the first day of the first month to the last day of the last."""
    first = month_of(months["first"])
    last = month_of(months["last"]) if months["last"] else first
    year = int(months["year"]) if months["year"] else None
    first_year = year - 1 if year is not None and last < first else year
    said = months[0].strip()
    end = calendar.monthrange(year or 2027, last)[1]
    return (
        AgendaDay(first, 1, first_year, None, said, months.start(), months.end()),
        AgendaDay(last, end, year, None, said, months.start(), months.end()),
    )


def _nths(monthly: re.Match[str]) -> tuple[int, ...]:
    told = [monthly["nth"], monthly["nth2"]]
    return tuple(_nth(word) for word in told if word)


def _nth(word: str) -> int:
    if word.startswith(("last", "ultimo")):
        return -1
    if word[0].isdecimal():
        return int(word[0])
    bare = word.removesuffix("s")
    return ORDINALS.get(bare, ORDINALS.get(word, 1))


def _ends(
    low: str, days: list[AgendaDay]
) -> tuple[AgendaDay | None, AgendaDay | None, tuple[AgendaDay, ...]]:
    start: AgendaDay | None = None
    until: AgendaDay | None = None
    skips: list[AgendaDay] = []
    skipping_until = -1
    for day in days:
        before = low[max(0, day.begin - 70) : day.begin]
        sentence = re.split(r"[.;]\s", before)[-1]
        if _SKIPS.search(sentence) or day.begin <= skipping_until:
            skips.append(day)
            skipping_until = day.end + 8
        elif says_other_date(sentence[-40:]):
            continue
        elif day.ends_range or (start is not None and _UNTIL.search(sentence)):
            until = day
        elif start is None:
            start = day
    return start, until, tuple(skips)


def counted_out(rhythm: Rhythm, start: date, until: date | None, skips: frozenset[date]) -> list[date]:
    """The days of a rhythm whose ends are known; at most 60. Days left out do not count."""
    days: list[date] = []
    for day in _candidates(rhythm, start):
        if (
            (until is not None and day > until)
            or len(days) >= (rhythm.count or 60)
            or (day - start).days > 1200
        ):
            break
        if day not in skips:
            days.append(day)
    return days


def _candidates(rhythm: Rhythm, start: date):  # type: ignore[no-untyped-def]
    if rhythm.nths and rhythm.weekday is not None:
        year, month = start.year, start.month
        while year < start.year + 4:
            for day in sorted(_in_month(year, month, rhythm.weekday, nth) for nth in rhythm.nths):
                if day >= start:
                    yield day
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return
    step = timedelta(weeks=rhythm.weeks or 1)
    for place in range(200):
        yield start + place * step


def _in_month(year: int, month: int, weekday: int, nth: int) -> date:
    days = [
        day
        for day in calendar.Calendar().itermonthdates(year, month)
        if day.month == month and day.weekday() == weekday
    ]
    return days[nth - 1 if nth > 0 else -1] if nth <= len(days) else days[-1]
