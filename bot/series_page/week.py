"""The week in three parts: what goes out, who needs a word, what waits for approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.console.mattering import awaits_approval, within
from bot.console.planned_groups import Group
from bot.series_page.roster import RosterMember, needing_a_word
from prompts import dates
from prompts.text import Marked
from prompts.words import series_page as words
from storage.series import Cohort

A_WEEK = timedelta(days=7)
MOST = 3
"""Lines of each part; the page has the rest."""


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """Lines for each part, at most `MOST` and one that counts the rest. Empty parts have none."""

    goes_out: tuple[Marked, ...]
    needs_a_word: tuple[Marked, ...]
    waits: tuple[Marked, ...]

    def __bool__(self) -> bool:
        return bool(self.goes_out or self.needs_a_word or self.waits)


def this_week(
    language: str,
    groups: Sequence[Group],
    names: Mapping[int, Marked],
    members: Sequence[RosterMember],
    cohort: Cohort,
    now: datetime,
    most: int = MOST,
) -> ThisWeek:
    """What is on within seven days, at most so many lines a part and one that counts the rest. What waits
    for approval is not said to go out. Pure."""
    near = within(groups, now + A_WEEK)

    def line(group: Group) -> Marked:
        day = dates.day(language, group.first, cohort.zone)
        return words.message_line(language, day=day, name=names[group.nudge.id])

    return ThisWeek(
        _cut(language, most, [line(one) for one in near if not one.held]),
        _cut(
            language,
            most,
            [
                words.person_line(language, name=one.name, why=one.why or Marked(""))
                for one in needing_a_word(members)
            ],
        ),
        _cut(language, most, [line(one) for one in near if awaits_approval(one)]),
    )


def _cut(language: str, most: int, lines: list[Marked]) -> tuple[Marked, ...]:
    rest = len(lines) - most
    return (*lines[:most], *((words.and_more(language, n=rest),) if rest > 0 else ()))
