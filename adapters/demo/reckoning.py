"""Reads what the figures are made of: the ledgers of the far sides, and what the bot's tables say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from adapters.demo.figures import (
    LOST,
    Figures,
    Got,
    ToldLoad,
    asked,
    fullest_day,
    fullest_week,
    per_person,
    percentile,
    same_minute,
    within,
)
from adapters.demo.story import Story, account_of
from bot.learning.recall_plan import recall_plan
from storage.learning import RecallChoice
from storage.nudges import Nudge, NudgeState
from storage.people import AuditEvent, OptOut, Person
from storage.series import Cohort, Enrollment, EnrollmentStatus
from storage.sessions import KeyIdea, Session

STICK, CHECK_IN = "make_it_stick", "commitment_check_in"


async def figures_of(story: Story) -> Figures:
    """All of them, after the demo has been played."""
    async with story.environment.application.database.read() as db:
        nudges = list(await db.scalars(select(Nudge)))
        got = _got(story, nudges)
        recalls = await _recalls(db, story, got)
        told = await _told(db, story)
        outs = await _opt_outs(db)
        ideas = await _ideas(db)
    return _figures(got, nudges, recalls, told, outs, ideas)


def _got(story: Story, nudges: Sequence[Nudge]) -> list[Got]:
    """What each person got alone, by the far sides' own recipients and clock."""
    kinds = {nudge.mark: nudge.kind for nudge in nudges if nudge.person_id is not None}
    people = {account_of(actor): email for email, actor in story.cast.items()}
    return [
        Got(people[post.recipients[0]], post.at, kinds[post.nudge], post.text)
        for post in story.environment.ledger.posts
        if post.nudge in kinds and len(post.recipients) == 1 and post.recipients[0] in people
    ]


async def _readers(db: AsyncSession, story: Story, cohort: Cohort) -> set[str]:
    """Who takes part in it to the end, and wants the reminders."""
    stopped = select(OptOut.person_id).where(col(OptOut.kind).in_([STICK, "optional"]))
    found = await db.scalars(
        select(Person.email)
        .join(Enrollment)
        .where(
            Enrollment.cohort_id == cohort.id,
            col(Enrollment.status).in_(["active", "paused"]),
            col(Enrollment.stick_opt_in).is_(True),
            col(Person.id).not_in(stopped),
        )
    )
    return {email for email in found if email and email in story.cast}


async def _recalls(db: AsyncSession, story: Story, got: Sequence[Got]) -> list[list[int]]:
    """For each core idea, how often each reader was asked it by a message, after the series."""
    counts: list[list[int]] = []
    mine = per_person(got)
    for cohort in await db.scalars(select(Cohort)):
        plan = await recall_plan(db, cohort)
        last, readers = await _last_session(db, cohort), await _readers(db, story, cohort)
        for idea in plan.core:
            questions = [parts.get("question", "") for parts in idea.text.values()]
            after = {reader: [each for each in mine.get(reader, ()) if each.at > last] for reader in readers}
            counts.append([asked(messages, questions) for messages in after.values()])
    return [one for one in counts if one]


async def _last_session(db: AsyncSession, cohort: Cohort) -> datetime:
    found = await db.scalars(
        select(Session.starts_at)
        .where(Session.cohort_id == cohort.id)
        .order_by(col(Session.starts_at).desc())
    )
    return found.first() or cohort.created_at


async def _told(db: AsyncSession, story: Story) -> list[ToldLoad]:
    """What those who stayed, never paused and stopped nothing were told last. Who changed such a thing gets
    other messages than they were told of, by their own will."""
    gone = select(OptOut.person_id)
    paused = set(
        await db.scalars(select(AuditEvent.actor_id).where(col(AuditEvent.action).in_(["paused", "left"])))
    )
    rows = await db.execute(
        select(Person, Enrollment)
        .join(Enrollment, col(Enrollment.person_id) == col(Person.id))
        .where(Enrollment.status == EnrollmentStatus.ACTIVE, col(Person.id).not_in(gone))
    )
    told = []
    for person, enrollment in rows:
        load = enrollment.told_load
        if load is None or person.email not in story.cast or person.id in paused:
            continue
        told.append(ToldLoad(person.email, load.since, load.during + load.after))
    return told


async def _opt_outs(db: AsyncSession) -> int:
    stops = len(list(await db.scalars(select(OptOut.id))))
    events = await db.scalars(select(AuditEvent.id).where(col(AuditEvent.action).in_(["paused", "left"])))
    return stops + len(list(events))


@dataclass(frozen=True, slots=True)
class _Ideas:
    approved: int
    dropped: int


async def _ideas(db: AsyncSession) -> _Ideas:
    """Approved ideas, and those of them that come back nowhere although nobody decided so."""
    approved = {
        one.id
        for one in await db.scalars(
            select(KeyIdea).join(Session).join(Cohort).where(col(KeyIdea.approved_at).is_not(None))
        )
    }
    decided = set(await db.scalars(select(RecallChoice.idea_id)))
    core: set[int | None] = set()
    for cohort in await db.scalars(select(Cohort)):
        plan = await recall_plan(db, cohort)
        core |= {one.id for one in plan.core}
        approved &= {one.id for one in (*plan.core, *plan.page, *plan.dropped)} | approved
    return _Ideas(len(approved), len(approved - decided - core))


def _figures(
    got: Sequence[Got],
    nudges: Sequence[Nudge],
    recalls: list[list[int]],
    told: list[ToldLoad],
    outs: int,
    ideas: _Ideas,
) -> Figures:
    mine = per_person(got)
    counted = {person: [each.at for each in each_got if each.counts] for person, each_got in mine.items()}
    weeks = [fullest_week(moments) for moments in counted.values()]
    flat = [count for each in recalls for count in each]
    share, ratio = within(told, mine)
    check_ins = [one for one in nudges if one.kind == CHECK_IN]
    lost = [one for one in check_ins if one.state == NudgeState.FAILED or one.reason in LOST]
    sent = [one for one in check_ins if one.state == NudgeState.SENT]
    messages = sum(map(len, counted.values()))
    return Figures(
        recalls_per_core_idea_min=min(flat, default=0),
        recalls_per_core_idea_median=median(flat) if flat else 0,
        core_ideas=len(recalls),
        ideas_approved=ideas.approved,
        ideas_dropped_without_decision=ideas.dropped,
        check_ins_planned=len(sent) + len(lost),
        check_ins_lost_share=len(lost) / max(1, len(sent) + len(lost)),
        messages_in_7_days_max=max(weeks, default=0),
        messages_in_7_days_median=median(weeks) if weeks else 0,
        messages_in_7_days_p95=percentile(weeks, 0.95),
        messages_a_day_max=max((fullest_day(one) for one in counted.values()), default=0),
        messages_per_person_median=median(map(len, counted.values())) if counted else 0,
        same_minute_pairs=sum(same_minute(each.at for each in each_got) for each_got in mine.values()),
        told_load_within_20_percent_share=share,
        told_load_people=len(told),
        told_load_median_ratio=ratio,
        opt_outs_per_100=100 * outs / max(1, messages),
        opt_outs=outs,
        messages=messages,
    )
