"""What is due for one person within the same part of a day becomes one message with parts.

Called while due nudges are claimed, in the same transaction: so no two processes write to one person at
once. The hard limits are kept here, whatever was planned: never two messages in one minute, at most
`MOST_A_DAY` on a day and `MOST_IN_7_DAYS` in seven days. What meets a limit waits (`budget`); join links and
notes go at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.message_kinds import MessageKinds
from bot.core.notes import note
from bot.nudges.budget import MOST_A_DAY, MOST_IN_7_DAYS, WEEK
from bot.nudges.cohort_people import homes_of, morning_of, reader_of
from bot.nudges.kinds import BUNDLE, NOTE
from bot.timekeeping.readers_hours import Reader, next_allowed
from bot.timekeeping.zones import first_moment
from storage.base import opaque_id
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort

MOST_PARTS = 4
"""More on one card nobody reads; the rest waits for the next message."""
NOON, EVENING = time(12), time(17)
LONGEST_PART_OF_DAY = timedelta(hours=12)
MINUTE = timedelta(minutes=1)


async def fold(kinds: MessageKinds, db: AsyncSession, claimed: Sequence[Nudge], now: datetime) -> list[Nudge]:
    """What to send of `claimed` (not leased yet): each person's due messages as one, or left for later."""
    alone = kinds.apart | {NOTE, BUNDLE}
    mine = [one for one in claimed if _may_be_folded(one, alone)]
    if not mine:
        return list(claimed)
    people = await _locked(db, {one.person_id or 0 for one in mine})
    waiting = await _due_today(db, people, alone, now)
    counted = await _counted(db, people, kinds.apart, now)
    zones = await _zones(db, mine)
    zones |= await homes_of(db, people.keys() - zones.keys())
    kept = [one for one in claimed if not _may_be_folded(one, alone)]
    for person_id, person in people.items():
        due = [one for one in mine if one.person_id == person_id]
        reader = reader_of(person, zones[person_id])
        turn = _Turn(db, kinds, person, reader, counted.get(person_id, []), now)
        kept += await turn.of(due, waiting.get(person_id, []))
    return sorted(kept, key=lambda one: (one.due_at, one.id))


def _may_be_folded(nudge: Nudge, alone: Collection[str]) -> bool:
    return (
        nudge.person_id is not None
        and nudge.kind not in alone
        and nudge.state == NudgeState.PLANNED
        and nudge.due_because != "now"
        and nudge.sending_since is None
    )


