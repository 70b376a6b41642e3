"""The whole series on one card before anything is made: it is made, looked at, and taken back."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.agendas.wording import question_words
from bot.console.naming import names_of
from bot.core.cards import Button, Card, Fact, Section
from bot.core.context import Context
from bot.nudges.planner import replan_cohort
from bot.starting.drafts import DraftPlan
from bot.starting.making import Made, make
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked
from prompts.words import starting as words
from storage.base import opaque_id
from storage.imports import ImportDraft
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import CohortChannel, Enrollment, EnrollmentStatus
from storage.sessions import Session, SessionStatus

MOST_ZONES = 4
MOST_LINES = 12
WEEK = timedelta(days=7)


async def preview(ctx: Context, draft: ImportDraft, plan: DraftPlan) -> Card:
    """Sessions in everyone's zone, the people, the first week's messages, the load; with the one press."""
    taken_back = await ctx.db.begin_nested()
    made = await make(ctx, plan)
    await _suppose_begun(ctx, made)
    sections = (
        await _sessions(ctx, made),
        _people(ctx, made, plan),
        *await _messages(ctx, made),
        *_left_open(ctx, made, plan),
    )
    title, project, year = made.cohort.name, made.project, made.year
    await taken_back.rollback()
    for row in (ctx.me, ctx.community, ctx.workspace, draft):
        await ctx.db.refresh(row)
    language, value = ctx.language, str(draft.id)
    return Card(
        title=words.preview_title(language, title=title),
        text=words.nothing_made_yet(language),
        facts=(
            Fact(label=words.project_label(language), value=project),
            Fact(label=words.year_label(language), value=year),
        ),
        sections=sections,
        buttons=(
            Button(label=words.make_it(language), action="start.make", value=value, style="primary"),
            Button(label=words.change_place(language), form="start-place", value=value),
        ),
        context=words.one_undo(language),
    )


async def _suppose_begun(ctx: Context, made: Made) -> None:
    """Everybody has joined and the channel is open: before that hardly a message is planned, and what is
    wanted here is what will come. The caller takes it back."""
    of_cohort = update(Enrollment).where(col(Enrollment.cohort_id) == made.cohort.id)
    await ctx.db.execute(of_cohort.values(status=EnrollmentStatus.ACTIVE, joined_at=ctx.now))
    ctx.db.add(
        CohortChannel(cohort_id=made.cohort.id, workspace_id=ctx.workspace.id, conversation=opaque_id())
    )
    await replan_cohort(ctx.db, ctx.kinds, made.cohort.id, ctx.now)


async def _sessions(ctx: Context, made: Made) -> Section:
    """Each session in the zones of the people, its own first."""
    zones = await _zones(ctx, made)
    lines = [_line(ctx.language, session, zones) for session in made.sessions[:MOST_LINES]]
    more = len(made.sessions) - MOST_LINES
    if more > 0:
        lines.append(words.and_more(ctx.language, n=more))
    return Section(title=words.sessions_title(ctx.language, n=len(made.sessions)), text=_list(lines))


def _line(language: str, session: Session, zones: Sequence[str]) -> Marked:
    title = session.title.get(language) or next(iter(session.title.values()), "")
    times = [dates.when(language, session.starts_at, session.zone)]
    times += [
        Marked(f"{dates.clock_time(language, session.starts_at, zone)} ")
        + dates.zone_name(language, zone, session.starts_at)
        for zone in zones
        if zone != session.zone
    ]
    line = words.session_line(
        language,
        number=session.number,
        title=title,
        times=Marked(" · ").join(map(Marked, times)),
        minutes=session.minutes,
    )
    return words.cancelled_line(language, line=line) if session.status == SessionStatus.CANCELLED else line


async def _zones(ctx: Context, made: Made) -> list[str]:
    """The zones of the people who are enrolled, the commonest first, and of who reads it."""
    rows = await ctx.db.scalars(
        select(Person.zone).join(Enrollment).where(Enrollment.cohort_id == made.cohort.id)
    )
    counted = Counter(zone for zone in rows if zone)
    zones = [zone for zone, _ in counted.most_common(MOST_ZONES)]
    return zones if ctx.me.zone in ("", *zones) else [*zones, ctx.me.zone]


def _people(ctx: Context, made: Made, plan: DraftPlan) -> Section:
    language = ctx.language
    lines = []
    if made.people:
        known = made.people - len(made.new_people)
        lines.append(words.people_line(language, n=made.people, known=known, new=len(made.new_people)))
    elif made.problems:
        lines.append(words.roster_problems(language, n=len(made.problems)))
        lines += [problem.say(language) for problem in made.problems[:5]]
    else:
        lines.append(words.no_people_yet(language))
    told = plan.agenda.roster.people
    if told and made.people and told != made.people:
        lines.append(words.other_count(language, told=told, read=made.people))
    if made.unknown:
        lines.append(words.unknown_presenters(language, names=dates.series_of(language, made.unknown)))
    return Section(title=words.people_title(language), text=_list(lines))


async def _messages(ctx: Context, made: Made) -> tuple[Section, ...]:
    """What goes out in the first seven days in which anything does, and how much it is for one person."""
    language = ctx.language
    rows = list(
        await ctx.db.scalars(
            select(Nudge)
            .where(Nudge.cohort_id == made.cohort.id, Nudge.state == NudgeState.PLANNED)
            .order_by(col(Nudge.due_at))
        )
    )
    if not rows:
        return (Section(title=words.messages_title(language), text=words.no_messages(language)),)
    groups: dict[str, Nudge] = {}
    for row in rows:
        groups.setdefault(row.group, row)
    first = [one for one in groups.values() if one.due_at < rows[0].due_at + WEEK]
    names = await names_of(ctx.db, language, first)
    zone = zone_for(ctx.me.zone, made.cohort.zone)
    lines = [
        words.message_line(language, when=dates.when(language, one.due_at, zone), name=names[one.id])
        for one in first[:MOST_LINES]
    ]
    busiest = busiest_week(rows)
    lines.append(words.load_line(language, n=busiest, groups=len(groups)))
    return (Section(title=words.messages_title(language), text=_list(lines)),)


def busiest_week(rows: Sequence[Nudge]) -> int:
    """The most messages that one person gets within seven days: their own and those of the channel."""
    of_all = [row.due_at for row in rows if row.person_id is None]
    mine: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            mine[row.person_id].append(row.due_at)
    most = _most_in_week(sorted(of_all))
    for times in mine.values():
        most = max(most, _most_in_week(sorted([*times, *of_all])))
    return most


def _most_in_week(times: Sequence[datetime]) -> int:
    return max((bisect_left(times, start + WEEK) - place for place, start in enumerate(times)), default=0)


def _left_open(ctx: Context, made: Made, plan: DraftPlan) -> tuple[Section, ...]:
    """Questions that may stay open, and days without a session."""
    language = ctx.language
    lines = [question_words(one, language) for one in plan.agenda.questions if one.open]
    lines += [
        words.no_session_on(language, day=dates.day(language, day)) for day in plan.agenda.without_session
    ]
    return (Section(title=words.open_title(language), text=_list(lines)),) if lines else ()


def _list(lines: Sequence[str]) -> Marked:
    return Marked("\n").join([Marked("- ") + Marked(line) for line in lines])
