"""`stick`: the whole plan as a calendar; nothing approved disappears unless a facilitator decided so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.cards import Button
from bot.core.reply import Reply
from storage.learning import RecallChoice
from storage.series import Cohort
from storage.sessions import Session
from tests.communities.support import enroll, rows
from tests.learning.support import key_ideas, series_with_sessions
from tests.support.stage import Stage, text_of

LAST_DAY = datetime(2027, 3, 16, 19, 0, tzinfo=UTC)


async def six_approved_ideas(stage: Stage) -> tuple[Cohort, list[Session]]:
    cohort, sessions = await series_with_sessions(stage, LAST_DAY - timedelta(weeks=2))
    await key_ideas(stage, sessions[0], approved=True)
    await key_ideas(stage, sessions[1], approved=True)
    await stage.person("fay", "facilitator")
    return cohort, sessions


def button(reply: Reply, label: str) -> Button:
    assert reply.card is not None
    return next(one for one in reply.card.buttons if one.label == label)


async def test_the_proposal_is_shown_with_every_day_and_taken_by_one_press(stage: Stage) -> None:
    await six_approved_ideas(stage)
    shown = await stage.command("fay", "stick")
    said = text_of(shown)
    assert "This is a proposal: 4 core ideas" in said
    for day in ("Fri, Mar 19", "Tue, Mar 23", "Tue, Mar 30", "Tue, Apr 13", "Tue, May 11", "Tue, Jun 8"):
        assert day in said
    assert said.count("en question 1?") >= 3
    assert "On everybody’s page" in said
    keep = button(shown, "Keep this plan")
    kept = await stage.press("fay", keep.action, keep.value)
    assert "proposal" not in text_of(kept)
    roles = sorted(choice.role for choice in await rows(stage, RecallChoice))
    assert roles == ["core"] * 4 + ["page"] * 2, "each approved idea is somebody's decision now"


async def test_core_ideas_are_chosen_and_one_is_left_out_by_decision(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    both = await stage.submit("fay", "stick-core", str(cohort.id), core=["1", "4"], dropped=["4"])
    assert set(both.errors) == {"dropped"}
    chosen = await stage.submit("fay", "stick-core", str(cohort.id), core=["1", "4"], dropped=["6"])
    assert "2 core ideas come back" in text_of(chosen)
    assert "Left out, by decision" in text_of(chosen)
    by_idea = {choice.idea_id: choice for choice in await rows(stage, RecallChoice)}
    assert (by_idea[1].places, by_idea[4].places) == ([1, 3, 5], [2, 4, 6])
    assert {by_idea[one].role for one in (2, 3, 5)} == {"page"}
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    page = text_of(await stage.command("ana", "took along"))
    assert page.count("Ask about the load.") == 1, "idea 3 is on the page, idea 6 is left out"


async def test_a_question_is_moved_and_where_two_stand_they_change_places(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    await stage.submit("fay", "stick-core", str(cohort.id), core=["1", "2", "3", "4"])
    before = {choice.idea_id: choice.places for choice in await rows(stage, RecallChoice)}
    assert (before[1], before[3]) == ([1, 3, 5], [2, 4, 6])
    moved = await stage.submit("fay", "stick-move", str(cohort.id), question="1:1", to="2")
    assert moved.card is not None
    after = {choice.idea_id: choice.places for choice in await rows(stage, RecallChoice)}
    assert after[1] == [2, 3, 5]
    assert sorted(after.values()) != sorted(before.values())
    assert sum(2 in places for places in after.values()) == 2
    taken = await stage.submit("fay", "stick-move", str(cohort.id), question="1:2", to="3")
    assert set(taken.errors) == {"to"}
    out = await stage.submit("fay", "stick-move", str(cohort.id), question="1:2", to="0")
    assert "Asked fewer than 3 times" in text_of(out)


async def test_an_idea_approved_later_waits_for_a_decision_and_is_shown(stage: Stage) -> None:
    cohort, sessions = await six_approved_ideas(stage)
    await stage.submit("fay", "stick-core", str(cohort.id), core=["1"])
    await key_ideas(stage, sessions[2], approved=True)
    assert "Approved since: please decide" in text_of(await stage.command("fay", "stick"))


async def test_what_people_recall_is_told_by_idea_and_by_time_once_enough_have_said(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    await stage.submit("fay", "stick-core", str(cohort.id), core=["1"])
    for number in range(6):
        person = await stage.person(f"p{number}")
        await enroll(stage, cohort, person)
        await stage.press(f"p{number}", "stick.recalled", f"1:{cohort.id}:1:{int(number < 4)}")
        said = text_of(await stage.command("fay", "stick"))
        assert ("67 % of 6" in said) == (number == 5)
    assert "Had it in mind, by time after the series" in said


async def test_participants_may_not_see_or_change_the_plan(stage: Stage) -> None:
    cohort, _ = await six_approved_ideas(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await stage.command("ana", "stick")
    await stage.press("ana", "stick.keep", str(cohort.id))
    await stage.submit("ana", "stick-core", str(cohort.id), core=["1"])
    assert await rows(stage, RecallChoice) == []
