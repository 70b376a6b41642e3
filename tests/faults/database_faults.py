"""Faults 22 to 24: the database goes silent, is put back while it should not be, or its file goes away."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copyfile
from sqlite3 import connect
from time import monotonic

import aiohttp
from sqlalchemy import make_url

from tests.faults import houses
from tests.faults.ground import Ground, filled
from tests.faults.houses import ROOT, file_of, integrity, throughline
from tests.faults.world import Toll, World, world
from tests.support.proxy import proxied

NOT_READY_WITHIN = 8.0
READY_WITHIN = 40.0
SILENT_SECONDS = 5.0


async def silent(ground: Ground) -> Toll:
    """22: the connections to PostgreSQL pass nothing on any more, and nobody is told. What is acknowledged
    is recorded; soon after the line works again, the bot does."""
    async with proxied(int(make_url(ground.url).port or 0)) as proxy:
        url = make_url(ground.url).set(port=proxy.port).render_as_string(hide_password=False)
        async with world(ground.url, 0, ground.platform, people=ground.nudges) as here:
            bot = await houses.opened(here, ground.folder, database=url)
            try:
                assert houses.acknowledged(await houses.asked(here, 1)) == 1
                proxy.silence()
                outcomes = await houses.asked(here, ground.nudges)
                acknowledged = houses.acknowledged(outcomes)
                assert acknowledged == 0, f"{acknowledged} were acknowledged and cannot have been recorded"
                await _readiness(bot.application.port, 503, NOT_READY_WITHIN)
                await asyncio.sleep(SILENT_SECONDS)
                proxy.speak()
                after = await _readiness(bot.application.port, 200, READY_WITHIN)
                await houses.delivered_at_last(here, outcomes)
                await houses.all_done(here)
                recorded = await houses.recorded(here)
            finally:
                if not bot.process.ended:
                    await bot.end(signal.SIGKILL)
    lost = max(0, ground.nudges - recorded)
    return Toll(ground.nudges, lost, 0, 0, note=f"ready {after:.1f} s after the line")


async def _readiness(port: int, wanted: int, within: float) -> float:
    """Wait until /readyz answers so; the seconds that took."""
    began = monotonic()
    async with aiohttp.ClientSession() as client:
        while True:
            async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == wanted:
                    return monotonic() - began
            assert monotonic() - began < within, f"/readyz is not {wanted} after {within:g} s"
            await asyncio.sleep(0.2)


async def file_gone(ground: Ground) -> Toll:
    """24: the SQLite file is deleted under the bot, or another is put in its place. Nothing that is written
    there would ever be seen: nothing is acknowledged, and it says that it is not ready."""
    file, lost = file_of(ground.url), 0
    for take_away in (Path.unlink, _replace):
        async with (
            world(ground.url, 0, ground.platform, people=ground.nudges) as here,
            houses.opened_for(here, ground.folder) as bot,
        ):
            assert houses.acknowledged(await houses.asked(here, 1)) == 1
            await houses.all_done(here)
            await here.database.engine.dispose()
            take_away(file)
            lost += houses.acknowledged(await houses.asked(here, ground.nudges))
            await _readiness(bot.application.port, 503, NOT_READY_WITHIN)
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
    return Toll(2 * ground.nudges, lost, 0, 0)


def _replace(file: Path) -> None:
    """Put a copy in its place, as a careless restore does."""
    with closing(connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copyfile(file, file.with_name("kept"))
    os.replace(file.with_name("kept"), file)


async def restored_badly(ground: Ground) -> Toll:
    """23: `db restore` under a running bot is refused; on a full disk, and killed at any moment, it leaves
    the database as it was or as it is to be; then it is done well."""
    async with filled(ground) as here:
        third = max(1, ground.nudges // 3)
        assert await here.run(dies="accepted", at=third, at_once=1) == -signal.SIGKILL
        copy = ground.folder / "copy"
        throughline(here.database.url, "db", "backup", str(copy))
        assert copy.stat().st_mode & 0o077 == 0, "others on the machine may read the backup"
        await _refused_under_a_bot(here, ground, copy)
        await here.database.engine.dispose()
        before = await _sent(here)
        assert _restore(here, copy, room=copy.stat().st_size // 2).returncode != 0
        assert (integrity(ground.url), await _sent(here)) == ("ok", before), "a full disk changed it"
        killed = 0
        chance = Random(ground.nudges)
        for _ in range(max(3, ground.deaths)):
            await here.database.engine.dispose()
            killed += _killed_in_the_middle(here, copy, chance.uniform(0.3, 2.5))
            assert integrity(ground.url) == "ok"
        await here.database.engine.dispose()
        assert _restore(here, copy).returncode == 0
        assert not list(ground.folder.glob("*.partial*")), "something was left behind"
        assert await here.run(later=3 * 70.0, at_once=ground.at_once) == 0
        return replace(await here.toll(), note=f"killed {killed} times in the middle")


async def _refused_under_a_bot(here: World, ground: Ground, copy: Path) -> None:
    async with houses.opened_for(here, ground.folder, later=-HOURS):
        done = _restore(here, copy)
        assert done.returncode != 0
        assert b"stop the bot" in done.stderr


HOURS = 3 * 3600.0
"""So far behind is that bot's clock that nothing is due to it."""


async def _sent(here: World) -> int:
    return (await here.states())["sent"]


def _restore(here: World, copy: Path, room: int = 0) -> subprocess.CompletedProcess[bytes]:
    def limited() -> None:
        if room:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.run(
        _program(copy), check=False, capture_output=True, cwd=ROOT, env=_environment(here), preexec_fn=limited
    )


def _killed_in_the_middle(here: World, copy: Path, after: float) -> bool:
    process = subprocess.Popen(
        _program(copy), cwd=ROOT, env=_environment(here), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def _program(copy: Path) -> list[str]:
    program = [sys.executable, "-c", "from adapters.cli.main import main; main()"]
    return [*program, "db", "restore", str(copy), "--force"]


def _environment(here: World) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEAMS_"))}
    return {**kept, "DATABASE_URL": here.database.url}
