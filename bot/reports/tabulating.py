"""The tables and the network of a report, from published tables. Hidden numbers are None."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import title_in
from bot.reports.benchmark import representation
from bot.reports.connection import theme_shares
from bot.reports.document import NetworkDrawing, Table, Value
from bot.reports.figures import Seen
from bot.reports.publishing import published_sizes
from bot.reports.scopes import Scope
from bot.reports.shown import Snapshot
from bot.reports.tabulating_after import after_series
from bot.reports.tabulating_asked import tables_of_own_questions
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import communities as community_words
from prompts.words import reports as words
from storage.people import Community
from storage.publications import WorkforceGroup
from storage.reports import theme_counts
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Session, SessionStatus, Theme

_Words = Callable[[str], Marked]
_GROUPS: dict[str, tuple[_Words, _Words]] = {
    "state": (words.by_state, words.column_state),
    "role": (words.by_role, words.column_role),
    "setting": (words.by_setting, words.column_setting),
    "organisation": (words.by_organisation, words.column_organisation),
}
_OFFERED = {"role": community_words.JOB_ROLES, "setting": community_words.SETTINGS}
_PERCENT_FROM = 23
"""People from whom on a group that is rounded to five has a percentage: it is off by a tenth at most."""
_MOST_NAMED = 30
"""Groups listed by name; a community may hold hundreds of organizations."""


async def tables_of(
    db: AsyncSession, community: Community, scope: Scope, seen: Seen, cut: date
) -> tuple[Table, ...]:
    """Reach and its equity first, then how it was, then what surfaced."""
    groups = [_by_group(seen, name) for name in _GROUPS]
    workforce = await _beside_workforce(db, community, seen)
    held = await _held(db, community, scope)
    found = [
        await _by_year(db, community, scope, seen),
        *groups[:1], *workforce[:1], *groups[1:2], *workforce[1:], *groups[2:],
        await _by_session(db, community, scope, seen),
        _by_dose(seen),
        *await _themes(db, community, scope, held, seen, cut),
        *await after_series(db, seen),
        *await tables_of_own_questions(db, community, seen),
    ]  # fmt: skip
    return tuple(table for table in found if table is not None)


def network_of(seen: Seen) -> NetworkDrawing | None:
    """Who met across states; None where fewer than two states, or no tie, can be shown."""
    people, ties = seen.counts("state") or {}, seen.counts("ties") or {}
    places = {state: index for index, state in enumerate(sorted(people))}
    drawn = []
    for tie, pairs in sorted(ties.items()):
        one, _, two = tie.partition("|")
        if one in places and two in places and pairs:
            drawn.append((places[one], places[two], pairs))
    if len(places) < 2 or not drawn:
        return None
    language = seen.language
    groups = tuple((_named(language, state), people[state]) for state in places)
    return NetworkDrawing(
        str(words.network(language)), plain(words.network_definition(language)), groups, tuple(drawn)
    )


def _by_group(seen: Seen, name: str) -> Table | None:
    """Largest group first, "not told" last; hidden groups by name, but organizations: a name is a person's
    workplace, and that nobody knows how many work there does not make it safe to print."""
    table, shown = seen.table(name), seen.counts(name)
    if table is None:
        return None
    title, heading = _GROUPS[name]
    language = seen.language
    headings = (
        str(heading(language)),
        str(words.column_people(language)),
        str(words.column_percent(language)),
    )
    rows: list[tuple[Value, ...]] = []
    total = sum(table.counts.values())
    ordered = sorted((shown or {}).items(), key=lambda item: (item[0] == "", -item[1], item[0]))
    for group, count in ordered:
        told = total >= _PERCENT_FROM or (total and not seen.outside)
        percent = round(100 * count / total, 1) if told else None
        rows.append((_named(language, group, name), count, percent))
    hidden = sorted(group for group in table.counts if group not in (shown or {}))
    if shown is None or name == "organisation" or len(hidden) > _MOST_NAMED:
        rows += [(str(words.others_hidden(language)), None, None)] if hidden else []
    else:
        rows += [(_named(language, group, name), None, None) for group in hidden]
    return Table(
        f"by_{name}",
        str(title(language)),
        plain(words.by_group_definition(language)),
        headings,
        tuple(rows),
        "bars",
    )


async def _beside_workforce(db: AsyncSession, community: Community, seen: Seen) -> list[Table]:
    """By state and by role, where an administrator has loaded a benchmark."""
    loaded = list(await db.scalars(select(WorkforceGroup).where(WorkforceGroup.community_id == community.id)))
    if not loaded:
        return []
    language = seen.language
    found = []
    for name, title in (("state", words.ratio_state), ("role", words.ratio_role)):
        table, shown = seen.table(name), seen.counts(name)
        if table is None or shown is None:
            continue
        headcounts: dict[str, int] = defaultdict(int)
        for group in loaded:
            headcounts[group.state if name == "state" else group.role] += group.headcount
        reached = _reached(table.counts, shown, list(headcounts))
        rows = tuple(
            (one.group, None if one.ratio is None else round(one.ratio, 2), one.reached, one.headcount)
            for one in representation(reached, sum(table.counts.values()), headcounts)
        )
        headings = (
            str(_GROUPS[name][1](language)),
            str(words.column_ratio(language)),
            str(words.column_people(language)),
            str(words.column_workforce(language)),
        )
        text = plain(words.ratio_definition(language))
        found.append(Table(f"ratio_{name}", str(title(language)), text, headings, rows, "ratios"))
    return found


def _reached(
    true: Mapping[str, int], shown: Mapping[str, int], groups: Sequence[str]
) -> dict[str, int | None]:
    """People reached in each benchmark group, whatever its letters' case; None where they are hidden."""
    names: dict[str, list[str]] = defaultdict(list)
    for group in true:
        names[group.casefold()].append(group)
    found: dict[str, int | None] = {}
    for group in groups:
        mine = names.get(group.casefold(), [])
        found[group] = sum(shown[one] for one in mine) if all(one in shown for one in mine) else None
    return found


