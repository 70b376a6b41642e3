"""What a cohort's tables say, as the plan's own values, and the plan as rows to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.message_kinds import MessageKinds
from bot.nudges.cadence import CADENCE_JSON, Step
from bot.nudges.cohort_people import channel_reader, moments_taken, recipients_of
from bot.nudges.decisions import NO_DECISION
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.nudges.drawn_times import drawn_times
from bot.nudges.planned import Planned
from bot.nudges.schedule import CommitmentMade, PlannedSession, ScheduledReader, SeriesSchedule
from bot.nudges.series_plan import plan
from storage.reflections import Commitment, CommitmentStatus
from storage.series import Cohort, CohortChannel, Series, SeriesStatus
from storage.sessions import Session, SessionPresenter, SessionStatus
from storage.settings import MessageDecision

APPROVAL, ON_HOLD = "approval", "on_hold"
CHECK_IN = "commitment_check_in"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row that the plan asks for. `late` when its own moment was over before it was planned."""

    key: str
    planned: Planned
    channel_id: int | None
    state: str
    reason: str
    released: bool

    @property
    def late(self) -> bool:
        return self.planned.moved_because == "late"


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """`wanted` messages, `silent` steps that send nothing (a form closes), and whom and what they concern."""

    cohort: Cohort
    wanted: list[Wanted]
    silent: list[Planned]
    recipients: dict[int, ScheduledReader]
    steps: tuple[Step, ...]
    ends_utc: tuple[datetime, ...] = ()
    """When the sessions end, in order."""


def steps_of(series: Series) -> tuple[Step, ...]:
    """The series' own cadence, or else the default one; none for an archived series."""
    return () if series.status == SeriesStatus.ARCHIVED else cadence_of(series)


def cadence_of(series: Series) -> tuple[Step, ...]:
    """The series' own cadence, or else the default one, also of an archived series."""
    return DEFAULT_CADENCE if series.cadence is None else CADENCE_JSON.validate_python(series.cadence)


Suppose = Callable[[Sequence[PlannedSession]], tuple[CommitmentMade, ...]]
"""Commitments that are taken as made, to see what would be planned."""


async def load_plan(
    db: AsyncSession,
    kinds: MessageKinds,
    cohort: Cohort,
    now: datetime,
    settled: set[str],
    only: int | None,
    supposed: Suppose | None = None,
    refusing_nothing: bool = False,
) -> CohortPlan:
    """Plan the cohort, or only what is for one person. `settled` keys are left out. `refusing_nothing`: as if
    people wanted every kind of message, and partners."""
    series = await db.get_one(Series, cohort.series_id)
    steps = steps_of(series)
    sessions = await _sessions(db, cohort)
    presenters = {int(one) for session in sessions for one in session.presenter_ids}
    recipients = await recipients_of(db, cohort, presenters, steps, only)
    if refusing_nothing:
        recipients = [replace(one, opted_out_kinds=frozenset(), partners_opted_in=True) for one in recipients]
    person_ids = [int(recipient.id) for recipient in recipients]
    commitments = await _commitments(db, cohort, only)
    made = tuple(
        CommitmentMade(str(commitment.id), str(commitment.person_id), commitment.created_at)
        for commitment in commitments
    )
    if supposed is not None:
        made += supposed(sessions)
    schedule = SeriesSchedule(str(cohort.id), channel_reader(cohort.zone), sessions, made)
    decisions = series.settings.messages
    moved = {group: each.moved_to for group, each in decisions.items() if each.moved_to is not None}
    planned = plan(
        schedule,
        recipients,
        steps,
        kinds,
        settled=settled,
        taken=await moments_taken(db, kinds, cohort.id, person_ids, now),
        moved=_check_ins(steps, commitments) | moved,
        now=now,
        drawn=await drawn_times(db, cohort.id),
    )
    channels = [] if only is not None else await _channels(db, cohort)
    return CohortPlan(
        cohort=cohort,
        wanted=list(_wanted(planned, channels, series, decisions)),
        silent=[each for each in planned if each.step.delivery == "none" and only is None],
        recipients={int(recipient.id): recipient for recipient in recipients},
        steps=steps,
        ends_utc=tuple(sorted(session.end_utc for session in sessions)),
    )


def _wanted(
    planned: Iterable[Planned], channels: Sequence[int], series: Series, decisions: dict[str, MessageDecision]
) -> Iterator[Wanted]:
    """Each channel of the cohort gets its own copy of a channel post."""
    for each in planned:
        decision = decisions.get(each.group, NO_DECISION)
        state, reason = _state(each, series, decision)
        if each.step.delivery == "direct":
            yield Wanted(each.key, each, None, state, reason, decision.released)
        elif each.step.delivery == "channel":
            for channel_id in channels:
                yield Wanted(f"{each.key}:{channel_id}", each, channel_id, state, reason, decision.released)


def _state(planned: Planned, series: Series, decision: MessageDecision) -> tuple[str, str]:
    if planned.skip is not None:
        return "skipped", planned.skip
    if decision.held:
        return "held", ON_HOLD
    if series.needs_approval and planned.step.is_to_cohort and not decision.released:
        return "held", APPROVAL
    return "planned", ""


async def _sessions(db: AsyncSession, cohort: Cohort) -> tuple[PlannedSession, ...]:
    """Those that take place or took place."""
    rows = list(
        await db.scalars(
            select(Session).where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
        )
    )
    presenting = await db.execute(
        select(SessionPresenter.session_id, SessionPresenter.person_id)
        .join(Session, col(Session.id) == SessionPresenter.session_id)
        .where(Session.cohort_id == cohort.id)
    )
    by_session: dict[int, set[str]] = {}
    for session_id, person_id in presenting:
        by_session.setdefault(session_id, set()).add(str(person_id))
    return tuple(
        PlannedSession(
            id=str(row.id),
            start_utc=row.starts_at,
            end_utc=row.starts_at + timedelta(minutes=row.minutes),
            zone=row.zone,
            presenter_ids=frozenset(by_session.get(row.id, ())),
        )
        for row in rows
    )


async def _channels(db: AsyncSession, cohort: Cohort) -> list[int]:
    rows = await db.scalars(
        select(CohortChannel.id).where(CohortChannel.cohort_id == cohort.id).order_by(col(CohortChannel.id))
    )
    return [row for row in rows if row is not None]


async def _commitments(db: AsyncSession, cohort: Cohort, only: int | None) -> list[Commitment]:
    """Those that their writers still want to be asked about."""
    query = select(Commitment).where(
        Commitment.cohort_id == cohort.id,
        col(Commitment.due_on).is_not(None),
        col(Commitment.follow_up).is_(None),
        Commitment.status != CommitmentStatus.LET_GO,
    )
    if only is not None:
        query = query.where(Commitment.person_id == only)
    return list(await db.scalars(query))


def _check_ins(steps: Iterable[Step], commitments: Iterable[Commitment]) -> dict[str, datetime]:
    """The day that each writer chose for the check-in, at the step's time of day, by group."""
    return {
        f"{step.slug}|commitment:{made.id}": datetime.combine(made.due_on, step.at or time(9))
        for step in steps
        if step.kind == CHECK_IN
        for made in commitments
        if made.due_on is not None
    }
