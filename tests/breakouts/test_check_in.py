"""Who says "here" while the groups are open has a seat in the same answer."""

from __future__ import annotations

from pathlib import Path

from bot.features import all_features
from tests.breakouts.rooms import NAMES, scene, sizes
from tests.support.databases import sqlite_with_tables
from tests.support.stage import staged, text_of


async def test_checking_in_late_answers_with_the_seat(tmp_path: Path) -> None:
    """Once; and the group's new conversation names them."""
    async with staged(sqlite_with_tables(tmp_path / "test.db"), all_features()) as stage:
        room = await scene(stage, 10)
        await room.begin_session(NAMES[:9])
        await room.pressed(await room.typed("breakout 3 10"), "Open groups")
        await room.deliver()
        told = text_of(await stage.command("p10", "here"))
        assert "You are in group" in told
        assert sizes(await room.seated()) == [3, 3, 4]
        await room.deliver()
        mine = next(where for where, users in room.platform.groups.items() if "p10" in users)
        assert "P10" in room.platform.heard(mine)[0]
        assert "D-p10" not in room.platform.said
        assert "You are in group" not in text_of(await stage.command("p10", "here"))
