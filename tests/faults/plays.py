"""The faults of docs/reliability.md, each as a play: what breaks, when, and what must hold afterwards.

The tests play them short and ``python -m benchmarks.faults`` long; it is the same code. A play checks by
`assert` what must hold beyond the count, and returns the count.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from random import Random
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from adapters.playground.slack.rates import CHANNEL_BURST
from bot.core.clock import MovedClock
from bot.nudges.planner import replan_cohort
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session
from tests.faults import houses
from tests.faults.ground import Ground, Play, filled, posting, sent, until
from tests.faults.world import MOST_PEOPLE, OTHER_TEAM, TEAM, Toll, World, world
from tests.support.kinds import ALL_KINDS

AFTER_LEASE = 70.0
"""Seconds by which the next worker's clock is ahead, so that the lease of the dead one has run out."""
HOUR = 3600.0
CLAIMED_AT_ONCE = 50
"""Messages that a worker claims together."""


async def nothing(ground: Ground) -> Toll:
    """0: nothing happens."""
    async with filled(ground) as here:
        assert await here.run(at_once=ground.at_once) == 0
        return await here.toll()


def killed(at: str) -> Play:
    """1 to 4: SIGKILL at one place, as often as `deaths` says, each time at another message."""

    async def play(ground: Ground) -> Toll:
        far = MovedClock(ticking=True)
        async with world(ground.url, ground.nudges, ground.platform, clock=far.now) as here:
            await _killed_again_and_again(here, far, ground, at)
            assert await here.run(later=(ground.deaths + 1) * AFTER_LEASE, at_once=ground.at_once) == 0
            return await here.toll()

    return play


