"""Where each planned message of a person goes, so that nobody gets too many.

At most `PLANNED_IN_7_DAYS` messages in any seven days and `MOST_A_DAY` on a day of the reader's clock are
planned for a person, over all of their series; the sender holds the hard limits (`MOST_IN_7_DAYS`, and what
nobody could plan, such as a moved session, has the room between). A message is one moment: what shares it
goes out as one message with parts. Join links stand apart and are not counted.

Placed in the order of rank (`bot.core.message_kinds`), each message takes the first of these that there is:

1. a message that the person gets the same day anyway, at a moment that is allowed for it;
2. its own moment, while the budget has room;
3. the person's next message before it expires: it is *folded* into that;
4. for what may come earlier (session tomorrow), the nearest message of the three days before;
5. the first morning with room before it expires;
6. for what is `kept`, the next message or morning with room, even after it expires;
7. else it is left out (`budget`), which the ledger and `nudges` say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.core.message_kinds import MessageKind, MessageKinds
from bot.nudges.planned import Planned
from bot.timekeeping.readers_hours import OFFICE_OPENS, Reader, next_allowed, refusal
from bot.timekeeping.zones import first_moment

PLANNED_IN_7_DAYS = 4
MOST_IN_7_DAYS = 6
MOST_A_DAY = 2
WEEK = timedelta(days=7)
_LONGEST_WEEK = WEEK + timedelta(days=1)
"""Seven days of a clock take no longer: an hour more when summer time ends, a day where a zone crosses the
date line."""
EARLIER_BY = timedelta(days=3)
FURTHEST = 28
"""Days that a message is put off at most while looking for a morning with room."""


Drawn = Callable[[Planned], timedelta | None]
"""How long after nine a message goes by the draw of an experiment; None where nothing was drawn."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many messages may be planned for a person."""

    in_7_days: int = PLANNED_IN_7_DAYS
    a_day: int = MOST_A_DAY


def placed(
    planned: Iterable[Planned],
    kinds: MessageKinds,
    readers: Mapping[str, Reader],
    taken: Mapping[str, Sequence[datetime]] | None = None,
    mornings: Mapping[str, timedelta] | None = None,
    budget: Budget | None = None,
    drawn: Drawn | None = None,
) -> list[Planned]:
    """`planned` with a moment for each that keeps the budget, by person.

    `readers` by person id; `taken` are the moments (UTC) of messages already sent to a person or planned in
    another cohort: they count, may be joined, and are not moved. `mornings` says how long after nine a person
    is written to, unless `drawn` says otherwise of a message. Placing twice changes nothing more.
    """
    untouched: list[Planned] = []
    by_person: defaultdict[str, list[Planned]] = defaultdict(list)
    for nudge in planned:
        if nudge.person_id is None or nudge.skip is not None or kinds[nudge.step.kind].apart:
            untouched.append(nudge)
        else:
            by_person[nudge.person_id].append(nudge)
    for person_id, nudges in by_person.items():
        morning = (mornings or {}).get(person_id, timedelta())
        week = _Weeks(kinds, readers[person_id], budget or Budget(), morning, drawn)
        for moment in sorted(set((taken or {}).get(person_id, ()))):
            week.take(moment)
        untouched += [week.place(nudge) for nudge in sorted(nudges, key=week.rank)]
    return untouched


