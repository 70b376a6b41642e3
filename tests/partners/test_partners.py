"""Between sessions: pairs, the trio, did you meet, sitting out, silence, and what a facilitator sees."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from sqlmodel import select

from storage.breakouts import BreakoutRound, PairRule, PartnerAnswer, PartnerPause
from tests.breakouts.rooms import LEAD, button_of
from tests.communities.support import elsewhere, rows
from tests.partners.pairs import pairs
from tests.support.stage import START, Stage, text_of


async def test_13_people_are_paired_over_rounds_without_repeats_and_the_trio_turns(stage: Stage) -> None:
    scene = await pairs(stage, 13, sessions=5)
    met: Counter[tuple[str, ...]] = Counter()
    trios: Counter[str] = Counter()
    for session in (1, 2, 3, 4):
        await scene.until("partner_round", session)
        groups = await scene.groups()
        assert sorted(map(len, groups)) == [2, 2, 2, 2, 2, 3]
        assert set().union(*groups) == set(scene.people)
        trio = next(group for group in groups if len(group) == 3)
        trios.update(trio)
        met.update(two for group in groups for two in combinations(sorted(group), 2))
        for name in scene.people:
            assert ("the number of people is odd" in scene.heard(name)[-1]) == (name in trio)
    assert max(met.values()) == 1
    assert max(trios.values()) == 1
    assert len(await rows(stage, BreakoutRound)) == 4


async def test_each_of_a_pair_hears_the_other_one_starter_and_one_icebreaker(stage: Stage) -> None:
    scene = await pairs(stage, 2)
    await scene.until("partner_round", 1)
    one, two = scene.heard("p01"), scene.heard("p02")
    assert len(one) == len(two) == 1
    assert "P02" in one[0]
    assert "P01" in two[0]
    assert ["Who starts: You" in text for text in (one[0], two[0])].count(True) == 1
    breakers = [text.partition("To break the ice: ")[2].partition("\n")[0] for text in (one[0], two[0])]
    assert breakers[0]
    assert breakers[0] == breakers[1]


async def test_did_you_meet_is_asked_and_once_more_of_who_has_not_said_yes_or_no(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    await scene.until("partner_round", 1)
    await scene.until("partner_check", 1, hours=1)
    assert "new in the next round" in await scene.says("p01", "Yes, we met")
    assert "once more in two days" in await scene.says("p02", "Not yet")
    assert "between you and the bot" in await scene.says("p03", "No")
    await scene.says("p03", "No")
    assert len(await rows(stage, PartnerAnswer)) == 3
    await scene.until("partner_ask_again", 1)
    asked = {name: sum("Did you meet?" in text for text in scene.heard(name)) for name in scene.people}
    assert asked == {"p01": 1, "p02": 2, "p03": 1, "p04": 2}
    assert await scene.why_skipped("p01", "partner_ask_again") == ["already_answered"]


async def test_an_answer_for_another_group_or_another_word_changes_nothing(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    await scene.until("partner_round", 1)
    await scene.until("partner_check", 1, hours=1)
    mine = scene.answer("p01", "No").value.partition(":")[0]
    theirs = {"1": "2", "2": "1"}[mine]
    for value in (f"{theirs}:yes", f"{mine}:never", f"{mine}", "", "999:yes", "x:no"):
        assert "for someone else" in text_of(await stage.press("p01", "partners.met", value))
    assert await rows(stage, PartnerAnswer) == []


async def test_skipping_before_the_round_is_told_pairs_the_others_anew(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    first = min(nudge.due_at for nudge in await stage.nudges() if nudge.kind == "partner_round")
    stage.clock.move_to(first.replace(hour=1))
    await scene.keep_house()
    assert len(await scene.groups()) == 2
    assert "You sit out this round" in text_of(await stage.command("p01", "partners skip"))
    assert sorted(map(len, await scene.groups())) == [3]
    await scene.until("partner_round", 1)
    assert scene.heard("p01") == []
    await scene.until("partner_round", 2)
    assert len(scene.heard("p01")) == 1


async def test_skipping_after_it_means_the_next_round_and_back_takes_it_back(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    await scene.until("partner_round", 1)
    assert "the next round" in text_of(await stage.press("p01", "partners.skip", str(scene.cohort.id)))
    await stage.command("p02", "partners skip")
    assert "paired in the next round" in text_of(await stage.command("p02", "partners back"))
    await scene.until("partner_round", 2)
    assert set().union(*await scene.groups()) == {"p02", "p03", "p04"}
    await scene.until("partner_round", 3)
    assert set().union(*await scene.groups()) == set(scene.people)


async def test_a_pause_ends_by_itself_on_its_day(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    assert "Pick a day after today" in text_of(await stage.command("p01", "partners pause 2027-01-31"))
    assert "Pick a day within a year" in text_of(await stage.command("p01", "partners pause 2029-01-31"))
    assert await rows(stage, PartnerPause) == []
    assert "February 15" in text_of(await stage.command("p01", "partners pause until 2027-02-15"))
    assert "not paired" in text_of(await stage.command("p01", "partners"))
    await scene.until("partner_round", 1)
    assert "p01" not in set().union(*await scene.groups())
    await scene.until("partner_round", 2)
    assert "p01" in set().union(*await scene.groups())


async def test_the_pause_button_opens_a_form_that_says_what_does_not_fit(stage: Stage) -> None:
    scene = await pairs(stage, 2)
    value = str(scene.cohort.id)
    sent = await stage.submit("p01", "partners-pause", value, until="2027-01-01")
    assert sent.errors == {"until": "Pick a day after today."}
    assert (await stage.command("p01", "partners pause")).form is not None
    assert "From" in text_of(await stage.submit("p01", "partners-pause", value, until="2027-03-01"))


async def test_three_silent_rounds_are_warned_of_told_and_then_paused(stage: Stage) -> None:
    scene = await pairs(stage, 4, sessions=6)
    for session in (1, 2, 3):
        await scene.until("partner_round", session)
        assert ("After a third one" in scene.heard("p01")[-1]) == (session == 3)
        await scene.until("partner_check", session, hours=1)
        for name in ("p02", "p03", "p04"):
            await scene.says(name, "Not yet")
        await scene.until("partner_ask_again", session)
    await scene.until("partner_round", 4)
    assert set().union(*await scene.groups()) == {"p02", "p03", "p04"}
    assert "Three rounds went by" in scene.heard("p01")[-1]
    back = scene.cards("p01")[-1].buttons[0]
    await stage.press("p01", back.action, back.value)
    await scene.until("partner_round", 5)
    assert set().union(*await scene.groups()) == set(scene.people)


async def test_a_facilitator_sees_who_drifts_and_never_who_said_what(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    for session in (1, 2):
        await scene.until("partner_round", session)
        await scene.until("partner_check", session, hours=1)
        await scene.says("p01", "Yes, we met")
        mate = next(group - {"p01"} for group in await scene.groups() if "p01" in group).pop()
        rest = sorted(set(scene.people) - {"p01", mate})
        await scene.says(rest[0], "No")
    shown = text_of(await stage.command(LEAD, "partners"))
    assert "Groups that met: 1 of 2" in shown
    drifting = next(line for line in shown.splitlines() if line.startswith("Drifting: "))
    assert "P01" not in drifting
    assert all(word not in shown for word in ("Not yet", "said no", "No,"))
    assert "Groups that met" not in text_of(await stage.command("p01", "partners"))


async def test_a_round_by_hand_is_shown_first_then_told_and_asked_about(stage: Stage) -> None:
    scene = await pairs(stage, 5)
    status = await stage.command(LEAD, "partners")
    form = button_of(status, "Form a round now")
    shown = await stage.press(LEAD, form.action, form.value)
    assert "Partners, not told yet" in text_of(shown)
    open_it = button_of(shown, "Open groups")
    assert open_it.action == "partners.open"
    await scene.send()
    assert scene.heard("p01") == []
    assert "2 groups are told now" in text_of(await stage.press(LEAD, open_it.action, open_it.value))
    assert "already" in text_of(await stage.press(LEAD, open_it.action, open_it.value))
    await scene.send()
    assert [len(scene.heard(name)) for name in scene.people] == [1] * 5
    by_hand = [nudge for nudge in await stage.nudges() if nudge.kind == "partner_check" and nudge.subject_id]
    stage.clock.move_to(max(one.due_at for one in by_hand))
    await scene.send()
    assert all(any("Did you meet?" in text for text in scene.heard(name)) for name in scene.people)


async def test_a_round_by_hand_takes_the_place_of_one_not_told_yet(stage: Stage) -> None:
    scene = await pairs(stage, 4)
    first = min(nudge.due_at for nudge in await stage.nudges() if nudge.kind == "partner_round")
    stage.clock.move_to(first.replace(hour=1))
    await scene.keep_house()
    open_it = button_of(await stage.command(LEAD, "partners new"), "Open groups")
    await stage.press(LEAD, open_it.action, open_it.value)
    await scene.until("partner_round", 1)
    assert [len(scene.heard(name)) for name in scene.people] == [1] * 4
    assert await scene.why_skipped("p01", "partner_round") == ["already_told"]


async def test_two_who_must_not_meet_are_never_paired_and_nobody_learns_why(stage: Stage) -> None:
    scene = await pairs(stage, 2)
    one, two = (scene.people[name].id for name in ("p01", "p02"))
    async with stage.database.write() as db:
        db.add(
            PairRule(community_id=1, kind="never", first_id=one, second_id=two, set_by_id=one, set_at=START)
        )
    await scene.until("partner_round", 1)
    assert await scene.why_skipped("p02", "partner_round") == ["no_round"]
    said = text_of(await stage.command(LEAD, "partners new"))
    assert "P01" not in said
    assert "P02" not in said


async def test_with_nobody_opted_in_a_facilitator_hears_how_to_begin(stage: Stage) -> None:
    await pairs(stage, 1)
    assert "settings partners=yes" in text_of(await stage.command(LEAD, "partners new"))


@pytest.mark.parametrize("action", ["partners.skip", "partners.back", "partners.form", "partners.open"])
async def test_a_button_of_another_community_changes_nothing(stage: Stage, action: str) -> None:
    await pairs(stage, 2)
    theirs = await elsewhere(stage)
    for user in ("p01", LEAD):
        assert text_of(await stage.press(user, action, str(theirs.id)))
    assert await rows(stage, PartnerPause) == []
    assert await rows(stage, BreakoutRound) == []


async def test_a_participant_forms_no_round(stage: Stage) -> None:
    scene = await pairs(stage, 2)
    for reply in (
        await stage.command("p01", "partners new"),
        await stage.press("p01", "partners.form", str(scene.cohort.id)),
    ):
        assert "facilitator" in text_of(reply).casefold()
    assert await rows(stage, BreakoutRound) == []


async def test_a_spanish_speaker_reads_it_in_spanish_on_each_database(stage_on_each: Stage) -> None:
    scene = await pairs(stage_on_each, 3)
    async with stage_on_each.database.write() as db:
        for person in await db.scalars(select(type(scene.people["p01"]))):
            person.language = "es"
    await scene.until("partner_round", 1)
    assert "Ustedes son tres" in scene.heard("p01")[0]
    assert "Salta la próxima ronda" in text_of(await stage_on_each.command("p01", "parejas saltar"))
    await scene.until("partner_check", 1, hours=1)
    assert "¿Se reunieron?" in scene.heard("p02")[-1]
    button = scene.cards("p02")[-1].buttons[0]
    assert "Qué bien" in text_of(await stage_on_each.press("p02", button.action, button.value))


async def test_rounds_come_as_many_weeks_apart_as_a_facilitator_wants(stage: Stage) -> None:
    scene = await pairs(stage, 6, sessions=4)
    assert "a number of weeks from 0 to 12" in text_of(await stage.command(LEAD, "partners every 13"))
    assert "4 weeks lie between" in text_of(await stage.command(LEAD, "partners every 4"))
    await scene.until("partner_round", 1)
    await scene.until("partner_round", 2)
    assert [row.session_id for row in await rows(stage, BreakoutRound)] == [1]
    await scene.until("partner_round", 3)
    assert [row.session_id for row in await rows(stage, BreakoutRound)] == [1, 3]
    skipped = {nudge.reason for nudge in await stage.nudges("skipped") if nudge.kind == "partner_round"}
    assert len(skipped) == 1
    assert "after every session" in text_of(await stage.command(LEAD, "partners every 0"))


async def test_a_participant_sets_no_weeks(stage: Stage) -> None:
    await pairs(stage, 2)
    assert "facilitator" in text_of(await stage.command("p01", "partners every 2"))


async def test_who_stays_behind_hears_that_a_partner_left_once(stage: Stage) -> None:
    """After the round was told; not within the hour in which leaving can be undone."""
    scene = await pairs(stage, 5)
    await scene.until("partner_round", 1)
    trio = next(group for group in await scene.groups() if len(group) == 3)
    pair = next(group for group in await scene.groups() if len(group) == 2)
    for group in (trio, pair):
        await stage.command(min(group), "leave")
    await scene.keep_house()
    stage.clock.advance(timedelta(hours=1, minutes=1))
    for _ in range(2):
        await scene.keep_house()
    stage.clock.advance(timedelta(hours=14))
    await scene.send()
    told = {
        name: [one for one in scene.heard(name) if "does not take part any more" in one]
        for name in trio | pair
    }
    assert {name: len(said) for name, said in told.items()} == {
        name: int(name not in (min(trio), min(pair))) for name in trio | pair
    }
    assert "You will be paired again in the next round" in told[max(pair)][0]
    assert f"{min(trio).title()} does not take part any more. You go on with" in told[max(trio)][0]
    assert min(trio).title() not in told[max(trio)][0].partition("You go on")[2]


async def test_who_undoes_their_leaving_is_not_told_of(stage: Stage) -> None:
    scene = await pairs(stage, 2)
    await scene.until("partner_round", 1)
    left = await stage.command("p01", "leave")
    assert left.card is not None
    await stage.press("p01", "leave.undo", left.card.buttons[0].value)
    stage.clock.advance(timedelta(hours=2))
    await scene.keep_house()
    stage.clock.advance(timedelta(hours=14))
    await scene.send()
    assert not any("does not take part any more" in one for one in scene.heard("p02"))
