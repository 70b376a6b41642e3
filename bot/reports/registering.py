"""Reading from the database who came to which series, for the proof of a cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from bot.reports.disclosure.register import Pair, Register, Room, Unit
from bot.reports.disclosure.units import completion_units
from bot.reports.shown import PEOPLE
from prompts import dates
from storage.people import Community
from storage.report_register import (
    attended_sessions,
    completion_shares,
    groups_of_people,
    held_sessions,
    last_sessions,
    pairs_of_cohorts,
    people_of_cohorts,
)


async def register_of(db: AsyncSession, community: Community, before: datetime) -> Register:
    """As of the beginning of a cut's day. Persons are numbered in the order of their ids."""
    people = sorted(await groups_of_people(db, community.id))
    number = {person: place for place, (person, _) in enumerate(people)}
    members: dict[int, int] = defaultdict(int)
    came: dict[tuple[int, int], int] = defaultdict(int)
    for series, cohort, person in await people_of_cohorts(db, community.id, before):
        members[series] |= 1 << number[person]
        came[series, cohort] |= 1 << number[person]
    met: dict[int, set[Pair]] = defaultdict(set)
    for cohort, one, other in await pairs_of_cohorts(db, community.id, before):
        met[cohort].add((min(number[one], number[other]), max(number[one], number[other])))
    rooms = [
        Room(series, people, _of_those(people, met[cohort])) for (series, cohort), people in came.items()
    ]
    over_on = {}
    for series, last, closed in await last_sessions(db, community.id):
        moment = min(one for one in (last, closed) if one is not None)
        over_on[series] = dates.in_zone(moment, community.zone).date() + timedelta(days=1)
    groups = {name: [told[name] for _, told in people] for name in PEOPLE}
    completion = await _completion(db, community, before, over_on)
    return Register(groups, members, over_on, rooms, completion)


async def _completion(
    db: AsyncSession, community: Community, before: datetime, over_on: Mapping[int, date]
) -> list[Unit]:
    sessions: dict[int, list[int]] = defaultdict(list)
    ended: set[int] = set()
    for series, cohort, session, moment in await held_sessions(db, community.id, before):
        sessions[cohort].append(session)
        ended.discard(cohort)
        if dates.in_zone(moment, community.zone).date() + timedelta(days=1) == over_on.get(series):
            ended.add(cohort)
    shares = await completion_shares(db, community.id)
    return completion_units(
        await attended_sessions(db, community.id, before),
        sessions,
        {series: Fraction(str(share)) for series, share in shares.items()},
        frozenset(ended),
    )


def _of_those(people: int, pairs: set[Pair]) -> frozenset[Pair]:
    """Reports count who met among those who came."""
    return frozenset(pair for pair in pairs if all(people >> person & 1 for person in pair))
