"""What the engine needs to know about the people of a round: traits, leads, rules and history."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.engine import History, Member, Pair, Plan, Rules, pair, plan
from bot.breakouts.history import history_of
from bot.breakouts.ways import chats_of
from bot.core.lookup import staff_of
from storage.breakouts import BreakoutRound, PairRule
from storage.people import Person
from storage.series import Cohort, Series
from storage.sessions import SessionPresenter

MIXED = {"state": 1.0, "organisation": 1.0, "role": 0.5, "setting": 0.5}
"""What can be mixed, and how much it counts: ten equal pairs at weight 1 cost as much as a repeat."""
BY_DEFAULT = ("state", "organisation")
SHARED = "language"
"""The one trait of which a group needs a value in common, when asked for."""
REACH = "reach"
"""Where a person can be written to by others of the group: two on different platforms cannot reach each
other outside the session."""
REACH_WEIGHT = 15.0
"""Such a pair costs as much as one and a half repeated meetings: people of two platforms meet, later."""


@dataclass(frozen=True)
class Room:
    """Everything that a plan depends on besides its seed."""

    people: Mapping[int, Person]
    members: tuple[Member, ...]
    rules: Rules
    history: History

    def name(self, person_id: object) -> str:
        person = self.people.get(int(str(person_id)))
        return person.name if person else ""


async def room_of(db: AsyncSession, one: BreakoutRound, person_ids: Collection[int]) -> Room:
    """The room of a round with these people present; people of other communities are left out."""
    found = await db.scalars(
        select(Person).where(col(Person.id).in_(person_ids), Person.community_id == one.community_id)
    )
    people = {person.id: person for person in found}
    reach = await chats_of(db, people)
    leads = await _leads(db, one) if one.kind == "breakout" else set()
    members = tuple(
        Member(str(person_id), _traits(person, reach.get(person_id, ())), person_id in leads)
        for person_id, person in sorted(people.items())
    )
    never, apart, together = await _pair_rules(db, one, people)
    asked = list(BY_DEFAULT) if one.draft.mix is None else one.draft.mix
    matched = one.draft.match
    wanted = one.draft.wanted_groups
    locks = {person: group for person, group in one.draft.locks.items() if int(person) in people}
    rules = Rules(
        size=None if wanted else one.size,
        groups=wanted,
        mix={
            **{trait: MIXED[trait] for trait in asked if trait in MIXED},
            **{trait: -MIXED[trait] for trait in matched if trait in MIXED},
        },
        share=frozenset({SHARED} & set(asked)),
        common={REACH: REACH_WEIGHT} if len(set(reach.values())) > 1 else {},
        never=never,
        apart=apart,
        together=together,
        one_lead_per_group=any(member.leads for member in members),
        locks=locks,
    )
    return Room(people, members, rules, await history_of(db, one.community_id, people=people))


async def plan_room(room: Room, seed: int) -> Plan:
    """One round; large rooms take seconds, so the event loop goes on meanwhile. Raises `Clash`."""
    return await asyncio.to_thread(plan, room.members, room.rules, 1, room.history, seed)


def _traits(person: Person, chats: Collection[int]) -> dict[str, str]:
    told: dict[str, Any] = {
        "state": person.state,
        "role": person.job_role,
        "organisation": person.organisation,
        "setting": person.setting,
        SHARED: person.language,
        REACH: "/".join(map(str, sorted(chats))),
    }
    return {name: value for name, value in told.items() if value}


async def _leads(db: AsyncSession, one: BreakoutRound) -> set[int]:
    """Facilitators of the series and presenters of the session."""
    cohort = await db.get_one(Cohort, one.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    presenters = await db.scalars(
        select(SessionPresenter.person_id).where(SessionPresenter.session_id == one.session_id)
    )
    return await staff_of(db, series, "facilitator") | set(presenters)


async def _pair_rules(
    db: AsyncSession, one: BreakoutRound, people: Collection[int]
) -> tuple[frozenset[Pair], frozenset[Pair], tuple[frozenset[str], ...]]:
    """The rules between two people who are both here: never, apart, together."""
    found = await db.scalars(
        select(PairRule).where(
            PairRule.community_id == one.community_id,
            col(PairRule.cohort_id).is_(None) | (col(PairRule.cohort_id) == one.cohort_id),
        )
    )
    kinds: dict[str, set[Pair]] = {"never": set(), "apart": set(), "together": set()}
    for rule in found:
        if rule.first_id in people and rule.second_id in people:
            kinds[rule.kind].add(pair(str(rule.first_id), str(rule.second_id)))
    together = tuple(frozenset(two) for two in sorted(kinds["together"]))
    return frozenset(kinds["never"]), frozenset(kinds["apart"]), together
