"""Making a community's reports for one cut, once, for every reader.

All reports of a community are made together: what one shows decides what another may show. They are kept, so
that every reader sees the same numbers, and the next cut is hidden against what readers may hold already.

* People, by group: `nested` hides beside wider reports, narrower ones and earlier cuts. A single session has
  no such tables.
* Answers: only whole forms that k people or more answered are added up (`counting.sum_of_forms`).
* How many people came, how often: hidden below k, with complements over sessions, series, years and projects
  (`protection`). Over time such a number is no secret of anybody: it says how many, never who or what.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.reports.counting import (
    MEASURES,
    RESPONSES,
    Counts,
    changed_scales,
    count_everything,
    sum_of_forms,
)
from bot.reports.cuts import latest_cut
from bot.reports.nested import Known, hide_beside
from bot.reports.scopes import Places, Scope, places_of
from bot.statistics.protection import Arc, protect
from prompts import dates
from storage.base import opaque_id
from storage.people import Community
from storage.publications import PublishedTable, ReportCut

NESTED = (
    "state",
    "role",
    "setting",
    "organisation",
    "completion",
    "pairs",
    "across_states",
    "across_organisations",
    "ties",
)
"""Tables of people (or pairs of them) by group."""
OUTSIDE = ":outside"
"""Ends the name of a table of answers for outside readers: other forms are large enough for them."""
SCALES = "scales"
"""Name of the table of measures whose scale was worded in more than one way."""
_DRAW = "report_draw"

Hidden = frozenset[str] | None
"""The groups that readers do not see; None withholds the table."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table at one cut: true counts, and what inside and outside readers do not see of them."""

    counts: Mapping[str, int]
    inside: Hidden = frozenset()
    outside: Hidden = frozenset()

    def hidden(self, outside: bool) -> Hidden:
        return self.outside if outside else self.inside


Snapshot = dict[tuple[Scope, str], Shown]


async def current_cut(db: AsyncSession, community: Community, now: datetime) -> ReportCut:
    """The reports as of this week's cut, made now if nobody asked before. `db` must be able to write."""
    due = await due_cut(db, community, now)
    newest = await _newest_cut(db, community)
    if due is None and newest is not None:
        return newest
    return await publish(db, community, due or latest_cut(now.date()), now)


async def due_cut(db: AsyncSession, community: Community, now: datetime) -> date | None:
    """The day of this week's cut while nobody has made it."""
    day = latest_cut(dates.in_zone(now, community.zone).date())
    newest = await _newest_cut(db, community)
    return None if newest is not None and newest.cut >= day else day


async def count_at(db: AsyncSession, community: Community, cut: date) -> tuple[Places, Counts]:
    """The long part of making a cut; it only reads."""
    places = await places_of(db, community.id)
    before = dates.beginning(cut, community.zone)
    return places, await count_everything(db, community, places, cut, before)


async def publish(
    db: AsyncSession,
    community: Community,
    cut: date,
    now: datetime,
    counted: tuple[Places, Counts] | None = None,
) -> ReportCut:
    """Make the reports of a cut; once more, as its next revision, when they were made before. `counted` is
    what `count_at` found a moment ago, so that nobody waits for the writer meanwhile."""
    # One at a time: two readers may be the first of the week.
    community = await db.get_one(Community, community.id, with_for_update=True)
    newest = await _newest_cut(db, community)
    again = newest is not None and newest.cut == cut
    made = ReportCut(
        community_id=community.id,
        cut=cut,
        revision=newest.revision + 1 if newest is not None and again else 1,
        made_at=now,
    )
    places, counts = counted or await count_at(db, community, cut)
    earlier = await _earlier(db, community)
    last = {place: tables[-1] for place, tables in earlier.items()}
    snapshot = hide_everything(
        counts, places, earlier, (community.k_inside, community.k_outside), _secret(community)
    )
    snapshot |= {place: Shown({}) for place, table in last.items() if place not in snapshot and table.counts}
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
        for (scope, name), table in snapshot.items()
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


