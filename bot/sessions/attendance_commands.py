"""Attendance from a meeting report: read, matched to people, confirmed by a person, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, delete, select

from bot.breakouts.attending import attended
from bot.cards import Button, Card, Fact
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action
from bot.sessions.attendance_reports import Entry, Join, UnknownReport, minutes_present, read_report
from bot.sessions.lookup import session_by_id, session_meant, taking_part
from bot.sessions.who_is_who import Candidate, Proposal, match
from prompts.text import Marked, plain
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft
from storage.series import Cohort
from storage.sessions import Attendance, Session

LONGEST_FILE = 2_000_000
UPLOAD_LIFE = timedelta(hours=12)
DRAFT_LIFE = timedelta(days=1)
ASKED = 20
"""Names asked about in one form."""
SHOWN = 15
NOBODY = "nobody"


async def attendance_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(desk, typed, Action.RUN_COHORT, latest=True)
    _refuse_uncountable(desk, session)
    say, value = desk.language, str(session.id)
    link = desk.links.to("attendance", value, desk.me.id or 0, desk.now, life=UPLOAD_LIFE)
    people = await taking_part(desk.db, cohort.id)
    there = await attended(desk.db, session)
    return Reply(
        card=Card(
            title=words.attendance_title(say, number=str(session.number)),
            text=words.attendance_text(say, n=len(there & {one.id for one in people}), of=len(people)),
            buttons=(
                Button(label=words.upload_report(say), url=link, style="primary"),
                Button(label=words.paste_report(say), form="attendance", value=value),
                Button(label=words.mark_people(say), form="attendance-mark", value=value),
            ),
            context=words.attendance_context(say),
        )
    )


async def report_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(desk, context, Action.RUN_COHORT)
    _refuse_uncountable(desk, session)
    say = desk.language
    most = LONGEST_FILE if desk.event.who.platform == "web" else 3000
    return Form(
        name="attendance",
        title=words.attendance_title(say, number=str(session.number)),
        submit=words.read_it(say),
        context=str(session.id),
        intro=words.report_intro(say),
        fields=(Field(name="content", kind="paragraph", label=words.report_label(say), most=most),),
    )


async def report_sent(desk: Desk, context: str, values: Values) -> Reply:
    """Who was found, and who is likely to be whom. Nothing is kept as attendance yet."""
    session, cohort = await session_by_id(desk, context, Action.RUN_COHORT)
    try:
        report = read_report(str(values["content"]))
    except UnknownReport as unknown:
        return Reply(errors={"content": plain(words.unreadable(desk.language, key=unknown.key))})
    draft = AttendanceDraft(
        community_id=cohort.community_id,
        session_id=session.id or 0,
        person_id=desk.me.id or 0,
        source=report.source,
        entries=[_stored(one) for one in report.entries],
        created_at=desk.now,
    )
    desk.db.add(draft)
    await desk.db.flush()
    found = await _found(desk, draft, cohort)
    lines = [words.unread_line(desk.language, line=one.line) for one in report.unread[:SHOWN]]
    return Reply(card=_found_card(desk, draft, found, lines))


@dataclass(frozen=True, slots=True)
class Found:
    """What a draft says of whom: `certain` by email, `unsure` with proposals; indices are the entries'."""

    entries: list[Entry]
    certain: dict[int, int]
    unsure: tuple[Proposal, ...]
    names: dict[int, str]


async def _found(desk: Desk, draft: AttendanceDraft, cohort: Cohort) -> Found:
    people = await taking_part(desk.db, cohort.id, "invited", "left")
    entries = [_entry(one) for one in draft.entries]
    candidates = [Candidate(one.id or 0, one.name, one.email or "") for one in people]
    certain, unsure = match(entries, candidates)
    return Found(entries, certain, unsure, {one.person_id: one.name for one in candidates})


def _found_card(desk: Desk, draft: AttendanceDraft, found: Found, unread: list[Marked]) -> Card:
    say = desk.language
    likely = [
        words.likely_line(say, shown=found.entries[one.entry].name, person=found.names[one.likely])
        for one in found.unsure
        if one.likely is not None
    ]
    unknown = [found.entries[one.entry].name for one in found.unsure if one.likely is None]
    facts = [Fact(label=words.certain_label(say), value=words.people_count(say, n=len(found.certain)))]
    if likely:
        facts.append(Fact(label=words.likely_label(say), value=Marked("\n").join(likely[:SHOWN])))
    if unknown:
        facts.append(Fact(label=words.unknown_label(say), value=", ".join(unknown[:SHOWN])))
    if unread:
        facts.append(Fact(label=words.unread_label(say), value=Marked("\n").join(unread)))
    buttons = [Button(label=words.record_certain(say), action="attendance.certain", value=str(draft.id))]
    if likely:
        both = Button(
            label=words.record_likely(say), action="attendance.likely", value=str(draft.id), style="primary"
        )
        buttons.insert(0, both)
    if found.unsure and desk.event.who.platform != "web":
        buttons.append(Button(label=words.choose_each(say), form="attendance-confirm", value=str(draft.id)))
    return Card(
        title=words.who_is_who_title(say),
        text=words.nothing_kept_yet(say),
        facts=tuple(facts),
        buttons=tuple(buttons),
    )


async def certain_pressed(desk: Desk, value: str) -> Reply:
    draft, session, cohort = await _draft(desk, value)
    found = await _found(desk, draft, cohort)
    return await _record(desk, draft, session, found, found.certain)


async def likely_pressed(desk: Desk, value: str) -> Reply:
    draft, session, cohort = await _draft(desk, value)
    found = await _found(desk, draft, cohort)
    likely = {one.entry: one.likely for one in found.unsure if one.likely is not None}
    return await _record(desk, draft, session, found, found.certain | likely)


