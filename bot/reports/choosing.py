"""Which report is meant by what somebody typed, and whether they may read it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import cast, get_args

from sqlmodel import col, select

from bot.core.context import Context
from bot.core.lookup import all_series, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.reports.scopes import EVERYTHING, Scope, ScopeKind
from bot.reports.viewing import may_see, who_may_see
from bot.timekeeping.misread import plain
from prompts.command_names import chosen
from prompts.text import Marked
from prompts.words import reports as words
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Session, SessionStatus

_MOST_NAMES = 12


async def scope_typed(ctx: Context, typed: str) -> Scope:
    """``session 2``, ``series steady``, ``project``, ``year 6``, ``all``, or just a name; with nothing, the
    series of this channel. Raises `Refusal`, with the nearest names, for what is not there or not mine."""
    first, _, rest = typed.strip().partition(" ")
    kind = cast("ScopeKind | None", chosen(plain(first), get_args(ScopeKind)))
    scope = await _scope(ctx, kind, rest.strip() if kind else typed.strip())
    if not await may_see(ctx.db, ctx.me, scope.key):
        readers = await who_may_see(ctx.db, ctx.community.id, scope.key)
        raise await ctx.not_allowed(Action.READ_REPORTS, people=readers)
    return scope


async def _scope(ctx: Context, kind: ScopeKind | None, name: str) -> Scope:
    if kind == "all":
        return EVERYTHING
    if kind == "session":
        return await _session(ctx, name)
    if not name and kind in {None, "series"}:
        return Scope("series", (await ctx.cohort("", Action.READ_REPORTS)).series_id)
    named = await _named(ctx, kind)
    if not name:
        return await _only_one(ctx, kind or "series", named)
    fitting = {scope for scope, names in named if name.casefold() in {each.casefold() for each in names}}
    if len(fitting) == 1:
        return fitting.pop()
    raise Refusal(_nearest(ctx, name, [each for _, names in named for each in names]))


async def _session(ctx: Context, name: str) -> Scope:
    """The session of this number, of the cohort named after it, of this channel's, or of my only one."""
    number, _, cohort_name = name.partition(" ")
    cohort = await ctx.cohort(cohort_name.strip(), Action.READ_REPORTS)
    numbers = {
        str(row[1]): row[0]
        for row in await ctx.db.execute(
            select(Session.id, Session.number)
            .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
            .order_by(col(Session.number))
        )
    }
    if number not in numbers:
        known = ", ".join(numbers) or "–"
        raise Refusal(words.no_session(ctx.language, given=number[:20], known=known))
    return Scope("session", numbers[number])


async def _named(ctx: Context, kind: ScopeKind | None) -> list[tuple[Scope, tuple[str, ...]]]:
    """What I may read of this kind (or of any), newest first, with the names it goes by."""
    found: list[tuple[Scope, tuple[str, ...]]] = []
    if kind in {None, "series"}:
        cohorts = list(await ctx.db.scalars(select(Cohort).where(Cohort.community_id == ctx.community.id)))
        for series in await all_series(ctx):
            names = [series.slug, title_in(series.title, ctx.language), *series.title.values()]
            names += [cohort.name for cohort in cohorts if cohort.series_id == series.id]
            found.append((Scope("series", series.id), tuple(dict.fromkeys(names))))
    if kind in {None, "project"}:
        projects = await ctx.db.scalars(
            select(Project).where(Project.community_id == ctx.community.id).order_by(col(Project.id).desc())
        )
        found += [(Scope("project", project.id), (project.title,)) for project in projects]
    if kind in {None, "year"}:
        years = await ctx.db.scalars(
            select(ProjectYear)
            .where(ProjectYear.community_id == ctx.community.id)
            .order_by(col(ProjectYear.starts_on).desc())
        )
        found += [(Scope("year", year.id), _year_names(year.label)) for year in years]
    return [(scope, names) for scope, names in found if await may_see(ctx.db, ctx.me, scope.key)]


def _year_names(label: str) -> tuple[str, ...]:
    """``Year 6: '23–'24``, ``Year 6`` and ``6`` are the same."""
    short = label.partition(":")[0].strip()
    return tuple(dict.fromkeys([label, short, short.rpartition(" ")[2]]))


async def _only_one(
    ctx: Context, kind: ScopeKind, named: Sequence[tuple[Scope, tuple[str, ...]]]
) -> Scope:  # fmt: skip
    """That of this channel's series, or the only one."""
    try:
        cohort = await ctx.cohort("", Action.READ_REPORTS)
    except Refusal:
        cohort = None
    if cohort is not None:
        series = await ctx.db.get_one(Series, cohort.series_id)
        mine = Scope(kind, series.project_id if kind == "project" else series.year_id)
        if any(scope == mine for scope, _ in named):
            return mine
    if len(named) == 1:
        return named[0][0]
    if not named:
        raise Refusal(words.nothing_named(ctx.language))
    raise Refusal(words.which_one(ctx.language, names=_listed([names[0] for _, names in named])))


def _nearest(ctx: Context, given: str, names: Sequence[str]) -> Marked:
    if not names:
        return words.nothing_named(ctx.language)
    by_name = {name.casefold(): name for name in names}
    near = get_close_matches(given.casefold(), by_name, n=3, cutoff=0.5) or list(by_name)[:_MOST_NAMES]
    return words.no_such(ctx.language, given=given[:60], nearest=_listed([by_name[name] for name in near]))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:_MOST_NAMES])
