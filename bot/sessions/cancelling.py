"""Cancelling a session: shown first, told to the cohort, its messages taken back, and it can be undone."""

from __future__ import annotations

from typing import Any

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.announcements import tell_cohort
from bot.sessions.lookup import session_by_id, session_meant
from bot.sessions.moving import named, planned_with, who_is_told
from bot.sessions.validation import refuse_changed, refuse_closed, refuse_overlap
from prompts import dates
from prompts.words import sessions as words
from storage.sessions import Session, SessionStatus

LONGEST_REASON = 300


async def cancel_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    reason = " ".join(str(typed.get("reason") or "").split())
    if len(reason) > LONGEST_REASON:
        raise Refusal(words.reason_too_long(ctx.language, most=LONGEST_REASON))
    language, number = ctx.language, str(session.number)
    facts = [
        Fact(
            label=words.when_label(language),
            value=dates.in_both(language, session.starts_at, session.zone, ctx.me.zone),
        ),
        Fact(label=words.goes_with_it(language), value=await planned_with(ctx, session)),
        Fact(label=words.told_label(language), value=await who_is_told(ctx, session, cohort)),
    ]
    if reason:
        facts.append(Fact(label=words.reason_label(language), value=reason))
    value = pack(session.id, session.revision, reason)
    return Reply(
        card=Card(
            title=words.cancel_preview_title(language, number=number, cohort=cohort.name),
            text=named(session, language),
            facts=tuple(facts),
            buttons=(
                Button(label=words.cancel_it(language), action="session.cancel", value=value, style="danger"),
                Button(label=words.leave_it(language), action="session.keep", value=str(session.id)),
            ),
        )
    )


async def cancel_confirmed(ctx: Context, value: str) -> Reply:
    session_id, seen, reason = unpack(value, str, str, str)
    session, cohort = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    refuse_changed(ctx, session, seen)
    session.status, session.cancelled_because = "cancelled", reason[:LONGEST_REASON]
    session.revision += 1
    await ctx.db.flush()
    await tell_cohort(ctx, session, cohort, "cancelled", lambda lang, at: cancelled_card(session, lang, at))
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("session_cancelled", f"session:{session.id}", revision=session.revision)
    language = ctx.language
    undo = Button(
        label=words.undo(language), action="session.restore", value=pack(session.id, session.revision)
    )
    return Reply(
        card=Card(text=words.cancelled_done(language, number=str(session.number)), buttons=(undo,)),
        replace=True,
    )


async def restored(ctx: Context, value: str) -> Reply:
    """It takes place after all, at its time."""
    session_id, seen = unpack(value, str, str)
    session, cohort = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    language, number = ctx.language, str(session.number)
    if session.status != SessionStatus.CANCELLED:
        raise Refusal(words.not_cancelled(language, number=number))
    refuse_changed(ctx, session, seen)
    if session.starts_at <= ctx.now:
        raise Refusal(words.too_late_to_restore(language, number=number))
    await refuse_overlap(ctx, session.cohort_id, session.starts_at, session.minutes, but=session.id)
    session.status, session.cancelled_because = "scheduled", ""
    session.revision += 1
    await ctx.db.flush()
    await tell_cohort(ctx, session, cohort, "restored", lambda lang, at: restored_card(session, lang, at))
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("session_restored", f"session:{session.id}", revision=session.revision)
    return Reply(card=Card(text=words.restored_done(language, number=number)), replace=True)


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