async def confirm_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the draft's row id. One question for each name that is not certain."""
    draft, _, cohort = await _draft(desk, context)
    found = await _found(desk, draft, cohort)
    say = desk.language
    nobody = Option(value=NOBODY, label=words.nobody(say))

    def answers(one: Proposal) -> tuple[Option, ...]:
        people = (Option(value=str(who.person_id), label=who.name[:75]) for who in one.people)
        return (nobody, *people)

    return Form(
        name="attendance-confirm",
        title=words.who_is_who_title(say),
        submit=words.save(say),
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


async def confirm_sent(desk: Desk, context: str, values: Values) -> Reply:
    draft, session, cohort = await _draft(desk, context)
    found = await _found(desk, draft, cohort)
    chosen = {
        one.entry: int(str(values[f"entry_{one.entry}"]))
        for one in found.unsure[:ASKED]
        if values.get(f"entry_{one.entry}") not in {NOBODY, "", None}
    }
    return await _record(desk, draft, session, found, found.certain | chosen)


async def _record(
    desk: Desk, draft: AttendanceDraft, session: Session, found: Found, people: Mapping[int, int]
) -> Reply:
    """Minutes by person; two devices of one person count once. What somebody marked by hand stays."""
    joins: dict[int, list[Join]] = {}
    for index, person_id in people.items():
        joins.setdefault(person_id, []).extend(found.entries[index].joins)
    rows = await _rows(desk, session)
    for person_id, stays in joins.items():
        row = rows.get(person_id)
        if row is None:
            row = Attendance(
                session_id=session.id or 0, person_id=person_id, source=draft.source, recorded_at=desk.now
            )
            desk.db.add(row)
        row.minutes, row.recorded_at = min(minutes_present(stays), session.minutes), desk.now
    desk.audit("attendance_imported", f"session:{session.id}", people=len(joins), source=draft.source)
    await desk.db.delete(draft)
    text = words.recorded(desk.language, n=len(joins))
    return Reply(card=Card(text=text), replace=True)


async def mark_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """Who was there, by hand: this outweighs the minutes of a report."""
    session, cohort = await session_by_id(desk, context, Action.RUN_COHORT)
    _refuse_uncountable(desk, session)
    people = (await taking_part(desk.db, cohort.id))[:100]
    there, say = await attended(desk.db, session), desk.language
    return Form(
        name="attendance-mark",
        title=words.mark_people(say),
        submit=words.save(say),
        context=context,
        fields=(
            Field(name="people", kind="choices", label=words.who_was_there(say), required=False, most=100,
                  options=tuple(Option(value=str(one.id), label=one.name[:75]) for one in people),
                  initial=tuple(str(one.id) for one in people if one.id in there)),
        ),
    )  # fmt: skip


async def mark_sent(desk: Desk, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(desk, context, Action.RUN_COHORT)
    picked = values["people"]
    chosen = {int(one) for one in picked} if isinstance(picked, tuple) else set()
    there, rows = await attended(desk.db, session), await _rows(desk, session)
    changed = 0
    for person in (await taking_part(desk.db, cohort.id))[:100]:
        person_id = person.id or 0
        if (person_id in chosen) == (person_id in there):
            continue
        row = rows.get(person_id)
        if row is None:
            row = Attendance(
                session_id=session.id or 0, person_id=person_id, source="facilitator", recorded_at=desk.now
            )
            desk.db.add(row)
        row.marked, row.corrected_by_id, row.recorded_at = person_id in chosen, desk.me.id, desk.now
        changed += 1
    desk.audit("attendance_corrected", f"session:{session.id}", people=changed)
    return Reply(card=Card(text=words.recorded(desk.language, n=changed)))


def _refuse_uncountable(desk: Desk, session: Session) -> None:
    """Raises `Refusal`: nobody was in a session that was cancelled or has not begun."""
    number = str(session.number)
    if session.status == "cancelled":
        raise Refusal(words.is_cancelled(desk.language, number=number))
    if session.starts_at > desk.now:
        raise Refusal(words.not_begun(desk.language, number=number))


async def _rows(desk: Desk, session: Session) -> dict[int, Attendance]:
    found = await desk.db.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.person_id: row for row in found}


async def _draft(desk: Desk, value: str) -> tuple[AttendanceDraft, Session, Cohort]:
    """My draft; recorded ones are gone. Raises `Refusal`."""
    draft = await desk.db.get(AttendanceDraft, row_id(value))
    if draft is None or draft.person_id != desk.me.id or draft.community_id != desk.community.id:
        raise Refusal(words.report_gone(desk.language))
    session, cohort = await session_by_id(desk, str(draft.session_id), Action.RUN_COHORT)
    _refuse_uncountable(desk, session)
    return draft, session, cohort


async def drop_old_reports(tools: Errands) -> None:
    """Housekeeping: what nobody confirmed within a day is forgotten."""
    async with tools.database.write() as db:
        before = tools.clock.now() - DRAFT_LIFE
        await db.execute(delete(AttendanceDraft).where(col(AttendanceDraft.created_at) < before))


def _stored(entry: Entry) -> dict[str, object]:
    joins = [
        [
            one.joined.isoformat() if one.joined else None,
            one.left.isoformat() if one.left else None,
            one.minutes,
        ]
        for one in entry.joins
    ]
    return {"name": entry.name, "original": entry.original, "email": entry.email, "joins": joins}


def _entry(stored: Mapping[str, Any]) -> Entry:
    joins = tuple(Join(_moment(joined), _moment(left), minutes) for joined, left, minutes in stored["joins"])
    return Entry(stored["name"], stored["original"], stored["email"], joins)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
