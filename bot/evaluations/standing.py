"""How a form stands, for facilitators: how many answered. Never who, and never what."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, func, select

from bot.cards import Button, Card, Fact
from bot.communities.lookup import channels_of
from bot.desk import Desk
from bot.evaluations.answering import title_of
from bot.evaluations.formulas import response_rate
from bot.evaluations.opening import Occasion, eligible, occasion, open_now, opened, write_ledger
from bot.feature import Refusal, Reply
from bot.permissions import Action
from bot.sessions.lookup import session_meant
from prompts import dates
from prompts.words import evaluating as words
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation
from storage.nudges import Nudge


async def evaluation_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The form of one session: opened live, or how it stands."""
    session, _ = await session_meant(desk, typed, Action.RUN_COHORT)
    one = await occasion(desk.db, f"session:{session.id}")
    if one is None:
        raise Refusal(words.no_such_form(desk.language))
    return Reply(card=await _card(desk, one))


async def _card(desk: Desk, one: Occasion) -> Card:
    say, asked = desk.language, await eligible(desk.db, one)
    evaluation = await opened(desk.db, one.key)
    answered = await responses(desk, evaluation) if evaluation else 0
    share = response_rate(answered, len(asked)) if asked else None
    zone = desk.me.zone or one.cohort.zone
    facts = [
        Fact(label=words.opens_label(say), value=dates.when(say, one.opens_at, zone)),
        Fact(label=words.closes_label(say), value=dates.when(say, one.closes_at, zone)),
        Fact(label=words.answered_label(say), value=words.answered_of(say, n=answered, of=len(asked))),
    ]
    if share is not None and share.n:
        facts.append(Fact(label=words.rate_label(say), value=dates.percent(say, share.count / share.n)))
    live = one.opens_at <= desk.now < one.closes_at
    button = Button(label=words.post_live(say), action="evaluation.live", value=one.key)
    return Card(
        title=title_of(one, say),
        text=words.mode_anonymous(say),
        facts=tuple(facts),
        buttons=(button,) if live and one.session else (),
    )


async def live_pressed(desk: Desk, value: str) -> Reply:
    """Post the form's button in the cohort's channels at once; twice is once."""
    one = await occasion(desk.db, value)
    if one is None or one.cohort.community_id != desk.community.id or one.session is None:
        raise Refusal(words.no_such_form(desk.language))
    await desk.require(Action.RUN_COHORT, one.cohort.series_id)
    if not one.opens_at <= desk.now < one.closes_at:
        raise Refusal(words.closed(desk.language))
    evaluation = await open_now(desk.db, one, desk.me.id)
    await write_ledger(desk.db, evaluation, await eligible(desk.db, one), None)
    if not await _posted(desk, one):
        for channel in await channels_of(desk.db, one.cohort.id):
            say = desk.language
            desk.post(
                Card(
                    title=title_of(one, say),
                    text=words.live_text(say),
                    buttons=(
                        Button(label=words.answer(say), form="evaluate", value=one.key, style="primary"),
                    ),
                ),
                channel_id=channel.id,
                key=f"live:{one.key}:{channel.id}",
                cohort_id=one.cohort.id,
                session_id=one.session.id,
            )
    return Reply(card=Card(text=words.posted_live(desk.language)))


async def _posted(desk: Desk, one: Occasion) -> bool:
    prefix = f"live:{one.key}:"
    found = await desk.db.scalars(select(Nudge.id).where(col(Nudge.key).startswith(prefix, autoescape=True)))
    return found.first() is not None


async def responses(desk: Desk, evaluation: Evaluation) -> int:
    """How many answer sets there are."""
    table = AnonymousAnswer if evaluation.mode == "anonymous" else ConfidentialAnswer
    counted = select(func.count()).select_from(table).where(table.evaluation_id == evaluation.id)
    return (await desk.db.scalar(counted)) or 0
