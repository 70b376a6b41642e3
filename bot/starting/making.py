"""Making the series of a plan: series, cohort, sessions and people, in the caller's transaction."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import col, func, select

from bot.agendas import AgendaPart, SessionFacts
from bot.core.attached import attachment
from bot.core.context import Context
from bot.core.join_codes import new_join_code
from bot.core.permissions import Action, Role
from bot.nudges.planner import replan_cohort
from bot.sessions.checklists import default_items
from bot.starting.drafts import DraftPlan
from bot.timekeeping.zones import local_to_utc
from bot.transfer import GIVEN_BY_FACILITATORS, ImportProblem, apply_roster, check_roster, read_roster
from bot.transfer.roster import RosterPlan
from storage.base import opaque_id
from storage.people import Duty, Person
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Objective, Segment, Session, SessionPresenter

LONGEST = 120
LONGEST_SLUG = 40


@dataclass(slots=True)
class Made:
    """What was made, and what could not be."""

    series: Series
    cohort: Cohort
    sessions: list[Session] = field(default_factory=list)
    project: str = ""
    year: str = ""
    new_people: list[int] = field(default_factory=list)
    new_places: dict[str, int] = field(default_factory=dict)
    """Row ids of the project and the year, where they were made."""
    people: int = 0
    problems: tuple[ImportProblem, ...] = ()
    """Why the list of people was not taken."""
    unknown: list[str] = field(default_factory=list)
    """Presenters of whom no person is known."""


async def make(ctx: Context, plan: DraftPlan) -> Made:
    """Make it. Whoever makes a series without a right for the whole community becomes its facilitator.
    Nothing of the roster is taken where it has a problem."""
    agenda = plan.agenda
    first = min(one.date for one in agenda.sessions if one.date)
    places: dict[str, int] = {}
    project = await _project(ctx, plan.project or agenda.title or "", places, given=bool(plan.project))
    year = await _year(ctx, plan.year, first, places)
    language = agenda.language if agenda.language in ctx.community.languages else ctx.community.languages[0]
    title = (agenda.title or "")[:LONGEST]
    series = Series(
        community_id=ctx.community.id,
        project_id=project.id,
        year_id=year.id,
        slug=await _slug(ctx, title),
        title={language: title},
        goals=[{language: goal} for goal in agenda.goals],
        languages=list(ctx.community.languages),
        created_at=ctx.now,
    )
    ctx.db.add(series)
    await ctx.db.flush()
    if not await ctx.may(Action.RUN_COHORT, series.id):
        ctx.db.add(Duty(person_id=ctx.me.id, role=Role.FACILITATOR, series_id=series.id))
    cohort = Cohort(
        community_id=ctx.community.id,
        series_id=series.id,
        name=title,
        zone=next(one.zone for one in agenda.sessions if one.zone) or ctx.community.zone,
        join_code=new_join_code(),
        created_at=ctx.now,
    )
    ctx.db.add(cohort)
    await ctx.db.flush()
    made = Made(series, cohort, project=project.title, year=year.label, new_places=places)
    await _people(ctx, plan, made)
    known = await _known(ctx)
    for facts in agenda.sessions:
        await _session(ctx, made, facts, language, known, second=facts.number in plan.second_of_two)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    return made


async def _project(ctx: Context, name: str, places: dict[str, int], *, given: bool) -> Project:
    """The one named, else the only one, else a new one called like the series."""
    of_ours = select(Project).where(Project.community_id == ctx.community.id).order_by(col(Project.id))
    every = list(await ctx.db.scalars(of_ours))
    for one in every:
        if name in {str(one.id)} or one.title.casefold() == name.casefold():
            return one
    if every and not given:
        return every[-1]
    project = Project(community_id=ctx.community.id, title=name[:LONGEST])
    ctx.db.add(project)
    await ctx.db.flush()
    places["project"] = project.id
    return project


async def _year(ctx: Context, name: str, first: date, places: dict[str, int]) -> ProjectYear:
    """The one named, else the one that the first day is in, else a new one for that calendar year."""
    of_ours = select(ProjectYear).where(ProjectYear.community_id == ctx.community.id)
    every = list(await ctx.db.scalars(of_ours.order_by(col(ProjectYear.id))))
    label = name or str(first.year)
    for one in every:
        if name and (name == str(one.id) or one.label.casefold() == name.casefold()):
            return one
    around = next((one for one in every if one.starts_on <= first <= one.ends_on), None)
    same = next((one for one in every if one.label == label), None)
    if not name and (around or same):
        return around or same  # type: ignore[return-value]
    day = date(first.year, 1, 1)
    year = ProjectYear(
        community_id=ctx.community.id,
        label=label[:LONGEST],
        starts_on=day,
        ends_on=day.replace(month=12, day=31),
    )
    ctx.db.add(year)
    await ctx.db.flush()
    places["projectyear"] = year.id
    return year


async def _slug(ctx: Context, title: str) -> str:
    """A short name out of the title that no series of this community has: its words before a colon, whole."""
    bare = (
        unicodedata.normalize("NFKD", title.partition(":")[0] or title)
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    words = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if len(words) > LONGEST_SLUG:
        words = words[: LONGEST_SLUG + 1].rpartition("-")[0] or words[:LONGEST_SLUG]
    base = words or "series"
    if base.isdecimal():
        base = f"series-{base}"
    taken = set(
        await ctx.db.scalars(
            select(Series.slug).where(
                Series.community_id == ctx.community.id, col(Series.slug).startswith(base)
            )
        )
    )
    return next(
        one for one in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if one not in taken
    )


def roster_of(plan: DraftPlan, languages: tuple[str, ...]) -> RosterPlan | None:
    """The people of the plan's list; None without one."""
    if not plan.roster.strip():
        return None
    found = attachment(plan.roster)
    return read_roster(found[1] if found else plan.roster, languages)