async def _by_year(db: AsyncSession, community: Community, scope: Scope, seen: Seen) -> Table | None:
    """The learning community projects to date: every series by project year, newest year first."""
    if scope.kind not in {"all", "project", "year"}:
        return None
    query = (
        select(ProjectYear, Project, Series)
        .join(Series, col(Series.year_id) == ProjectYear.id)
        .join(Project, col(Project.id) == Series.project_id)
        .where(Series.community_id == community.id)
        .order_by(col(ProjectYear.starts_on).desc(), col(Project.title), col(Series.id))
    )
    if scope.kind != "all":
        query = query.where(
            Series.project_id == scope.row if scope.kind == "project" else ProjectYear.id == scope.row
        )
    sizes = await published_sizes(db, community, "size", "events")
    language = seen.language
    rows: list[tuple[Value, ...]] = []
    year_before: ProjectYear | None = None
    for year, project, series in (await db.execute(query)).all():
        if scope.kind == "all" and year_before is not None and year.id != year_before.id:
            rows.append(_year_row(seen, sizes, year_before))
        year_before = year
        own = Scope("series", series.id)
        if (own, "events") in sizes:
            names = (year.label, project.title, title_in(series.title, language))
            rows.append((*names, *_sizes(seen, sizes, own)))
    if scope.kind == "all" and year_before is not None:
        rows.append(_year_row(seen, sizes, year_before))
    rows.append((str(words.to_date(language)), "", "", *_sizes(seen, sizes, scope)))
    headings = tuple(
        str(text(language))
        for text in (
            words.column_year, words.column_project, words.column_series, words.column_sessions,
            words.column_times, words.column_people,
        )
    )  # fmt: skip
    return Table(
        "by_year",
        str(words.by_year(language)),
        plain(words.by_year_definition(language)),
        headings,
        tuple(rows),
    )


def _year_row(seen: Seen, sizes: Snapshot, year: ProjectYear) -> tuple[Value, ...]:
    numbers = _sizes(seen, sizes, Scope("year", year.id))
    return (year.label, str(words.whole_year(seen.language)), "", *numbers)


def _sizes(seen: Seen, sizes: Snapshot, scope: Scope) -> tuple[Value, Value, Value]:
    """Events, participations and people of a scope, None where hidden."""
    tables = {name: sizes[scope, name] for name in ("size", "events") if (scope, name) in sizes}
    mine = Seen(tables, seen.outside, seen.k, seen.language)
    size, events = mine.counts("size") or {}, mine.counts("events") or {}
    return events.get("events", 0), size.get("participations"), size.get("people")


