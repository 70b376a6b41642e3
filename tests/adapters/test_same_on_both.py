"""One dialogue on both platforms, through both real adapters: the same words come back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from adapters.demo.cast import Actor
from adapters.demo.story import cast_for
from adapters.playground.environment import Environment, running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from storage.database import Database
from tests.support.sample import sqlite_with_sample

SAID = ("help", "me", "help join", "join no-such-code", "help pause")


async def heard(home: Home, folder: Path) -> list[str]:
    """What somebody is answered to each of the sentences, in their own chat."""
    database = Database(sqlite_with_sample(folder / f"{home}.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        cast = cast_for(environment, home)
        actor = next(iter(cast.values()))
        answers = [await _answer(environment, actor, said) for said in SAID]
    await database.close()
    return answers


async def _answer(environment: Environment, actor: Actor, said: str) -> str:
    environment.clock.move_to(environment.clock.now() + timedelta(seconds=30))
    await actor.type(said)
    await environment.settle()
    return words(actor.see().text)


def words(text: str) -> str:
    """The words alone: how a platform sets and links them is its own."""
    return " ".join(re.findall(r"\w+", text.replace("/throughline", "")))


async def test_the_same_dialogue_gives_the_same_answers(tmp_path: Path) -> None:
    assert await heard("slack", tmp_path) == await heard("teams", tmp_path)
