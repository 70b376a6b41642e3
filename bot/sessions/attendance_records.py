"""Attendance, once it is confirmed: minutes from a report, and marks by hand that outweigh them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import select

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.reply import Reply
from bot.sessions.attendance_reports import Entry, Join, as_kept, minutes_present
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft
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
    for person_id, stays in joins.items():
        row = rows.get(person_id)
        if row is None:
            row = Attendance(
                session_id=session.id, person_id=person_id, source=draft.source, recorded_at=ctx.now
            )
            ctx.db.add(row)
        row.minutes, row.recorded_at = min(minutes_present(stays), session.minutes), ctx.now
        row.stays = as_kept(stays)
    ctx.audit("attendance_imported", f"session:{session.id}", people=len(joins), source=draft.source)
    await ctx.db.delete(draft)
    return Reply(card=Card(text=words.recorded(ctx.language, n=len(joins))), replace=True)


async def rows_of(ctx: Context, session: Session) -> dict[int, Attendance]:
    """Rows by person id."""
    found = await ctx.db.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.person_id: row for row in found}
