"""Keeping an answer set, so that an anonymous one belongs to nobody.

While the form is open an anonymous answer is sealed, and written in company (`batches`): whoever reads the
database (its old pages and row versions, too) sees who has answered, and boxes that tell nothing. When the
form closes all boxes are opened in one transaction and written in a random order, so nothing is left that
belongs to one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import structlog
from sqlalchemy import delete, event, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.form_keys import FormKeys, name_of
from bot.core.jobs import JobContext
from bot.core.sealing import BadSeal
from bot.evaluations.answers import Answer
from bot.evaluations.batches import (
    FORM,
    put_aside,
    waiting_boxes,
    waiting_people,
    write_marks,
)
from bot.evaluations.opening import settle_ledger
from storage.base import opaque_id
from storage.evaluations import (
    AnonymousAnswer,
    ConfidentialAnswer,
    Evaluation,
    EvaluationState,
    FormDraft,
    LedgerEntry,
    SealedAnswer,
)
from storage.nudges import Job

log = structlog.get_logger()

_PLACE = "anonymous answer"
AFTERWARDS = "evaluation_afterwards"
"""The job that follows a closing."""


async def lock(db: AsyncSession, evaluation: Evaluation) -> Evaluation:
    """The evaluation as it is now; others who answer or close it wait."""
    found = await db.scalars(
        select(Evaluation)
        .where(Evaluation.id == evaluation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def has_answered(
    db: AsyncSession, evaluation: Evaluation, person_id: int | None, keys: FormKeys
) -> bool:
    entry = select(LedgerEntry.answered).where(
        LedgerEntry.evaluation_id == evaluation.id, LedgerEntry.person_id == person_id
    )
    return bool((await db.scalars(entry)).first()) or (
        person_id in await waiting_people(db, evaluation, keys)
    )


async def keep(
    db: AsyncSession,
    evaluation: Evaluation,
    person_id: int,
    answers: Mapping[str, Answer],
    today: date,
    keys: FormKeys,
) -> None:
    """Keep the answers of a person who has not answered yet; the evaluation must be locked."""
    stored: dict[str, object] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()
    }
    number = evaluation.id
    entry = await db.get(LedgerEntry, (number, person_id))
    if entry is None:
        entry = LedgerEntry(evaluation_id=number, person_id=person_id)
        db.add(entry)
        await db.flush()
    if evaluation.mode == "anonymous":
        name = name_of(FORM, evaluation.key)
        sealed = keys.seal(name, stored, f"{_PLACE} {number}")
        await put_aside(db, evaluation, person_id, sealed, keys)
        event.listen(
            db.sync_session, "after_commit", lambda _: keys.destroy(name, draft_of(person_id)), once=True
        )
    else:
        db.add(
            ConfidentialAnswer(evaluation_id=number, person_id=person_id, answers=stored, answered_on=today)
        )
        entry.answered = True
    await db.flush()
    await _forget_drafts(db, evaluation, person_id)


def draft_of(person_id: int) -> str:
    """The part of a form that a person has saved on a page and not sent."""
    return f"draft {person_id}"


async def _forget_drafts(db: AsyncSession, evaluation: Evaluation, person_id: int | None = None) -> None:
    """What was saved on the web and not sent: of one person, or of everybody."""
    mine = (col(FormDraft.form) == FORM) & (col(FormDraft.context) == evaluation.key)
    if person_id is not None:
        mine &= col(FormDraft.person_id) == person_id
    await db.execute(delete(FormDraft).where(mine))


async def close(db: AsyncSession, evaluation: Evaluation, now: datetime, keys: FormKeys) -> Evaluation:
    """Close it, and open its boxes; closing twice changes nothing. Returns the evaluation, locked.

    Once that is committed the form's key is destroyed, and soon the database's log begun anew (`AFTERWARDS`).
    """
    evaluation = await lock(db, evaluation)
    if evaluation.state == EvaluationState.OPEN:
        evaluation.state, evaluation.closes_at = "closed", min(evaluation.closes_at, now)
        await _forget_drafts(db, evaluation)
        await settle_ledger(db, evaluation, await waiting_people(db, evaluation, keys))
    if await _open_boxes(db, evaluation, keys) and evaluation.mode == "anonymous":
        await _wipe_soon(db, evaluation, now)
        name = name_of(FORM, evaluation.key)
        event.listen(db.sync_session, "after_commit", lambda _: _forget_boxes(keys, name), once=True)
    return evaluation


def _forget_boxes(keys: FormKeys, name: str) -> None:
    keys.destroy(name)
    keys.aside.empty(name, keys.aside.names(name))


async def _open_boxes(db: AsyncSession, evaluation: Evaluation, keys: FormKeys) -> bool:
    """Whether none is left shut."""
    number, name = evaluation.id, name_of(FORM, evaluation.key)
    kept = list(await db.scalars(select(SealedAnswer).where(SealedAnswer.evaluation_id == number)))
    before = await db.scalars(
        select(AnonymousAnswer.id).where(AnonymousAnswer.evaluation_id == number).limit(1)
    )
    waiting = {} if before.first() else await waiting_boxes(db, evaluation, keys)
    boxes = [(box.sealed, box) for box in kept] + [(sealed, None) for sealed in waiting.values()]
    opened: list[dict[str, object]] = []
    for sealed, box in boxes:
        try:
            found = keys.open(name, sealed, f"{_PLACE} {number}")
        except BadSeal:  # kept: the right key may come back
            log.error("sealed_answer_unreadable", evaluation=number, remedy="restore the folder of form keys")
            continue
        opened.append({"id": opaque_id(), "evaluation_id": number, "answers": found})
        if box is not None:
            await db.delete(box)
    await db.flush()
    if opened:
        await db.execute(insert(AnonymousAnswer), sorted(opened, key=lambda row: str(row["id"])))
    return len(opened) == len(boxes)


async def _wipe_soon(db: AsyncSession, evaluation: Evaluation, now: datetime) -> None:
    key = f"{AFTERWARDS}:{evaluation.key}"
    if (await db.scalars(select(Job.id).where(Job.key == key))).first() is None:
        details: dict[str, object] = {"evaluation": evaluation.id}
        db.add(
            Job(
                key=key, community_id=evaluation.community_id, kind=AFTERWARDS, details=details,
                due_at=now, created_at=now,
            )
        )  # fmt: skip
        await db.flush()


async def wipe(job_ctx: JobContext, job: Job) -> None:
    """In the closing's wake: SQLite's log, in which old versions of pages stand, begins anew."""
    await finish_closing(job_ctx, job.details["evaluation"])
    await job_ctx.database.begin_log_anew()


async def finish_closing(job_ctx: JobContext, number: object) -> None:
    """Destroy the key for sure (a crash may have come between), and mark who answered last."""
    keys = job_ctx.links.form_keys
    async with job_ctx.database.write() as db:
        evaluation = await db.get(Evaluation, number)
        shut = (await db.scalars(select(SealedAnswer.id).where(SealedAnswer.evaluation_id == number))).first()
        if evaluation is not None and evaluation.state == EvaluationState.CLOSED and shut is None:
            name = name_of(FORM, evaluation.key)
            _forget_boxes(keys, name)
            await write_marks(db, evaluation, keys, keys.aside.names(name))


async def answers_given(db: AsyncSession, evaluation: Evaluation, keys: FormKeys) -> int:
    """How many answer sets were kept."""
    tables = (AnonymousAnswer, SealedAnswer) if evaluation.mode == "anonymous" else (ConfidentialAnswer,)
    counted = [
        (await db.scalars(select(func.count()).where(col(table.evaluation_id) == evaluation.id))).one()
        for table in tables
    ]
    is_open = evaluation.state == EvaluationState.OPEN
    return sum(counted) + (len(await waiting_boxes(db, evaluation, keys)) if is_open else 0)
