"""What a few nudges need to be checked and addressed, read together: one query a table, not one a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.nudges import Edition, Nudge
from storage.people import Community, Identity, OptOut, Person, Workspace
from storage.series import Cohort, CohortChannel, Enrollment, Series
from storage.sessions import Session

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows behind some nudges, by id, as they stood at one moment.

    `accounts` are a person's, on whichever platform; `enrollments` by (person, cohort); `editions` by
    (group, language). As long as it is held, the database session that read it knows these rows, and a
    composer that asks for one of them by id gets it without a query.
    """

    communities: Mapping[int, Community]
    people: Mapping[int, Person]
    sessions: Mapping[int, Session]
    cohorts: Mapping[int, Cohort]
    series: Mapping[int, Series]
    channels: Mapping[int, CohortChannel]
    workspaces: Mapping[int, Workspace]
    accounts: Mapping[int, Sequence[tuple[Identity, Workspace]]]
    enrollments: Mapping[tuple[int, int], Enrollment]
    opt_outs: Mapping[int, Collection[str]]
    editions: Mapping[tuple[str, str], Edition]


async def facts_of(db: AsyncSession, nudges: Sequence[Nudge]) -> Facts:
    """Read them. Only reads."""
    people = await _by_id(db, Person, (nudge.person_id for nudge in nudges))
    enrollments = await _enrollments(db, people)
    channels = await _by_id(db, CohortChannel, (nudge.channel_id for nudge in nudges))
    cohorts = await _by_id(
        db,
        Cohort,
        [
            *(nudge.cohort_id for nudge in nudges),
            *(channel.cohort_id for channel in channels.values()),
            *(enrollment.cohort_id for enrollment in enrollments.values()),
        ],
    )
    addresses = [cast(int, nudge.address.get("workspace_id", 0)) for nudge in nudges if nudge.address]
    return Facts(
        communities=await _by_id(db, Community, (nudge.community_id for nudge in nudges)),
        people=people,
        sessions=await _by_id(db, Session, (nudge.session_id for nudge in nudges)),
        cohorts=cohorts,
        series=await _by_id(db, Series, (cohort.series_id for cohort in cohorts.values())),
        channels=channels,
        workspaces=await _by_id(
            db, Workspace, [*addresses, *(channel.workspace_id for channel in channels.values())]
        ),
        accounts=await _accounts(db, people),
        enrollments=enrollments,
        opt_outs=await _opt_outs(db, people),
        editions=await _editions(db, {nudge.group for nudge in nudges if nudge.group}),
    )


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ENROLLMENTS = select(Enrollment).where(col(Enrollment.person_id).in_(_IDS)).order_by(col(Enrollment.id))
_ACCOUNTS = select(Identity, Workspace).join(Workspace).where(col(Identity.person_id).in_(_IDS))
_OPT_OUTS = select(OptOut).where(col(OptOut.person_id).in_(_IDS))
_EDITIONS = select(Edition).where(col(Edition.group).in_(_IDS))


@cache
def _of(table: type[Row]) -> SelectOfScalar[Row]:
    """Made once: making a statement takes as long as asking it."""
    number: Any = table.id  # type: ignore[attr-defined]
    return select(table).where(number.in_(_IDS))


async def _by_id(db: AsyncSession, table: type[Row], ids: Iterable[int | None]) -> dict[int, Row]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    return {cast(Any, row).id: row for row in await db.scalars(_of(table), {"ids": list(wanted)})}


async def _enrollments(db: AsyncSession, people: Collection[int]) -> dict[tuple[int, int], Enrollment]:
    if not people:
        return {}
    rows = await db.scalars(_ENROLLMENTS, {"ids": list(people)})
    return {(row.person_id, row.cohort_id): row for row in rows}


async def _accounts(db: AsyncSession, people: Collection[int]) -> dict[int, list[tuple[Identity, Workspace]]]:
    found: defaultdict[int, list[tuple[Identity, Workspace]]] = defaultdict(list)
    if people:
        for identity, workspace in await db.execute(_ACCOUNTS, {"ids": list(people)}):
            found[identity.person_id].append((identity, workspace))
    return found


async def _opt_outs(db: AsyncSession, people: Collection[int]) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    if people:
        for row in await db.scalars(_OPT_OUTS, {"ids": list(people)}):
            found[row.person_id].add(row.kind)
    return found


async def _editions(db: AsyncSession, groups: Collection[str]) -> dict[tuple[str, str], Edition]:
    if not groups:
        return {}
    rows = await db.scalars(_EDITIONS, {"ids": list(groups)})
    return {(row.group, row.language): row for row in rows}
