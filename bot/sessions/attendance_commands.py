"""Attendance from a meeting report: read, matched to people, confirmed by a person, and only then kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.breakouts.attending import attended
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.sessions.attendance_drafts import draft_of, recorded_draft_of, refuse_uncountable
from bot.sessions.attendance_names import Found, find_people, found_card, listed, remember
from bot.sessions.attendance_records import record, rows_of, unrecord
from bot.sessions.attendance_reports import AttendanceReport, UnknownReport, read_report
from bot.sessions.lookup import session_by_id, session_meant, taking_part
from bot.sessions.meeting_reports.moments import NO_DAY
from bot.sessions.validation import LONGEST_UNDO
from prompts import dates
from prompts.text import Marked, plain
from prompts.time_zones import load_zone
from prompts.words import attendance as report_words
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft, Note, ReportRemarks, Unread
from storage.series import Cohort
from storage.sessions import Attendance, Session

LONGEST_FILE = 2_000_000
UPLOAD_LIFE = timedelta(hours=12)
MARKED_IN_CHAT = 100
"""People in one list of a chat's form (Slack takes no more options)."""
SAME_MEETING = timedelta(hours=15)
"""A report's clock may be that of any zone: joins farther from the session than this are of another day."""


async def attendance_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT, latest=True)
    refuse_uncountable(ctx, session)
    language, value = ctx.language, str(session.id)
    link = ctx.links.to("attendance", value, ctx.me.id, ctx.now, life=UPLOAD_LIFE)
    people = await taking_part(ctx.db, cohort.id)
    there = await attended(ctx.db, session)
    return Reply(
        card=Card(
            title=words.attendance_title(language, number=str(session.number)),
            text=words.attendance_text(language, n=len(there & {one.id for one in people}), of=len(people)),
            buttons=(
                Button(label=words.upload_report(language), url=link, style="primary"),
                Button(label=words.paste_report(language), form="attendance", value=value),
                Button(label=words.mark_people(language), form="attendance-mark", value=value),
            ),
            context=words.attendance_context(language),
        )
    )


async def report_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(ctx, context, Action.RUN_COHORT)
    refuse_uncountable(ctx, session)
    language = ctx.language
    most = LONGEST_FILE if ctx.event.who.platform == "web" else 3000
    return Form(
        name="attendance",
        title=words.attendance_title(language, number=str(session.number)),
        submit=words.read_it(language),
        context=str(session.id),
        intro=words.report_intro(language),
        fields=(Field(name="content", kind="paragraph", label=words.report_label(language), most=most),),
    )


async def report_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Who was found, and who is likely to be whom. Nothing is kept as attendance yet."""
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    starts = session.starts_at.astimezone(load_zone(session.zone))
    try:
        report = read_report(str(values["content"]), starts.date())
    except UnknownReport as unknown:
        return Reply(errors={"content": plain(words.unreadable(ctx.language, key=unknown.key))})
    draft = AttendanceDraft(
        community_id=cohort.community_id,
        session_id=session.id,
        person_id=ctx.me.id,
        source=report.source,
        entries=report.entries,
        said=_said(report),
        created_at=ctx.now,
    )
    ctx.db.add(draft)
    await ctx.db.flush()
    if report.days and not _is_of(report, starts):
        return Reply(card=_other_day_card(ctx, draft, report, starts))
    return await _names_card(ctx, draft, cohort)


def _said(report: AttendanceReport) -> ReportRemarks:
    dates = (report.dates.order, report.dates.decided_by)
    return ReportRemarks(report.unread, report.notes, report.absent, dates)


def _is_of(report: AttendanceReport, starts: datetime) -> bool:
    """Whether any join is near the session. Times without an offset are read by the session's own clock."""
    joins = (join.joined for entry in report.entries for join in entry.joins if join.joined)
    told = (joined for joined in joins if joined.date() != NO_DAY)
    local, utc = starts.replace(tzinfo=None), starts.astimezone(UTC)
    return any(abs(joined - (utc if joined.tzinfo else local)) <= SAME_MEETING for joined in told)


def _other_day_card(ctx: Context, draft: AttendanceDraft, report: AttendanceReport, starts: datetime) -> Card:
    language, value = ctx.language, str(draft.id)
    day, session = dates.day(language, report.days[0]), dates.day(language, starts.date())
    return Card(
        title=words.who_is_who_title(language),
        text=report_words.another_day(language, day=day, session=session),
        buttons=(
            Button(label=report_words.wrong_report(language), action="attendance.discard", value=value),
            Button(label=report_words.right_report(language), action="attendance.look", value=value),
        ),
    )


async def look_pressed(ctx: Context, value: str) -> Reply:
    draft, _, cohort = await draft_of(ctx, value)
    return await _names_card(ctx, draft, cohort)


async def discard_pressed(ctx: Context, value: str) -> Reply:
    draft, _, _ = await draft_of(ctx, value)
    await ctx.db.delete(draft)
    return Reply(card=Card(text=report_words.discarded(ctx.language)), replace=True)


async def _names_card(ctx: Context, draft: AttendanceDraft, cohort: Cohort) -> Reply:
    found = await find_people(ctx, draft, cohort)
    return Reply(card=found_card(ctx, draft, found, _facts(ctx.language, draft.said)))


