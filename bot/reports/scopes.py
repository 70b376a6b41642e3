"""What a report is about: one session, a series, a project, a project year, or everything to date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import row_id, title_in
from prompts.words import reports as words
from storage.people import Community
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Session

ScopeKind = Literal["session", "series", "project", "year", "all"]
Subject = Session | Series | Project | ProjectYear
_TABLES: dict[str, type[Subject]] = {
    "session": Session,
    "series": Series,
    "project": Project,
    "year": ProjectYear,
}


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """`row` is the id of the session, series, project or year; 0 for everything."""

    kind: ScopeKind
    row: int = 0

    @property
    def key(self) -> str:
        """``series:3``, ``all``: how links and tables name it."""
        return self.kind if self.kind == "all" else f"{self.kind}:{self.row}"

    @classmethod
    def of_key(cls, key: str) -> Self | None:
        """The scope that a key names; None for anything else."""
        kind, _, row = key.partition(":")
        if key == "all":
            return cls("all")
        return cls(cast("ScopeKind", kind), row_id(row)) if kind in _TABLES and row_id(row) else None


EVERYTHING = Scope("all")


async def scope_title(db: AsyncSession, community: Community, scope: Scope, language: str) -> str | None:
    """What the scope is called; None when this community has no such thing."""
    if scope.kind == "all":
        return str(words.title_all(language))
    row: Subject | None = await db.get(_TABLES[scope.kind], scope.row)
    if row is None or row.community_id != community.id:
        return None
    if isinstance(row, Session):
        cohort = await db.get_one(Cohort, row.cohort_id)
        title = title_in(row.title, language)
        return str(words.title_session(language, number=row.number, title=title, cohort=cohort.name))
    if isinstance(row, Series):
        return str(words.title_series(language, series=title_in(row.title, language)))
    if isinstance(row, Project):
        return str(words.title_project(language, project=row.title))
    return str(words.title_year(language, year=row.label))


@dataclass(frozen=True, slots=True)
class Places:
    """Where every series of a community belongs, and every cohort: ids only."""

    project_of: dict[int, int]
    year_of: dict[int, int]
    series_of: dict[int, int]
    """By cohort."""
    ends_on: dict[int, date] = field(default_factory=dict)
    """The last day of each project year."""

    def above(self, scope: Scope, series_id: int = 0) -> tuple[Scope, ...]:
        """The scopes that hold this one, widest first. A session's series is `series_id`; a project and a
        year hold no session's or series' scope of another."""
        if scope.kind == "all":
            return ()
        if scope.kind in {"project", "year"}:
            return (EVERYTHING,)
        series = scope.row if scope.kind == "series" else series_id
        wider = (EVERYTHING, Scope("year", self.year_of[series]), Scope("project", self.project_of[series]))
        return wider if scope.kind == "series" else (*wider, Scope("series", series))

    def series_in(self, scope: Scope) -> tuple[int, ...]:
        """All series of a scope; none of a session."""
        return tuple(one for one in sorted(self.year_of) if scope in self.of_series(one))

    def of_series(self, series_id: int) -> tuple[Scope, ...]:
        """The series and everything that it is part of."""
        own = Scope("series", series_id)
        return (*self.above(own), own)

    def scopes(self) -> tuple[Scope, ...]:
        """All but sessions, widest first."""
        years = sorted(set(self.year_of.values()))
        projects = sorted(set(self.project_of.values()))
        return (
            EVERYTHING,
            *(Scope("year", row) for row in years),
            *(Scope("project", row) for row in projects),
            *(Scope("series", row) for row in sorted(self.year_of)),
        )


async def places_of(db: AsyncSession, community_id: int) -> Places:
    """Of every series, also closed and archived ones."""
    series = list(
        (
            await db.execute(
                select(Series.id, Series.project_id, Series.year_id).where(
                    Series.community_id == community_id
                )
            )
        ).all()
    )
    cohorts = await db.execute(
        select(Cohort.id, Cohort.series_id).where(col(Cohort.community_id) == community_id)
    )
    years = await db.execute(
        select(col(ProjectYear.id), col(ProjectYear.ends_on)).where(ProjectYear.community_id == community_id)
    )
    return Places(
        {row[0] or 0: row[1] for row in series},
        {row[0] or 0: row[2] for row in series},
        {row[0] or 0: row[1] for row in cohorts},
        {row[0]: row[1] for row in years},
    )
