"""Keeping an answer set, so that an anonymous one belongs to nobody.

Every submission writes all rows of its evaluation anew, in an order that has nothing to do with the order
of arrival: neither ids, nor places on the disk, nor row versions tell which answer and which person belong
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.evaluations.answers import Answer
from storage.base import opaque_id
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation, LedgerEntry


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
    db: AsyncSession, evaluation: Evaluation, person_id: int, answers: Mapping[str, Answer], today: date
) -> None:
    """Keep the answers of a person who has not answered yet; the evaluation must be locked."""
    stored: dict[str, object] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()
    }
    if evaluation.mode == "anonymous":
        await _mix_in(db, evaluation.id or 0, stored)
    else:
        db.add(
            ConfidentialAnswer(
                evaluation_id=evaluation.id or 0, person_id=person_id, answers=stored, answered_on=today
            )
        )
    await _tick(db, evaluation.id or 0, person_id)


async def _mix_in(db: AsyncSession, evaluation_id: int, stored: dict[str, object]) -> None:
    mine = col(AnonymousAnswer.evaluation_id) == evaluation_id
    contents = [*(await db.scalars(select(AnonymousAnswer.answers).where(mine))), stored]
    await db.execute(delete(AnonymousAnswer).where(mine))
    ids = sorted(zip((opaque_id() for _ in contents), range(len(contents)), strict=True))
    await db.execute(
        insert(AnonymousAnswer),
        [{"id": new, "evaluation_id": evaluation_id, "answers": contents[at]} for new, at in ids],
    )


async def _tick(db: AsyncSession, evaluation_id: int, person_id: int) -> None:
    mine = col(LedgerEntry.evaluation_id) == evaluation_id
    entries = await db.execute(select(LedgerEntry.person_id, LedgerEntry.answered).where(mine))
    ledger = {row[0]: row[1] for row in entries} | {person_id: True}
    await db.execute(delete(LedgerEntry).where(mine))
    await db.execute(
        insert(LedgerEntry),
        [
            {"evaluation_id": evaluation_id, "person_id": each, "answered": ledger[each]}
            for each in sorted(ledger)
        ],
    )


async def answers_given(db: AsyncSession, evaluation: Evaluation) -> int:
    """How many answer sets were kept."""
    table = AnonymousAnswer if evaluation.mode == "anonymous" else ConfidentialAnswer
    counted = select(func.count()).select_from(table).where(table.evaluation_id == evaluation.id)
    return (await db.scalars(counted)).one()
