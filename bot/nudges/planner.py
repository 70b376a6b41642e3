"""Writes the plan over the outbox, by key: run it after every change that a plan depends on.

What happens to a row:

- wanted and missing: inserted. Something that is stale before it was ever planned is not recorded at all.
- wanted, and planned or held: due moment, expiry and session follow the plan; held or not follows the
  facilitators' decisions and the series' demand for approval. A retry never comes before its time, and what
  a facilitator asked to send now stays due now.
- no longer wanted, and planned or held: skipped, with the reason (`session_cancelled`, `left`, `deleted`,
  `opted_out`, `not_planned`). Nothing is deleted: the ledger says what was once to be sent, and why not.
- wanted again, and skipped: planned again. An optional one only when its moment is still to come; nobody
  gets a pile of old messages on coming back.
- claimed, sent, failed or unknown: never touched. Neither is anything without a group (single messages).

Steps that send nothing (a form closes) become jobs of the step's kind; a feature registers the handler.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.message_kinds import MessageKinds
from bot.nudges.cohort_plan import CohortPlan, Wanted, load_plan
from bot.nudges.planned import Planned
from storage.base import opaque_id
from storage.nudges import Job, JobState, Nudge, NudgeState
from storage.people import Person
from storage.reflections import Commitment
from storage.series import Cohort, Enrollment
from storage.sessions import Session, SessionPresenter, SessionStatus

CHUNK = 5_000
"""Rows given to the driver at a time."""
OPEN = ("planned", "held")
REASONS_OF_OURS = frozenset(
    {
        "session_cancelled",
        "left",
        "deleted",
        "opted_out",
        "not_planned",
        "stale",
        "budget",
        "paused",
        "bot_removed",
    }
)
"""Reasons that a change of plan can take back; a composer's own reasons are final."""
_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]


async def replan_cohort(db: AsyncSession, kinds: MessageKinds, cohort_id: int, now: datetime) -> None:
    """Bring the outbox of a cohort up to date with its sessions, people, preferences and cadence."""
    await _replan(db, kinds, cohort_id, now, only=None)


async def replan_person(db: AsyncSession, kinds: MessageKinds, person_id: int, now: datetime) -> None:
    """The same for one person's messages, in every cohort that has or had any for them."""
    for cohort_id in await _cohorts_of(db, person_id):
        await _replan(db, kinds, cohort_id, now, only=person_id)


async def plan_commitment(
    db: AsyncSession, kinds: MessageKinds, commitment: Commitment, now: datetime
) -> None:
    """Plan, move or take back the check-in of a commitment that was just written or changed."""
    await db.flush()
    await _replan(db, kinds, commitment.cohort_id, now, only=commitment.person_id)


async def _cohorts_of(db: AsyncSession, person_id: int) -> list[int]:
    enrolled = await db.scalars(select(Enrollment.cohort_id).where(Enrollment.person_id == person_id))
    presents = await db.scalars(
        select(Session.cohort_id)
        .join(SessionPresenter, col(SessionPresenter.session_id) == col(Session.id))
        .where(SessionPresenter.person_id == person_id)
    )
    has_rows = await db.scalars(
        select(Nudge.cohort_id).where(Nudge.person_id == person_id, col(Nudge.state).in_(OPEN)).distinct()
    )
    return sorted({one for one in (*enrolled, *presents, *has_rows) if one is not None})


@dataclass(frozen=True, slots=True)
class _Changes:
    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]


