"""Making a community's reports for one cut, once, for every reader.

All reports of a community are made together: what one shows decides what another may show (`hiding`), and
together they are proved to give away nothing that they hide (`proving`). They are kept, so that every reader
sees the same numbers, and the next cut is hidden against what readers may hold already.
"""

from __future__ import annotations

from asyncio import to_thread
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.evaluations.draws import draw_of, known_draw
from bot.reports.counting import count_everything
from bot.reports.cuts import day_after, day_of_cut, latest_cut
from bot.reports.proving import hide_and_prove
from bot.reports.registering import register_of
from bot.reports.scopes import Scope, places_of
from bot.reports.shown import Shown, Snapshot
from prompts import dates
from storage.base import opaque_id
from storage.evaluations import Evaluation, EvaluationState
from storage.people import Community
from storage.publications import PublishedTable, ReportCut
from storage.reports import answer_sets
from storage.series import Series, SeriesStatus


async def current_cut(db: AsyncSession, community: Community, now: datetime) -> ReportCut:
    """The reports as of the cut that is due, made now if nobody asked before. `db` must be able to write."""
    due = await due_cut(db, community, now)
    newest = await _newest_cut(db, community)
    if due is None and newest is not None:
        return newest
    return await publish(db, community, due or latest_cut(now.date()), now)


async def due_cut(db: AsyncSession, community: Community, now: datetime) -> date | None:
    """The day of the cut that is due while nobody has made it."""
    newest = await _newest_cut(db, community)
    day = await day_due(db, community, now)
    return None if newest is not None and newest.cut >= day else day


async def day_due(db: AsyncSession, community: Community, now: datetime) -> date:
    """This Monday, or since then the morning after a form closed with enough answers, or a series was closed
    by hand."""
    return day_of_cut(_today(community, now), await _closings(db, community, now))


async def next_day(db: AsyncSession, community: Community, now: datetime) -> date:
    """When the next reports are made, as far as it is known: tomorrow or Monday."""
    return day_after(_today(community, now), await _closings(db, community, now))


def _today(community: Community, now: datetime) -> date:
    return dates.in_zone(now, community.zone).date()


async def _closings(db: AsyncSession, community: Community, now: datetime) -> list[date]:
    """The local days on which something closed that does not wait for a Monday."""
    since = dates.beginning(latest_cut(_today(community, now)), community.zone)
    moments = [*await _forms_closed(db, community, since, now), *await _series_closed(db, community)]
    return [dates.in_zone(moment, community.zone).date() for moment in moments]


async def _forms_closed(
    db: AsyncSession, community: Community, since: datetime, now: datetime
) -> list[datetime]:
    """When forms closed that as many people answered as an inside reader needs to see a number."""
    rows = await db.execute(
        select(Evaluation.id, Evaluation.closes_at).where(
            Evaluation.community_id == community.id,
            Evaluation.state == EvaluationState.CLOSED,
            col(Evaluation.closes_at).between(since, now),
        )
    )
    closed = {row[0]: row[1] for row in rows}
    answered = await answer_sets(db, list(closed)) if closed else {}
    return [moment for number, moment in closed.items() if answered.get(number, 0) >= community.k_inside]


