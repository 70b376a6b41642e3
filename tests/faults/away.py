"""Faults 20 and 21: a platform that is away, or accepts and never answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from bot.nudges.outages import LONGEST_WAIT
from tests.faults.ground import Ground, Play, filled, posting
from tests.faults.worker import NO_NAME
from tests.faults.world import Toll, World, world

MINUTE, HOUR = 60.0, 3600.0
SOON = 20 * MINUTE
"""After an outage everything is caught up within so long, where no rate limit holds it back."""


def away(seconds: float, how: str) -> Play:
    """20: the platform does not take anything for so long; then all that waited goes, each once."""

    async def play(ground: Ground) -> Toll:
        async with world(ground.url, ground.nudges, ground.platform) as here:
            end = datetime.now(UTC).timestamp() + seconds
            later = 0.0
            if how in ELSEWHERE:
                await here.run(**ELSEWHERE[how](here), until=seconds, at_once=ground.at_once)
                later = seconds
            else:
                _plan(here, how, _by_the_clock(ground.folder / "clock", end))
            clock_file = str(ground.folder / "clock")
            assert await here.run(at_once=ground.at_once, later=later, clock_file=clock_file) == 0
            states = await here.states()
            assert states.keys() <= {"sent", "unknown"}, states
            caught_up = (_told(ground.folder / "clock") - end) / MINUTE
            assert caught_up * MINUTE < SOON, f"all was sent {caught_up:.1f} minutes after the outage"
            most = _most_unknown(ground, how, seconds)
            assert states["unknown"] <= most, f"{states['unknown']} are unknown, {most} were on their way"
            return (await here.toll()).noting(f"caught up within {max(caught_up, 0):.0f} min")

    return play


def _plan(here: World, how: str, lasts: Callable[[], bool]) -> None:
    if how == "token":
        assert here.teams is not None
        here.faults.outage("/token", lasts)
    elif here.platform == "email":
        here.faults.outage("SMTP MAIL", lasts, drops=how == "dropped", code=BUSY)
    else:
        here.faults.outage("/", lasts, drops=how == "dropped")


BUSY = 421
"""What a relay says in place of 503."""


def _most_unknown(ground: Ground, how: str, seconds: float) -> int:
    """On Teams a broken connection leaves open whether a message stands: one for each try, and those that
    were on their way together when it began. A relay breaks it before the text."""
    if ground.platform != "teams" or how != "dropped":
        return 0
    return ground.at_once + 5 + int(seconds / LONGEST_WAIT.total_seconds())


def _closed(here: World) -> dict[str, object]:
    """An address at which nobody listens."""
    return _at(here, "http://127.0.0.1:9")


def _no_name(here: World) -> dict[str, object]:
    """A name that cannot be resolved."""
    return _at(here, f"https://{NO_NAME}")


ELSEWHERE = {"refused": _closed, "name": _no_name}


def _at(here: World, address: str) -> dict[str, object]:
    if here.platform == "email":
        return {"mail": f"smtp://{address.partition('//')[2]}"}
    if here.teams is None:
        return {"slack": f"{address}/api/"}
    hosts = dict.fromkeys(("service_url",), f"{address}/")
    return {"teams": {**here.orders.teams, **hosts}}


def _by_the_clock(file: Path, end: float) -> Callable[[], bool]:
    return lambda: _told(file) < end


def _told(file: Path) -> float:
    return float(file.read_text()) if file.exists() else 0.0


async def never_answered(ground: Ground) -> Toll:
    """21: one conversation accepts a message and never answers; the others get theirs meanwhile."""
    async with filled(ground) as here:
        here.faults.accept_then_delay(posting(ground), seconds=NEVER)
        assert await here.run(at_once=ground.at_once, patience=0.2) == 0
        posts = [post.at for post in here.ledger.posts]
        longest = max((after - before).total_seconds() for before, after in pairwise(posts))
        assert longest < LONGEST_PAUSE, f"the others waited for {longest:.1f} s"
        return replace(await here.toll(), note=f"longest pause of the others {longest:.1f} s")


NEVER = 25.0
"""Longer than any time limit of a call."""
LONGEST_PAUSE = 10.0
"""Less than any."""
