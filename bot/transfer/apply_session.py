"""Applying the sessions of a community file: times in UTC, agenda, objectives, key ideas, themes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.sessions.checklists import default_items
from bot.sessions.lookup import sessions_of
from bot.sessions.numbering import renumber
from bot.timekeeping.zones import local_to_utc
from bot.transfer import community_file as file_format
from bot.transfer.problems import ImportOutcome
from bot.transfer.rows import keep, matching
from storage.base import opaque_id
from storage.series import Cohort
from storage.sessions import (
    Attendance,
    KeyIdea,
    Objective,
    Segment,
    Session,
    SessionExtras,
    SessionPresenter,
    SessionResource,
    SessionStatus,
    SessionTheme,
    Theme,
)

ToldSeries = file_format.ArchivedSeries | file_format.UpcomingSeries
ToldSession = file_format.ArchivedSession | file_format.UpcomingSession


async def apply_sessions(
    db: AsyncSession,
    cohort: Cohort,
    told: ToldSeries,
    people: Mapping[str, int],
    now: datetime,
    outcome: ImportOutcome,
) -> None:
    """Sessions of the file, numbered by date. Those delivered or cancelled meanwhile are left as they are."""
    stick = (
        {note.key_idea: note.days for note in told.make_it_stick}
        if isinstance(told, file_format.UpcomingSeries)
        else {}
    )
    sessions: tuple[ToldSession, ...] = told.sessions
    for number, of_file in enumerate(sessions, start=1):
        known = {"cohort_id": cohort.id, "number": await _number(db, cohort, of_file, number)}
        before = (await db.scalars(matching(Session, known))).first()
        if (
            before is not None
            and before.status != SessionStatus.SCHEDULED
            and isinstance(told, file_format.UpcomingSeries)
        ):
            continue
        values = _session_values(cohort, of_file, before)
        session = await keep(db, Session, known, values, outcome)
        if isinstance(of_file, file_format.ArchivedSession):
            await _apply_history(db, cohort, session, of_file, people, now, outcome)
        else:
            await _apply_plan(db, cohort, session, of_file, people, stick, outcome)
            if before is None:
                db.add_all(default_items(session, list(of_file.title.root)))
    await renumber(db, cohort.id, now)


async def _number(db: AsyncSession, cohort: Cohort, told: ToldSession, place: int) -> int:
    """Of the session that an earlier version of the file made, wherever it was moved to; else its place in
    the file, unless another session of the file stands there."""
    if isinstance(told, file_format.ArchivedSession):
        return place
    sessions = await sessions_of(db, cohort.id)
    made = {one.extras.id: one.number for one in sessions if one.extras and one.extras.id}
    taken = set(made.values())
    return made.get(told.id) or (place if place not in taken else max(taken) + 1)


def _session_values(cohort: Cohort, told: ToldSession, before: Session | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": told.title.root,
        "starts_at": local_to_utc(told.date, told.start, cohort.zone),
        "zone": cohort.zone,
        "minutes": told.minutes,
    }
    if isinstance(told, file_format.UpcomingSession):
        breakout = next((one for one in told.segments if one.kind == "breakout" and one.prompt), None)
        values |= {
            "pre_work": told.pre_work.text.root if told.pre_work else {},
            "pre_work_minutes": told.pre_work.minutes if told.pre_work else 0,
            "breakout_prompt": breakout.prompt.root if breakout and breakout.prompt else {},
            "extras": _extras(told),
        }
        values |= {"join_link": told.join_link} if told.join_link else {}
    if before is not None and before.starts_at != values["starts_at"]:
        values |= {"moved_from": before.starts_at, "revision": before.revision + 1}
    if before is None:
        values |= {
            "community_id": cohort.community_id,
            "status": "delivered" if isinstance(told, file_format.ArchivedSession) else "scheduled",
            "uid": f"{opaque_id()}@throughline",
            "check_in_code": secrets.token_hex(3),
        }
    return values


def _extras(told: file_format.UpcomingSession) -> SessionExtras:
    breakout = next((one for one in told.segments if one.group_size), None)
    return SessionExtras(
        id=told.id,
        themes=[{"id": theme.id, **theme.words.root} for theme in told.themes],
        commitments=[{"id": commitment.id, **commitment.words.root} for commitment in told.commitments],
        resources=[SessionResource.model_validate(one.model_dump(mode="json")) for one in told.resources],
        pre_work_resource=told.pre_work.resource if told.pre_work else None,
        on_form=[place for place, one in enumerate(told.objectives, start=1) if one.on_form],
        group_size=breakout.group_size if breakout else None,
    )


async def _apply_plan(
    db: AsyncSession,
    cohort: Cohort,
    session: Session,
    told: file_format.UpcomingSession,
    people: Mapping[str, int],
    stick: Mapping[str, int],
    outcome: ImportOutcome,
) -> None:
    for place, objective in enumerate(told.objectives, start=1):
        known = {"session_id": session.id, "position": place}
        await keep(db, Objective, known, {"text": objective.text.root}, outcome)
    await _drop_after(db, Objective, session, len(told.objectives))
    presenters: set[int] = set()
    for place, segment in enumerate(told.segments, start=1):
        by = [people[email.casefold()] for email in segment.presenters]
        presenters.update(by)
        values: dict[str, Any] = {
            "kind": segment.kind,
            "title": segment.title.root,
            "minutes": segment.minutes,
            "presenter_id": by[0] if by else None,
        }
        await keep(db, Segment, {"session_id": session.id, "position": place}, values, outcome)
    await _drop_after(db, Segment, session, len(told.segments))
    for person_id in sorted(presenters):
        await keep(db, SessionPresenter, {"session_id": session.id, "person_id": person_id}, {}, outcome)
    for place, idea in enumerate(told.key_ideas, start=1):
        values = {"slug": idea.id, "text": _idea_text(idea), "stick_days": stick.get(idea.id)}
        await keep(db, KeyIdea, {"session_id": session.id, "position": place}, values, outcome)
    for theme in told.themes:
        await _theme(db, cohort, theme, outcome)


def _idea_text(idea: file_format.FileKeyIdea) -> dict[str, dict[str, str]]:
    """Every text of a key idea by language, variants under ``use:role:…`` and ``use:setting:…``."""
    parts = {"idea": idea.idea, "question": idea.question, "answer": idea.answer, "use": idea.use}
    parts |= {f"use:role:{role}": words for role, words in idea.by_role.items()}
    parts |= {f"use:setting:{setting}": words for setting, words in idea.by_setting.items()}
    text: dict[str, dict[str, str]] = {}
    for name, words in parts.items():
        for language, said in words.root.items():
            text.setdefault(language, {})[name] = said
    return text


async def _apply_history(
    db: AsyncSession,
    cohort: Cohort,
    session: Session,
    told: file_format.ArchivedSession,
    people: Mapping[str, int],
    now: datetime,
    outcome: ImportOutcome,
) -> None:
    for theme in told.themes:
        row = await _theme(db, cohort, theme, outcome)
        known = {"session_id": session.id, "theme_id": row.id}
        if (await db.scalars(matching(SessionTheme, known))).first() is None:
            await keep(db, SessionTheme, known, {"coded_at": now}, outcome)
    there = set(await db.scalars(select(Attendance.person_id).where(Attendance.session_id == session.id)))
    for person_id in sorted({people[email.casefold()] for email in told.attended} - there):
        db.add(
            Attendance(
                session_id=session.id,
                person_id=person_id,
                marked=True,
                source="facilitator",
                recorded_at=now,
            )
        )
        outcome.count("attendance", new=True)


async def _theme(
    db: AsyncSession, cohort: Cohort, told: file_format.FileTheme, outcome: ImportOutcome
) -> Theme:
    known = {"community_id": cohort.community_id, "slug": told.id}
    row: Theme = await keep(db, Theme, known, {"name": told.words.root}, outcome)
    return row


async def _drop_after(db: AsyncSession, table: type[Any], session: Session, last: int) -> None:
    """Take out what an earlier version of the file had more of."""
    await db.execute(delete(table).where(col(table.session_id) == session.id, col(table.position) > last))
