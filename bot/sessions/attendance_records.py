"""Attendance, once it is confirmed: minutes from a report, and marks by hand that outweigh them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.reply import Reply
from bot.sessions.attendance_reports import minutes_present
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft, Entry, Join, StoodBefore
from storage.sessions import Attendance, Session


async def record(
    ctx: Context,
    draft: AttendanceDraft,
    session: Session,
    entries: Sequence[Entry],
    people: Mapping[int, int],
) -> Reply:
    """Minutes by person; two devices of one person count once. What a person marked by hand stays. `people`
    holds person ids by index of entry."""
    joins: dict[int, list[Join]] = {}
    for index, person_id in people.items():
        joins.setdefault(person_id, []).extend(entries[index].joins)
    rows = await rows_of(ctx, session)
    draft.recorded_at, draft.before = ctx.now, {one: _as_it_is(rows.get(one)) for one in joins}
    for person_id, stays in joins.items():
        row = rows.get(person_id)
        if row is None:
            row = Attendance(
                session_id=session.id, person_id=person_id, source=draft.source, recorded_at=ctx.now
            )
            ctx.db.add(row)
        row.minutes, row.recorded_at = min(minutes_present(stays), session.minutes), ctx.now
        row.stays = tuple(stays)
    ctx.audit("attendance_imported", f"session:{session.id}", people=len(joins), source=draft.source)
    undo = Button(label=words.undo(ctx.language), action="attendance.unrecord", value=str(draft.id))
    return Reply(card=Card(text=words.recorded(ctx.language, n=len(joins)), buttons=(undo,)), replace=True)


def _as_it_is(row: Attendance | None) -> StoodBefore | None:
    return StoodBefore(row.minutes, row.stays) if row else None


async def unrecord(ctx: Context, draft: AttendanceDraft, session: Session) -> None:
    """The undo of `record`: minutes are what they were, and rows that it made are gone, but for people whom a
    later report or a mark by hand was about. The draft waits again."""
    rows, changed = await rows_of(ctx, session), 0
    for person_id, before in draft.before.items():
        row = rows.get(person_id)
        if row is None or row.recorded_at != draft.recorded_at:
            continue
        changed += 1
        if before is None:
            await ctx.db.delete(row)
        else:
            row.minutes, row.stays, row.recorded_at = before.minutes, before.stays, ctx.now
    draft.recorded_at, draft.before = None, {}
    ctx.audit("attendance_corrected", f"session:{session.id}", people=changed)


async def rows_of(ctx: Context, session: Session) -> dict[int, Attendance]:
    """Rows by person id."""
    found = await ctx.db.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.person_id: row for row in found}
