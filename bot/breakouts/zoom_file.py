"""The file that Zoom reads to assign people to breakout rooms before a meeting."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.rounds import seated_now
from bot.core.lookup import staff_of
from bot.tables.addresses import is_email
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound, RoundStatus
from storage.people import Person
from storage.series import Cohort, Series

HEADER = ("Pre-assign Room Name", "Email Address")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MOST_ROOMS, MOST_PEOPLE = 100, 1_000
"""What Zoom takes in one file."""

Rooms = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class ZoomLimits:
    """What Zoom would refuse or misplace: more rooms or people than it takes, and addresses of several
    people,
    which it can put into one room only."""

    rooms: int = 0
    people: int = 0
    shared: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rooms or self.people or self.shared)


def beyond_zoom(rooms: Rooms) -> ZoomLimits:
    """What to say before a file is made; empty when Zoom takes it as it is."""
    counts = Counter(
        address.casefold() for _, addresses in rooms for address in addresses if fits_zoom(address)
    )
    people = counts.total()
    return ZoomLimits(
        rooms=len(rooms) if len(rooms) > MOST_ROOMS else 0,
        people=people if people > MOST_PEOPLE else 0,
        shared=tuple(address for address, count in counts.items() if count > 1),
    )


def zoom_csv(rooms: Rooms) -> str:
    """The file's text for rooms of addresses; a person without an address is left out, and an address
    stands in one room only, the first.

    Zoom places people by the address of their account. An address that a spreadsheet would take for a
    formula is left out as well: no mailbox of a learner looks like that.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    placed: set[str] = set()
    for name, addresses in rooms:
        for address in addresses:
            if fits_zoom(address) and address.casefold() not in placed:
                placed.add(address.casefold())
                writer.writerow((name, address))
    return out.getvalue()


def fits_zoom(address: str | None) -> bool:
    """Whether Zoom can find a person by this address."""
    return bool(address) and is_email(address or "") and not (address or "").startswith(FORMULA_STARTS)


async def rooms_of(db: AsyncSession, round_id: int, reader: Person) -> list[tuple[str, list[str]]] | None:
    """The rooms of a round, as previewed or as they are now that it is open: name and addresses.

    None when the reader may not run the round's cohort (any more), or there is no such round.
    """
    one = await db.get(BreakoutRound, round_id)
    if one is None or one.community_id != reader.community_id or one.status == RoundStatus.CANCELLED:
        return None
    cohort = await db.get_one(Cohort, one.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    if reader.id not in await staff_of(db, series, "facilitator", "administrator"):
        return None
    groups = await seated_now(db, one)
    people = {person for group in groups for person in group}
    found = await db.scalars(
        select(Person).where(col(Person.id).in_(people), col(Person.deleted_at).is_(None))
    )
    address = {person.id: person.email or "" for person in found}
    return [
        (str(words.group_name(reader.language, number=number)), [address.get(person, "") for person in group])
        for number, group in enumerate(groups, 1)
    ]
