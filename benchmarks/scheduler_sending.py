"""Sending against real rate limits beside the ideal token bucket, and how late messages go."""

from __future__ import annotations

import random
import statistics
import tempfile
from collections import Counter
from datetime import timedelta

from sqlmodel import col, select

from adapters.playground.slack.rates import CHANNEL_BURST
from adapters.playground.slack.scopes import RULES, TIER_PER_MINUTE
from benchmarks.scheduler_claiming import sender_on
from benchmarks.scheduler_ground import PEOPLE, START, Measure, fill_nudges, outbox
from bot.core.clock import MovedClock
from bot.nudges.scheduler import TICK_SECONDS
from storage.nudges import Nudge
from tests.faults.world import world

COHORT = 40
"""People whose messages fall due together."""
MOST_LAG = 2.0


async def sending(nudges: int, workspaces: int, people: int) -> tuple[Measure, Measure]:
    """A worker process sends all that is due through the Slack adapter, as fast as the far side allows.
    Seconds from the first message that it accepts to the last."""
    teams = [f"T0BENCH{number}" for number in range(workspaces)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/sending.db"
        async with world(url, nudges, people=people, workspaces=teams, rates=True) as here:
            assert here.slack is not None
            assert await here.run(waits=True, at_once=8) == 0
            moments = [post.at for post in here.ledger.posts]
            took = (max(moments) - min(moments)).total_seconds()
            assert (await here.states()) == {"sent": nudges}
            posts = Counter(post.workspace for post in here.ledger.posts)
            ideal = max(_ideal_seconds(count, people) for count in posts.values())
            early, refused = here.slack.rates.early, here.slack.rates.refused
    note = f"{nudges:,} messages, {people} people in each of {workspaces} workspaces, {refused} refused"
    return (
        Measure("sending under rate limits", took, ideal, ideal / took, 0.9, "s", note=note),
        Measure("calls before Retry-After was over", early, None, early, 0, "calls", at_most=True,
                note="those on their way already when the first refusal came count too"),
    )  # fmt: skip


def _ideal_seconds(posts: int, people: int) -> float:
    """What the buckets allow at best: the method's, that of opening chats, and each conversation's."""
    a_minute, opens = TIER_PER_MINUTE[RULES["chat.postMessage"].tier], TIER_PER_MINUTE[3]
    most_to_one = -(-posts // people)
    return max(
        (posts - a_minute) / (a_minute / 60), (people - opens) / (opens / 60), most_to_one - CHANNEL_BURST
    )


async def lag(future: int, due: int) -> Measure:
    """Cohorts fall due at random moments of an hour, before so many that are not due yet. The clock jumps
    from tick to tick as long as there is nothing to do, and runs while there is."""
    chance = random.Random(future)
    moments = sorted(chance.uniform(1, 3600) for _ in range(due // COHORT))
    with tempfile.TemporaryDirectory() as folder:
        async with outbox(f"sqlite:///{folder}/lag.db", 0) as database:
            tomorrow = START + timedelta(days=1)
            await fill_nudges(database, (tomorrow + timedelta(seconds=at) for at in range(future)), "later")
            await fill_nudges(
                database, (START + timedelta(seconds=at) for at in moments for _ in range(COHORT)), "due"
            )
            clock = MovedClock(START, ticking=True)
            sender = sender_on(database, clock)
            await sender.send_due()
            for at in moments:
                tick = START + timedelta(seconds=(at // TICK_SECONDS + 1) * TICK_SECONDS)
                if clock.now() < tick:
                    clock.move_to(tick)
                while await sender.send_due():
                    pass
            async with database.read() as db:
                rows = (
                    await db.execute(
                        select(Nudge.sent_at, Nudge.due_at).where(col(Nudge.key).startswith("due"))
                    )
                ).all()
    late = [(sent - planned).total_seconds() for sent, planned in rows]
    p99 = statistics.quantiles(late, n=100, method="inclusive")[98]
    return Measure(
        "due -> sent, p99", p99, None, p99, MOST_LAG, "s", at_most=True,
        note=f"{future:,} future rows, {len(late):,} due in cohorts of {COHORT} of {PEOPLE:,} people within "
        f"an hour; median {statistics.median(late):.2f} s, a tick is {TICK_SECONDS:g} s",
    )  # fmt: skip