def hide_everything(
    counts: Counts,
    places: Places,
    earlier: Mapping[tuple[Scope, str], Sequence[Shown]],
    k: tuple[int, int],
    secret: str = "",
) -> Snapshot:
    """What each reader sees of every table; `k` inside and outside, `earlier` oldest first. Pure."""
    snapshot: Snapshot = {}
    inside = hide_sizes(counts, places, k[0], secret)
    outside = hide_sizes(counts, places, k[1], secret, inside)
    for scope, tables in counts.tables.items():
        for name in ("events", "enrolled", "size"):
            if name in tables:
                guarded = name != "events"
                snapshot[scope, name] = Shown(
                    dict(tables[name]),
                    None if guarded and (inside is None or scope in inside) else frozenset(),
                    None if guarded and (outside is None or scope in outside) else frozenset(),
                )
    for scope in places.scopes():
        for name in NESTED:
            if name in counts.tables.get(scope, {}):
                snapshot[scope, name] = _hide_table(snapshot, counts, places, earlier, k, secret, scope, name)
        if dose := counts.tables.get(scope, {}).get("dose"):
            snapshot[scope, "dose"] = _whole_or_nothing(dose, snapshot[scope, "size"], k)
    for scope in counts.forms_of:
        for name in (RESPONSES, *MEASURES):
            for ending, least in (("", k[0]), (OUTSIDE, k[1])):
                total = sum_of_forms(counts, scope, name, least)
                if total:
                    snapshot[scope, name + ending] = Shown(dict(total))
                elif any(name in counts.answers[form] for form in counts.forms_of[scope]):
                    snapshot[scope, name + ending] = Shown({}, None, None)
        if changed := changed_scales(counts, scope, k[0]):
            snapshot[scope, SCALES] = Shown(dict(changed))
    return snapshot


def hide_sizes(
    counts: Counts, places: Places, k: int, secret: str, already: frozenset[Scope] | None = frozenset()
) -> frozenset[Scope] | None:
    """The scopes whose number of people stays hidden; None for all of them.

    Participations add up: sessions to series, series to years and to projects, both to everything.
    """
    if already is None:
        return None
    sizes = {scope: tables["size"] for scope, tables in counts.tables.items() if "size" in tables}
    scopes = sorted(sizes)
    value = {
        scope: sizes[scope]["people" if scope.kind == "session" else "participations"] for scope in scopes
    }
    rank = {scope: blake2b(f"{secret}\n{scope.key}".encode()).digest() for scope in scopes}
    place = {scope: index for index, scope in enumerate(sorted(scopes, key=lambda one: rank[one]))}
    unit, levels = len(scopes) + 1, ("session", "series", "project", "year", "all")
    above = unit * (sum(value.values()) + 1)
    arcs = [
        Arc(
            *_ends(scope, places, counts),
            value[scope],
            None
            if scope.kind == "all"
            else value[scope] * unit + place[scope] + above * levels.index(scope.kind),
        )
        for scope in scopes
    ]
    few = {scopes.index(scope) for scope in scopes if 0 < sizes[scope]["people"] < k}
    known = {scopes.index(scope) for scope in already if scope in sizes}
    if scopes and few & {index for index, scope in enumerate(scopes) if scope.kind == "all"}:
        return None
    hidden = protect(arcs, k, few | known)
    return None if hidden is None else frozenset(scopes[index] for index in hidden) | already


def _ends(scope: Scope, places: Places, counts: Counts) -> tuple[object, object]:
    if scope.kind == "session":
        series = counts.series_of_session[scope.row]
        return ("series", series), ("year", places.year_of[series])
    if scope.kind == "series":
        return ("project", places.project_of[scope.row]), ("series", scope.row)
    if scope.kind == "project":
        return "projects", ("project", scope.row)
    return (("year", scope.row), "years") if scope.kind == "year" else ("years", "projects")