@dataclass
class _Weeks:
    """One person's moments so far, in order, and by the day of their own clock."""

    kinds: MessageKinds
    reader: Reader
    budget: Budget
    morning: timedelta
    drawn: Drawn | None = None
    moments: list[datetime] = field(default_factory=list)
    by_day: defaultdict[date, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    clocks: dict[datetime, datetime] = field(default_factory=dict)
    """What was asked of the reader's clock: the same moments are, again and again."""

    def rank(self, nudge: Planned) -> tuple[int, datetime, str]:
        return self._kind(nudge).rank, nudge.nominal_utc, nudge.key

    def take(self, moment: datetime) -> None:
        day = self.by_day[self._day(moment)]
        if moment not in day:
            insort(day, moment)
            insort(self.moments, moment)

    def place(self, nudge: Planned) -> Planned:
        """The nudge at its place; its moment counts from now on."""
        kind = self._kind(nudge)
        nudge = self._in_the_morning(nudge)
        if not kind.waits:
            return self._pinned(nudge)
        shared = self._shared(nudge)
        if shared is not None:
            return replace(nudge, at_utc=shared)
        if self._room(nudge.at_utc):
            self.take(nudge.at_utc)
            return nudge
        return self._folded(nudge, kind)

    def _kind(self, nudge: Planned) -> MessageKind:
        return self.kinds[nudge.step.kind]

    def _in_the_morning(self, nudge: Planned) -> Planned:
        """At the reader's own time of day what is due at nine sharp; never into quiet hours, nor too late."""
        drawn = self.drawn(nudge) if self.drawn is not None else None
        after_nine = self.morning if drawn is None else drawn
        at = nudge.at_utc + after_nine
        local = self.reader.local(nudge.at_utc).time()
        if not after_nine or local != OFFICE_OPENS or refusal(at, self.reader, nudge.step.hours):
            return nudge
        if nudge.expires_utc is not None and at >= nudge.expires_utc:
            return nudge
        return replace(nudge, at_utc=at)

    def _pinned(self, nudge: Planned) -> Planned:
        if self._room(nudge.at_utc) or not nudge.expires_utc:
            self.take(nudge.at_utc)
            return nudge
        return self._folded(nudge, self._kind(nudge))

    def _shared(self, nudge: Planned) -> datetime | None:
        """A message of the same day that it can be part of: the next at or after its own moment, else (what
        may come earlier) the last before it."""
        day = self.by_day.get(self._day(nudge.at_utc), [])
        later = [one for one in day if one >= nudge.at_utc and self._may(nudge, one)]
        if later:
            return later[0]
        if not self._kind(nudge).earlier:
            return None
        return next((one for one in reversed(day) if self._allowed(nudge, one)), None)

    def _folded(self, nudge: Planned, kind: MessageKind) -> Planned:
        found = self._next(nudge, nudge.expires_utc)
        if found is None and kind.earlier:
            found = self._before(nudge)
        if found is None:
            found = self._morning_with_room(nudge, nudge.expires_utc)
        if found is None and kind.kept:
            found = self._next(nudge, nudge.at_utc + WEEK) or self._morning_with_room(nudge, None)
            return self._put_off(nudge, found or nudge.at_utc)
        if found is None:
            return replace(nudge, skip="budget")
        return self._put_off(nudge, found)

    def _put_off(self, nudge: Planned, moment: datetime) -> Planned:
        self.take(moment)
        expires = nudge.expires_utc
        if expires is not None and expires <= moment:
            expires = moment + timedelta(days=2)
        return replace(nudge, at_utc=moment, moved_because="budget", expires_utc=expires)

    def _next(self, nudge: Planned, before: datetime | None) -> datetime | None:
        """The person's next message that it may be part of, before `before`."""
        start = bisect_left(self.moments, nudge.at_utc)
        for moment in self.moments[start:]:
            if before is not None and moment >= before:
                return None
            if self._allowed(nudge, moment):
                return moment
        return None

    def _before(self, nudge: Planned) -> datetime | None:
        start = bisect_right(self.moments, nudge.at_utc)
        for moment in reversed(self.moments[:start]):
            if moment < nudge.at_utc - EARLIER_BY:
                return None
            if self._allowed(nudge, moment):
                return moment
        return None

    def _morning_with_room(self, nudge: Planned, before: datetime | None) -> datetime | None:
        today = self._day(nudge.at_utc)
        for days in range(1, FURTHEST):
            opens = first_moment(today + timedelta(days=days), time(9), self.reader.zone) + self.morning
            moment = next_allowed(opens, self.reader, nudge.step.hours)
            if before is not None and moment >= before:
                return None
            if self._room(moment):
                return moment
        return None

    def _room(self, moment: datetime) -> bool:
        """Whether one more message at `moment` keeps every day and every seven days within the budget.

        Both are days of the reader's clock: a week in which summer time begins is an hour shorter.
        """
        if len(self.by_day.get(self._day(moment), ())) >= self.budget.a_day:
            return False
        first = bisect_right(self.moments, moment - _LONGEST_WEEK)
        last = bisect_left(self.moments, moment + _LONGEST_WEEK)
        around = sorted(self._clock(one) for one in (*self.moments[first:last], moment))
        most = self.budget.in_7_days
        return all(around[at + most] - around[at] >= WEEK for at in range(len(around) - most))

    def _may(self, nudge: Planned, moment: datetime) -> bool:
        return (nudge.expires_utc is None or moment < nudge.expires_utc) and self._allowed(nudge, moment)

    def _allowed(self, nudge: Planned, moment: datetime) -> bool:
        return refusal(moment, self.reader, nudge.step.hours) is None

    def _clock(self, moment: datetime) -> datetime:
        """What the reader's clock shows then, without its zone: two of them differ by whole days of it."""
        if (shown := self.clocks.get(moment)) is None:
            shown = self.clocks[moment] = self.reader.local(moment).replace(tzinfo=None)
        return shown

    def _day(self, moment: datetime) -> date:
        return self._clock(moment).date()
