"""Apart, together and never: what holds, what is answered, and that a confidential rule shows nowhere."""

from __future__ import annotations

from bot.core.events import Where
from storage.breakouts import PairRule
from tests.breakouts.rooms import LEAD, NAMES, button_of, groups_shown, scene
from tests.communities.support import rows
from tests.support.stage import Stage, text_of


async def test_apart_and_together_hold_in_every_draw(stage: Stage) -> None:
    room = await scene(stage, 8)
    await room.begin_session(NAMES[:8])
    assert "kept apart" in text_of(await room.typed("pair rule apart P01 P02"))
    assert "stay together" in text_of(await room.typed("pair rule together P03 P04"))
    await room.typed("breakout 4 10")
    for seed in range(12):
        groups = groups_shown(await room.typed(f"breakout reshuffle seed={seed}"))
        assert not any({"P01", "P02"} <= group for group in groups)
        assert any({"P03", "P04"} <= group for group in groups)


async def test_visible_rules_are_listed_and_lifted(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.typed("pair rule apart P01 P02")
    await room.typed("pair rule together P03 P04")
    listed = await room.typed("pair rules")
    assert "Apart: P01 and P02" in text_of(listed)
    left = await room.pressed(listed, "Lift")
    assert "Apart" not in text_of(left).replace("Kept apart", "")
    await room.typed("pair lift P04 P03")
    assert "Nobody is kept" in text_of(await room.typed("pair rules"))


async def test_opposite_rules_are_refused_by_name(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.typed("pair rule apart P01 P02")
    assert "opposite rule for P01 and P02" in text_of(await room.typed("pair rule together P02 P01"))
    assert "two different" in text_of(await room.typed("pair rule apart P01 P01"))
    assert len(await rows(stage, PairRule)) == 1


async def test_a_visible_clash_is_named_with_what_would_work(stage: Stage) -> None:
    """Four who are all to be kept apart cannot sit in two groups."""
    room = await scene(stage, 4)
    await room.begin_session(NAMES[:4])
    for one, other in (("P01", "P02"), ("P01", "P03"), ("P02", "P03")):
        await room.typed(f"pair rule apart {one} {other}")
    refused = text_of(await room.typed("breakout 2 10"))
    assert "P01, P02, and P03 are all to be kept apart, and there are too few groups" in refused
    assert "What would work: keep nobody apart" in refused
    assert "private" not in refused
    assert await room.rounds() == []
    await stage.command("p01", "avoid P04")
    assert text_of(await room.typed("breakout 2 10")) == refused


async def test_never_holds_and_is_shown_to_nobody(stage: Stage) -> None:
    """In no preview, list, form or answer; set twice it is one; the other person cannot find out."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    told = await stage.command("p01", "avoid P02")
    assert "Nobody is told" in text_of(told)
    await stage.command("p01", "avoid P02")
    assert [rule.kind for rule in await rows(stage, PairRule)] == ["never"]
    await room.typed("breakout 3 10")
    for seed in range(20):
        shown = await room.typed(f"breakout reshuffle seed={seed}")
        assert not any({"P01", "P02"} <= group for group in groups_shown(shown))
        assert "never" not in text_of(shown).lower()
        assert "private" not in text_of(shown).lower()
    for user in (LEAD, "p01", "p02"):
        listed = text_of(await stage.command(user, "pair rules"))
        assert "P01" not in listed
        assert "P02" not in listed
    assert text_of(await stage.command("p02", "avoid end P01")) == text_of(
        await stage.command("p03", "avoid end P01")
    )
    assert len(await rows(stage, PairRule)) == 1
    assert text_of(await room.typed("pair lift P01 P02")) == text_of(await room.typed("pair lift P05 P06"))
    assert len(await rows(stage, PairRule)) == 1
    await stage.command("p01", "avoid end P02")
    assert await rows(stage, PairRule) == []


async def test_a_swap_is_refused_in_the_same_words_for_every_rule(stage: Stage) -> None:
    """Whether an arrangement or a confidential wish forbids it cannot be told from the answer."""
    room = await scene(stage, 4)
    await room.begin_session(NAMES[:4])
    answers = set()
    for rule in ("never", "apart"):
        await room.typed(f"pair rule {rule} P01 P02")
        one, other = [sorted(group) for group in groups_shown(await room.typed("breakout 2 10"))]
        mine, theirs = (one, other) if "P01" in one else (other, one)
        mate = next(name for name in mine if name != "P01")
        answers.add(text_of(await room.typed(f"breakout swap {mate} P02")))
        await room.typed("pair lift P01 P02")
        assert "P02" in theirs
    (answer,) = answers
    assert "cannot change places" in answer
    assert "P01" not in answer


async def test_keep_together_against_a_confidential_wish_names_nobody(stage: Stage) -> None:
    """The clash has one text and no offer: what would work without it would tell whom it is about."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    await stage.command("p01", "avoid P02")
    assert "stay together" in text_of(await room.typed("pair rule together P01 P02"))
    refused = text_of(await room.typed("breakout 3 10"))
    assert "No groups keep all the rules" in refused
    assert "P01" not in refused
    assert "What would work" not in refused


async def test_a_rule_is_set_in_the_preview_for_people_of_the_round(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    shown = await room.typed("breakout 3 10")
    context = button_of(shown, "Apart or together").value
    ids = [str(room.people[name].id) for name in ("p01", "p02")]
    saved = await stage.submit(LEAD, "pair-rule", context, kind="apart", first=ids[0], second=ids[1])
    assert "Press Reshuffle" in text_of(saved)
    twice = await stage.submit(LEAD, "pair-rule", context, kind="apart", first=ids[0], second=ids[0])
    assert "two different" in twice.errors["second"]


async def test_a_wish_is_for_oneself_and_for_known_people(stage: Stage) -> None:
    await scene(stage, 3)
    assert "two different" in text_of(await stage.command("p01", "avoid P01"))
    assert "nobody" in text_of(await stage.command("p01", "avoid Zed")).lower() or "Zed" in text_of(
        await stage.command("p01", "avoid Zed")
    )
    form = (await stage.command("p01", "avoid")).form
    assert form is not None
    await stage.submit("p01", "avoid", "", person=["user:p02"])
    assert len(await rows(stage, PairRule)) == 1


async def test_a_participant_sets_no_rule_for_others(stage: Stage) -> None:
    await scene(stage, 3)
    where = Where(conversation="C-spring", kind="channel")
    await stage.command("p01", "pair rule never P02 P03", where)
    assert await rows(stage, PairRule) == []