async def _locked(db: AsyncSession, person_ids: Iterable[int]) -> dict[int, Person]:
    """Those people, until the end of the transaction; without those whom another process writes to now."""
    query = (
        select(Person)
        .where(col(Person.id).in_(list(person_ids)))
        .order_by(col(Person.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return {one.id: one for one in await db.scalars(query)}


async def _due_today(
    db: AsyncSession, people: Iterable[int], alone: Collection[str], now: datetime
) -> Mapping[int, list[Nudge]]:
    found = await db.scalars(
        select(Nudge)
        .where(
            col(Nudge.person_id).in_(list(people)),
            Nudge.state == NudgeState.PLANNED,
            Nudge.due_at > now,
            Nudge.due_at <= now + LONGEST_PART_OF_DAY,
            col(Nudge.kind).not_in(alone),
        )
        .order_by(col(Nudge.due_at), col(Nudge.id))
        .with_for_update(skip_locked=True)
    )
    waiting: defaultdict[int, list[Nudge]] = defaultdict(list)
    for one in found:
        waiting[one.person_id or 0].append(one)
    return waiting


async def _counted(
    db: AsyncSession, people: Iterable[int], apart: Collection[str], now: datetime
) -> Mapping[int, list[datetime]]:
    """When each person got what counts, in the last seven days; parts count once, with their message."""
    rows = await db.execute(
        select(Nudge.person_id, Nudge.sent_at, Nudge.sending_since, Nudge.due_at).where(
            col(Nudge.person_id).in_(list(people)),
            col(Nudge.state).in_([NudgeState.SENT, NudgeState.CLAIMED, NudgeState.UNKNOWN]),
            Nudge.due_at > now - WEEK - WEEK,
            col(Nudge.kind).not_in(apart),
            col(Nudge.bundle_id).is_(None),
        )
    )
    counted: defaultdict[int, list[datetime]] = defaultdict(list)
    for person_id, sent_at, since, due_at in rows:
        moment = sent_at or since or max(due_at, now)
        if moment > now - WEEK:
            counted[person_id].append(moment)
    return counted


async def _zones(db: AsyncSession, nudges: Iterable[Nudge]) -> dict[int, str]:
    wanted = {one.person_id or 0: one.cohort_id for one in nudges if one.cohort_id is not None}
    found = await db.execute(select(Cohort.id, Cohort.zone).where(col(Cohort.id).in_(set(wanted.values()))))
    zones: dict[int | None, str] = {row.id: row.zone for row in found}
    return {person_id: zones[cohort_id] for person_id, cohort_id in wanted.items() if cohort_id in zones}


@dataclass(frozen=True, slots=True)
class _Turn:
    """One person whose messages are due."""

    db: AsyncSession
    kinds: MessageKinds
    person: Person
    reader: Reader
    got: list[datetime]
    now: datetime

    async def of(self, due: list[Nudge], waiting: list[Nudge]) -> list[Nudge]:
        until = self._not_before()
        if until is not None:
            for one in due:
                self._wait(one, until)
            return []
        with_it = [one for one in waiting if self._same_part(one) and self.kinds[one.kind].waits]
        parts = self._few(sorted([*due, *with_it], key=lambda one: (self.kinds[one.kind].rank, one.due_at)))
        late = [one for one in due if one not in parts]
        for one in late:
            self._wait(one, self._tomorrow())
        if len(parts) == 1:
            parts[0].bundle_id = None
            return parts
        return [await self._bundle(parts)]

    def _few(self, parts: list[Nudge]) -> list[Nudge]:
        """The first of them that fit on one card; several of a joint kind are one part."""
        kinds: set[str] = set()
        chosen: list[Nudge] = []
        count = 0
        for one in parts:
            again = self.kinds[one.kind].joint and one.kind in kinds
            if not again and count >= MOST_PARTS:
                continue
            chosen.append(one)
            kinds.add(one.kind)
            count += not again
        return chosen

    def _not_before(self) -> datetime | None:
        """When a message may go, where that is not now."""
        if any(self.now - one < MINUTE and _minute(one) == _minute(self.now) for one in self.got):
            return _minute(self.now) + MINUTE
        today = self.reader.local(self.now).date()
        if sum(self.reader.local(one).date() == today for one in self.got) >= MOST_A_DAY:
            return self._tomorrow()
        if len(self.got) >= MOST_IN_7_DAYS:
            oldest = sorted(self.got)[-MOST_IN_7_DAYS]
            return next_allowed(max(oldest + WEEK, self._tomorrow()), self.reader, "waking")
        return None

    def _tomorrow(self) -> datetime:
        day = self.reader.local(self.now).date() + timedelta(days=1)
        return next_allowed(
            first_moment(day, time(9), self.reader.zone) + morning_of(self.person), self.reader
        )

    def _wait(self, nudge: Nudge, until: datetime) -> None:
        """Later; left out where that is too late for it, unless its kind is kept."""
        if nudge.expires_at is not None and nudge.expires_at <= until:
            if not self.kinds[nudge.kind].kept:
                nudge.state, nudge.reason = NudgeState.SKIPPED, "budget"
                return
            nudge.expires_at = until + timedelta(days=1)
        nudge.due_at, nudge.due_because = until, "budget"

    def _same_part(self, nudge: Nudge) -> bool:
        here, there = self.reader.local(self.now), self.reader.local(nudge.due_at)
        return here.date() == there.date() and _part(here.time()) == _part(there.time())

    async def _bundle(self, parts: list[Nudge]) -> Nudge:
        first = parts[0]
        bundle = note(
            f"{BUNDLE}:{opaque_id()}",
            first.community_id,
            self.now,
            kind=BUNDLE,
            person_id=self.person.id,
            due_at=min(min(part.due_at for part in parts), self.now),
        )
        self.db.add(bundle)
        await self.db.flush()
        for one in parts:
            one.state, one.reason, one.bundle_id = NudgeState.FOLDED, "", bundle.id
        return bundle


def _part(at: time) -> str:
    return "morning" if at < NOON else "afternoon" if at < EVENING else "evening"


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
