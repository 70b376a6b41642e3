"""Making the report that a reader sees, from what was published at the cut: once, for every surface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.reports import figures, tabulating
from bot.reports.cuts import latest_cut
from bot.reports.document import Report
from bot.reports.publishing import current_cut, next_day, published
from bot.reports.scopes import Scope, places_of, scope_title
from bot.reports.shown import PEOPLE, SCALES
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import reports as words
from storage.people import Community
from storage.publications import ReportCut
from storage.report_register import last_sessions
from storage.series import Cohort, Project, Series
from storage.sessions import Session, SessionStatus

Audience = Literal["inside", "outside"]
"""The community's own readers, or everybody else (funders, exports)."""


async def make_report(
    db: AsyncSession, community: Community, scope: str, audience: Audience, language: str, now: datetime
) -> Report | None:
    """What this reader may see of ``series:3``, ``session:9``, ``project:1``, ``year:2`` or ``all``.

    None when the community has no such thing, or none of its sessions had been held at the cut. The first
    to ask in a week makes that week's cut, so `db` must be able to write. Who may ask is for the caller to
    decide.
    """
    about = Scope.of_key(scope)
    title = await scope_title(db, community, about, language) if about is not None else None
    if about is None or title is None:
        return None
    cut = await current_cut(db, community, now)
    tables = await published(db, community, about)
    if not any(table.counts or table.inside is None for table in tables.values()):
        return None
    outside = audience == "outside"
    k = community.k_outside if outside else community.k_inside
    seen = figures.Seen(tables, outside, k, language)
    held = await _held(db, community, about)
    day = dates.long_day(language, await next_day(db, community, now))
    to_come = _to_come(held, dates.beginning(cut.cut, community.zone), now, day, language)
    return Report(
        scope=about.key,
        title=plain(Marked(title)),
        cut=cut.cut,
        k=k,
        language=language,
        figures=figures.figures_of(seen),
        tables=await tabulating.tables_of(db, community, about, seen, cut.cut),
        network=tabulating.network_of(seen),
        to_come=to_come,
        notes=(
            await _what_it_is(db, community, held, cut.cut, language),
            *_notes(about, seen, cut, await _first_groups(db, community, about), day),
            *([to_come] if to_come else []),
        ),
    )


async def counted_so_far(
    db: AsyncSession, community: Community, about: Scope, language: str, now: datetime
) -> str:
    """What a reader who opens the report now will find counted in it, and when the rest comes."""
    cut = await current_cut(db, community, now)
    day = dates.long_day(language, await next_day(db, community, now))
    held, since = await _held(db, community, about), dates.beginning(cut.cut, community.zone)
    counted = plain(words.note_cut(language, day=dates.long_day(language, cut.cut), next=day))
    return " ".join(filter(None, (counted, _to_come(held, since, now, day, language))))


@dataclass(frozen=True, slots=True)
class _Held:
    """A session of a scope that was not cancelled, begun or not; both moments are UTC."""

    starts_at: datetime
    ends_at: datetime
    project_id: int | None


async def _held(db: AsyncSession, community: Community, about: Scope) -> list[_Held]:
    found = (
        select(Session.starts_at, Session.minutes, Series.project_id)
        .join(Cohort, col(Cohort.id) == Session.cohort_id)
        .join(Series)
        .where(Session.community_id == community.id, Session.status != SessionStatus.CANCELLED)
    )
    if about.kind == "session":
        found = found.where(Session.id == about.row)
    elif about.kind != "all":
        series = set((await places_of(db, community.id)).series_in(about))
        found = found.where(col(Series.id).in_(series))
    rows = await db.execute(found)
    return [_Held(start, start + timedelta(minutes=minutes), project) for start, minutes, project in rows]


def _to_come(held: Iterable[_Held], cut: datetime, now: datetime, day: str, language: str) -> str:
    """How many sessions of it were held since the cut, and when they are counted; nothing where none was."""
    since = sum(one.ends_at <= now for one in held if one.starts_at >= cut)
    return plain(words.note_held_since(language, n=since, day=day)) if since else ""


async def _what_it_is(
    db: AsyncSession, community: Community, held: Iterable[_Held], cut: date, language: str
) -> str:
    """Whose report it is, who funds what it is about, and the days that it covers."""
    rows = [one for one in held if one.starts_at.date() < cut]
    funded = {one.project_id for one in rows}
    projects = await db.scalars(select(Project.funder).where(col(Project.id).in_(funded)))
    funders = sorted({one for one in projects if one})
    first = min((one.starts_at for one in rows), default=None)
    since = dates.long_day(language, dates.in_zone(first, community.zone).date()) if first else ""
    until = dates.long_day(language, cut - timedelta(days=1))
    told = words.note_period(language, community=community.name, since=since, until=until)
    if funders:
        told = told + " " + words.note_funded(language, funders=dates.series_of(language, funders))
    return plain(told)


async def _first_groups(db: AsyncSession, community: Community, scope: Scope) -> date | None:
    """The day of the cut that will show who came, by group: when the series or year is over, or of a wider
    scope the first of its series. None where no session of it is planned."""
    places = await places_of(db, community.id)
    series = set(places.series_in(scope))
    ends = [
        dates.in_zone(min(one for one in moments if one is not None), community.zone).date()
        for number, *moments in await last_sessions(db, community.id)
        if number in series
    ]
    if not ends:
        return None
    day = max(*ends, places.ends_on[scope.row]) if scope.kind == "year" else min(ends)
    return latest_cut(day) + timedelta(weeks=1)


def _notes(
    scope: Scope, seen: figures.Seen, cut: ReportCut, when: date | None, next_day: str
) -> tuple[str, ...]:
    language = seen.language
    notes = [
        words.note_cut(language, day=dates.long_day(language, cut.cut), next=next_day),
        words.note_forms(language, k=seen.k),
    ]
    if seen.outside:
        notes.append(words.note_rounded(language))
    if cut.proved:
        notes.append(words.note_proved(language))
    if when is not None and not any(seen.table(name) for name in PEOPLE):
        notes.append(words.note_groups(language, day=dates.long_day(language, when)))
    if cut.revision > 1:
        notes.append(words.note_revision(language, revision=cut.revision))
    if waiting := (seen.counts("events") or {}).get("waiting", 0):
        notes.append(words.note_waiting(language, n=waiting))
    if changed := seen.counts(SCALES):
        questions = [figures.label_of(measure, language) for measure in changed]
        notes.append(words.note_scales(language, questions=dates.series_of(language, questions)))
    if scope.kind == "session":
        notes.append(words.note_session(language))
    return tuple(map(plain, notes))
