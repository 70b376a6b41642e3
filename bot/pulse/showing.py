"""The result in the channel: the posted card is brought up to date some seconds after a tap."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.platform import Address, Sent, Unavailable
from bot.pulse.cards import pulse_card
from storage.nudges import Job, Nudge, NudgeState
from storage.people import Community
from storage.pulses import Pulse, PulseVote
from storage.series import Cohort, Series

SHOW, CLOSE = "pulse_show", "pulse_close"
EVERY = 5
"""Seconds: all taps within so long are shown together, and no platform is asked more often."""


async def show_soon(ctx: Context, pulse: Pulse) -> None:
    """At the end of the present five seconds; call it with the pulse locked."""
    await _plan(
        ctx.db, pulse, datetime.fromtimestamp((int(ctx.now.timestamp()) // EVERY + 1) * EVERY, UTC), ctx.now
    )


async def close(db: AsyncSession, pulse: Pulse, now: datetime) -> None:
    """No more answers, and nobody's name beside it any more. Twice is once; call it with the pulse locked."""
    if pulse.closed_at is None:
        pulse.closed_at = now
        await db.execute(delete(PulseVote).where(col(PulseVote.pulse_id) == pulse.id))
        await _plan(db, pulse, now, now)


async def _plan(db: AsyncSession, pulse: Pulse, at: datetime, now: datetime) -> None:
    key = f"{SHOW}:{pulse.id}:{'end' if pulse.closed_at else int(at.timestamp())}"
    if (await db.scalars(select(Job.id).where(Job.key == key))).first() is None:
        db.add(
            Job(
                key=key, community_id=pulse.community_id, kind=SHOW, details={"pulse": pulse.id}, due_at=at,
                created_at=now,
            )
        )  # fmt: skip
        await db.flush()


async def show(job_ctx: JobContext, job: Job) -> None:
    """Show what is true now, wherever it was posted. Raises `Unavailable` while it has not been posted."""
    async with job_ctx.database.read() as db:
        pulse = await db.get(Pulse, job.details["pulse"])
        if pulse is None:
            return
        card, language = await _card(db, pulse)
        found = await db.scalars(select(Nudge).where(col(Nudge.key).startswith(f"pulse:{pulse.id}:")))
        posted = list(found)
    for nudge in posted:
        if nudge.message is not None and nudge.channel_id is not None:
            platform, address = await job_ctx.channel(nudge.channel_id)
            await platform.update(_sent(nudge, address), card, users={}, language=language)
        elif nudge.state in (NudgeState.PLANNED, NudgeState.CLAIMED):
            raise Unavailable("the pulse has not been posted yet")


async def _card(db: AsyncSession, pulse: Pulse) -> tuple[Card, str]:
    """In the channel's language."""
    cohort = await db.get_one(Cohort, pulse.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    community = await db.get_one(Community, pulse.community_id)
    language = (series.languages or community.languages)[0]
    return pulse_card(pulse, language, community.k_inside), language


def _sent(nudge: Nudge, address: Address) -> Sent:
    message = nudge.message or {}
    return Sent(
        Address(address.tenant, str(message["conversation"]), address.reference), str(message["message"])
    )


async def close_due(job_ctx: JobContext, job: Job) -> None:
    """At the end of the session."""
    async with job_ctx.database.write() as db:
        found = await db.scalars(select(Pulse).where(Pulse.id == job.details["pulse"]).with_for_update())
        if (pulse := found.first()) is not None:
            await close(db, pulse, job_ctx.clock.now())
