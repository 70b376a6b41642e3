"""Attendance from a meeting report: read, matched to people, confirmed by a person, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, delete, select

from bot.breakouts.attending import attended
from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.jobs import JobContext
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.sessions.attendance_reports import Entry, Join, UnknownReport, as_kept, minutes_present, read_report
from bot.sessions.lookup import session_by_id, session_meant, taking_part
from bot.sessions.who_is_who import Candidate, Proposal, match
from prompts.text import Marked, plain
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft
from storage.series import Cohort
from storage.sessions import Attendance, Session, SessionStatus

LONGEST_FILE = 2_000_000
UPLOAD_LIFE = timedelta(hours=12)
DRAFT_LIFE = timedelta(days=1)
ASKED = 20
"""Names asked about in one form."""
SHOWN = 15
NOBODY = "nobody"


async def attendance_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT, latest=True)
    _refuse_uncountable(ctx, session)
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
    _refuse_uncountable(ctx, session)
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
    try:
        report = read_report(str(values["content"]))
    except UnknownReport as unknown:
        return Reply(errors={"content": plain(words.unreadable(ctx.language, key=unknown.key))})
    draft = AttendanceDraft(
        community_id=cohort.community_id,
        session_id=session.id,
        person_id=ctx.me.id,
        source=report.source,
        entries=[_stored(one) for one in report.entries],
        created_at=ctx.now,
    )
    ctx.db.add(draft)
    await ctx.db.flush()
    found = await _found(ctx, draft, cohort)
    lines = [words.unread_line(ctx.language, line=one.line) for one in report.unread[:SHOWN]]
    return Reply(card=_found_card(ctx, draft, found, lines))


@dataclass(frozen=True, slots=True)
class Found:
    """What a draft says of whom: `certain` by email, `unsure` with proposals; indices are the entries'."""

    entries: list[Entry]
    certain: dict[int, int]
    unsure: tuple[Proposal, ...]
    names: dict[int, str]


async def _found(ctx: Context, draft: AttendanceDraft, cohort: Cohort) -> Found:
    people = await taking_part(ctx.db, cohort.id, "invited", "left")
    entries = [_entry(one) for one in draft.entries]
    candidates = [Candidate(one.id, one.name, one.email or "") for one in people]
    certain, unsure = match(entries, candidates)
    return Found(entries, certain, unsure, {candidate.person_id: candidate.name for candidate in candidates})


def _found_card(ctx: Context, draft: AttendanceDraft, found: Found, unread: list[Marked]) -> Card:
    language = ctx.language
    likely = [
        words.likely_line(language, shown=found.entries[one.entry].name, person=found.names[one.likely])
        for one in found.unsure
        if one.likely is not None
    ]
    unknown = [found.entries[one.entry].name for one in found.unsure if one.likely is None]
    facts = [
        Fact(label=words.certain_label(language), value=words.people_count(language, n=len(found.certain)))
    ]
    if likely:
        facts.append(Fact(label=words.likely_label(language), value=Marked("\n").join(likely[:SHOWN])))
    if unknown:
        facts.append(Fact(label=words.unknown_label(language), value=", ".join(unknown[:SHOWN])))
    if unread:
        facts.append(Fact(label=words.unread_label(language), value=Marked("\n").join(unread)))
    buttons = [Button(label=words.record_certain(language), action="attendance.certain", value=str(draft.id))]
    if likely:
        both = Button(
            label=words.record_likely(language),
            action="attendance.likely",
            value=str(draft.id),
            style="primary",
        )
        buttons.insert(0, both)
    if found.unsure and ctx.event.who.platform != "web":
        buttons.append(
            Button(label=words.choose_each(language), form="attendance-confirm", value=str(draft.id))
        )
    return Card(
        title=words.who_is_who_title(language),
        text=words.nothing_kept_yet(language),
        facts=tuple(facts),
        buttons=tuple(buttons),
    )


async def certain_pressed(ctx: Context, value: str) -> Reply:
    draft, session, cohort = await _draft(ctx, value)
    found = await _found(ctx, draft, cohort)
    return await _record(ctx, draft, session, found, found.certain)


async def likely_pressed(ctx: Context, value: str) -> Reply:
    draft, session, cohort = await _draft(ctx, value)
    found = await _found(ctx, draft, cohort)
    likely = {one.entry: one.likely for one in found.unsure if one.likely is not None}
    return await _record(ctx, draft, session, found, found.certain | likely)


async def confirm_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the draft's row id. One question for each name that is not certain."""
    draft, _, cohort = await _draft(ctx, context)
    found = await _found(ctx, draft, cohort)
    language = ctx.language
    nobody = Option(value=NOBODY, label=words.nobody(language))

    def answers(one: Proposal) -> tuple[Option, ...]:
        people = (Option(value=str(who.person_id), label=who.name[:75]) for who in one.people)
        return (nobody, *people)

    return Form(
        name="attendance-confirm",
        title=words.who_is_who_title(language),
        submit=words.save(language),
        context=context,
        fields=tuple(
            Field(name=f"entry_{one.entry}", kind="choice", label=found.entries[one.entry].name[:140],
                  options=(nobody, *map(_option, one.people)),
                  initial=str(one.likely) if one.likely is not None else NOBODY)
            for one in found.unsure[:ASKED]
        ),
    )  # fmt: skip


