"""Applying a community file: everything it names is made, or brought up to date, in one transaction.

What a row is known by: a project year by its label, a project by its title, a series by its slug (the
file's id), a cohort by its series and name, a session by its cohort and number, a theme by its slug, a key
idea by its session and position, a person by their address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update as updating
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.core.join_codes import new_join_code
from bot.transfer import community_file as file_format
from bot.transfer.apply_roster import NotApplicable, apply_roster, give_duty, people_by_email
from bot.transfer.apply_session import apply_sessions
from bot.transfer.community import CommunityPlan
from bot.transfer.problems import ImportOutcome
from bot.transfer.rows import keep, matching, update
from storage.people import Community, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.settings import SeriesSettings

STATUSES = {"upcoming": "planned", "archived": "archived"}


async def apply_community(
    db: AsyncSession, community: Community, plan: CommunityPlan, now: datetime
) -> ImportOutcome:
    """Raises `NotApplicable`, before any change, when the plan has a problem."""
    if plan.errors or plan.file is None:
        raise NotApplicable(plan.errors)
    outcome, file = ImportOutcome(), plan.file
    _apply_settings(community, file.community, outcome)
    years = await _apply_years(db, community, file.project_years, outcome)
    projects = await _apply_projects(db, community, file.projects, outcome)
    for told in file.series:
        series = await _apply_series(
            db, community, told, projects[told.project], years[told.project_year], now, outcome
        )
        await _apply_cohort(db, community, plan, told, series, now, outcome)
    await db.flush()
    return outcome


def _apply_settings(community: Community, told: file_format.FileCommunity, outcome: ImportOutcome) -> None:
    names = told.name.root
    values = {
        "name": names.get(told.languages[0]) or next(iter(names.values())),
        "states": list(told.states),
        "languages": list(told.languages),
        "k_inside": told.smallest_cell.inside,
        "k_outside": told.smallest_cell.outside,
        "settings": community.settings.model_copy(update={"file_id": told.id, "names": names}),
    }
    if update(community, values):
        outcome.count("community", new=False)


async def _apply_years(
    db: AsyncSession,
    community: Community,
    told: Iterable[file_format.FileProjectYear],
    outcome: ImportOutcome,
) -> dict[str, int]:
    """Row ids by the file's ids."""
    ids = {}
    for year in told:
        row = await keep(
            db,
            ProjectYear,
            {"community_id": community.id, "label": year.label},
            {"starts_on": year.start, "ends_on": year.end},
            outcome,
        )
        ids[year.id] = row.id
    return ids


async def _apply_projects(
    db: AsyncSession, community: Community, told: Iterable[file_format.FileProject], outcome: ImportOutcome
) -> dict[str, int]:
    ids = {}
    for project in told:
        title = next(iter(project.title.root.values()))
        row = await keep(
            db, Project, {"community_id": community.id, "title": title}, {"funder": project.funder}, outcome
        )
        ids[project.id] = row.id
    return ids


async def _apply_series(
    db: AsyncSession,
    community: Community,
    told: file_format.ArchivedSeries | file_format.UpcomingSeries,
    project_id: int,
    year_id: int,
    now: datetime,
    outcome: ImportOutcome,
) -> Series:
    known = {"community_id": community.id, "slug": told.id}
    before = (await db.scalars(matching(Series, known))).first()
    settings = before.settings if before else SeriesSettings()
    values = {
        "project_id": project_id,
        "year_id": year_id,
        "title": told.title.root,
        "goals": [goal.root for goal in told.goals],
        "languages": list(community.languages),
        "completion_share": told.completion.percent / 100,
        "settings": settings.model_copy(update={"summary": told.summary.root}),
    }
    if before is None:
        values |= {"status": STATUSES[told.status], "created_at": now}
    series: Series = await keep(db, Series, known, values, outcome)
    return series


async def _apply_cohort(
    db: AsyncSession,
    community: Community,
    plan: CommunityPlan,
    told: file_format.ArchivedSeries | file_format.UpcomingSeries,
    series: Series,
    now: datetime,
    outcome: ImportOutcome,
) -> None:
    of_file = told.cohort
    known = {"series_id": series.id, "name": next(iter(of_file.name.root.values()))}
    before = (await db.scalars(matching(Cohort, known))).first()
    values: dict[str, Any] = {"zone": of_file.anchor_zone, "capacity": of_file.capacity}
    if before is None:
        values |= {"community_id": community.id, "join_code": new_join_code(), "created_at": now}
    cohort = await keep(db, Cohort, known, values, outcome)
    outcome.cohort_ids.add(cohort.id)
    if of_file.roster in plan.rosters:
        of_roster = await apply_roster(db, cohort, plan.rosters[of_file.roster or ""], now)
        outcome.add(of_roster)
    people = await _people(db, community, _addresses(told), now, outcome)
    for email in of_file.facilitators:
        if await give_duty(db, people[email.casefold()], "facilitator", series.id):
            outcome.count("role", new=True)
    archived = isinstance(told, file_format.ArchivedSeries)
    if archived:
        await _count_as_enrolled(db, cohort)
    for email in of_file.enrolled:
        await _enroll(db, cohort, people[email.casefold()], "active" if archived else "invited", now, outcome)
    await apply_sessions(db, cohort, told, people, now, outcome)


def _addresses(told: file_format.ArchivedSeries | file_format.UpcomingSeries) -> set[str]:
    """Everybody whom a series names by their address."""
    found = {*told.cohort.facilitators, *told.cohort.enrolled}
    for session in told.sessions:
        if isinstance(session, file_format.ArchivedSession):
            found.update(session.attended)
        else:
            found.update(email for segment in session.segments for email in segment.presenters)
    return {email.casefold() for email in found}


async def _people(
    db: AsyncSession, community: Community, emails: set[str], now: datetime, outcome: ImportOutcome
) -> dict[str, int]:
    """Row ids by address. Somebody no roster has told yet is called by their address until one does."""
    known = await people_by_email(db, community.id, sorted(emails))
    for email in sorted(emails - known.keys()):
        name = email.partition("@")[0].replace(".", " ").replace("_", " ").title()
        known[email] = Person(community_id=community.id, name=name, email=email, created_at=now)
        db.add(known[email])
        outcome.count("person", new=True)
    await db.flush()
    return {email: person.id for email, person in known.items()}


async def _count_as_enrolled(db: AsyncSession, cohort: Cohort) -> None:
    """A roster invites; who stands on the roster of a series that is over took part in it."""
    await db.execute(
        updating(Enrollment)
        .where(col(Enrollment.cohort_id) == cohort.id, col(Enrollment.status) == "invited")
        .values(status="active")
    )


async def _enroll(
    db: AsyncSession, cohort: Cohort, person_id: int, status: str, now: datetime, outcome: ImportOutcome
) -> None:
    known = {"cohort_id": cohort.id, "person_id": person_id}
    if (await db.scalars(matching(Enrollment, known))).first() is None:
        db.add(Enrollment(cohort_id=cohort.id, person_id=person_id, status=status))
        outcome.count("enrollment", new=True)
