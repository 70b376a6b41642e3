"""Changing a preview: reshuffle, undo, swap and lock, each by button, form and command."""

from __future__ import annotations

from tests.breakouts.rooms import LEAD, NAMES, button_of, groups_shown, scene, sizes
from tests.support.stage import Stage, text_of


async def test_undo_goes_back_and_forth(stage: Stage) -> None:
    room = await scene(stage, 9)
    await room.begin_session(NAMES[:9])
    first = await room.typed("breakout 3 10 seed=1")
    assert "[Undo]" not in text_of(first)
    second = await room.typed("breakout reshuffle seed=2")
    assert groups_shown(second) != groups_shown(first)
    third = await room.pressed(second, "Undo")
    assert groups_shown(third) == groups_shown(first)
    assert "Seed 1:" in text_of(third)
    assert groups_shown(await room.typed("breakout undo")) == groups_shown(second)


async def test_two_people_change_places(stage: Stage) -> None:
    """By command and in the form; two of one group, or somebody from outside, are refused."""
    room = await scene(stage, 7)
    await room.begin_session(NAMES[:6])
    before = await room.typed("breakout 3 10")
    one, other = [sorted(group) for group in groups_shown(before)]
    swapped = await room.typed(f"breakout swap {one[0]} {other[0]}")
    assert groups_shown(swapped) == [{other[0], *one[1:]}, {one[0], *other[1:]}]
    assert f"{one[0]} and {other[0]} changed places" in text_of(swapped)
    same = await room.typed(f"breakout swap {one[1]} {one[2]}")
    assert "same group" in text_of(same)
    assert "in the groups" in text_of(await room.typed(f"breakout swap {one[1]} P07"))
    button = button_of(swapped, "Swap")
    ids = [str(room.people[name.lower()].id) for name in (one[1], one[2])]
    refused = await stage.submit(LEAD, "breakout-swap", button.value, first=ids[0], second=ids[1])
    assert "same group" in refused.errors["second"]


async def test_who_is_locked_stays_while_the_rest_is_drawn(stage: Stage) -> None:
    """A lock follows its person through a swap; an empty form lifts all of them."""
    room = await scene(stage, 12)
    await room.begin_session(NAMES[:12])
    shown = await room.typed("breakout 3 10")
    first, *_, last = [sorted(group) for group in groups_shown(shown)]
    locked = await room.typed(f"breakout lock {first[0]}")
    assert f"locked: {first[0]}" in text_of(locked)
    for seed in range(5):
        assert first[0] in groups_shown(await room.typed(f"breakout reshuffle seed={seed}"))[0]
    await room.typed("breakout undo")
    now = groups_shown(await room.typed("breakout reshuffle seed=9"))
    swapped = await room.typed(f"breakout swap {first[0]} {min(now[-1])}")
    assert first[0] in groups_shown(swapped)[-1]
    again = await room.typed("breakout reshuffle")
    assert first[0] in groups_shown(again)[-1]
    free = await stage.submit(LEAD, "breakout-lock", button_of(again, "Lock").value, people=[])
    assert "Nobody is locked" in text_of(free)
    assert last


async def test_more_locked_than_a_group_holds_is_named(stage: Stage) -> None:
    """After a late no-show the locked no longer fit: the answer says whom, and what would work."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    shown = await room.typed("breakout 3 10")
    button = button_of(shown, "Lock")
    people = [str(room.people[name.lower()].id) for name in sorted(groups_shown(shown)[0])]
    held = await stage.submit(LEAD, "breakout-lock", button.value, people=people)
    assert "3 people stay" in text_of(held)
    rest = groups_shown(await room.typed("breakout reshuffle"))
    assert rest[0] == groups_shown(shown)[0]
    assert sizes(rest) == [3, 3]


async def test_a_preview_given_up_is_gone(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    shown = await room.typed("breakout 3 10")
    assert "Nobody was told" in text_of(await room.pressed(shown, "Cancel"))
    for label in ("Open groups", "Reshuffle", "Cancel"):
        assert "given up" in text_of(await room.pressed(shown, label))
    form = await stage.submit(LEAD, "breakout-swap", button_of(shown, "Swap").value, first="1", second="2")
    assert "given up" in text_of(form)


async def test_a_new_preview_voids_the_old_one(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    old = await room.typed("breakout 3 10")
    await room.typed("breakout 2 10")
    assert "given up" in text_of(await room.pressed(old, "Open groups"))
    assert [one.status for one in await room.rounds()] == ["cancelled", "preview"]


async def test_somebody_joins_or_leaves_a_preview_and_few_move(stage: Stage) -> None:
    room = await scene(stage, 10)
    await room.begin_session(NAMES[:9])
    before = groups_shown(await room.typed("breakout 3 10"))
    joined = groups_shown(await room.typed("breakout late P10"))
    assert [group - {"P10"} for group in joined] == before
    assert "sits in group" in text_of(await room.typed("breakout late P10"))
    left = await room.typed("breakout without P10")
    assert groups_shown(left) == before
    assert "none of these groups" in text_of(await room.typed("breakout without P10"))
    assert groups_shown(await room.typed("breakout undo")) == joined


async def test_leaving_until_one_is_left_ends_in_a_clear_answer(stage: Stage) -> None:
    room = await scene(stage, 3)
    await room.begin_session(NAMES[:3])
    await room.typed("breakout 3 10")
    await room.typed("breakout without P01")
    shown = await room.typed("breakout without P02")
    assert groups_shown(shown) == [{"P03"}]
    assert "only one is here" in text_of(await room.typed("breakout reshuffle"))


async def test_who_checks_in_between_preview_and_opening_is_not_dropped(stage: Stage) -> None:
    """They are seated at opening; who was taken out by hand stays out."""
    room = await scene(stage, 8)
    await room.begin_session(NAMES[:7])
    shown = await room.typed("breakout 3 10")
    await room.check_in("p08")
    await room.pressed(shown, "Open groups")
    assert sizes(await room.seated()) == [4, 4]
    await room.begin_session(NAMES[:8])
    await room.typed("breakout 3 10")
    await room.typed("breakout without P01")
    await room.typed("breakout open")
    seated = await room.seated()
    assert sum(map(len, seated)) == 7
    assert not any("p01" in group for group in seated)


async def test_a_number_of_groups_instead_of_a_size(stage: Stage) -> None:
    room = await scene(stage, 10)
    await room.begin_session(NAMES[:10])
    assert sizes(groups_shown(await room.typed("breakout groups=4 minutes=5"))) == [2, 2, 3, 3]
    assert sizes(groups_shown(await room.typed("breakout reshuffle"))) == [2, 2, 3, 3]
    assert "enough for 5" in text_of(await room.typed("breakout groups=6"))
    assert "groups: please give 1 or more" in text_of(await room.typed("breakout groups=0")).lower()