async def _replan(
    db: AsyncSession, kinds: MessageKinds, cohort_id: int, now: datetime, only: int | None
) -> None:
    """Replans of a cohort queue on its row (on SQLite there is one writer anyway)."""
    await db.flush()
    cohort = (
        await db.scalars(select(Cohort).where(Cohort.id == cohort_id).with_for_update(key_share=True))
    ).one()
    rows = {row.key: row for row in await _rows(db, cohort_id, only)}
    settled = {key for key, row in rows.items() if not _may_change(row)}
    plan = await load_plan(db, kinds, cohort, now, settled, only)
    wanted = [each for each in plan.wanted if each.key not in settled]
    changes = _compared(wanted, rows, cohort, now)
    reasons = _Reasons(plan, await _cancelled(db, cohort_id), await _deleted(db, cohort_id))
    gone = set(rows) - settled - {each.key for each in wanted}
    changes.changed.extend(
        _skipped(rows[key], reasons.of(rows[key])) for key in sorted(gone) if rows[key].state in OPEN
    )
    await _write(db, changes)
    if only is None:
        await _plan_errands(db, plan, now)


async def _rows(db: AsyncSession, cohort_id: int, only: int | None) -> Sequence[Row[Any]]:
    columns = (
        "id", "key", "state", "reason", "released", "due_at", "expires_at", "due_because",
        "kind", "nature", "session_id", "person_id",
    )  # fmt: skip
    query = select(*[_TABLE.c[name] for name in columns]).where(
        _TABLE.c.cohort_id == cohort_id, _TABLE.c.group != ""
    )
    if only is not None:
        query = query.where(_TABLE.c.person_id == only)
    return (await db.execute(query)).all()


def _may_change(row: Row[Any]) -> bool:
    return row.state in OPEN or (row.state == NudgeState.SKIPPED and row.reason in REASONS_OF_OURS)


def _compared(wanted: Iterable[Wanted], rows: dict[str, Row[Any]], cohort: Cohort, now: datetime) -> _Changes:
    changes = _Changes([], [])
    for each in wanted:
        row = rows.get(each.key)
        if row is None:
            if each.reason != "stale":
                changes.new.append(_new(each, cohort, now))
        elif (change := _change(each, row)) is not None:
            changes.changed.append(change)
    return changes


def _new(wanted: Wanted, cohort: Cohort, now: datetime) -> dict[str, Any]:
    """The columns that are not empty: turning nothing into nothing took a fifth of writing a row."""
    planned, step = wanted.planned, wanted.planned.step
    return {
        "key": wanted.key,
        "mark": opaque_id(),
        "group": planned.group,
        "community_id": cohort.community_id,
        "kind": step.kind,
        "nature": step.nature,
        "cohort_id": cohort.id,
        "session_id": _number(planned.anchor.session_id),
        "subject_id": _subject(planned),
        "person_id": _number(planned.person_id),
        "channel_id": wanted.channel_id,
        "due_at": planned.at_utc,
        "expires_at": planned.expires_utc,
        "due_because": planned.moved_because or "",
        "state": wanted.state,
        "reason": wanted.reason,
        "released": wanted.released,
        "attempts": 0,
        "claimed_by": "",
        "created_at": now,
    }


def _number(identifier: str | None) -> int | None:
    return None if identifier is None else int(identifier)


def _subject(planned: Planned) -> int | None:
    kind, _, number = planned.anchor.id.partition(":")
    return int(number) if kind == "commitment" else None


def _change(wanted: Wanted, row: Row[Any]) -> dict[str, Any] | None:
    """What to write over an open or skipped row; None when it stands as wanted."""
    if row.state == NudgeState.SKIPPED and (wanted.state == NudgeState.SKIPPED or _over(wanted)):
        return None
    planned = wanted.planned
    because: str = planned.moved_because or ""
    due_at = planned.at_utc
    state, reason, released = wanted.state, wanted.reason, wanted.released
    if row.state == NudgeState.PLANNED and row.due_because == "retry":
        due_at, because, reason = max(row.due_at, due_at), "retry", row.reason
    elif row.state == NudgeState.PLANNED and row.due_because == "now":
        due_at, because, state, reason, released = row.due_at, "now", "planned", "", True
    new = (state, reason, released, due_at, planned.expires_utc, because, _number(planned.anchor.session_id))
    old = (row.state, row.reason, row.released, row.due_at, row.expires_at, row.due_because, row.session_id)
    return None if new == old else _update(row, *new)


