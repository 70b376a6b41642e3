"""Faults 25 to 28: what a mail relay does to the messages that are handed to it."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.ground import Ground, Play, filled
from tests.faults.world import MOST_PEOPLE, Toll, World

ALIKE = 10
"""One recipient of so many is refused."""
HANGS = 600.0
"""Seconds: longer than anybody waits."""


async def greylisted(ground: Ground) -> Toll:
    """25: the first message to each recipient is put off ("450, try again later"); they all go later."""
    async with filled(ground) as here:
        readers = _readers(ground)
        for number in range(readers):
            here.faults.status(_recipient(number), code=450)
        assert await here.run(at_once=ground.at_once) == 0
        assert len(here.faults.played) == readers
        return (await here.toll()).noting(f"{readers} put off")


def hangs(*, taken: bool, waits: float | None = None) -> Play:
    """26: the relay says nothing more, before the text or with the text in its hands; `waits` as in
    `Orders`. Only the latter leaves it open whether it was sent."""

    async def play(ground: Ground) -> Toll:
        async with filled(ground) as here:
            if taken:
                here.faults.accept_then_delay("SMTP DATA", HANGS, times=ground.deaths, after=3)
            else:
                here.faults.delay("SMTP RCPT", HANGS, times=ground.deaths, after=3)
            assert await here.run(at_once=ground.at_once, mail_waits=waits) == 0
            return await _unknown_at_most(here, ground.deaths if taken else 0)

    return play


def closes_after_text(*, taken: bool) -> Play:
    """27: the relay breaks the connection after the text, with or without having taken it."""

    async def play(ground: Ground) -> Toll:
        async with filled(ground) as here:
            close = here.faults.accept_then_reset if taken else here.faults.drop_connection_before_accept
            close("SMTP DATA", times=ground.deaths, after=3)
            assert await here.run(at_once=ground.at_once) == 0
            return await _unknown_at_most(here, ground.deaths)

    return play


async def one_in_ten_refused(ground: Ground) -> Toll:
    """28: one recipient in ten does not exist. The first message to each fails, which facilitators are told;
    no other is tried there, and everybody else gets theirs."""
    async with filled(ground) as here:
        readers = _readers(ground)
        refused = range(0, readers, ALIKE)
        for number in refused:
            here.faults.status(_recipient(number), code=550, times=None)
        assert await here.run(at_once=ground.at_once) == 0
        toll, states = await here.toll(), await here.states()
        theirs = sum(number % readers in refused for number in range(ground.nudges))
        assert states == {
            "sent": ground.nudges - theirs,
            "failed": len(refused),
            "skipped": theirs - len(refused),
        }
        assert len(here.faults.played) == len(refused)
        assert toll.lost == len(refused)
        note = f"{len(refused)} of {readers} recipients: {len(refused)} messages failed and were told"
        return replace(toll, lost=0, note=note)


async def _unknown_at_most(here: World, most: int) -> Toll:
    toll = await here.toll()
    assert toll.unknown <= most, f"{toll.unknown} are unknown, {most} broke off"
    return toll


def _readers(ground: Ground) -> int:
    return min(ground.nudges, MOST_PEOPLE)


def _recipient(number: int) -> str:
    return f"SMTP RCPT p{number}@"