def _option(who: Candidate) -> Option:
    return Option(value=str(who.person_id), label=who.name[:75])


async def confirm_sent(ctx: Context, context: str, values: Values) -> Reply:
    draft, session, cohort = await _draft(ctx, context)
    found = await _found(ctx, draft, cohort)
    chosen = {
        one.entry: int(str(values[f"entry_{one.entry}"]))
        for one in found.unsure[:ASKED]
        if values.get(f"entry_{one.entry}") not in {NOBODY, "", None}
    }
    return await _record(ctx, draft, session, found, found.certain | chosen)


async def _record(
    ctx: Context, draft: AttendanceDraft, session: Session, found: Found, people: Mapping[int, int]
) -> Reply:
    """Minutes by person; two devices of one person count once. What somebody marked by hand stays."""
    joins: dict[int, list[Join]] = {}
    for index, person_id in people.items():
        joins.setdefault(person_id, []).extend(found.entries[index].joins)
    rows = await _rows(ctx, session)
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
    text = words.recorded(ctx.language, n=len(joins))
    return Reply(card=Card(text=text), replace=True)


async def mark_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Who was there, by hand: this outweighs the minutes of a report."""
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    _refuse_uncountable(ctx, session)
    people = (await taking_part(ctx.db, cohort.id))[:100]
    there, language = await attended(ctx.db, session), ctx.language
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
                required=False,
                most=100,
                options=tuple(Option(value=str(one.id), label=one.name[:75]) for one in people),
                initial=tuple(str(one.id) for one in people if one.id in there),
            ),
        ),
    )


async def mark_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    picked = values["people"]
    chosen = {int(one) for one in picked} if isinstance(picked, tuple) else set()
    there, rows = await attended(ctx.db, session), await _rows(ctx, session)
    changed = 0
    for person in (await taking_part(ctx.db, cohort.id))[:100]:
        person_id = person.id
        if (person_id in chosen) == (person_id in there):
            continue
        row = rows.get(person_id)
        if row is None:
            row = Attendance(
                session_id=session.id, person_id=person_id, source="facilitator", recorded_at=ctx.now
            )
            ctx.db.add(row)
        row.marked, row.corrected_by_id, row.recorded_at = person_id in chosen, ctx.me.id, ctx.now
        changed += 1
    ctx.audit("attendance_corrected", f"session:{session.id}", people=changed)
    return Reply(card=Card(text=words.recorded(ctx.language, n=changed)))


def _refuse_uncountable(ctx: Context, session: Session) -> None:
    """Raises `Refusal`: nobody was in a session that was cancelled or has not begun."""
    number = str(session.number)
    if session.status == SessionStatus.CANCELLED:
        raise Refusal(words.is_cancelled(ctx.language, number=number))
    if session.starts_at > ctx.now:
        raise Refusal(words.not_begun(ctx.language, number=number))


async def _rows(ctx: Context, session: Session) -> dict[int, Attendance]:
    found = await ctx.db.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.person_id: row for row in found}


async def _draft(ctx: Context, value: str) -> tuple[AttendanceDraft, Session, Cohort]:
    """My draft; recorded ones are gone. Raises `Refusal`."""
    draft = await ctx.db.get(AttendanceDraft, row_id(value))
    if draft is None or draft.person_id != ctx.me.id or draft.community_id != ctx.community.id:
        raise Refusal(words.report_gone(ctx.language))
    session, cohort = await session_by_id(ctx, str(draft.session_id), Action.RUN_COHORT)
    _refuse_uncountable(ctx, session)
    return draft, session, cohort


async def drop_old_reports(job_ctx: JobContext) -> None:
    """Housekeeping: what nobody confirmed within a day is forgotten."""
    async with job_ctx.database.write() as db:
        before = job_ctx.clock.now() - DRAFT_LIFE
        await db.execute(delete(AttendanceDraft).where(col(AttendanceDraft.created_at) < before))


def _stored(entry: Entry) -> dict[str, object]:
    joins = [
        [
            join.joined.isoformat() if join.joined else None,
            join.left.isoformat() if join.left else None,
            join.minutes,
        ]
        for join in entry.joins
    ]
    return {"name": entry.name, "original": entry.original, "email": entry.email, "joins": joins}


def _entry(stored: Mapping[str, Any]) -> Entry:
    joins = tuple(Join(_moment(joined), _moment(left), minutes) for joined, left, minutes in stored["joins"])
    return Entry(stored["name"], stored["original"], stored["email"], joins)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
