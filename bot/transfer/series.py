"""A series file from another centre: read and checked whole, then made in one transaction.

A new series is made with one cohort and its sessions; nothing that is here already is touched.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, func, select

from bot.core.join_codes import new_join_code
from bot.evaluations.instruments import Instrument
from bot.nudges.cadence import CADENCE_JSON
from bot.nudges.series_plan import CadenceError, check_cadence
from bot.timekeeping.zones import RepeatedLocalTime, SkippedLocalTime, local_to_utc
from bot.transfer import series_file as file_format
from bot.transfer.apply_roster import NotApplicable
from bot.transfer.community import text_of_yaml
from bot.transfer.community_reader import CommunityFileError
from bot.transfer.community_reader import read_series as read_series_file
from bot.transfer.problems import ImportOutcome, ImportProblem
from bot.transfer.rows import matching
from prompts.catalog import languages
from storage.base import opaque_id
from storage.people import Community
from storage.resources import ResourcePage
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import KeyIdea, Objective, Segment, Session, SessionExtras, SessionResource, Theme
from storage.settings import SeriesSettings


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """The file (None when it cannot be used), and all that is wrong with it."""

    file: file_format.SeriesFile | None
    errors: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and when the series is to run. Empty: the community's zone; a cohort called like the series;
    the only project, or a new one called like the series; the project year that the first day is in, or a
    new one for that calendar year."""

    first_day: date
    zone: str = ""
    cohort: str = ""
    project: str = ""
    year: str = ""


def read_series(content: bytes | str) -> SeriesPlan:
    """Read a series file. Never raises."""
    text = text_of_yaml(content)
    if isinstance(text, ImportProblem):
        return SeriesPlan(None, (text,))
    try:
        file = read_series_file(text)
    except CommunityFileError as error:
        found = (ImportProblem(one.line, one.where, "in_file", one.message) for one in error.problems)
        return SeriesPlan(None, tuple(found))
    except (RecursionError, ValueError):
        return SeriesPlan(None, (ImportProblem(0, "", "not_yaml"),))
    return SeriesPlan(file, tuple(_own_problems(file.series)))


def _own_problems(series: file_format.SharedSeries) -> Iterator[ImportProblem]:
    """A cadence or a form that this bot could not work with, and languages that it does not speak."""
    try:
        check_cadence(CADENCE_JSON.validate_python(series.cadence or ()))
    except (ValidationError, CadenceError) as error:
        yield ImportProblem(0, "", "cadence_unfit", _first(error))
    for name, instrument in series.instruments.items():
        try:
            Instrument.model_validate(instrument)
        except ValidationError as error:
            yield ImportProblem(0, "", "instrument_unfit", name, _first(error))
    for code in series.languages:
        if code not in languages():
            yield ImportProblem(0, "", "language_unknown", code, ", ".join(languages()))


def _first(error: ValidationError | CadenceError) -> str:
    if isinstance(error, CadenceError):
        return str(error)
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"


async def check_series(
    db: AsyncSession, community: Community, file: file_format.SeriesFile, place: Placement
) -> list[ImportProblem]:
    """What only the database and the first day can tell."""
    problems = [
        problem
        for number, session in enumerate(file.sessions, start=1)
        if (problem := _no_moment(number, session, place, place.zone or community.zone))
    ]
    known = matching(Series, {"community_id": community.id, "slug": file.series.id})
    if (await db.scalars(known)).first() is not None:
        problems.append(ImportProblem(0, "", "series_there", file.series.id))
    titles = [one.title for one in await _projects(db, community)]
    if not place.project and len(titles) > 1:
        problems.append(ImportProblem(0, "", "which_project", "", ", ".join(titles)))
    return problems


def _no_moment(
    number: int, session: file_format.SharedSession, place: Placement, zone: str
) -> ImportProblem | None:
    try:
        day = place.first_day + timedelta(days=session.day)
        local_to_utc(day, session.start, zone)
    except SkippedLocalTime:
        return ImportProblem(0, "", "skipped_time", f"{number}. {day} {session.start:%H:%M}", zone)
    except RepeatedLocalTime:
        return ImportProblem(0, "", "repeated_time", f"{number}. {day} {session.start:%H:%M}", zone)
    except OverflowError:
        return ImportProblem(0, "", "too_far_ahead", str(number))
    return None


async def apply_series(
    db: AsyncSession, community: Community, plan: SeriesPlan, place: Placement, now: datetime
) -> ImportOutcome:
    """Make the series with its cohort and sessions. Raises `NotApplicable`, before any change, when there
    is a problem."""
    problems = [*plan.errors]
    if plan.file is not None and not problems:
        problems = await check_series(db, community, plan.file, place)
    if plan.file is None or problems:
        raise NotApplicable(problems)
    told, made = plan.file.series, _Made(db, ImportOutcome())
    series = Series(
        community_id=community.id,
        project_id=await _project(made, community, told, place),
        year_id=await _year(made, community, place),
        slug=told.id,
        title=told.title.root,
        goals=[goal.root for goal in told.goals],
        languages=list(told.languages),
        completion_share=told.completion.percent / 100,
        cadence=_cadence(told),
        needs_approval=told.needs_approval,
        settings=_settings(told),
        created_at=now,
    )
    await made.add(series)
    cohort = Cohort(
        community_id=community.id,
        series_id=series.id,
        name=place.cohort or next(iter(told.title.root.values()), told.id),
        zone=place.zone or community.zone,
        join_code=new_join_code(),
        created_at=now,
    )
    await made.add(cohort)
    made.outcome.cohort_ids.add(cohort.id)
    await _page(made, series, None, told.page, now)
    for number, session in enumerate(plan.file.sessions, start=1):
        await _session(made, series, cohort, number, session, place.first_day, now)
    return made.outcome


