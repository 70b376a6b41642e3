"""Questions to the database that reports ask: counts, never people, and every sum made by the database.

"Counted" is an attended person-session: of somebody enrolled, who is not staff of that series, at a session
that was held before the cut. Identities are merged already: a person is one row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    case,
    distinct,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_

from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation, LedgerEntry
from storage.people import Duty, Person
from storage.series import Cohort, Enrollment, Series
from storage.sessions import Attendance, Session, SessionStatus, SessionTheme

CHARACTERISTICS = {
    "state": col(Person.state),
    "role": col(Person.job_role),
    "setting": col(Person.setting),
    "organisation": col(Person.organisation),
}
"""What people told of themselves, by the name of the table that counts it."""


class SessionCount(NamedTuple):
    """A session held before the cut, and how many people attended it."""

    session_id: int
    cohort_id: int
    starts_at: datetime
    people: int


class GroupCount(NamedTuple):
    """Distinct people of one group in one scope: level is series, project, year or all (row 0)."""

    level: str
    row: int
    characteristic: str
    group: str
    people: int


class Spread(NamedTuple):
    """How many people of a cohort attended so many sessions."""

    cohort_id: int
    sessions: int
    people: int


class Ties(NamedTuple):
    """Distinct pairs of one cohort who met, by the states they work in (alphabetical) and whether their
    organisations are the same; empty texts are not told."""

    cohort_id: int
    first_state: str
    second_state: str
    organisations: str
    """same, different or unknown."""
    pairs: int


def pick(*columns: Any) -> Select[Any]:
    """`select`, for columns whose types the declarations above name."""
    return select(*columns)


def attended() -> ColumnElement[bool]:
    """Whether a row of `Attendance`, joined to its `Session`, counts: somebody said so, or else at least
    half of the session's minutes."""
    enough = col(Attendance.minutes) * 2 >= col(Session.minutes)
    return or_(
        col(Attendance.marked).is_(True),
        and_(col(Attendance.marked).is_(None), col(Attendance.minutes).is_not(None), enough),
    )


def held(before: datetime) -> ColumnElement[bool]:
    """Sessions that count as events: not cancelled, and begun before the cut."""
    return and_(col(Session.status) != "cancelled", col(Session.starts_at) < before)


def _staff(community_id: int) -> Select[Any]:
    """(person, series) for everybody with a duty there: in the series, its project or the community."""
    covers = or_(
        col(Duty.series_id) == Series.id,
        and_(col(Duty.series_id).is_(None), col(Duty.project_id) == Series.project_id),
        and_(col(Duty.series_id).is_(None), col(Duty.project_id).is_(None)),
    )
    mine = and_(col(Series.community_id) == community_id, col(Person.community_id) == community_id)
    staff = pick(Duty.person_id, Series.id).select_from(Duty).join(Person, col(Person.id) == Duty.person_id)
    return staff.join(Series, covers).where(mine)


def counted(community_id: int, before: datetime, without: Collection[int], *columns: Any) -> Select[Any]:
    """`columns` of every counted person-session, but of the sessions `without`."""
    enrolled = and_(
        col(Enrollment.cohort_id) == Session.cohort_id, col(Enrollment.person_id) == Attendance.person_id
    )
    rows = (
        pick(*columns)
        .select_from(Session)
        .join(Attendance, col(Attendance.session_id) == Session.id)
        .join(Enrollment, enrolled)
        .join(Cohort, col(Cohort.id) == Session.cohort_id)
        .where(
            col(Session.community_id) == community_id,
            held(before),
            attended(),
            tuple_(Attendance.person_id, Cohort.series_id).not_in(_staff(community_id)),
        )
    )
    return rows.where(col(Session.id).not_in(without)) if without else rows


async def session_counts(db: AsyncSession, community_id: int, before: datetime) -> list[SessionCount]:
    """Every session held, also those that nobody is known to have attended."""
    people = (
        counted(community_id, before, (), col(Session.id).label("session_id"), func.count().label("people"))
        .group_by(col(Session.id))
        .subquery()
    )
    rows = await db.execute(
        pick(Session.id, Session.cohort_id, Session.starts_at, func.coalesce(people.c.people, 0))
        .outerjoin(people, people.c.session_id == Session.id)
        .where(col(Session.community_id) == community_id, held(before))
    )
    return [SessionCount(*row) for row in rows]


