"""One tap: counted, and who tapped kept apart from what."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Card, Section
from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of, title_in
from bot.core.reply import Refusal, Reply
from bot.pulse.cards import pulse_card
from bot.pulse.showing import show_soon
from prompts.words import pulse as words
from storage.pulses import Pulse, PulseVote
from storage.series import Cohort, Enrollment


async def answer_pressed(ctx: Context, value: str) -> Reply:
    """The first tap counts: nothing says later which count was mine, so it cannot be changed."""
    pulse_id, number = unpack(value, int, str)
    found = await ctx.db.scalars(
        select(Pulse).where(Pulse.id == pulse_id, Pulse.community_id == ctx.community.id).with_for_update()
    )
    pulse = found.first()
    if pulse is None or not number.isdecimal() or int(number) >= len(pulse.answers):
        raise Refusal(words.not_found(ctx.language))
    enrollment = await enrollment_of(ctx.db, pulse.cohort_id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_yours(ctx.language))
    if pulse.closed_at is not None or ctx.now >= pulse.closes_at:
        raise Refusal(words.is_closed(ctx.language))
    if await ctx.db.get(PulseVote, (pulse.id, ctx.me.id)) is not None:
        return Reply(card=Card(text=words.counted_already(ctx.language)))
    ctx.db.add(PulseVote(pulse_id=pulse.id, person_id=ctx.me.id))
    chosen = int(number)
    pulse.counts = [count + (at == chosen) for at, count in enumerate(pulse.counts)]
    await show_soon(ctx, pulse)
    answer = title_in(pulse.answers[chosen], ctx.language)
    return Reply(card=Card(text=words.counted(ctx.language, answer=answer)))


async def on_my_page(ctx: Context) -> Card | None:
    """The open pulse of a cohort of mine, for people who do not see its channel."""
    found = await ctx.db.scalars(
        select(Pulse)
        .join(Cohort)
        .join(Enrollment)
        .where(
            Pulse.community_id == ctx.community.id,
            col(Pulse.closed_at).is_(None),
            Pulse.closes_at > ctx.now,
            Enrollment.person_id == ctx.me.id,
            col(Enrollment.status).in_(TAKES_PART),
        )
        .order_by(col(Pulse.id).desc())
    )
    pulse = found.first()
    if pulse is None:
        return None
    card = pulse_card(pulse, ctx.language, ctx.community.k_inside)
    section = Section(title=card.title, text=card.text, facts=card.facts, buttons=card.buttons)
    return Card(sections=(section,))
