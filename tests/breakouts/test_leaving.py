"""Somebody has to leave an open group: taken out of it and of the history, and put back by one press."""

from __future__ import annotations

import pytest

from bot.breakouts.history import history_of
from storage.breakouts import GroupMember
from tests.breakouts.rooms import NAMES, Scene, scene, sizes
from tests.communities.support import rows
from tests.support.stage import Stage, text_of


async def _opened(stage: Stage, count: int, typed: str = "breakout 3 10 seed=7") -> tuple[Scene, list[str]]:
    """The room with its open round, and the names of the group that p01 is in, p01 first."""
    room = await scene(stage, count)
    await room.begin_session(NAMES[:count])
    await room.pressed(await room.typed(typed), "Open groups")
    await room.deliver()
    group = next(one for one in await room.seated() if "p01" in one)
    return room, ["p01", *sorted(group - {"p01"})]


async def _met(room: Scene, name: str) -> set[str]:
    """Whom they have met, as the next round's engine knows it."""
    async with room.stage.database.read() as db:
        history = await history_of(db, 1)
    me, names = str(room.people[name].id), {str(one.id): key for key, one in room.people.items()}
    return {names[other] for pair in history.meetings if me in pair for other in pair if other != me}


async def test_who_had_to_leave_has_met_nobody_until_they_are_back(stage: Stage) -> None:
    room, (ana, ben, cleo) = await _opened(stage, 9)
    told = await room.typed("breakout left P01")
    assert "P01 had to leave group" in text_of(told)
    assert "do not count as having met" in text_of(told)
    assert await _met(room, ana) == set()
    assert await _met(room, ben) == {cleo}
    assert "sits in no open group" in text_of(await room.typed("breakout left P01"))
    back = await room.pressed(told, "P01 is back")
    assert "counts as having met" in text_of(back)
    assert await _met(room, ana) == {ben, cleo}


async def test_the_undo_works_when_the_round_is_over_too(stage: Stage) -> None:
    room, (ana, ben, cleo) = await _opened(stage, 9)
    told = await room.typed("breakout left P01")
    await room.typed("breakout close")
    assert await _met(room, ana) == set()
    await room.pressed(told, "P01 is back")
    assert await _met(room, ana) == {ben, cleo}


async def test_the_opened_card_has_a_button_with_everybody_to_pick_from(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    opened = await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    assert opened.card is not None
    button = next(one for one in opened.card.buttons if one.label == "Someone had to leave")
    assert button.form == "breakout-left"
    ana = str(room.people["p01"].id)
    sent = await stage.submit("dana", "breakout-left", button.value, person=ana)
    assert "P01 had to leave" in text_of(sent)
    again = await stage.submit("dana", "breakout-left", button.value, person=ana)
    assert "person" in again.errors, "they are no choice any more"


async def test_who_is_left_alone_is_named_and_gets_a_seat_with_others(stage: Stage) -> None:
    room, (_, ben) = await _opened(stage, 6, "breakout 2 10 seed=7")
    said = text_of(await room.typed("breakout left P01"))
    assert f"{ben.title()} is alone there now" in said
    assert "is in group" in text_of(await room.typed(f"breakout late {ben.title()}"))
    assert ben not in await _met(room, "p01")
    assert len(await _met(room, ben)) == 2
    assert sizes(await room.seated()) == [1, 2, 3], "the one is who left"
    assert "sits in group" in text_of(await room.typed(f"breakout late {ben.title()}"))


async def test_who_comes_back_to_an_empty_group_gets_a_seat_and_is_told(stage: Stage) -> None:
    room, (_, ben) = await _opened(stage, 6, "breakout 2 10 seed=7")
    told = await room.typed("breakout left P01")
    await room.typed(f"breakout late {ben.title()}")
    assert "P01 is in group" in text_of(await room.pressed(told, "P01 is back"))
    assert sizes(await room.seated()) == [3, 3]
    assert len(await _met(room, "p01")) == 2
    await room.deliver()
    assert any("You are in group" in text for text in room.platform.heard("D-p01"))


@pytest.mark.parametrize("who", ["p02", "outsider"])
async def test_only_who_runs_the_cohort_may_take_somebody_out(stage: Stage, who: str) -> None:
    room, _ = await _opened(stage, 6)
    if who == "outsider":
        await stage.person(who)
    one = (await room.rounds())[-1]
    refused = "cannot do this for you"
    assert refused in text_of(await stage.command(who, "breakout left P01"))
    assert refused in text_of(await stage.press(who, "breakout.back", f"{one.id}:{room.people['p01'].id}"))
    assert {row.present for row in await rows(stage, GroupMember)} == {None}


async def test_stale_and_forged_buttons_change_nothing(stage: Stage) -> None:
    room, _ = await _opened(stage, 6)
    one = (await room.rounds())[-1]
    for value in ("", "x", f"{one.id}", f"{one.id}:999", "999:1"):
        assert "I do not know this round" in text_of(await stage.press("dana", "breakout.back", value)), value
    assert {row.present for row in await rows(stage, GroupMember)} == {None}