async def _killed_again_and_again(
    here: World, far: MovedClock, ground: Ground, at: str, *, wrong_by: float = 0
) -> None:
    """A lease goes by after each death, on the far side's clock too. With `wrong_by` our clock is so many
    seconds ahead of it, then as many behind."""
    chance = Random(ground.nudges)
    batch = 50
    passages = ground.nudges // batch if at == "claim" else ground.nudges
    most = max(1, passages // (ground.deaths + 1))
    for death in range(ground.deaths):
        killed = await here.run(
            dies=at,
            at=chance.randint(1, most),
            later=death * AFTER_LEASE + wrong_by * (-1) ** death,
            at_once=ground.at_once,
            batch=batch,
        )
        assert killed == -signal.SIGKILL
        far.advance(A_LEASE)


def broken_answers(how: str) -> Play:
    """5: accepted, and then the connection is reset or a gateway answers 504; one post per call."""

    async def play(ground: Ground) -> Toll:
        async with filled(ground) as here:
            call = posting(ground)
            if how == "reset":
                here.faults.accept_then_reset(call, times=ground.deaths, after=3)
            else:
                here.faults.accept_then_status(call, code=504, times=ground.deaths, after=3)
            assert await here.run(at_once=ground.at_once) == 0
            return await here.toll()

    return play


async def paused(ground: Ground) -> Toll:
    """6: SIGSTOP with messages claimed, longer than the lease; they wake when another has sent these."""
    async with filled(ground) as here:
        chance, sleepers = Random(ground.nudges), []
        each = ground.nudges // (ground.deaths + 1) - CLAIMED_AT_ONCE
        for _ in range(ground.deaths):
            sleepers.append(here.start(dies="claimed", at=chance.randint(1, max(1, each)), stops=True))
            await sleepers[-1].stands_still()
        assert await here.run(later=AFTER_LEASE, at_once=ground.at_once) == 0
        for sleeper in sleepers:
            sleeper.tell(signal.SIGCONT)
        assert {await sleeper.wait() for sleeper in sleepers} == {0}
        return await here.toll()


async def four_processes(ground: Ground) -> Toll:
    """7: four processes share one schedule. With few messages there are few readers: each process opens a
    chat with all of them, and Slack allows some fifty a minute."""
    readers = max(MOST_READERS, min(MOST_PEOPLE, ground.nudges // 20))
    async with world(ground.url, ground.nudges, ground.platform, people=readers) as here:
        workers = [here.start(waits=True, at_once=ground.at_once) for _ in range(4)]
        assert [await worker.wait() for worker in workers] == [0, 0, 0, 0]
        return await here.toll()


def storm(processes: int) -> Play:
    """8: everybody is written to faster than the platform allows, and it refuses on top of that. No call
    comes before its time, but those that are on their way at the first refusal; and little time is lost."""

    async def play(ground: Ground) -> Toll:
        readers = max(1, min(ground.nudges // 8, MOST_READERS))
        async with world(ground.url, ground.nudges, ground.platform, people=readers, rates=True) as here:
            here.faults.rate_limit(
                posting(ground), RETRY_AFTER, times=min(ground.nudges // 10, MOST_REFUSALS)
            )
            batch = max(1, ground.nudges // (4 * processes))  # so that each of them gets some
            orders = {"waits": True, "at_once": ground.at_once, "batch": batch}
            workers = [here.start(**orders) for _ in range(processes)]
            await until(lambda: bool(here.faults.played))
            began = monotonic()
            await sent(here, ground.nudges)
            took, ideal = monotonic() - began, _ideal_seconds(here, ground, readers)
            assert [await worker.wait() for worker in workers] == [0] * processes
            early = here.faults.early + (here.slack.rates.early if here.slack else 0)
            assert early < processes * ground.at_once, f"{early} calls came before their time"
            note = f"{took:.1f} s, at best {ideal:.1f} s; {early} early calls"
            return replace(await here.toll(), note=note, slowness=took / ideal)

    return play


MOST_READERS = 11
"""So few that four processes may each open a chat with all of them within a minute."""
RETRY_AFTER = 2.0
MOST_REFUSALS = 20


def _ideal_seconds(here: World, ground: Ground, readers: int) -> float:
    """The shortest time in which the far side takes them: a refusal holds up the workspace on Slack and the
    one conversation on Teams, all of them come before the first post; then a conversation's own limit. Those
    on their way together at the first refusal are refused together."""
    refused = Counter(line for _, line in here.faults.played)
    together = here.faults.early if ground.platform == "slack" else 0
    windows = max(refused.values()) - together
    each = -(-ground.nudges // readers)
    limit = each - CHANNEL_BURST if ground.platform == "slack" else (each - 7) / 2
    return windows * RETRY_AFTER + limit


async def one_throttled(ground: Ground) -> Toll:
    """9: one workspace answers 429 to everything for a while (on Teams, whose limits are a conversation's:
    one chat); the others get their messages meanwhile."""
    teams = (TEAM, OTHER_TEAM) if ground.platform == "slack" else (TEAM,)
    async with world(ground.url, ground.nudges, ground.platform, workspaces=teams) as here:
        slow = TEAM
        if here.teams is not None:
            chat = here.teams.workplace.personal_chat(next(iter(here.teams.workplace.users.values()))).id
            slow = f"{chat.partition(':')[2]}/activities"
        match = slow if here.teams else f"chat.postMessage {slow}"
        here.faults.rate_limit(match, retry_after=30, times=min(ground.nudges, MOST_REFUSALS))
        assert await here.run(at_once=ground.at_once) == 0
        places = [
            f"{post.conversation}/activities" if here.teams else post.workspace for post in here.ledger.posts
        ]
        late = [slow in place for place in places]
        assert any(late)
        assert late == sorted(late), "the other ones had to wait"
        return await here.toll()


async def clock_moved(ground: Ground) -> Toll:
    """13: killed after a post, and each next process has a clock an hour off, one way and the other."""
    far = MovedClock(ticking=True)
    async with world(ground.url, ground.nudges, ground.platform, clock=far.now) as here:
        await _killed_again_and_again(here, far, ground, "accepted", wrong_by=HOUR)
        for hours in (-1, 1):
            assert await here.run(later=ground.deaths * AFTER_LEASE + hours * HOUR) == 0
        return await here.toll()


async def clocks_change(ground: Ground) -> Toll:
    """13: sessions in the night whose clocks skip an hour, and twice at 01:30 in the one that repeats an
    hour; processes are killed at the messages that say how to join, and each next one plans anew. Everybody
    gets one for each occurrence."""
    people = max(4, ground.nudges // 6)
    far = MovedClock(SPRING, ticking=True)
    async with world(ground.url, 0, ground.platform, people=people, clock=far.now) as here:
        await _night(here, far, SPRING)
        killed = {"dies": "accepted", "at": people + 2}
        assert await _sent_from(here, SPRING - timedelta(hours=25), **killed) == -signal.SIGKILL
        assert await _sent_from(here, SPRING - JOIN_BEFORE + A_LEASE) == 0
        await _night(here, far, AUTUMN, AUTUMN + HOUR_LATER)
        killed = {"dies": "accepted", "at": 2 * people + 2}
        assert await _sent_from(here, AUTUMN - timedelta(hours=25), **killed) == -signal.SIGKILL
        killed = {"dies": "accepted", "at": people}
        assert await _sent_from(here, AUTUMN - JOIN_BEFORE + A_LEASE, **killed) == -signal.SIGKILL
        assert await _sent_from(here, AUTUMN - JOIN_BEFORE + HOUR_LATER + A_LEASE) == 0
        await _one_for_each_occurrence(here, people)
        return await here.toll()


ZONE = "America/Los_Angeles"
SPRING = datetime(2027, 3, 14, 10, 10, tzinfo=UTC)
"""03:10 there; fifteen minutes earlier it was 01:55."""
AUTUMN = datetime(2027, 11, 7, 8, 30, tzinfo=UTC)
"""01:30 there for the first time; an hour later it is 01:30 again."""
HOUR_LATER = timedelta(hours=1)
JOIN_BEFORE = timedelta(minutes=15)
A_LEASE = timedelta(seconds=AFTER_LEASE)
KINDS = ("session_tomorrow", "join_link")


async def _night(here: World, far: MovedClock, *sessions: datetime) -> None:
    """Sessions at these moments, for everybody; the far side's clock goes there."""
    far.move_to(sessions[0] - HOUR_LATER)
    async with here.database.write() as db:
        cohort = (await db.scalars(select(Cohort))).first() or await _cohort(db)
        for moment in sessions:
            uid = f"{moment:%m%d%H}"
            db.add(
                Session(
                    community_id=1, cohort_id=cohort.id, number=int(uid), title={"en": f"Night {uid}"},
                    starts_at=moment, zone=ZONE, minutes=30, uid=uid, join_link="https://example.org/room",
                )
            )  # fmt: skip


async def _cohort(db: AsyncSession) -> Cohort:
    """One with everybody in it."""
    now = datetime.now(UTC)
    year = ProjectYear(community_id=1, label="Y", starts_on=date(2026, 9, 1), ends_on=date(2027, 12, 31))
    project = Project(community_id=1, title="P")
    db.add_all([year, project])
    await db.flush()
    series = Series(community_id=1, project_id=project.id, year_id=year.id, slug="nights",
                    title={"en": "Nights"}, languages=["en"], created_at=now)  # fmt: skip
    db.add(series)
    await db.flush()
    cohort = Cohort(community_id=1, series_id=series.id, name="Nights", zone=ZONE, created_at=now)
    db.add(cohort)
    await db.flush()
    for person in await db.scalars(select(Person)):
        person.zone = (ZONE, "America/Phoenix", "America/St_Johns")[(person.id) % 3]
        db.add(Enrollment(cohort_id=cohort.id, person_id=person.id, status="active", joined_at=now))
    return cohort


async def _sent_from(here: World, moment: datetime, **dies: object) -> int:
    """Plan at that moment, and let a process send from then on; its exit status."""
    async with here.database.write() as db:
        await replan_cohort(db, ALL_KINDS, 1, moment)
        await db.execute(delete(Nudge).where(col(Nudge.kind).not_in(KINDS)))
    return await here.run(later=(moment - datetime.now(UTC)).total_seconds(), **dies)


async def _one_for_each_occurrence(here: World, people: int) -> None:
    async with here.database.read() as db:
        rows = list(await db.scalars(select(Nudge)))
        sessions = list(await db.scalars(select(Session)))
    assert Counter((row.kind, row.session_id) for row in rows) == {
        (kind, session.id): people for kind in KINDS for session in sessions
    }
    begins = {session.id: session.starts_at for session in sessions}
    assert all(
        row.due_at <= begins[row.session_id] for row in rows if row.kind == "join_link" and row.session_id
    )
    assert {row.state for row in rows} <= {"sent", "unknown"}


async def down_for_six_hours(ground: Ground) -> Toll:
    """14: each message is caught up or expires by its own rule, and is counted."""
    async with filled(ground) as here:
        now = datetime.now(UTC)
        stale = await here.change(lambda number: number % 4 == 0, expires_at=now + timedelta(hours=5))
        await here.change(lambda number: number % 4 == 1, expires_at=now + timedelta(hours=7))
        assert await here.run(later=6 * HOUR, at_once=ground.at_once) == 0
        assert await here.reasons("skipped") == {"stale": stale}
        assert len(here.ledger) == ground.nudges - stale
        return await here.toll()


# --- what happens to a whole bot -----------------------------------------------------------------------


def locked_for(seconds: float) -> Play:
    """11: another process holds SQLite's write lock while people write to the bot; then it is killed."""

    async def play(ground: Ground) -> Toll:
        async with world(ground.url, 0, ground.platform, people=ground.nudges) as here:
            async with houses.opened_for(here, ground.folder) as bot:
                with houses.locked(ground.url):
                    asking = asyncio.create_task(houses.asked(here, ground.nudges))
                    await asyncio.wait([asking], timeout=seconds)
                    assert await houses.recorded(here) == 0
                    assert not asking.done() or houses.acknowledged(asking.result()) == 0
                outcomes = await asking
                await houses.delivered_at_last(here, outcomes)
                await bot.end(signal.SIGKILL)
            return await _finished_by_another(here, ground, houses.acknowledged(outcomes))

    return play


async def disk_full(ground: Ground) -> Toll:
    """11: the disk is full while people write to the bot; then there is room again; then it is killed."""
    async with world(ground.url, 0, ground.platform, people=ground.nudges) as here:
        async with houses.opened_for(here, ground.folder) as bot:
            with bot.full_disk(room=1):
                outcomes = await houses.asked(here, ground.nudges)
                assert houses.acknowledged(outcomes) == 0
            assert await houses.recorded(here) == 0
            assert houses.integrity(ground.url) == "ok"
            await houses.delivered_at_last(here, outcomes)
            await bot.end(signal.SIGKILL)
        return await _finished_by_another(here, ground, ground.nudges)


async def _finished_by_another(here: World, ground: Ground, acknowledged: int) -> Toll:
    """Nothing that was acknowledged is lost: the next process finds it and answers."""
    assert houses.integrity(ground.url) == "ok"
    recorded = await houses.recorded(here)
    async with houses.opened_for(here, ground.folder, later=AFTER_LEASE):
        await houses.all_done(here)
    answered = {post.recipients for post in here.ledger.posts}
    lost = max(0, acknowledged - recorded) + (ground.nudges - len(answered))
    return Toll(ground.nudges, lost, doubled=max(0, recorded - ground.nudges), unknown=0)


async def permuted(ground: Ground) -> Toll:
    """10: each event comes four times and all of them out of order; one effect each, and the latest of
    somebody's answers stands."""
    orders = list(permutations(range(len(houses.PRESSES))))
    people = max(len(orders), ground.nudges // len(houses.PRESSES))
    async with world(ground.url, 0, ground.platform, people=people) as here:
        async with houses.opened_for(here, ground.folder):
            users = houses.users(here)
            for first in range(0, people, ground.at_once):
                few = enumerate(users[first : first + ground.at_once], first)
                await asyncio.gather(
                    *(houses.press_again_and_again(here, user, orders[at % len(orders)]) for at, user in few)
                )
            await houses.all_done(here)
        recorded, events = await houses.recorded(here), people * len(houses.PRESSES)
        async with here.database.read() as db:
            stopped = list(await db.scalars(select(OptOut.person_id).where(OptOut.kind == "look_back")))
        lost = max(0, events - recorded) + people - len(stopped)
        return Toll(events, lost, doubled=max(0, recorded - events), unknown=0)


async def server_restarted(ground: Ground) -> Toll:
    """12: PostgreSQL crashes and recovers, again and again, while messages go out."""
    assert ground.server is not None
    async with filled(ground) as here:
        worker = here.start(at_once=ground.at_once)
        for crash in range(1, ground.deaths + 1):
            await sent(here, crash * ground.nudges // (ground.deaths + 1))
            ground.server.restart()  # in this thread: the server ends with the thread that started it
        assert await worker.wait() == 0
        await here.database.engine.dispose()
        return await here.toll()


async def rolling_restart(ground: Ground) -> Toll:
    """15: SIGTERM in the middle of a send; the next release starts, migrates and goes on, and so on.

    On PostgreSQL the new process starts before the old one is told to end.
    """
    newer = houses.newer_release(ground.folder)
    side_by_side = "postgres" in ground.url
    async with filled(ground) as here:
        here.faults.delay(posting(ground), 0.02, times=None)
        bot = await houses.opened(here, ground.folder)
        longest = 0.0
        for turn in range(1, ground.deaths + 1):
            await sent(here, turn * ground.nudges // (ground.deaths + 2))
            following = await houses.opened(here, ground.folder, newer) if side_by_side else None
            told = monotonic()
            assert await bot.end(signal.SIGTERM) == 0
            longest = max(longest, monotonic() - told)
            bot = following or await houses.opened(here, ground.folder, newer)
        await sent(here, ground.nudges)
        assert await bot.end(signal.SIGTERM) == 0
        assert (await here.states()).keys() == {"sent"}
        assert longest < houses.GRACE
        return (await here.toll()).noting(f"longest exit {longest:.1f} s")


async def restored(ground: Ground) -> Toll:
    """16: a backup in the middle of a send, more is sent, the backup is put back, the rest is sent."""
    async with filled(ground) as here:
        third = max(1, ground.nudges // 3)
        killed = {"dies": "accepted", "at": third, "at_once": 1}
        assert await here.run(**killed) == -signal.SIGKILL
        copy = ground.folder / "copy"
        houses.throughline(here.database.url, "db", "backup", str(copy))
        assert await here.run(later=AFTER_LEASE, **killed) == -signal.SIGKILL
        await here.database.engine.dispose()
        houses.throughline(here.database.url, "db", "restore", str(copy), "--force")
        if here.database.is_sqlite:
            assert houses.integrity(ground.url) == "ok"
        assert await here.run(later=2 * AFTER_LEASE, at_once=ground.at_once) == 0
        return await here.toll()