def _hide_table(
    snapshot: Snapshot,
    counts: Counts,
    places: Places,
    earlier: Mapping[tuple[Scope, str], Sequence[Shown]],
    k: tuple[int, int],
    secret: str,
    scope: Scope,
    name: str,
) -> Shown:
    mine = dict(counts.tables[scope][name])
    before = earlier.get((scope, name), ())
    if before and before[-1].counts == mine and _still_safe(before[-1], k):
        return before[-1]  # what is wider was hidden beside it already
    size = snapshot[scope, "size"]
    wider = [snapshot[above, name] for above in places.above(scope) if (above, name) in snapshot]
    narrower = [
        table
        for (one, other), tables in earlier.items()
        if other == name and scope in places.above(one)
        for table in tables
    ]
    beside = [*wider, *narrower, *before]
    inside: Hidden = None
    if size.inside is not None:
        known = [*_known(beside, outside=False), *_rests(snapshot, places, scope, name, outside=False)]
        inside = hide_beside(mine, known, k[0], f"{secret}\n{name}")
    outside: Hidden = None
    if inside is not None and size.outside is not None:
        known = [*_known(beside, outside=True), *_rests(snapshot, places, scope, name, outside=True)]
        outside = hide_beside(mine, known, k[1], f"{secret}\n{name}", inside)
    return Shown(mine, inside, outside)


def _rests(snapshot: Snapshot, places: Places, scope: Scope, name: str, outside: bool) -> list[Known]:
    """Each wider table less all that its other parts of this kind show so far."""
    found = []
    for above in places.above(scope):
        parts = [one for one in places.scopes() if one.kind == scope.kind and above in places.above(one)]
        shown = _known([snapshot[part, name] for part in parts if (part, name) in snapshot], outside)
        for whole in _known([snapshot[above, name]] if shown and (above, name) in snapshot else [], outside):
            rest = Counter(whole.counts)
            for one in shown:
                rest.subtract({group: n for group, n in one.counts.items() if group not in one.hidden})
            found.append(Known(rest, whole.hidden))
    return found


def _still_safe(table: Shown, k: tuple[int, int]) -> bool:
    """Whether no count that is shown is below today's k (it may have been raised)."""
    for hidden, least in ((table.inside, k[0]), (table.outside, k[1])):
        if hidden is not None and any(
            0 < count < least for group, count in table.counts.items() if group not in hidden
        ):
            return False
    return True


def _known(tables: Sequence[Shown], outside: bool) -> list[Known]:
    found = []
    for table in tables:
        hidden = table.hidden(outside)
        if hidden is not None and table.counts:
            found.append(Known(table.counts, hidden))
    return found


def _whole_or_nothing(counts: Mapping[str, int], size: Shown, k: tuple[int, int]) -> Shown:
    """A table whose groups are tied to one another by more than their total (sessions attended: the
    participations are known): shown only when nothing in it is small."""
    shown = [
        frozenset[str]()
        if hidden is not None and not any(0 < count < least for count in counts.values())
        else None
        for hidden, least in ((size.inside, k[0]), (size.outside, k[1]))
    ]
    return Shown(dict(counts), *shown)


def _secret(community: Community) -> str:
    """Drawn once for each community, and kept: it decides between equal counts."""
    found = community.settings.get(_DRAW)
    if not isinstance(found, str):
        found = opaque_id()
        community.settings = {**community.settings, _DRAW: found}
    return found


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
        select(PublishedTable)
        .join(ReportCut)
        .where(PublishedTable.community_id == community.id)
        .order_by(col(ReportCut.cut), col(ReportCut.revision))
    )
    if scope is not None:
        query = query.where(PublishedTable.scope == scope.key)
    if names:
        query = query.where(col(PublishedTable.name).in_(names))
    found: dict[tuple[Scope, str], list[Shown]] = defaultdict(list)
    for row in await db.scalars(query):
        one = Scope.of_key(row.scope)
        if one is not None:
            inside = None if row.hidden_inside is None else frozenset(row.hidden_inside)
            outside = None if row.hidden_outside is None else frozenset(row.hidden_outside)
            found[one, row.name].append(Shown(row.counts, inside, outside))
    return found
