"""One number, a whole story: which deeds happen, when, in what weather. The same number, the same story."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

from tests.simulated.ground import Ground
from tests.simulated.simulation import KINDS, PEOPLE, QUIET, SESSIONS, Simulation

DEEDS = 14
COMMAND = "python -m tests.simulated --seed {seed}"

Deed = Callable[[Simulation, Random], Awaitable[None]]


class SeedFailed(AssertionError):
    """What did not hold, and the command that plays it again."""


def play(seed: int, ground: Ground, language: Callable[[str], None] = lambda _: None) -> int:
    """Play one seed; the number of messages that arrived. Raises `SeedFailed`."""
    try:
        return ground.run(_played(seed, ground, language))
    except Exception as error:
        raise SeedFailed(f"seed {seed}: {error}\nplay it again: {COMMAND.format(seed=seed)}") from error


async def _played(seed: int, ground: Ground, language: Callable[[str], None]) -> int:
    chance = Random(f"deeds {seed}")
    await ground.clear()
    simulated = Simulation(ground.database, seed)
    await simulated.begin()
    for _ in range(DEEDS):
        name, deed = chance.choice(ALL)
        before = len(simulated.delivered)
        await deed(simulated, chance)
        await simulated.check()
        arrived = len(simulated.delivered) - before
        language(f"{simulated.clock.now():%Y-%m-%d %H:%M}  {name:16} {arrived or ''}")
    await simulated.end()
    language(f"{simulated.clock.now():%Y-%m-%d %H:%M}  the end")
    return len(simulated.delivered)


async def _time(simulated: Simulation, chance: Random) -> None:
    await simulated.pass_time(chance.choice((1, 5, 24, 72, 200)))


async def _weather(simulated: Simulation, chance: Random) -> None:
    for name in vars(simulated.weather):
        setattr(simulated.weather, name, chance.choice((0, 0, 50, 200)))
    await simulated.pass_time(chance.choice((24, 72)))


async def _clock(simulated: Simulation, chance: Random) -> None:
    simulated.set_clock(chance.choice((-1, 1)))
    await simulated.pass_time(3)


ALL: tuple[tuple[str, Deed], ...] = (
    ("time", _time),
    ("time", _time),
    ("time", _time),
    ("weather", _weather),
    ("weather", _weather),
    ("clock", _clock),
    ("down", lambda one, chance: one.down(chance.choice((1, 6, 48)))),
    ("join", lambda one, chance: one.join(chance.randrange(100))),
    ("opt out or in", lambda one, chance: one.opt_out(chance.randint(1, PEOPLE), chance.choice(KINDS))),
    ("pause", lambda one, chance: one.pause(chance.randint(1, PEOPLE), chance.choice((3, 14)))),
    ("leave or return", lambda one, chance: one.leave_or_return(chance.randint(1, PEOPLE))),
    ("delete", lambda one, chance: one.delete(chance.randint(1, PEOPLE))),
    ("sleep", lambda one, chance: one.sleep_at(chance.randint(1, PEOPLE), chance.randrange(len(QUIET)))),
    ("cancel or restore", lambda one, chance: one.cancel_or_restore(chance.randint(1, SESSIONS))),
    ("move", lambda one, chance: one.move(chance.randint(1, SESSIONS), chance.choice((-48, -1, 1, 30, 168)))),
    ("commit or answer", lambda one, chance: one.commit_to(chance.randint(1, PEOPLE), chance.choice((2, 7)))),
    ("hold or release", lambda one, chance: one.hold_or_release(chance.randrange(50))),
    ("plan again", lambda one, _: one.replan()),
)