def _over(wanted: Wanted) -> bool:
    return wanted.late and wanted.planned.step.nature == "optional"


def _skipped(row: Row[Any], reason: str) -> dict[str, Any]:
    return _update(
        row, "skipped", reason, row.released, row.due_at, row.expires_at, row.due_because, row.session_id
    )


def _update(
    row: Row[Any],
    state: str,
    reason: str,
    released: bool,
    due_at: datetime,
    expires_at: datetime | None,
    because: str,
    session_id: int | None,
) -> dict[str, Any]:
    return {
        "row_id": row.id,
        "row_state": row.state,
        "state": state,
        "reason": reason,
        "released": released,
        "due_at": due_at,
        "expires_at": expires_at,
        "due_because": because,
        "session_id": session_id,
    }


async def _write(db: AsyncSession, changes: _Changes) -> None:
    """A row that was claimed since it was read has another state by now, and stays as it is."""
    connection = await db.connection()
    for chunk in _chunks(changes.new):
        await connection.execute(insert(_TABLE), chunk)
    same = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"), _TABLE.c.state == bindparam("row_state"))
    for chunk in _chunks(changes.changed):
        await connection.execute(same, chunk)
    if changes.new or changes.changed:
        for nudge in [one for one in db.sync_session if isinstance(one, Nudge)]:
            await db.refresh(nudge)


def _chunks(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why a row is no longer wanted."""

    plan: CohortPlan
    cancelled: frozenset[int]
    deleted: frozenset[int]

    def of(self, row: Row[Any]) -> str:
        if row.session_id in self.cancelled:
            return "session_cancelled"
        if row.person_id in self.deleted:
            return "deleted"
        if row.person_id is not None and row.person_id not in self.plan.recipients:
            return "left"
        if row.person_id is not None:
            refused = self.plan.recipients[row.person_id].opted_out_kinds
            return "opted_out" if row.kind in refused else "not_planned"
        return "not_planned"


async def _cancelled(db: AsyncSession, cohort_id: int) -> frozenset[int]:
    found = await db.scalars(
        select(Session.id).where(Session.cohort_id == cohort_id, Session.status == SessionStatus.CANCELLED)
    )
    return frozenset(one for one in found if one is not None)


async def _deleted(db: AsyncSession, cohort_id: int) -> frozenset[int]:
    found = await db.scalars(
        select(Person.id)
        .join(Enrollment)
        .where(Enrollment.cohort_id == cohort_id, col(Person.deleted_at).is_not(None))
    )
    return frozenset(one for one in found if one is not None)


async def _plan_errands(db: AsyncSession, plan: CohortPlan, now: datetime) -> None:
    """One job for each step that sends nothing; those not begun move with their anchor, or go."""
    wanted = {each.key: each for each in plan.silent}
    prefix = f"cohort:{plan.cohort.id}|"
    found = await db.scalars(select(Job).where(col(Job.key).startswith(prefix, autoescape=True)))
    jobs = {job.key.removeprefix(prefix): job for job in found}
    for key, job in jobs.items():
        if job.state == JobState.PLANNED and key not in wanted:
            await db.delete(job)
        elif job.state == JobState.PLANNED and job.put_off_since is None:
            job.due_at = wanted[key].at_utc
    for key in wanted.keys() - jobs.keys():
        planned = wanted[key]
        if planned.skip is None:
            db.add(_errand(prefix + key, planned, plan.cohort, now))
    await db.flush()


def _errand(key: str, planned: Planned, cohort: Cohort, now: datetime) -> Job:
    return Job(
        key=key,
        community_id=cohort.community_id,
        kind=planned.step.kind,
        details={
            "cohort_id": cohort.id,
            "session_id": _number(planned.anchor.session_id),
            "anchor": planned.anchor.id,
        },
        due_at=planned.at_utc,
        created_at=now,
    )
