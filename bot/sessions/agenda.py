"""The run of show: the parts of a session, in order, whose minutes add up to its length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, delete

from bot.communities.lookup import title_in
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Reply
from bot.forms import Field, Form, Values
from bot.permissions import Action
from bot.sessions.guarding import refuse_closed
from bot.sessions.listing import agenda_card
from bot.sessions.lookup import segments_of, session_by_id
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Segment, Session

KINDS = ("didactic", "breakout", "case", "plenary")
MOST_SEGMENTS = 12
_LINE = re.compile(r"(?P<minutes>\d{1,3})\s+(?P<kind>\w+)\s*[:.-]?\s*(?P<title>.*)")


async def segments_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(desk, context, Action.PREPARE_SESSION)
    refuse_closed(desk, session)
    say = desk.language
    now = [
        f"{one.minutes} {one.kind} {title_in(one.title, say)}".strip()
        for one in await segments_of(desk.db, session.id)
    ]
    return Form(
        name="session-segments",
        title=words.set_agenda(say),
        submit=words.save(say),
        context=str(session.id),
        intro=words.agenda_intro(say, minutes=session.minutes, kinds=", ".join(KINDS)),
        fields=(
            Field(name="parts", kind="paragraph", label=words.agenda_label(say), initial="\n".join(now),
                  hint=words.agenda_hint(say)),
        ),
    )  # fmt: skip


async def segments_sent(desk: Desk, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(desk, context, Action.PREPARE_SESSION)
    refuse_closed(desk, session)
    return await beside_its_field(_keep(desk, session, cohort, str(values["parts"])))


async def _keep(desk: Desk, session: Session, cohort: Cohort, written: str) -> Reply:
    found = read_segments(desk, written, session.minutes)
    before = {one.position: one for one in await segments_of(desk.db, session.id)}
    for place, (minutes, kind, title) in enumerate(found, start=1):
        row = before.get(place)
        if row is None:
            row = Segment(session_id=session.id or 0, position=place, kind=kind, minutes=minutes)
            desk.db.add(row)
        if title != title_in(row.title, desk.language):
            row.title = {**row.title, desk.language: title} if title else {}
        row.kind, row.minutes = kind, minutes
    surplus = (col(Segment.session_id) == session.id) & (col(Segment.position) > len(found))
    await desk.db.execute(delete(Segment).where(surplus))
    await desk.db.flush()
    desk.audit("agenda_set", f"session:{session.id}")
    return Reply(card=await agenda_card(desk, session, cohort))


def read_segments(desk: Desk, written: str, minutes: int) -> list[tuple[int, str, str]]:
    """(minutes, kind, title) by line, like ``40 didactic Naming what we feel``. Raises `Unfit` for a line
    that cannot be read and when the minutes do not add up to the session's."""
    found = []
    for number, line in enumerate((line for line in written.splitlines() if line.strip()), start=1):
        read = _LINE.fullmatch(line.strip())
        kind = words.kind_said(read["kind"]) if read else ""
        if read is None or kind not in KINDS or int(read["minutes"]) == 0:
            raise Unfit(
                "parts", words.agenda_line_unfit(desk.language, number=number, kinds=", ".join(KINDS))
            )
        found.append((int(read["minutes"]), kind, read["title"].strip()[:120]))
    if len(found) > MOST_SEGMENTS:
        raise Unfit("parts", words.too_many_parts(desk.language, most=MOST_SEGMENTS))
    total = sum(one for one, _, _ in found)
    if total != minutes:
        raise Unfit("parts", words.agenda_sum_unfit(desk.language, total=total, minutes=minutes))
    return found
