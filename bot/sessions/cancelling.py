"""Cancelling a session: shown first, told to the cohort, its messages taken back, and it can be undone."""

from __future__ import annotations

from typing import Any

from bot.cards import Button, Card, Fact
from bot.communities.lookup import title_in
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.permissions import Action
from bot.sessions.guarding import parts, refuse_changed, refuse_closed, refuse_overlap
from bot.sessions.lookup import session_by_id, session_meant
from bot.sessions.moving import planned_with, who_is_told
from bot.sessions.telling import tell_cohort
from prompts import dates
from prompts.words import sessions as words
from storage.sessions import Session

LONGEST_REASON = 300


async def cancel_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(desk, typed, Action.RUN_COHORT)
    refuse_closed(desk, session)
    reason = " ".join(str(typed.get("reason") or "").split())
    if len(reason) > LONGEST_REASON:
        raise Refusal(words.reason_too_long(desk.language, most=LONGEST_REASON))
    say, number = desk.language, str(session.number)
    facts = [
        Fact(label=words.when_label(say), value=dates.when(say, session.starts_at, session.zone)),
        Fact(label=words.goes_with_it(say), value=await planned_with(desk, session)),
        Fact(label=words.told_label(say), value=await who_is_told(desk, session, cohort)),
    ]
    if reason:
        facts.append(Fact(label=words.reason_label(say), value=reason))
    value = f"{session.id}:{session.revision}:{reason}"
    return Reply(
        card=Card(
            title=words.cancel_preview_title(say, number=number, cohort=cohort.name),
            text=words.nothing_changed_yet(say),
            facts=tuple(facts),
            buttons=(
                Button(label=words.cancel_it(say), action="session.cancel", value=value, style="danger"),
                Button(label=words.leave_it(say), action="session.keep", value=str(session.id)),
            ),
        )
    )


async def cancel_confirmed(desk: Desk, value: str) -> Reply:
    session_id, seen, reason = parts(value, 3)
    session, cohort = await session_by_id(desk, session_id, Action.RUN_COHORT)
    refuse_closed(desk, session)
    refuse_changed(desk, session, seen)
    session.status, session.cancelled_because = "cancelled", reason[:LONGEST_REASON]
    session.revision += 1
    await desk.db.flush()
    await tell_cohort(desk, session, cohort, "cancelled", lambda lang, at: cancelled_card(session, lang, at))
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    desk.audit("session_cancelled", f"session:{session.id}", revision=session.revision)
    say = desk.language
    undo = Button(label=words.undo(say), action="session.restore", value=f"{session.id}:{session.revision}")
    return Reply(
        card=Card(text=words.cancelled_done(say, number=str(session.number)), buttons=(undo,)), replace=True
    )


async def restored(desk: Desk, value: str) -> Reply:
    """It takes place after all, at its time."""
    session_id, seen = parts(value, 2)
    session, cohort = await session_by_id(desk, session_id, Action.RUN_COHORT)
    say, number = desk.language, str(session.number)
    if session.status != "cancelled":
        raise Refusal(words.not_cancelled(say, number=number))
    refuse_changed(desk, session, seen)
    if session.starts_at <= desk.now:
        raise Refusal(words.too_late_to_restore(say, number=number))
    await refuse_overlap(desk, session.cohort_id, session.starts_at, session.minutes, but=session.id)
    session.status, session.cancelled_because = "scheduled", ""
    session.revision += 1
    await desk.db.flush()
    await tell_cohort(desk, session, cohort, "restored", lambda lang, at: restored_card(session, lang, at))
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    desk.audit("session_restored", f"session:{session.id}", revision=session.revision)
    return Reply(card=Card(text=words.restored_done(say, number=number)), replace=True)


def cancelled_card(session: Session, language: str, zone: str) -> Card:
    when = dates.when(language, session.starts_at, zone)
    text = words.cancelled_text(language, when=when)
    if session.cancelled_because:
        text = words.cancelled_with_reason(language, when=when, reason=session.cancelled_because)
    return Card(title=words.cancelled_title(language, title=title_in(session.title, language)), text=text)


def restored_card(session: Session, language: str, zone: str) -> Card:
    return Card(
        title=words.restored_title(language, title=title_in(session.title, language)),
        text=words.restored_text(language, when=dates.when(language, session.starts_at, zone)),
    )