async def sessions_to_come(db: AsyncSession, community_id: int, before: datetime) -> dict[int, int]:
    """By series that was not closed before that moment: how many sessions are still to come."""
    rows = await db.execute(
        pick(Cohort.series_id, func.count())
        .join(Session, col(Session.cohort_id) == Cohort.id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .where(
            col(Session.community_id) == community_id,
            col(Session.status) != SessionStatus.CANCELLED,
            col(Session.starts_at) >= before,
            or_(col(Series.closed_at).is_(None), col(Series.closed_at) >= before),
        )
        .group_by(col(Cohort.series_id))
    )
    return {row[0]: row[1] for row in rows}


async def people_reached(
    db: AsyncSession, community_id: int, before: datetime, without: Collection[int] = ()
) -> list[tuple[str, int, int]]:
    """(level, row, distinct people) of every series, project, year and of all: see `GroupCount`."""
    reached = _reached(community_id, before, without)
    counts = [
        pick(literal(level), row, func.count(distinct(reached.c.person_id))).group_by(
            *([] if level == "all" else [row])
        )
        for level, row in _levels(reached).items()
    ]
    return [(row[0], row[1], row[2]) for row in await db.execute(union_all(*counts)) if row[2]]


def _levels(reached: CTE) -> dict[str, Any]:
    return {
        "series": reached.c.series_id,
        "project": reached.c.project_id,
        "year": reached.c.year_id,
        "all": literal(0),
    }


async def people_by_group(
    db: AsyncSession, community_id: int, before: datetime, without: Collection[int] = ()
) -> list[GroupCount]:
    """Distinct people of every series, project, year and of all, by each characteristic: one statement."""
    reached = _reached(community_id, before, without)
    counts = [
        pick(
            literal(level), row, literal(name), attribute, func.count(distinct(reached.c.person_id))
        )
        .join(Person, col(Person.id) == reached.c.person_id)
        .group_by(attribute, *([] if level == "all" else [row]))
        for level, row in _levels(reached).items()
        for name, attribute in CHARACTERISTICS.items()
    ]  # fmt: skip
    return [GroupCount(*row) for row in await db.execute(union_all(*counts))]


def _reached(community_id: int, before: datetime, without: Collection[int]) -> CTE:
    """Each person once in each cohort, with the cohort's series, project and year."""
    pairs = (
        counted(community_id, before, without, Session.cohort_id, Attendance.person_id).distinct().subquery()
    )
    return (
        pick(
            pairs.c.cohort_id, pairs.c.person_id,
            col(Series.id).label("series_id"), Series.project_id, Series.year_id,
        )
        .join(Cohort, col(Cohort.id) == pairs.c.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .cte("reached")
    )  # fmt: skip


async def attendance_spread(
    db: AsyncSession, community_id: int, before: datetime, without: Collection[int] = ()
) -> list[Spread]:
    """Of every cohort: how many people attended how many sessions."""
    each = (
        counted(
            community_id, before, without,
            Session.cohort_id, Attendance.person_id, func.count().label("sessions"),
        )
        .group_by(col(Session.cohort_id), col(Attendance.person_id))
        .subquery()
    )  # fmt: skip
    rows = await db.execute(
        pick(each.c.cohort_id, each.c.sessions, func.count()).group_by(each.c.cohort_id, each.c.sessions)
    )
    return [Spread(*row) for row in rows]


async def enrolled_by_cohort(db: AsyncSession, community_id: int) -> dict[int, int]:
    """People who joined (also those who left since), staff left out."""
    joined = or_(
        col(Enrollment.status).in_(["active", "paused"]),
        and_(col(Enrollment.left_at).is_not(None), col(Enrollment.consented_at).is_not(None)),
    )
    rows = await db.execute(
        pick(Enrollment.cohort_id, func.count())
        .join(Cohort, col(Cohort.id) == Enrollment.cohort_id)
        .where(
            col(Cohort.community_id) == community_id,
            joined,
            tuple_(Enrollment.person_id, Cohort.series_id).not_in(_staff(community_id)),
        )
        .group_by(col(Enrollment.cohort_id))
    )
    return {row[0]: row[1] for row in rows}


def met_pairs(community_id: int, before: datetime) -> Subquery:
    """(cohort_id, one, two) for distinct pairs who were in a group together (partners: who say that they
    met)."""
    first, second = aliased(GroupMember), aliased(GroupMember)
    return (
        pick(BreakoutRound.cohort_id, col(first.person_id).label("one"), col(second.person_id).label("two"))
        .select_from(BreakoutRound)
        .join(BreakoutGroup, col(BreakoutGroup.round_id) == BreakoutRound.id)
        .join(first, col(first.group_id) == BreakoutGroup.id)
        .join(second, and_(col(second.group_id) == first.group_id, col(second.person_id) > first.person_id))
        .where(
            col(BreakoutRound.community_id) == community_id,
            col(BreakoutRound.status).in_(["open", "closed"]),
            col(BreakoutRound.opened_at) < before,
            or_(
                and_(col(BreakoutRound.kind) == "breakout", _was_there(first), _was_there(second)),
                and_(col(BreakoutRound.kind) == "partners", _said_they_met()),
            ),
        )
        .distinct()
        .subquery()
    )


async def ties_by_cohort(db: AsyncSession, community_id: int, before: datetime) -> list[Ties]:
    """Distinct pairs who were in a group together (partners: who say that they met), of people reached."""
    reached = _reached(community_id, before, ())
    one, two = reached.alias("one"), reached.alias("two")
    met = met_pairs(community_id, before)
    a, b = aliased(Person), aliased(Person)
    low = case((col(a.state) <= b.state, a.state), else_=b.state)
    high = case((col(a.state) <= b.state, b.state), else_=a.state)
    organisations = case(
        (or_(col(a.organisation) == "", col(b.organisation) == ""), "unknown"),
        (col(a.organisation) == b.organisation, "same"),
        else_="different",
    )
    rows = await db.execute(
        pick(met.c.cohort_id, low, high, organisations, func.count())
        .select_from(met)
        .join(one, and_(one.c.cohort_id == met.c.cohort_id, one.c.person_id == met.c.one))
        .join(two, and_(two.c.cohort_id == met.c.cohort_id, two.c.person_id == met.c.two))
        .join(a, col(a.id) == met.c.one)
        .join(b, col(b.id) == met.c.two)
        .group_by(met.c.cohort_id, low, high, organisations)
    )
    return [Ties(*row) for row in rows]


def _was_there(member: Any) -> ColumnElement[bool]:
    """In their seat, as far as anybody said: see `bot.breakouts.history`."""
    absent = (
        pick(Attendance.id)
        .join(Session, col(Session.id) == Attendance.session_id)
        .where(
            col(Attendance.session_id) == BreakoutRound.session_id,
            col(Attendance.person_id) == member.person_id,
            ~func.coalesce(attended(), True),
        )
    )
    told = and_(member.present.is_(None), member.reached.is_not(False))
    return or_(member.present.is_(True), and_(told, ~absent.exists()))


def _said_they_met() -> ColumnElement[bool]:
    said = pick(PartnerAnswer.id).where(
        col(PartnerAnswer.group_id) == BreakoutGroup.id, col(PartnerAnswer.answer) == "yes"
    )
    return said.exists()


async def theme_counts(db: AsyncSession, community_id: int, before: datetime) -> list[tuple[int, int]]:
    """(session, theme) for every theme coded in a session held."""
    rows = await db.execute(
        pick(SessionTheme.session_id, SessionTheme.theme_id)
        .join(Session, col(Session.id) == SessionTheme.session_id)
        .where(col(Session.community_id) == community_id, held(before))
    )
    return [(row[0], row[1]) for row in rows]


async def asked_by_evaluation(db: AsyncSession, community_id: int) -> dict[int, int]:
    """How many people each evaluation asked."""
    rows = await db.execute(
        pick(LedgerEntry.evaluation_id, func.count())
        .join(Evaluation, col(Evaluation.id) == LedgerEntry.evaluation_id)
        .where(col(Evaluation.community_id) == community_id)
        .group_by(col(LedgerEntry.evaluation_id))
    )
    return {row[0]: row[1] for row in rows}


async def answer_sets(db: AsyncSession, evaluations: Sequence[int]) -> dict[int, int]:
    """How many answered each evaluation."""
    sets: Counter[int] = Counter()
    for table in (AnonymousAnswer, ConfidentialAnswer):
        rows = await db.execute(
            pick(table.evaluation_id, func.count())
            .where(col(table.evaluation_id).in_(evaluations))
            .group_by(col(table.evaluation_id))
        )
        for evaluation_id, count in rows:
            sets[evaluation_id] += count
    return dict(sets)


async def answer_tally(
    db: AsyncSession, evaluations: Sequence[int], *names: str
) -> dict[int, Counter[tuple[str, ...]]]:
    """By evaluation: how many gave each answer (or combination of answers) to these fields; "" where one is
    missing."""
    tally: dict[int, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for table in (AnonymousAnswer, ConfidentialAnswer):
        fields = [cast("Any", table.answers)[name].as_string() for name in names]
        rows = await db.execute(
            pick(table.evaluation_id, *fields, func.count())
            .where(col(table.evaluation_id).in_(evaluations))
            .group_by(col(table.evaluation_id), *fields)
        )
        for evaluation_id, *answers, count in rows:
            tally[evaluation_id][tuple("" if answer is None else str(answer) for answer in answers)] += count
    return dict(tally)
