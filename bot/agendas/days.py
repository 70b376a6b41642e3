"""Calendar days as agendas write them, found within a text.

Only what is written is told here: a year that is not written stays open, and a weekday is kept beside its
date to be compared. `dateparser` was tried for this and left out: it completes what is missing instead of
saying so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.agendas.letters import DASH, flat
from prompts.language_tables import LanguageTables, alternation, in_every_language, language_tables, patterns
from prompts.word_lists import either


def _placed(names: Callable[[LanguageTables], Iterable[Sequence[Sequence[str]]]]) -> dict[str, int]:
    """The place in the year or the week, from 1, by each name of it in every language."""
    return {
        name: place
        for tables in language_tables().values()
        for told in names(tables)
        for place, variants in enumerate(told, start=1)
        for name in variants
    }


_MONTHS = _placed(lambda one: (one.dates.months, one.agenda.days.short_months))
_WEEKDAYS = _placed(lambda one: (one.dates.weekdays, one.agenda.days.short_weekdays))
_CAPITAL_MONTHS = in_every_language(lambda one: one.agenda.days.capital_months)
MONTH, WEEKDAY = either(_MONTHS), either(_WEEKDAYS)
_AND, _THE = alternation(lambda one: one.times.joins), alternation(lambda one: one.dates.article)
_TO = alternation(lambda one: one.agenda.days.to)
_THROUGH = alternation(lambda one: (*one.agenda.days.to, *one.agenda.days.through))
_UNTIL = alternation(lambda one: one.agenda.days.until)
_TH = alternation(lambda one: (*one.dates.ordinals, *one.agenda.days.ordinals))
_OF_MONTH = alternation(lambda one: (*one.dates.of, *one.dates.of_year))
_OF_YEAR = alternation(lambda one: one.dates.of_year)
_WD = (
    rf"(?:\b(?P<weekday>{WEEKDAY})\b\.?\s*,?\s*(?:{alternation(lambda one: one.agenda.days.before_day)} )?)?"
)
_AFTER = (
    rf"(?:\s*[,(]?\s*(?:{alternation(lambda one: one.agenda.days.before_weekday)} )?"
    rf"\b(?P<weekday_after>{WEEKDAY})\b\.?\)?(?!\s*\d))?"
)
_DAY = rf"(?P<day>\d{{1,2}}){_TH}?"
_YEAR_SAID = r"(?P<year>(?:19|20|21)\d{2}\b|'\d{2}\b)"
_YEAR = rf"(?:\s*,?\s*(?:{_OF_YEAR}\s+)?{_YEAR_SAID})?"

_ISO = re.compile(
    rf"{_WD}(?<![\d/.-])(?P<year>(?:19|20|21)\d{{2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)"
    + _AFTER
)
_DAY_FIRST = re.compile(
    rf"{_WD}(?<![\d:/.$])\b(?P<lead>(?:\d{{1,2}}{_TH}?\s*(?:,|\b{_AND}\b|&|/|\b{_TO}\b|{DASH})\s*"
    rf"(?:{_THE} )?)*){_DAY}[\s-]*(?:{_OF_MONTH} )?[\s-]?(?P<month>{MONTH})\b\.?-?"
    rf"(?!\s+\d{{1,2}}{_TH}?\b(?!\s*[:.]\s?\d|\s*[ap]\.?\s?m\b|\s*h\b|\s*{DASH}\s*\d|\s*min))"
    rf"(?:\s*,?\s*(?:{_OF_YEAR}\s+)?{_YEAR_SAID}|(?<=-)(?P<short>\d{{2}})\b)?" + _AFTER
)
_COUNTED = patterns(lambda one: one.agenda.days.counted)
_GOES_ON = patterns(lambda one: one.agenda.days.goes_on)
_MONTH_FIRST = re.compile(
    rf"{_WD}\b(?P<month>{MONTH})\b\.?\s+(?:{_THE} )?(?<!\d){_DAY}\b(?!\s*[:/]\s*\d)"
    rf"(?P<tail>(?:\s*(?:,|;|&|,?\s*\b{_AND}\b|{DASH}|\b{_THROUGH}\b)\s*(?:{_THE} )?\d{{1,2}}{_TH}?"
    rf"(?!\s*[:.]\d|\d|\s*[ap]\.?\s?m\b|\s*(?:min|h\b|{_COUNTED}|{MONTH}\b))"
    rf"(?=\s*(?:[,;.)(|&:{DASH[1:-1]}]|$|\n|{_GOES_ON}\b|20\d\d)))*)" + _YEAR + _AFTER
)
_NUMBERS = re.compile(
    rf"{_WD}(?<![\d/.:$-])(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})"
    rf"(?:(?P=mark)(?P<year>(?:19|20|21)\d{{2}}|\d{{2}}))?"
    rf"(?![\d/]|[-.:]\d|\s*(?:%|h\b|{patterns(lambda one: one.agenda.days.not_a_date)}\b|[ap]\.?\s?m\b))"
    + _AFTER
)
_RANGE_JOINS = re.compile(rf"\s*(?:{DASH}|{_THROUGH}|{_UNTIL})\s*(?:{_THE} )?")
_NUMBER = re.compile(rf"(?P<joint>{DASH}|\b{_THROUGH}\b)?\s*(?:{_THE} )?(?P<number>\d{{1,2}})")


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day as it is written. `other` is the month when the two numbers may stand the other way round;
    `ends_range` when it closes a span that the day before it opens."""

    month: int
    day: int
    year: int | None
    weekday: int | None
    said: str
    begin: int
    end: int
    other: int | None = None
    ends_range: bool = False
    loose: bool = False
    """Two bare numbers, which might be something else."""

    @property
    def swapped(self) -> AgendaDay:
        """With day and month the other way round."""
        return replace(self, month=self.day, day=self.month, other=self.month)

    def in_year(self, year: int) -> date | None:
        """The date, None where that year has none such."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def find_days(text: str, *, language: str = "en", numbers: bool = True) -> list[AgendaDay]:
    """Every day in `text`, in order. Two bare numbers ("2/23") count where `numbers` says that days are
    expected, or beside a weekday."""
    low, taken, found = flat(text), [False] * len(text), []
    for pattern, read in _READERS:
        for match in pattern.finditer(low):
            if any(taken[match.start() : match.end()]):
                continue
            days = [
                day
                for day in read(match, text, language)
                if not (day.loose and day.weekday is None and not numbers)
            ]
            if days:
                found += days
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    found.sort(key=lambda day: (day.begin, day.end))
    return _years_shared(_ranges_marked(found, low))


def _iso(match: re.Match[str], text: str, language: str) -> Iterator[AgendaDay]:
    yield from _day(match, text, int(match["month"]), int(match["day"]))


def _day_first(match: re.Match[str], text: str, language: str) -> Iterator[AgendaDay]:
    month = _MONTHS[match["month"]]
    year = _year(match["year"] or match["short"])
    joint = ""
    for number in _NUMBER.finditer(match["lead"] or ""):
        begin = match.start("lead") + number.start("number")
        yield from _plain_day(text, month, int(number["number"]), year, begin, joint)
        joint = (match["lead"] or "")[number.end() :]
    is_range = bool(_RANGE_JOINS.fullmatch(joint)) if joint else False
    for day in _day(
        match, text, month, int(match["day"]), begin=match.start("day") if match["lead"] else None
    ):
        yield replace(day, ends_range=is_range, year=year)


def _month_first(match: re.Match[str], text: str, language: str) -> Iterator[AgendaDay]:
    if match["month"] in _CAPITAL_MONTHS and text[match.start("month")].islower():
        return
    month, year = _MONTHS[match["month"]], _year(match["year"])
    yield from _day(match, text, month, int(match["day"]), end=match.end("day") if match["tail"] else None)
    for number in _NUMBER.finditer(match["tail"] or ""):
        begin = match.start("tail") + number.start("number")
        yield from _plain_day(text, month, int(number["number"]), year, begin, number["joint"] or "")


def _numbers(match: re.Match[str], text: str, language: str) -> Iterator[AgendaDay]:
    first, second = int(match["first"]), int(match["second"])
    day_first = language_tables()[language].dates.day_first or match["mark"] == "."
    if max(first, second) > 12:
        day_first = first > 12
    day, month = (first, second) if day_first else (second, first)
    both = first != second and max(first, second) <= 12 and match["mark"] != "."
    loose = match["year"] is None
    if loose and match["mark"] != "/":
        return
    for read in _day(match, text, month, day):
        yield replace(read, other=day if both else None, loose=loose)


_READERS = ((_ISO, _iso), (_DAY_FIRST, _day_first), (_MONTH_FIRST, _month_first), (_NUMBERS, _numbers))


def _day(
    match: re.Match[str], text: str, month: int, day: int, begin: int | None = None, end: int | None = None
) -> Iterator[AgendaDay]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    weekday = match["weekday"] or match["weekday_after"]
    begin = match.start() if begin is None else begin
    end = match.end() if end is None else end
    yield AgendaDay(
        month=month,
        day=day,
        year=_year(match["year"]),
        weekday=_WEEKDAYS[weekday] - 1 if weekday else None,
        said=text[match.start() : match.end()].strip(" ,.("),
        begin=begin,
        end=end,
    )


def _plain_day(
    text: str, month: int, day: int, year: int | None, begin: int, joint: str
) -> Iterator[AgendaDay]:
    if 1 <= day <= 31:
        end = begin + len(str(day)) if text[begin : begin + 1] != "0" else begin + 2
        is_range = bool(joint) and bool(_RANGE_JOINS.fullmatch(joint))
        yield AgendaDay(month, day, year, None, text[begin:end], begin, end, ends_range=is_range)


def _ranges_marked(days: list[AgendaDay], low: str) -> list[AgendaDay]:
    return [
        replace(day, ends_range=True)
        if place and not day.ends_range and _RANGE_JOINS.fullmatch(low[days[place - 1].end : day.begin])
        else day
        for place, day in enumerate(days)
    ]


def _years_shared(days: list[AgendaDay]) -> list[AgendaDay]:
    """A year at the end of a list belongs to the days before it in the same sentence."""
    shared: list[AgendaDay] = []
    after: AgendaDay | None = None
    for day in reversed(days):
        if day.year is None and after is not None and after.year is not None and after.begin - day.end <= 40:
            earlier = (day.month, day.day) <= (after.month, after.day)
            day = replace(day, year=after.year if earlier else after.year - 1)
        shared.append(day)
        after = day
    return shared[::-1]


def _year(said: str | None) -> int | None:
    if not said:
        return None
    number = int(said.strip("'"))
    return number + 2000 if number < 100 else number


def month_of(word: str) -> int:
    """1 for a word that `MONTH` fits and that begins the year."""
    return _MONTHS[flat(word).strip(" .")]


def weekday_of(word: str) -> int | None:
    """0 for Monday, also in the plural; None for no weekday."""
    low = flat(word).strip(" .,:")
    place = _WEEKDAYS.get(low) or _WEEKDAYS.get(low.removesuffix("s"))
    return place - 1 if place else None
