"""Commitments: chosen or written, asked about in three days, answered in one tap, counted and never named."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlmodel import select

from bot.nudges.folding import fold
from storage.nudges import Nudge
from storage.reflections import Commitment
from storage.sessions import Session, SessionExtras
from tests.communities.support import rows
from tests.reflections.support import cohort_with_people, form_of, send_due, value_of
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage, text_of

PLAN = "commit When I log in, then I will take one slow breath"
DUE = date(2027, 2, 4)


async def check_ins(stage: Stage, *states: str) -> list[Nudge]:
    return [nudge for nudge in await stage.nudges(*states) if nudge.kind == "commitment_check_in"]


async def check_in_sent(stage: Stage) -> str:
    """A plan of ana's and its check-in three days later; returns the commitment's id."""
    await stage.command("ana", PLAN)
    stage.clock.move_to(START + timedelta(days=4))
    await send_due(stage)
    assert len(await check_ins(stage, "sent")) == 1
    return str((await rows(stage, Commitment))[0].id)


async def test_a_typed_plan_is_read_and_its_check_in_planned(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    said = text_of(await stage.command("ana", PLAN))
    assert "When I log in, then I will take one slow breath" in said
    [mine] = await rows(stage, Commitment)
    assert (mine.cue, mine.action, mine.due_on, mine.status) == (
        "When I log in", "take one slow breath", DUE, "intended"
    )  # fmt: skip
    [nudge] = await check_ins(stage, "planned")
    assert nudge.subject_id == mine.id
    assert nudge.due_at.date() == DUE


async def test_typed_in_spanish_it_is_read_too(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", "settings language=es")
    await stage.command("ana", "compromiso Cuando abra el correo, entonces voy a respirar")
    [mine] = await rows(stage, Commitment)
    assert (mine.cue, mine.action) == ("Cuando abra el correo", "respirar")


async def test_the_same_plan_twice_is_one_commitment(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    assert "had this one already" in text_of(await stage.command("ana", PLAN))
    assert len(await rows(stage, Commitment)) == 1


async def test_the_form_offers_the_sessions_list_and_three_are_the_most(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", "commit"))
    chosen = next(field for field in form.fields if field.name == "chosen")
    assert [option.label for option in chosen.options][1] == "Ask before I advise"
    four = await stage.submit("ana", "commit", form.context, chosen=["breathe", "ask", "thank", "pause"])
    assert set(four.errors) == {"chosen"}
    three = await stage.submit(
        "ana", "commit", form.context, chosen=["breathe", "ask", "thank"], action="one more"
    )
    assert set(three.errors) == {"action"}
    no_action = await stage.submit("ana", "commit", form.context, own_cue="When I log in")
    assert set(no_action.errors) == {"action"}
    assert "Nothing was written" in text_of(await stage.submit("ana", "commit", form.context))
    assert await rows(stage, Commitment) == []
    await stage.submit("ana", "commit", form.context, chosen=["breathe", "ask"])
    assert {row.action for row in await rows(stage, Commitment)} == {
        "Take one slow breath", "Ask before I advise"
    }  # fmt: skip


async def test_a_form_that_is_sent_after_the_next_session_began_finds_what_it_offered(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", "commit"))
    async with stage.database.write() as db:
        following = (await db.scalars(select(Session).where(Session.number == 2))).one()
        following.extras = SessionExtras()
    stage.clock.move_to(START + timedelta(days=8))
    assert "chosen" not in {field.name for field in form_of(await stage.command("ana", "commit")).fields}
    assert (await stage.submit("ana", "commit", form.context, chosen=["ask"])).errors == {}
    [mine] = await rows(stage, Commitment)
    assert (mine.action, mine.session_id) == ("Ask before I advise", 1)


@pytest.mark.parametrize("plan", ["call my client Maria back", "x" * 501, "text 907-555-0142 each day"])
async def test_a_plan_with_client_details_or_too_long_is_not_kept(stage: Stage, plan: str) -> None:
    await cohort_with_people(stage, "ana")
    said = text_of(await stage.command("ana", f"commit {plan}"))
    assert "Maria" not in said
    assert await rows(stage, Commitment) == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [("done", "working"), ("partly", "tried"), ("not", "intended"), ("changed", "changed")],
)
async def test_one_tap_answers_the_check_in_and_a_second_tap_changes_nothing(
    stage: Stage, answer: str, status: str
) -> None:
    await cohort_with_people(stage, "ana")
    one = await check_in_sent(stage)
    for _ in range(2):
        said = await stage.press("ana", "commitment.answer", f"{one}:{answer}")
        assert said.replace
    [mine] = await rows(stage, Commitment)
    assert (mine.follow_up, mine.status) == (answer, status)
    assert await check_ins(stage, "planned") == []


async def test_the_check_in_quotes_the_plan_with_its_buttons_in_the_readers_language(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    await stage.command("ana", "settings language=es")
    stage.clock.move_to(START + timedelta(days=4))
    [card] = await send_due(stage)
    assert value_of(card, "Lo dejo") == "1:let_go"
    said = text_of(card)
    assert "When I log in" in said
    assert said.count("[") == 6
    assert "[Done]" not in said


async def test_let_go_before_the_day_nothing_is_asked(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    await stage.press("ana", "commitment.status", "1:let_go")
    assert await check_ins(stage, "planned") == []
    stage.clock.move_to(START + timedelta(days=4))
    assert await send_due(stage) == []
    assert "no open commitment" in text_of(await stage.command("ana", "my commitments"))
    await stage.press("ana", "commitment.status", "1:intended")
    assert "When I log in" in text_of(await stage.command("ana", "my commitments"))


async def test_carried_forward_it_is_asked_again_once(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    one = await check_in_sent(stage)
    await stage.press("ana", "commitment.answer", f"{one}:not")
    for _ in range(2):
        await stage.press("ana", "commitment.again", f"{one}:7")
    [again] = await check_ins(stage, "planned")
    assert again.due_at.date() >= (START + timedelta(days=11)).date()
    stage.clock.move_to(again.due_at)
    assert len(await send_due(stage)) == 1
    assert len(await check_ins(stage, "sent")) == 2


async def test_stop_asking_keeps_the_commitment(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    said = await stage.press("ana", "commitment.stop", "1")
    assert await check_ins(stage, "planned") == []
    await stage.press("ana", "commitment.again", value_of(said, "Ask me"))
    assert len(await check_ins(stage, "planned")) == 1


@pytest.mark.parametrize(
    ("action", "value"),
    [("commitment.answer", "1:done"), ("commitment.again", "1:3"), ("commitment.stop", "1"),
     ("commitment.status", "1:let_go")],
)  # fmt: skip
async def test_another_persons_commitment_is_not_found(stage: Stage, action: str, value: str) -> None:
    await cohort_with_people(stage, "ana", "ben")
    await stage.command("ana", PLAN)
    assert "no such commitment" in text_of(await stage.press("ben", action, value))
    [mine] = await rows(stage, Commitment)
    assert (mine.status, mine.follow_up, mine.due_on) == ("intended", None, DUE)


@pytest.mark.parametrize(
    ("action", "value"),
    [("commitment.answer", "1:great"), ("commitment.again", "1:0"), ("commitment.again", "1:9999"),
     ("commitment.again", "1:"), ("commitment.status", "1:gone"), ("commitment.stop", "x"),
     ("commitment.answer", "")],
)  # fmt: skip
async def test_a_made_up_value_changes_nothing(stage: Stage, action: str, value: str) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    assert "no such commitment" in text_of(await stage.press("ana", action, value))
    [mine] = await rows(stage, Commitment)
    assert (mine.status, mine.due_on) == ("intended", DUE)


async def test_the_tally_counts_people_and_hides_small_numbers(stage: Stage) -> None:
    users = [f"p{number}" for number in range(12)]
    await cohort_with_people(stage, *users)
    for user in users[:4]:
        await stage.command(user, PLAN)
    assert "Fewer than 5 people" in text_of(await stage.command("fay", "commitments"))
    for user in users[4:]:
        await stage.command(user, PLAN)
    for number in range(1, 7):
        await stage.press(users[number - 1], "commitment.status", f"{number}:working")
    said = text_of(await stage.command("fay", "commitments"))
    assert "12 people have a commitment" in said
    assert "It works: 6" in said
    assert "Planned: 6" in said
    await stage.press(users[11], "commitment.status", "12:tried")
    said = text_of(await stage.command("fay", "commitments Spring"))
    assert "Tried it: hidden" in said
    assert said.count("hidden") >= 2
    assert "P1" not in said


async def test_the_tally_is_for_facilitators(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    assert "acilitator" in text_of(await stage.command("ana", "commitments"))


@pytest.mark.parametrize(
    ("cue", "action", "shown"),
    [
        ("When I log in.", "I will breathe", "When I log in, then I will breathe"),
        ("After lunch;", "I'll  ask Ben ", "After lunch, then I will ask Ben"),
        ("", "I will ask first.", "ask first."),
    ],
)
async def test_a_plan_reads_as_one_sentence(stage: Stage, cue: str, action: str, shown: str) -> None:
    await cohort_with_people(stage, "ana")
    said = text_of(await stage.submit("ana", "commit", "", own_cue=cue, action=action))
    assert f"- {shown}" in said or f"• {shown}" in said


async def test_the_day_after_one_tap_rehearses_every_new_plan(stage: Stage) -> None:
    """The cue comes alone; the tap brings the whole plan."""
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    stage.clock.move_to(START + timedelta(days=1, hours=3))
    [card] = await send_due(stage)
    assert "log in" in text_of(card)
    shown = await stage.press("ana", "commitment.rehearsed", card.buttons[0].value)
    assert shown.replace
    assert "log in" in text_of(shown)
    await stage.command("ana", "stop commitment_rehearsal")
    await stage.command("ana", "commit when I sit down I will stand up")
    stage.clock.move_to(START + timedelta(days=2, hours=5))
    assert await send_due(stage) == [], "who does not want it gets none"


async def test_all_open_plans_are_asked_about_on_one_card(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", PLAN)
    await stage.command("ana", "commit when I sit down I will stand up")
    stage.clock.move_to(START + timedelta(days=4))
    [card] = await send_due(stage, partial(fold, ALL_KINDS))
    assert len(card.sections) == 2
    answered = {button.value for section in card.sections for button in section.buttons}
    assert {"1:done", "2:done"} <= answered