async def _people(ctx: Context, plan: DraftPlan, made: Made) -> None:
    roster = roster_of(plan, tuple(ctx.community.languages))
    if roster is None:
        return
    made.problems = await check_roster(ctx.db, made.cohort, roster, GIVEN_BY_FACILITATORS)
    if made.problems:
        return
    newest = await ctx.db.scalar(select(func.max(Person.id)))
    await apply_roster(ctx.db, made.cohort, roster, ctx.now, GIVEN_BY_FACILITATORS)
    added = await ctx.db.scalars(
        select(Person.id).where(Person.community_id == ctx.community.id, col(Person.id) > (newest or 0))
    )
    made.new_people, made.people = list(added), len(roster.rows)


async def _known(ctx: Context) -> dict[str, int]:
    """People of the community by their name, without accents and honorifics; names of two are left out."""
    rows = (
        await ctx.db.execute(
            select(Person.id, Person.name).where(
                Person.community_id == ctx.community.id, col(Person.deleted_at).is_(None)
            )
        )
    ).all()
    found: dict[str, int] = {}
    twice: set[str] = set()
    for person_id, name in rows:
        key = name_key(name)
        if key in found:
            twice.add(key)
        found[key] = person_id
    return {key: person_id for key, person_id in found.items() if key not in twice}


def name_key(name: str) -> str:
    """A name as it is compared: lower case, without accents, honorifics and dots."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    return " ".join(
        re.sub(r"\b(?:dra?|lic|mtr[oa]|prof|ms|mrs?|mx)\.?\s+", "", bare).replace(".", "").split()
    )


async def _session(
    ctx: Context, made: Made, facts: SessionFacts, language: str, known: dict[str, int], *, second: bool
) -> None:
    assert facts.date is not None, "`unanswered` was asked before"
    assert facts.start is not None
    assert facts.zone is not None
    assert facts.minutes is not None
    title = facts.title or f"{made.series.title[language]} {facts.number}"
    session = Session(
        community_id=ctx.community.id,
        cohort_id=made.cohort.id,
        number=facts.number,
        title={language: title[:LONGEST]},
        starts_at=local_to_utc(facts.date, facts.start, facts.zone, "later" if second else "earlier"),
        zone=facts.zone,
        minutes=facts.minutes,
        join_link=facts.link if facts.link.startswith("https://") else "",
        status="cancelled" if facts.cancelled else "scheduled",
        check_in_code=secrets.token_hex(3),
        uid=f"{opaque_id()}@throughline",
    )
    ctx.db.add(session)
    await ctx.db.flush()
    made.sessions.append(session)
    for place, text in enumerate(facts.objectives[:10], start=1):
        ctx.db.add(Objective(session_id=session.id, position=place, text={language: text}))
    for place, part in enumerate(_parts(facts), start=1):
        ctx.db.add(
            Segment(session_id=session.id, position=place, kind=part.kind, minutes=part.minutes,
                    title={language: part.title[:LONGEST]} if part.title else {})
        )  # fmt: skip
    for name in facts.presenters:
        person_id = known.get(name_key(name))
        if person_id is None:
            made.unknown += [name] if name not in made.unknown else []
        else:
            ctx.db.add(SessionPresenter(session_id=session.id, person_id=person_id))
    ctx.db.add_all(default_items(session, list(made.series.languages)))
    await ctx.db.flush()


def _parts(facts: SessionFacts) -> tuple[AgendaPart, ...]:
    """Segments whose minutes add up to the session's; else none, they are set with `agenda`."""
    total = sum(part.minutes for part in facts.segments)
    return facts.segments if total == facts.minutes and all(part.minutes for part in facts.segments) else ()
