"""Series told by their rhythm: "four Tuesdays from February 23", "every other Thursday until May 20"."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.agendas.days import MONTH, WEEKDAY, AgendaDay, month_of, weekday_of
from bot.agendas.hours import NUMBER_WORD, number_said
from bot.agendas.labels import says_other_date
from bot.agendas.letters import blank, flat
from prompts.language_tables import alternation, in_every_language, language_tables, patterns
from prompts.word_lists import either

_WEEKDAYS = in_every_language(lambda one: (name for names in one.dates.weekdays for name in names))
_OWN_PLURALS = {f"{name}s" for name in _WEEKDAYS if not name.endswith("s")}
_PLURAL = either(_OWN_PLURALS | {name for name in _WEEKDAYS if name.endswith("s")})
_N = rf"(?:\d{{1,2}}|{NUMBER_WORD})"
_NOT_EVERY = "".join(f"(?<!{word} )" for word in in_every_language(lambda one: one.agenda.rhythm.every))
_WEEKS_COUNTED = re.compile(
    rf"{_NOT_EVERY}\b(?P<count>{_N})\s+(?:{patterns(lambda one: one.agenda.rhythm.between)}\s+)*"
    rf"(?P<weekday>{_PLURAL})\b"
)
_SESSIONS_COUNTED = re.compile(
    rf"\b(?P<count>{_N})(?:[\s-]+{patterns(lambda one: one.agenda.rhythm.between_sessions)})*"
    rf"[\s-]+{patterns(lambda one: one.agenda.rhythm.sessions)}"
)
_STEPS = {"2": 2} | {
    word: step for one in language_tables().values() for word, step in one.agenda.rhythm.steps.items()
}
_EVERY = re.compile(
    rf"\b(?:{patterns(lambda one: one.agenda.rhythm.every_weekday)}\s+(?P<step>{either(_STEPS)})?"
    rf"\s*(?P<weekday>{WEEKDAY}s?)\b|(?P<plural>{_PLURAL})\b)"
)
_OTHER_STEP = re.compile(rf"\b{patterns(lambda one: one.agenda.rhythm.every_other)}\b")
_WEEKLY = re.compile(rf"\b{patterns(lambda one: one.agenda.rhythm.weekly)}\b")
_NTHS = {word: nth for one in language_tables().values() for word, nth in one.agenda.rhythm.nths.items()}
_AND = alternation(lambda one: one.times.joins)
_MONTHLY = re.compile(
    rf"\b(?P<nth>{either(_NTHS)})(?:\s*(?:{_AND}|&)\s*(?P<nth2>{either(_NTHS)}))?\s+"
    rf"(?:(?P<weekday>{WEEKDAY}|{_PLURAL})\s+{patterns(lambda one: one.agenda.rhythm.of_month)}"
    rf"|(?P<plural>{either(_OWN_PLURALS)})(?=\s*[,:;(]))"
)
_TO = alternation(lambda one: (*one.agenda.days.to, *one.agenda.days.through, *one.times.joins))
_IN_MONTHS = re.compile(
    rf"(?:\b{patterns(lambda one: one.agenda.rhythm.in_months)}\s+|[,(]\s*)(?P<first>{MONTH})\b\.?"
    rf"(?:\s*(?:-|–|{_TO})\s*(?P<last>{MONTH})\b\.?)?"
    rf"\s*,?\s*(?:{alternation(lambda one: one.dates.of_year)}\s+)?(?P<year>20\d\d)?(?!\s*\d)"
)
_FROM = re.compile(rf"\b{patterns(lambda one: one.agenda.rhythm.starts)}\b[^.;\d]{{0,30}}$")
_UNTIL = re.compile(rf"\b{patterns(lambda one: one.agenda.rhythm.ends)}\b[^.;\d]{{0,25}}$")
_SKIPS = re.compile(rf"\b{patterns(lambda one: one.agenda.rhythm.skips)}\b[^.;]{{0,60}}$")


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
    count = number_said(counted["count"]) if counted else None
    if count is None and (sessions := _SESSIONS_COUNTED.search(low)):
        count = number_said(sessions["count"])
    weekday = weekday_of(counted["weekday"] if counted else "")
    weeks: int | None = None
    if every and weekday is None:
        weekday = weekday_of(every["weekday"] or every["plural"])
        weeks = _STEPS.get(every["step"] or "")
    nths = _nths(monthly) if monthly else ()
    if monthly:
        weekday = weekday_of(monthly["weekday"] or monthly["plural"])
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
    return tuple(_NTHS[word] for word in told if word)


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
