"""Applying a roster to a cohort: people, enrollments and duties, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import HOLDS_A_SEAT, TAKES_PART
from bot.transfer.problems import ImportOutcome, ImportProblem
from bot.transfer.roster import ROLES, RosterPlan, RosterRow
from storage.people import Duty, Person
from storage.series import Cohort, Enrollment, EnrollmentStatus

GIVEN_BY_FACILITATORS = frozenset({"participant", "presenter"})
"""What a facilitator's roster may make of people; the other roles are an administrator's to give."""
ABOUT_A_PERSON = ("name", "zone", "language", "state", "organisation", "setting", "job_role", "pronouns")


class NotApplicable(ValueError):
    """The file has problems; nothing was changed."""

    def __init__(self, problems: Iterable[ImportProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems")


async def check_roster(
    db: AsyncSession, cohort: Cohort, plan: RosterPlan, may_give: Collection[str] = ROLES
) -> tuple[ImportProblem, ...]:
    """Every problem of the file, and those that only show beside what is stored: roles that who imports
    may not give, more people than seats."""
    problems = list(plan.errors)
    for row in plan.rows:
        if row.role not in may_give:
            problems.append(ImportProblem(row.line, "role", "may_not_give", row.role))
    enrolled = await _enrollments(db, cohort)
    people = await people_by_email(db, cohort.community_id, (row.email for row in plan.rows))
    holding = {person_id for person_id, one in enrolled.items() if one.status in HOLDS_A_SEAT}
    coming = [row for row in plan.rows if row.role == "participant"]
    added = sum(1 for row in coming if _takes_new_seat(people.get(row.email), enrolled))
    if cohort.capacity is not None and added and len(holding) + added > cohort.capacity:
        wanted = str(len(holding) + added)
        problems.append(ImportProblem(0, "", "over_capacity", wanted, str(cohort.capacity)))
    return tuple(problems)


def _takes_new_seat(person: Person | None, enrolled: dict[int, Enrollment]) -> bool:
    return (
        person is None or person.id not in enrolled or enrolled[person.id].status == EnrollmentStatus.WAITING
    )


async def apply_roster(
    db: AsyncSession,
    cohort: Cohort,
    plan: RosterPlan,
    now: datetime,
    may_give: Collection[str] = ROLES,
) -> ImportOutcome:
    """Make and update people, enroll participants as ``invited``, give the others their role for the
    series (administrators: for the community). Who has left stays left. What people have said of themselves
    since they joined is not overwritten, only filled in where it is empty.

    Raises `NotApplicable`, before any change, when there is a problem.
    """
    if problems := await check_roster(db, cohort, plan, may_give):
        raise NotApplicable(problems)
    outcome = ImportOutcome(cohort_ids={cohort.id})
    people = await people_by_email(db, cohort.community_id, (row.email for row in plan.rows))
    settled = await _settled(db, cohort.community_id)
    for row in plan.rows:
        person = people.get(row.email)
        if person is None:
            person = Person(community_id=cohort.community_id, name=row.name, email=row.email, created_at=now)
            people[row.email] = person
            db.add(person)
            _take_over(person, row, overwrite=True)
            outcome.count("person", new=True)
        elif _take_over(person, row, overwrite=person.id not in settled):
            outcome.count("person", new=False)
    await db.flush()
    await _enroll(db, cohort, plan, people, outcome)
    await _give_roles(db, cohort, plan, people, outcome)
    await db.flush()
    return outcome


def _take_over(person: Person, row: RosterRow, *, overwrite: bool) -> bool:
    """Whether anything changed."""
    changed = False
    for name in ABOUT_A_PERSON:
        told, known = getattr(row, name), getattr(person, name)
        if told and told != known and (overwrite or not known):
            setattr(person, name, told)
            changed = True
    return changed


async def _enroll(
    db: AsyncSession, cohort: Cohort, plan: RosterPlan, people: dict[str, Person], outcome: ImportOutcome
) -> None:
    enrolled = await _enrollments(db, cohort)
    for row in plan.rows:
        if row.role != "participant":
            continue
        person_id = people[row.email].id
        before = enrolled.get(person_id)
        if before is None:
            db.add(Enrollment(cohort_id=cohort.id, person_id=person_id, status="invited"))
            outcome.count("enrollment", new=True)
        elif before.status == EnrollmentStatus.WAITING:
            before.status = "invited"
            outcome.count("enrollment", new=False)


async def _give_roles(
    db: AsyncSession, cohort: Cohort, plan: RosterPlan, people: dict[str, Person], outcome: ImportOutcome
) -> None:
    for row in plan.rows:
        if row.role == "participant":
            continue
        series_id = None if row.role == "administrator" else cohort.series_id
        if await give_duty(db, people[row.email].id, row.role, series_id):
            outcome.count("role", new=True)


async def give_duty(db: AsyncSession, person_id: int, role: str, series_id: int | None) -> bool:
    """Give a role for a series (None: the community); False when the person has it there already."""
    same_scope = col(Duty.series_id).is_(None) if series_id is None else Duty.series_id == series_id
    had = select(Duty.id).where(
        Duty.person_id == person_id, Duty.role == role, col(Duty.project_id).is_(None), same_scope
    )
    if (await db.scalars(had)).first():
        return False
    db.add(Duty(person_id=person_id, role=role, series_id=series_id))
    return True


async def people_by_email(db: AsyncSession, community_id: int, emails: Iterable[str]) -> dict[str, Person]:
    """The people of a community with these addresses (lower case)."""
    found: dict[str, Person] = {}
    wanted = list(emails)
    for some in (wanted[start : start + 500] for start in range(0, len(wanted), 500)):
        rows = await db.scalars(
            select(Person).where(Person.community_id == community_id, col(Person.email).in_(some))
        )
        found |= {person.email or "": person for person in rows}
    return found


async def _enrollments(db: AsyncSession, cohort: Cohort) -> dict[int, Enrollment]:
    rows = await db.scalars(select(Enrollment).where(Enrollment.cohort_id == cohort.id))
    return {row.person_id: row for row in rows}


async def _settled(db: AsyncSession, community_id: int) -> set[int]:
    """Who takes part somewhere and so speaks for themselves."""
    rows = await db.scalars(
        select(Enrollment.person_id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(Person.community_id == community_id, col(Enrollment.status).in_(TAKES_PART))
    )
    return set(rows)