@dataclass(frozen=True, slots=True)
class _Made:
    """Rows on their way into the database, counted."""

    db: AsyncSession
    outcome: ImportOutcome

    async def add(self, row: SQLModel) -> None:
        self.db.add(row)
        self.outcome.count(type(row).__name__.casefold(), new=True)
        await self.db.flush()


async def _projects(db: AsyncSession, community: Community) -> list[Project]:
    of_ours = select(Project).where(Project.community_id == community.id).order_by(col(Project.title))
    return list(await db.scalars(of_ours))


async def _project(
    made: _Made, community: Community, told: file_format.SharedSeries, place: Placement
) -> int:
    title = place.project or next(iter(told.title.root.values()), told.id)
    for one in await _projects(made.db, community):
        if not place.project or one.title.casefold() == title.casefold():
            return one.id
    project = Project(community_id=community.id, title=title)
    await made.add(project)
    return project.id


async def _year(made: _Made, community: Community, place: Placement) -> int:
    of_ours = select(ProjectYear).where(ProjectYear.community_id == community.id)
    label = place.year or str(place.first_day.year)
    named = func.lower(ProjectYear.label) == label.lower()
    around = (col(ProjectYear.starts_on) <= place.first_day) & (col(ProjectYear.ends_on) >= place.first_day)
    for wanted in [named] if place.year else [around, named]:
        found = (await made.db.scalars(of_ours.where(wanted).order_by(col(ProjectYear.id)))).first()
        if found is not None:
            return found.id
    first = date(place.first_day.year, 1, 1)
    year = ProjectYear(
        community_id=community.id, label=label, starts_on=first, ends_on=first.replace(month=12, day=31)
    )
    await made.add(year)
    return year.id


def _cadence(told: file_format.SharedSeries) -> list[dict[str, object]] | None:
    if told.cadence is None:
        return None
    steps: list[dict[str, object]] = CADENCE_JSON.dump_python(
        CADENCE_JSON.validate_python(told.cadence), mode="json"
    )
    return list(steps)


def _settings(told: file_format.SharedSeries) -> SeriesSettings:
    return SeriesSettings(
        summary=told.summary.root,
        partner_weeks=told.partner_weeks,
        instruments={
            name: Instrument.model_validate(one).model_dump(mode="json")
            for name, one in told.instruments.items()
        },
    )


async def _page(
    made: _Made, series: Series, session_id: int | None, page: file_format.Page | None, now: datetime
) -> None:
    if page is None:
        return
    row = ResourcePage(
        community_id=series.community_id,
        series_id=series.id,
        session_id=session_id,
        title=page.title.root,
        text=page.text.root,
        updated_at=now,
    )
    await made.add(row)


async def _session(
    made: _Made,
    series: Series,
    cohort: Cohort,
    number: int,
    told: file_format.SharedSession,
    first_day: date,
    now: datetime,
) -> None:
    pre_work, breakout = told.pre_work or file_format.SharedPreWork(), told.breakout or file_format.Breakout()
    session = Session(
        community_id=series.community_id,
        cohort_id=cohort.id,
        number=number,
        title=told.title.root,
        starts_at=local_to_utc(first_day + timedelta(days=told.day), told.start, cohort.zone),
        zone=cohort.zone,
        minutes=told.minutes,
        pre_work=pre_work.text.root,
        pre_work_minutes=pre_work.minutes,
        breakout_prompt=breakout.prompt.root,
        check_in_code=secrets.token_hex(3),
        uid=f"{opaque_id()}@throughline",
        extras=_extras(told),
    )
    await made.add(session)
    for place, objective in enumerate(told.objectives, start=1):
        await made.add(Objective(session_id=session.id, position=place, text=objective.text.root))
    for place, segment in enumerate(told.segments, start=1):
        await made.add(
            Segment(
                session_id=session.id,
                position=place,
                kind=segment.kind,
                title=segment.title.root,
                minutes=segment.minutes,
            )
        )
    for place, idea in enumerate(told.key_ideas, start=1):
        await made.add(
            KeyIdea(
                session_id=session.id,
                position=place,
                slug=idea.id,
                text=_idea_text(idea),
                stick_days=idea.stick_days,
            )
        )
    for theme in told.themes:
        known = {"community_id": series.community_id, "slug": theme.id}
        if (await made.db.scalars(matching(Theme, known))).first() is None:
            await made.add(Theme(community_id=series.community_id, slug=theme.id, name=theme.text.root))
    await _page(made, series, session.id, told.page, now)


def _extras(told: file_format.SharedSession) -> SessionExtras:
    return SessionExtras(
        id=told.id,
        themes=[{"id": one.id, **one.text.root} for one in told.themes],
        commitments=[{"id": commitment.id, **commitment.text.root} for commitment in told.commitments],
        resources=[SessionResource.model_validate(one.model_dump(mode="json")) for one in told.resources],
        pre_work_resource=told.pre_work.resource if told.pre_work else None,
        on_form=[place for place, one in enumerate(told.objectives, start=1) if one.on_form],
        group_size=told.breakout.group_size if told.breakout else None,
    )


def _idea_text(idea: file_format.SharedKeyIdea) -> dict[str, dict[str, str]]:
    parts: dict[str, Mapping[str, str]] = {
        "idea": idea.idea.root,
        "question": idea.question.root,
        "answer": idea.answer.root,
        "use": idea.use.root,
        **{f"use:role:{role}": words.root for role, words in idea.by_role.items()},
        **{f"use:setting:{setting}": words.root for setting, words in idea.by_setting.items()},
    }
    text: dict[str, dict[str, str]] = {}
    for part, words in parts.items():
        for code, said in words.items():
            text.setdefault(code, {})[part] = said
    return text
