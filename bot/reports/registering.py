"""Reading from the database who came to which series, for the proof of a cut."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.reports.disclosure.register import Pair, Register, Room
from bot.reports.shown import PEOPLE
from prompts import dates
from storage.people import Community
from storage.report_register import groups_of_people, last_sessions, pairs_of_cohorts, people_of_cohorts


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
    return Register(groups, members, over_on, rooms)


def _of_those(people: int, pairs: set[Pair]) -> frozenset[Pair]:
    """Reports count who met among those who came."""
    return frozenset(pair for pair in pairs if all(people >> person & 1 for person in pair))