async def _held(db: AsyncSession, community: Community, scope: Scope) -> list[tuple[Session, Series]]:
    """The sessions of the scope with their series, in order of time; also those still to come."""
    query = (
        select(Session, Series)
        .join(Cohort, col(Cohort.id) == Session.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .where(Session.community_id == community.id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at), col(Session.id))
    )
    column = {
        "session": col(Session.id),
        "series": col(Series.id),
        "project": col(Series.project_id),
        "year": col(Series.year_id),
    }.get(scope.kind)
    if column is not None:
        query = query.where(column == scope.row)
    return [(row[0], row[1]) for row in (await db.execute(query)).all()]


async def _by_session(db: AsyncSession, community: Community, scope: Scope, seen: Seen) -> Table | None:
    """Attendance of every session of a series."""
    if scope.kind != "series":
        return None
    sizes = await published_sizes(db, community, "size")
    language = seen.language
    rows: list[tuple[Value, ...]] = []
    for session, _ in await _held(db, community, scope):
        own = Scope("session", session.id)
        if (own, "size") in sizes:
            label = f"{session.number} · {title_in(session.title, language)}"
            people = Seen({"size": sizes[own, "size"]}, seen.outside, seen.k, language).counts("size") or {}
            rows.append((label, dates.day(language, session.starts_at, session.zone), people.get("people")))
    headings = tuple(
        str(text(language)) for text in (words.column_session, words.column_day, words.column_people)
    )
    text = plain(words.by_session_definition(language))
    return (
        Table("by_session", str(words.by_session(language)), text, headings, tuple(rows), "lines")
        if rows
        else None
    )


def _by_dose(seen: Seen) -> Table | None:
    table, shown = seen.table("dose"), seen.counts("dose")
    if table is None:
        return None
    language = seen.language
    rows = [
        (number, None if shown is None else shown.get(number))
        for number in sorted(table.counts, key=int, reverse=True)
    ]
    headings = (str(words.column_sessions(language)), str(words.column_people(language)))
    return Table(
        "by_dose",
        str(words.by_dose(language)),
        plain(words.by_dose_definition(language)),
        headings,
        tuple(rows),
        "bars",
    )


async def _themes(
    db: AsyncSession,
    community: Community,
    scope: Scope,
    held: Sequence[tuple[Session, Series]],
    seen: Seen,
    cut: date,
) -> list[Table]:
    """Sessions with each theme, of those coded; and year by year where the scope spans several."""
    language = seen.language
    series_of = {session.id: series for session, series in held}
    coded: dict[int, set[int]] = defaultdict(set)
    for session_id, theme_id in await theme_counts(db, community.id, dates.beginning(cut, community.zone)):
        if session_id in series_of:
            coded[session_id].add(theme_id)
    if not coded:
        return []
    names = {
        theme.id: title_in(theme.name, language)
        for theme in await db.scalars(select(Theme).where(Theme.community_id == community.id))
    }
    shares = theme_shares({str(one): [str(theme) for theme in themes] for one, themes in coded.items()})
    rows = tuple(
        (names.get(int(share.theme), ""), share.sessions.count, share.sessions.n) for share in shares
    )
    headings = (
        str(words.column_theme(language)),
        str(words.column_sessions(language)),
        str(words.column_coded(language)),
    )
    text = plain(words.themes_definition(language))
    found = [Table("themes", str(words.themes(language)), text, headings, rows, "bars")]
    years = {
        year.id: year.label
        for year in await db.scalars(
            select(ProjectYear)
            .where(ProjectYear.community_id == community.id)
            .order_by(col(ProjectYear.starts_on))
        )
    }
    active = [year for year in years if any(series_of[one].year_id == year for one in coded)]
    if len(active) > 1 and scope.kind in {"all", "project"}:
        by_year: tuple[tuple[Value, ...], ...] = tuple(
            (
                names.get(int(share.theme), ""),
                *(
                    sum(
                        int(share.theme) in themes and series_of[session].year_id == year
                        for session, themes in coded.items()
                    )
                    for year in active
                ),
            )
            for share in shares
        )
        heads = (str(words.column_theme(language)), *(years[year] for year in active))
        found.append(
            Table("themes_by_year", str(words.themes_by_year(language)), text, heads, by_year, "none")
        )
    return found


def _named(language: str, group: str, name: str = "") -> str:
    """As people call it: the roles and settings that the bot itself offers have words of their own."""
    known = _OFFERED.get(name, {}).get(group)
    return plain(known(language)) if known else group or str(words.not_told(language))
