"""The run of show: the parts of a session, in order, whose minutes add up to its length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, delete

from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.sessions.listing import agenda_card
from bot.sessions.lookup import segments_of, session_by_id
from bot.sessions.validation import refuse_closed
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Segment, Session

KINDS = ("didactic", "breakout", "case", "plenary")
MOST_SEGMENTS = 12
_LINE = re.compile(r"(?P<minutes>\d{1,3})\s+(?P<kind>\w+)\s*[:.-]?\s*(?P<title>.*)")


async def segments_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(ctx, context, Action.PREPARE_SESSION)
    refuse_closed(ctx, session)
    language = ctx.language
    now = [
        f"{segment.minutes} {segment.kind} {title_in(segment.title, language)}".strip()
        for segment in await segments_of(ctx.db, session.id)
    ]
    return Form(
        name="session-segments",
        title=words.set_agenda(language),
        submit=words.save(language),
        context=str(session.id),
        intro=words.agenda_intro(language, minutes=session.minutes, kinds=", ".join(KINDS)),
        fields=(
            Field(name="parts", kind="paragraph", label=words.agenda_label(language), initial="\n".join(now),
                  hint=words.agenda_hint(language)),
        ),
    )  # fmt: skip


async def segments_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(ctx, context, Action.PREPARE_SESSION)
    refuse_closed(ctx, session)
    return await _keep(ctx, session, cohort, str(values["parts"]))


async def _keep(ctx: Context, session: Session, cohort: Cohort, written: str) -> Reply:
    found = read_segments(ctx, written, session.minutes)
    before = {segment.position: segment for segment in await segments_of(ctx.db, session.id)}
    for place, (minutes, kind, title) in enumerate(found, start=1):
        row = before.get(place)
        if row is None:
            row = Segment(session_id=session.id, position=place, kind=kind, minutes=minutes)
            ctx.db.add(row)
        if title != title_in(row.title, ctx.language):
            row.title = {**row.title, ctx.language: title} if title else {}
        row.kind, row.minutes = kind, minutes
    surplus = (col(Segment.session_id) == session.id) & (col(Segment.position) > len(found))
    await ctx.db.execute(delete(Segment).where(surplus))
    await ctx.db.flush()
    ctx.audit("agenda_set", f"session:{session.id}")
    return Reply(card=await agenda_card(ctx, session, cohort))


def read_segments(ctx: Context, written: str, minutes: int) -> list[tuple[int, str, str]]:
    """(minutes, kind, title) by line, like ``40 didactic Naming what we feel``. Raises `FieldError` for a
    line that cannot be read and when the minutes do not add up to the session's."""
    found = []
    for number, line in enumerate((line for line in written.splitlines() if line.strip()), start=1):
        read = _LINE.fullmatch(line.strip())
        kind = words.kind_said(read["kind"]) if read else ""
        if read is None or kind not in KINDS or int(read["minutes"]) == 0:
            raise FieldError(
                "parts", words.agenda_line_unfit(ctx.language, number=number, kinds=", ".join(KINDS))
            )
        found.append((int(read["minutes"]), kind, read["title"].strip()[:120]))
    if len(found) > MOST_SEGMENTS:
        raise FieldError("parts", words.too_many_parts(ctx.language, most=MOST_SEGMENTS))
    total = sum(one for one, _, _ in found)
    if total != minutes:
        raise FieldError("parts", words.agenda_sum_unfit(ctx.language, total=total, minutes=minutes))
    return found
