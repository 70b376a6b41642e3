"""`pulse`: a facilitator asks one question in the session that is on, and may close it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import SOON, Context
from bot.core.lookup import row_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.evaluations.instruments import Item
from bot.evaluations.versions import in_use
from bot.pulse.cards import pulse_card
from bot.pulse.showing import CLOSE, close
from bot.sessions.lookup import end_of, sessions_of
from prompts.words import pulse as words
from storage.pulses import Pulse
from storage.series import Cohort, CohortChannel, Series
from storage.sessions import Session, SessionStatus

INSTRUMENT = "pulse"
ONE_TAP = frozenset({"scale5", "choice"})
"""Kinds of items that one tap answers."""


async def pulse_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The questions that there are; with one that is open, that one and the way to close it."""
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    session = await _on_now(ctx, cohort)
    running = await open_pulse(ctx.db, cohort.id)
    if running is not None:
        return Reply(card=_in_hand(ctx, running))
    items = _questions(await ctx.db.get_one(Series, cohort.series_id))
    buttons = tuple(
        Button(
            label=title_in(item.text.root, ctx.language)[:75], action="pulse.open",
            value=pack(session.id, item.id),
        )
        for item in items
    )  # fmt: skip
    return Reply(
        card=Card(title=words.title(ctx.language), text=words.which_question(ctx.language), buttons=buttons)
    )


def _questions(series: Series) -> list[Item]:
    return [item for item in in_use(series, INSTRUMENT).items if item.kind in ONE_TAP]


def _in_hand(ctx: Context, pulse: Pulse) -> Card:
    """As the channel sees it, for the facilitator: with the way to close it in place of the answers."""
    button = Button(label=words.close_it(ctx.language), action="pulse.close", value=str(pulse.id))
    shown = pulse_card(pulse, ctx.language, ctx.community.k_inside)
    return shown.model_copy(update={"text": words.is_open(ctx.language), "buttons": (button,)})


async def _on_now(ctx: Context, cohort: Cohort) -> Session:
    """The session that is on. Raises `Refusal` where none is."""
    for session in await sessions_of(ctx.db, cohort.id):
        if session.status != SessionStatus.CANCELLED and session.starts_at - SOON <= ctx.now < end_of(
            session
        ):
            return session
    raise Refusal(words.only_in_session(ctx.language))


async def open_pulse(db: AsyncSession, cohort_id: int) -> Pulse | None:
    found = await db.scalars(
        select(Pulse).where(Pulse.cohort_id == cohort_id, col(Pulse.closed_at).is_(None))
    )
    return found.first()


async def open_pressed(ctx: Context, value: str) -> Reply:
    """Post it in every channel of the cohort. One is open at a time."""
    session_id, name = unpack(value, int, str)
    session = await ctx.db.get(Session, session_id)
    if session is None or session.community_id != ctx.community.id:
        raise Refusal(words.only_in_session(ctx.language))
    # One at a time for each cohort: two facilitators may press in the same moment.
    cohort = (
        await ctx.db.scalars(select(Cohort).where(Cohort.id == session.cohort_id).with_for_update())
    ).one()
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    if (await _on_now(ctx, cohort)).id != session.id:
        raise Refusal(words.only_in_session(ctx.language))
    running = await open_pulse(ctx.db, cohort.id)
    if running is not None:
        return Reply(card=_in_hand(ctx, running))
    series = await ctx.db.get_one(Series, cohort.series_id)
    item = next((one for one in _questions(series) if one.id == name), None)
    if item is None:
        raise Refusal(words.no_such_question(ctx.language))
    pulse = await _opened(ctx, session, item)
    await _post(ctx, pulse, series)
    ctx.audit("pulse_opened", f"session:{session.id}", question=name)
    return Reply(card=_in_hand(ctx, pulse), replace=True)


async def _opened(ctx: Context, session: Session, item: Item) -> Pulse:
    pulse = Pulse(
        community_id=ctx.community.id,
        cohort_id=session.cohort_id,
        session_id=session.id,
        question=dict(item.text.root),
        answers=_answers(item),
        opened_by_id=ctx.me.id,
        opened_at=ctx.now,
        closes_at=end_of(session),
    )
    pulse.counts = [0] * len(pulse.answers)
    ctx.db.add(pulse)
    await ctx.db.flush()
    ctx.job(CLOSE, f"{CLOSE}:{pulse.id}", {"pulse": pulse.id}, at=pulse.closes_at)
    return pulse


def _answers(item: Item) -> list[dict[str, str]]:
    texts = item.labels if item.kind == "scale5" else [option.text for option in item.options]
    return [dict(one.root) for one in texts]


async def _post(ctx: Context, pulse: Pulse, series: Series) -> None:
    language = _spoken_in(series.languages, ctx.language)
    for channel in await ctx.db.scalars(
        select(CohortChannel).where(CohortChannel.cohort_id == pulse.cohort_id)
    ):
        ctx.post(
            pulse_card(pulse, language, ctx.community.k_inside),
            channel_id=channel.id,
            cohort_id=pulse.cohort_id,
            session_id=pulse.session_id,
            key=f"pulse:{pulse.id}:{channel.id}",
            expires_at=pulse.closes_at,
        )


def _spoken_in(languages: Sequence[str], mine: str) -> str:
    return languages[0] if languages else mine


async def close_pressed(ctx: Context, value: str) -> Reply:
    """No more answers; the channel shows the result as it stands."""
    found = await ctx.db.scalars(
        select(Pulse)
        .where(Pulse.id == row_id(value), Pulse.community_id == ctx.community.id)
        .with_for_update()
    )
    pulse = found.first()
    if pulse is None:
        raise Refusal(words.not_found(ctx.language))
    cohort = await ctx.db.get_one(Cohort, pulse.cohort_id)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    await close(ctx.db, pulse, ctx.now)
    return Reply(card=pulse_card(pulse, ctx.language, ctx.community.k_inside), replace=True)
