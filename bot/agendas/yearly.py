"""The year that days without one belong to, and whether "3/4" is a day of March or of April."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from bot.agendas.days import AgendaDay

LOOK_BACK = timedelta(days=30)
"""Days before today: an agenda of a series that has begun is no agenda of next year."""


@dataclass
class Years:
    """How days become dates. `choices` are the years that undated days may belong to, the likeliest first."""

    today: date
    said: frozenset[int]
    first: date
    shift: int = 0
    choices: tuple[int, ...] = ()
    order_known: bool = False
    swap: bool = False
    known: list[date] = field(default_factory=list)
    weekday_proves: bool = False

    def day(self, day: AgendaDay) -> date | None:
        if self.swap and day.other:
            day = day.swapped
        if day.year is not None:
            return day.in_year(day.year)
        found = next_from(day, self.first)
        return day.in_year(found.year + self.shift) if found else None

    def certain(self, day: AgendaDay) -> bool:
        """Whether the year is more than likely: it is said, or weekdays prove it."""
        found = self.day(day)
        if found is None:
            return False
        if self.weekday_proves or found in self.known:
            return True
        return found.year in self.said and (
            len(self.said) == 1 or day.in_year(min(self.said)) is None or self._only_one(day)
        )

    def _only_one(self, day: AgendaDay) -> bool:
        """ "2026–2027": the year in which the day is still to come, when the other has it in the past."""
        candidates = [one for year in sorted(self.said) if (one := day.in_year(year))]
        return len([one for one in candidates if one >= self.today - LOOK_BACK]) == 1

    def fits(self, day: date) -> bool:
        """Whether a day lies in the rhythm of the known ones."""
        if len(self.known) < 2:
            return False
        common = Counter(one.weekday() for one in self.known).most_common(1)[0]
        return common[1] * 2 > len(self.known) and day.weekday() == common[0] and day not in self.known


def choose_years(days: list[AgendaDay], said: list[int], today: date) -> Years:
    """How the days of one agenda become dates, by what is written, by weekdays, and by what is to come."""
    swap, order_known = _order(days, today)
    undated = [day.swapped if swap and day.other else day for day in days if day.year is None]
    dated = [
        found
        for day in days
        if day.year and (found := (day.swapped if swap and day.other else day).in_year(day.year))
    ]
    known_years = {one.year for one in dated} or set(said)
    first = today - LOOK_BACK
    if dated:
        first = min(dated) - timedelta(days=200)
    elif known_years and max(known_years) != today.year:
        first = date(min(known_years), 1, 1) if len(known_years) == 1 else first
    elif known_years == {today.year}:
        first = date(today.year, 1, 1)
    years = Years(today, frozenset(known_years), first, order_known=order_known, swap=swap)
    with_weekday = [day for day in undated if day.weekday is not None]
    if with_weekday and not dated:
        years.shift, years.weekday_proves = _by_weekdays(with_weekday, years, known_years)
    agreeing = [
        found
        for day in days
        if (found := years.day(day)) and (day.weekday is None or found.weekday() == day.weekday)
    ]
    proven = [
        found
        for day in days
        if (found := years.day(day))
        and (day.year or (years.weekday_proves and day.weekday == found.weekday()))
    ]
    years.known = proven or agreeing
    if not proven:
        years.known = []
    else:
        years.known = sorted(set(agreeing)) if years.weekday_proves or dated else proven
    guess = next((found.year for day in undated if (found := years.day(day))), today.year)
    years.choices = tuple(
        dict.fromkeys((guess, *sorted(known_years), guess - 1 if guess > today.year else guess + 1))
    )
    if dated and not years.weekday_proves:
        # A year written once in a list of days holds for its neighbours.
        years.said = frozenset(one.year for one in dated)
        if len(years.said) == 1:
            years.known = sorted({found for day in days if (found := years.day(day))})
    return years


def _by_weekdays(days: list[AgendaDay], years: Years, said: set[int]) -> tuple[int, bool]:
    """(years to add, whether weekdays prove it). The coming year counts when most weekdays agree; another
    one only proves that it is to be asked."""
    best = 0
    for shift in (0, -1, 1):
        agree = sum(
            found is not None and found.weekday() == day.weekday
            for day in days
            if (coming := next_from(day, years.first))
            for found in [day.in_year(coming.year + shift)]
        )
        if shift == 0 and agree * 2 > len(days):
            return 0, True
        if shift != 0 and agree == len(days) and len(days) > 1:
            return shift, False
        best = max(best, agree)
    return 0, False


def next_from(day: AgendaDay, first: date) -> date | None:
    """The first such day from `first` on; 29 February is looked for over eight years."""
    for year in range(first.year, first.year + 9):
        found = day.in_year(year)
        if found is not None and found >= first:
            return found
    return None


def _order(days: list[AgendaDay], today: date) -> tuple[bool, bool]:
    """(swap, known): whether bare numbers stand the other way round, by the file's own evidence."""
    bare = [day for day in days if day.other]
    if not bare:
        return False, True
    scores = {}
    for swap in (False, True):
        score, read = 0.0, []
        for day in bare:
            one = day.swapped if swap else day
            found = one.in_year(one.year) if one.year else next_from(one, today - LOOK_BACK)
            if found is None:
                score -= 10
                continue
            read.append(found)
            if day.weekday is not None:
                score += 3 if found.weekday() == day.weekday else -3
        others = [
            found
            for day in days
            if not day.other
            and (found := day.in_year(day.year) if day.year else next_from(day, today - LOOK_BACK))
        ]
        score += _regular([*read, *others])
        scores[swap] = score
    if scores[False] > scores[True] + 0.5:
        return False, True
    if scores[True] > scores[False] + 0.5:
        return True, True
    return False, False


def _regular(days: list[date]) -> float:
    """How much days look like a series: of one weekday, in steps of whole weeks, close together."""
    if len(days) < 2:
        return 0.0
    days = sorted(days)
    steps = [(later - earlier).days for earlier, later in pairwise(days)]
    whole = sum(step % 7 == 0 and 0 < step <= 35 for step in steps)
    return 2.0 * whole / math.sqrt(len(steps))