async def _series_closed(db: AsyncSession, community: Community) -> list[datetime]:
    closed = await db.scalars(
        select(col(Series.settings)).where(
            Series.community_id == community.id, Series.status == SeriesStatus.ARCHIVED
        )
    )
    return [settings.archived_at for settings in closed if settings.archived_at is not None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The reports of a cut, made and proved, as of the newest cut `after`; not written yet."""

    snapshot: Snapshot
    proved: bool
    after: int | None
    secret: str


async def prepare(db: AsyncSession, community: Community, cut: date) -> Prepared:
    """The long part of making a cut; it only reads. Counting is the database's work, proving a thread's."""
    newest = await _newest_cut(db, community)
    places = await places_of(db, community.id)
    before = dates.beginning(cut, community.zone)
    made = await db.scalars(select(col(ReportCut.cut)).where(ReportCut.community_id == community.id))
    counts = await count_everything(db, community, places, cut, before, set(made))
    register = await register_of(db, community, before)
    earlier = await _earlier(db, community)
    k = (community.k_inside, community.k_outside)
    before_it = newest is None or newest.proved
    secret = known_draw(community) or opaque_id()
    snapshot, proved = await to_thread(
        hide_and_prove, counts, places, earlier, k, secret, register, cut, before_it
    )
    return Prepared(snapshot, proved, newest.id if newest is not None else None, secret)


async def publish(
    db: AsyncSession,
    community: Community,
    cut: date,
    now: datetime,
    prepared: Prepared | None = None,
) -> ReportCut:
    """Make the reports of a cut; once more, as its next revision, when they were made before. `prepared` is
    what `prepare` made a moment ago, so that nobody waits for the writer meanwhile; it is made anew where
    another cut came between."""
    # One at a time: two readers may be the first of the week.
    community = await db.get_one(Community, community.id, with_for_update=True)
    newest = await _newest_cut(db, community)
    if prepared is not None and draw_of(community, prepared.secret) != prepared.secret:
        prepared = None  # somebody read answers meanwhile, and drew first
    if prepared is None or prepared.after != (newest.id if newest is not None else None):
        draw_of(community)
        prepared = await prepare(db, community, cut)
    again = newest is not None and newest.cut == cut
    made = ReportCut(
        community_id=community.id,
        cut=cut,
        revision=newest.revision + 1 if newest is not None and again else 1,
        made_at=now,
        proved=prepared.proved,
    )
    last = {place: tables[-1] for place, tables in (await _earlier(db, community)).items()}
    db.add(made)
    await db.flush()
    rows = [
        {
            "community_id": community.id,
            "cut_id": made.id,
            "scope": scope.key,
            "name": name,
            "counts": dict(table.counts),
            "hidden_inside": None if table.inside is None else sorted(table.inside),
            "hidden_outside": None if table.outside is None else sorted(table.outside),
        }
        for (scope, name), table in prepared.snapshot.items()
        if last.get((scope, name)) != table
    ]
    if rows:
        await db.execute(insert(PublishedTable), rows)
    return made


async def published(db: AsyncSession, community: Community, scope: Scope) -> dict[str, Shown]:
    """The newest of each table of a scope, by name."""
    return {name: tables[-1] for (_, name), tables in (await _earlier(db, community, scope)).items()}


async def published_sizes(db: AsyncSession, community: Community, *names: str) -> Snapshot:
    """The newest tables of these names, of every scope."""
    earlier = await _earlier(db, community, None, *names)
    return {place: tables[-1] for place, tables in earlier.items()}


async def _newest_cut(db: AsyncSession, community: Community) -> ReportCut | None:
    found = await db.scalars(
        select(ReportCut)
        .where(ReportCut.community_id == community.id)
        .order_by(col(ReportCut.cut).desc(), col(ReportCut.revision).desc())
        .limit(1)
    )
    return found.first()


async def _earlier(
    db: AsyncSession, community: Community, scope: Scope | None = None, *names: str
) -> dict[tuple[Scope, str], list[Shown]]:
    """Everything published so far, oldest first, by scope and name."""
    query = (
        select(PublishedTable, col(ReportCut.cut))
        .join(ReportCut)
        .where(PublishedTable.community_id == community.id)
        .order_by(col(ReportCut.cut), col(ReportCut.revision))
    )
    if scope is not None:
        query = query.where(PublishedTable.scope == scope.key)
    if names:
        query = query.where(col(PublishedTable.name).in_(names))
    found: dict[tuple[Scope, str], list[Shown]] = defaultdict(list)
    for row, cut in await db.execute(query):
        one = Scope.of_key(row.scope)
        if one is not None:
            inside = None if row.hidden_inside is None else frozenset(row.hidden_inside)
            outside = None if row.hidden_outside is None else frozenset(row.hidden_outside)
            found[one, row.name].append(Shown(row.counts, inside, outside, cut))
    return found
