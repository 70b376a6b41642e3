"""Writing anonymous answers in company: boxes and the marks of who has answered, never in one commit.

A commit is what a database's log tells apart. So whoever answers an open form leaves nothing in it alone: the
sealed box waits beside the keys (`bot.core.form_keys.Aside`), under the person's number, until k people's
wait. Then their boxes are written in one commit, in a random order; the marks of the same people in another
one, with the next answer. What is left when the form closes is opened with all others at once, and marked in
the closing's wake.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import event, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.form_keys import FormKeys, name_of
from storage.base import opaque_id
from storage.evaluations import Evaluation, LedgerEntry, SealedAnswer
from storage.identities import PersonMerge
from storage.people import Community

FORM = "evaluation"
"""The name of the form that is answered; its context is the evaluation's key."""


async def put_aside(
    db: AsyncSession, evaluation: Evaluation, person_id: int, sealed: str, keys: FormKeys
) -> None:
    """Keep a person's box beside the keys, and write what has company enough; the evaluation is locked."""
    name = name_of(FORM, evaluation.key)
    keys.aside.put(name, str(person_id), f"{opaque_id()} {sealed}")
    event.listen(
        db.sync_session, "after_rollback", lambda _: keys.aside.drop(name, {str(person_id)}), once=True
    )
    community = await db.get_one(Community, evaluation.community_id)
    waiting = keys.aside.all(name)
    boxes = await _not_there(db, waiting)
    if len(boxes) >= community.k_inside:
        await _write_boxes(db, evaluation, keys, boxes)
        return
    unmarked = await _unmarked(db, evaluation, waiting.keys() - boxes.keys())
    if len(unmarked) >= community.k_inside:
        await write_marks(db, evaluation, keys, unmarked)


async def _not_there(db: AsyncSession, waiting: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """(id, box) of those that are not in the database yet, by who waits: another process, or a crash, may not
    have emptied what it has written."""
    boxes = {
        person: (text[: text.index(" ")], text[text.index(" ") + 1 :])
        for person, text in waiting.items()
        if text
    }
    ids = [box for box, _ in boxes.values()]
    there = (
        set(await db.scalars(select(SealedAnswer.id).where(col(SealedAnswer.id).in_(ids)))) if ids else set()
    )
    return {person: box for person, box in boxes.items() if box[0] not in there}


async def _write_boxes(
    db: AsyncSession, evaluation: Evaluation, keys: FormKeys, boxes: Mapping[str, tuple[str, str]]
) -> None:
    rows = [
        {"id": box, "evaluation_id": evaluation.id, "sealed": sealed}
        for box, sealed in sorted(boxes.values())
    ]
    await db.execute(insert(SealedAnswer), rows)
    name, persons = name_of(FORM, evaluation.key), set(boxes)
    event.listen(db.sync_session, "after_commit", lambda _: keys.aside.empty(name, persons), once=True)


async def _unmarked(db: AsyncSession, evaluation: Evaluation, waiting: set[str]) -> set[str]:
    people = await _whose(db, waiting)
    marked = set(
        await db.scalars(
            select(LedgerEntry.person_id).where(
                LedgerEntry.evaluation_id == evaluation.id,
                col(LedgerEntry.person_id).in_(people.values()),
                col(LedgerEntry.answered).is_(True),
            )
        )
    )
    return {name for name in waiting if people[int(name)] not in marked}


async def write_marks(db: AsyncSession, evaluation: Evaluation, keys: FormKeys, waiting: set[str]) -> None:
    """Mark these people as having answered; whoever was deleted meanwhile is not marked."""
    people = set((await _whose(db, waiting)).values())
    await db.execute(
        update(LedgerEntry)
        .where(col(LedgerEntry.evaluation_id) == evaluation.id, col(LedgerEntry.person_id).in_(people))
        .values(answered=True)
    )
    name = name_of(FORM, evaluation.key)
    event.listen(db.sync_session, "after_commit", lambda _: keys.aside.drop(name, waiting), once=True)


async def waiting_people(db: AsyncSession, evaluation: Evaluation, keys: FormKeys) -> set[int]:
    """Who has answered and is not marked yet."""
    return set((await _whose(db, keys.aside.names(name_of(FORM, evaluation.key)))).values())


async def waiting_boxes(db: AsyncSession, evaluation: Evaluation, keys: FormKeys) -> dict[str, str]:
    """Boxes that are not in the database yet, by their ids there."""
    return dict((await _not_there(db, keys.aside.all(name_of(FORM, evaluation.key)))).values())


async def _whose(db: AsyncSession, waiting: set[str]) -> dict[int, int]:
    """Whose answers wait under these numbers: two accounts may have become one person meanwhile."""
    people = {int(name): int(name) for name in waiting}
    if people:
        merged = select(PersonMerge.merged_id, PersonMerge.person_id).where(
            col(PersonMerge.merged_id).in_(people), col(PersonMerge.undone_at).is_(None)
        )
        people |= {row[0]: row[1] for row in await db.execute(merged)}
    return people
