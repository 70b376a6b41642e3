"""Keeping an answer set, so that an anonymous one belongs to nobody.

While the form is open an anonymous answer is sealed: whoever reads the database (its old pages and row
versions, too) sees who has answered, and boxes that tell nothing. When the form closes all boxes are opened
in one transaction and written in a random order, so nothing is left that belongs to one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import structlog
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.sealing import BadSeal, Sealer
from bot.evaluations.answers import Answer
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

log = structlog.get_logger()

FORM = "evaluation"
"""The name of the form that is answered; its context is the evaluation's key."""
_PLACE = "anonymous answer"


async def lock(db: AsyncSession, evaluation: Evaluation) -> Evaluation:
    """The evaluation as it is now; others who answer or close it wait."""
    found = await db.scalars(
        select(Evaluation)
        .where(Evaluation.id == evaluation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def has_answered(db: AsyncSession, evaluation: Evaluation, person_id: int | None) -> bool:
    entry = select(LedgerEntry.answered).where(
        LedgerEntry.evaluation_id == evaluation.id, LedgerEntry.person_id == person_id
    )
    return bool((await db.scalars(entry)).first())


async def keep(
    db: AsyncSession,
    evaluation: Evaluation,
    person_id: int,
    answers: Mapping[str, Answer],
    today: date,
    sealer: Sealer,
) -> None:
    """Keep the answers of a person who has not answered yet; the evaluation must be locked."""
    stored: dict[str, object] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()
    }
    number = evaluation.id
    if evaluation.mode == "anonymous":
        db.add(SealedAnswer(evaluation_id=number, sealed=sealer.seal(stored, f"{_PLACE} {number}")))
    else:
        db.add(
            ConfidentialAnswer(evaluation_id=number, person_id=person_id, answers=stored, answered_on=today)
        )
    entry = await db.get(LedgerEntry, (number, person_id))
    if entry is None:
        entry = LedgerEntry(evaluation_id=number, person_id=person_id)
    entry.answered = True
    db.add(entry)
    await db.flush()
    await _forget_drafts(db, evaluation, person_id)


async def _forget_drafts(db: AsyncSession, evaluation: Evaluation, person_id: int | None = None) -> None:
    """What was saved on the web and not sent: of one person, or of everybody."""
    mine = (col(FormDraft.form) == FORM) & (col(FormDraft.context) == evaluation.key)
    if person_id is not None:
        mine &= col(FormDraft.person_id) == person_id
    await db.execute(delete(FormDraft).where(mine))


async def close(db: AsyncSession, evaluation: Evaluation, now: datetime, sealer: Sealer) -> Evaluation:
    """Close it, and open its boxes; closing twice changes nothing. Returns the evaluation, locked."""
    evaluation = await lock(db, evaluation)
    if evaluation.state == EvaluationState.OPEN:
        evaluation.state, evaluation.closes_at = "closed", min(evaluation.closes_at, now)
        await _forget_drafts(db, evaluation)
    await _open_boxes(db, evaluation.id, sealer)
    return evaluation


async def _open_boxes(db: AsyncSession, evaluation_id: int, sealer: Sealer) -> None:
    boxes = list(await db.scalars(select(SealedAnswer).where(SealedAnswer.evaluation_id == evaluation_id)))
    opened: list[dict[str, object]] = []
    for box in boxes:
        try:
            found = sealer.open(box.sealed, f"{_PLACE} {evaluation_id}")
        except BadSeal:  # kept: the right secret may come back
            log.error("sealed_answer_unreadable", evaluation=evaluation_id, remedy="restore SECRET_KEY")
            continue
        opened.append({"id": opaque_id(), "evaluation_id": evaluation_id, "answers": found})
        await db.delete(box)
    await db.flush()
    if opened:
        await db.execute(insert(AnonymousAnswer), sorted(opened, key=lambda row: str(row["id"])))


async def answers_given(db: AsyncSession, evaluation: Evaluation) -> int:
    """How many answer sets were kept."""
    tables = (AnonymousAnswer, SealedAnswer) if evaluation.mode == "anonymous" else (ConfidentialAnswer,)
    counted = [
        (await db.scalars(select(func.count()).where(col(table.evaluation_id) == evaluation.id))).one()
        for table in tables
    ]
    return sum(counted)