def _facts(language: str, said: ReportRemarks) -> list[Fact]:
    """What is to be said of the report: lines not read and why, notes, absent people, how dates are read."""
    facts = []
    unread = [_line(language, report_words.unread, one) for one in said.unread]
    if unread:
        facts.append(Fact(label=words.unread_label(language), value=listed(language, unread)))
    notes = [_line(language, report_words.note, one) for one in said.notes]
    if notes:
        facts.append(Fact(label=report_words.notes_label(language), value=listed(language, notes)))
    if absent := [Marked(plain(name)) for name in said.absent]:
        facts.append(Fact(label=report_words.absent_label(language), value=listed(language, absent)))
    if told := report_words.dates_read(language, *said.dates):
        facts.append(Fact(label=report_words.dates_label(language), value=told))
    return facts


def _line(language: str, sentence: Callable[[str, str, str], Marked], told: Unread | Note) -> Marked:
    said = sentence(language, told.key, told.given)
    return report_words.at_line(language, line=told.line, sentence=said)


async def certain_pressed(ctx: Context, value: str) -> Reply:
    draft, session, cohort = await draft_of(ctx, value)
    found = await find_people(ctx, draft, cohort)
    return await record(ctx, draft, session, found.entries, found.certain)


async def likely_pressed(ctx: Context, value: str) -> Reply:
    """A person has looked at the likely ones: they are recorded, and remembered for the next report."""
    draft, session, cohort = await draft_of(ctx, value)
    found: Found = await find_people(ctx, draft, cohort)
    await remember(ctx, found, found.likely, cohort)
    return await record(ctx, draft, session, found.entries, found.certain | found.likely)


async def unrecord_pressed(ctx: Context, value: str) -> Reply:
    """The undo of a recorded report: the names are there again, to be looked at or thrown away."""
    draft, session, cohort = await recorded_draft_of(ctx, value)
    await unrecord(ctx, draft, session)
    await ctx.db.flush()
    reply = await _names_card(ctx, draft, cohort)
    return Reply(card=reply.card, replace=True)


# --- by hand ----------------------------------------------------------------------------------------------


async def mark_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Who was there, by hand: this outweighs the minutes of a report."""
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    refuse_uncountable(ctx, session)
    everybody = await taking_part(ctx.db, cohort.id)
    people = everybody[: _most_marked(ctx)]
    there, language = await attended(ctx.db, session), ctx.language
    cut = len(people) < len(everybody)
    return Form(
        name="attendance-mark",
        title=words.mark_people(language),
        submit=words.save(language),
        context=context,
        fields=(
            Field(
                name="people",
                kind="choices",
                label=words.who_was_there(language),
                hint=report_words.first_of(language, n=len(people), of=len(everybody)) if cut else "",
                required=False,
                most=len(people) or 1,
                options=tuple(Option(value=str(one.id), label=one.name[:75]) for one in people),
                initial=tuple(str(one.id) for one in people if one.id in there),
            ),
        ),
    )


def _most_marked(ctx: Context) -> int:
    return 10_000 if ctx.event.who.platform == "web" else MARKED_IN_CHAT


async def mark_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    picked = values["people"]
    chosen = {int(one) for one in picked} if isinstance(picked, tuple) else set()
    there, rows = await attended(ctx.db, session), await rows_of(ctx, session)
    came: list[int] = []
    gone: list[int] = []
    for person in (await taking_part(ctx.db, cohort.id))[: _most_marked(ctx)]:
        if (person.id in chosen) == (person.id in there):
            continue
        row = rows.get(person.id) or _marked_row(ctx, session, person.id)
        row.marked, row.corrected_by_id, row.recorded_at = person.id in chosen, ctx.me.id, ctx.now
        (came if person.id in chosen else gone).append(person.id)
    changed = len(came) + len(gone)
    ctx.audit("attendance_corrected", f"session:{session.id}", people=changed)
    value = pack(session.id, ",".join(map(str, came)), ",".join(map(str, gone)))
    undo = Button(label=words.undo(ctx.language), action="attendance.unmark", value=value)
    can_undo = changed and len(value) <= LONGEST_UNDO
    return Reply(card=Card(text=words.recorded(ctx.language, n=changed), buttons=(undo,) if can_undo else ()))


async def unmark_pressed(ctx: Context, value: str) -> Reply:
    """The undo of marks by hand: back where nobody has marked the person otherwise since."""
    session_id, came, gone = unpack(value, str, str, str)
    session, _ = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    rows, changed = await rows_of(ctx, session), 0
    for people, marked in ((came, True), (gone, False)):
        for person in (row_id(one) for one in people.split(",") if one):
            row = rows.get(person)
            if row is None or row.marked is not marked:
                continue
            row.marked, row.corrected_by_id, row.recorded_at = not marked, ctx.me.id, ctx.now
            changed += 1
    ctx.audit("attendance_corrected", f"session:{session.id}", people=changed)
    return Reply(card=Card(text=words.recorded(ctx.language, n=changed)), replace=True)


def _marked_row(ctx: Context, session: Session, person_id: int) -> Attendance:
    row = Attendance(session_id=session.id, person_id=person_id, source="facilitator", recorded_at=ctx.now)
    ctx.db.add(row)
    return row
