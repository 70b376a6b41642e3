"""The file that Zoom reads to assign people to breakout rooms before a meeting."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.rounds import seated_now
from bot.core.lookup import staff_of
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound, RoundStatus
from storage.people import Person
from storage.series import Cohort, Series

HEADER = ("Pre-assign Room Name", "Email Address")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def zoom_csv(rooms: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The file's text for rooms of email addresses; whoever has no address is left out.

    Zoom places people by the address of their account. An address that a spreadsheet would take for a
    formula is left out as well: no mailbox of a learner looks like that.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for name, addresses in rooms:
        writer.writerows((name, address) for address in addresses if fits_zoom(address))
    return out.getvalue()


def fits_zoom(address: str | None) -> bool:
    """Whether Zoom can find somebody by this address."""
    return bool(address) and "@" in (address or "") and not (address or "").startswith(FORMULA_STARTS)


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
