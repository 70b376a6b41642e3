"""One whole round, with everything that reads and writes, on SQLite and on PostgreSQL."""

from __future__ import annotations

from bot.breakouts.history import history_of
from bot.breakouts.who_met import who_met
from storage.people import Person
from tests.breakouts.rooms import LEAD, NAMES, button_of, groups_shown, scene, sizes
from tests.communities.support import person_of
from tests.support.stage import Stage, text_of


async def test_a_round_from_the_first_look_to_the_harvest(stage_on_each: Stage) -> None:
    """Rules, preview, lock, swap, undo, open, late arrival, messages, harvest, call back, history, page."""
    stage = stage_on_each
    room = await scene(stage, 8)
    await room.begin_session(NAMES[:7])
    await room.typed("pair rule apart P01 P02")
    await stage.command("p03", "avoid P04")
    shown = await room.typed("breakout 3 10 What helped?")
    assert sizes(groups_shown(shown)) == [3, 4]
    await room.typed("breakout lock P05")
    await stage.submit(LEAD, "breakout-lock", button_of(shown, "Lock").value, people=[])
    await room.typed("breakout reshuffle")
    opened = await room.pressed(await room.typed("breakout undo"), "Open groups")
    await room.deliver()
    assert "P08 is in group" in text_of(await room.typed("breakout late P08"))
    await room.deliver()
    groups = await room.seated()
    assert sizes(groups) == [4, 4]
    assert not any({"p01", "p02"} <= group or {"p03", "p04"} <= group for group in groups)
    await stage.command("p01", "harvest Ask first.")
    await room.pressed(opened, "Call back now")
    await room.deliver()
    assert "Ask first." in room.platform.heard("C-spring")[0]
    async with stage.database.read() as db:
        history = await history_of(db, 1)
        assert sum(history.meetings.values()) == 12
        lead = await db.get_one(Person, (await person_of(stage, LEAD)).id)
        met = await who_met(db, room.cohort.id, lead)
    assert met is not None
    assert "8 people; 12 of 28 pairs have met." in text_of(met.card)
