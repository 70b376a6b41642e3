"""A facilitator sends a prompt; people answer in the form, or by writing back."""

from datetime import timedelta

import pytest

from bot.core.events import Where
from prompts.library import read_library
from storage.people import AuditEvent
from storage.reflections import PromptSent, Reflection
from tests.communities.support import elsewhere, enroll, rows
from tests.reflections.support import cohort_with_people, send_due, value_of
from tests.support.stage import Stage, text_of

DIRECT = Where(conversation="D-ana", kind="direct")
KINDS = [kind.id for kind in read_library().kinds]


async def send_prompt(stage: Stage, kind: str = "plus-delta") -> str:
    """Preview and send; returns what the Send button carried."""
    value = value_of(await stage.command("fay", f"prompt 1 {kind}"), "Send it")
    await stage.press("fay", "prompt.send", value)
    return value


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_previewed_and_then_sent_to_each_person(stage: Stage, kind: str) -> None:
    await cohort_with_people(stage, "ana", "ben")
    preview = await stage.command("fay", f"prompt 1 {kind}")
    said = text_of(preview)
    assert "nothing is sent yet" in said
    assert "2 people" in said
    assert await stage.nudges() == []
    await stage.press("fay", "prompt.send", value_of(preview, "Send it"))
    cards = await send_due(stage)
    assert len(cards) == 2
    assert all(f"[{label}]" in text_of(card) for card in cards for label in ("Answer", "Skip this one"))
    assert "prompt_sent" in {row.action for row in await rows(stage, AuditEvent)}


async def test_a_double_click_sends_once_and_another_wording_is_another_prompt(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    value = await send_prompt(stage)
    assert "already" in text_of(await stage.press("fay", "prompt.send", value))
    assert len(await rows(stage, PromptSent)) == 1
    preview = await stage.command("fay", "prompt 1 plus-delta")
    other = await stage.press("fay", "prompt.preview", value_of(preview, "Another"))
    assert other.replace
    assert value_of(other, "Send it") != value


async def test_a_participant_may_not_send_and_is_told_who_can(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    assert "facilitator" in text_of(await stage.command("ana", "prompt 1 plus-delta")).casefold()
    await stage.press("ana", "prompt.send", "1:1:plus-session")
    assert await rows(stage, PromptSent) == []


@pytest.mark.parametrize("value", ["1:2:plus-none", "1:99:plus-session", "99:1:plus-session", "", "x:y:z"])
async def test_a_made_up_button_sends_nothing(stage: Stage, value: str) -> None:
    await cohort_with_people(stage, "ana")
    said = text_of(await stage.press("fay", "prompt.send", value))
    assert said
    assert "Something went wrong" not in said
    assert await rows(stage, PromptSent) == []


async def test_another_communitys_cohort_is_not_found(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    theirs = await elsewhere(stage)
    await stage.press("fay", "prompt.send", f"{theirs.id}:1:plus-session")
    assert await rows(stage, PromptSent) == []


async def test_a_session_or_kind_that_does_not_exist_is_named(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    assert "has no session 7" in text_of(await stage.command("fay", "prompt 7 plus-delta"))
    assert "confidence-ruler" in text_of(await stage.command("fay", "prompt 1 nonsense"))


async def test_whoever_answered_left_or_opted_out_meanwhile_gets_none(stage: Stage) -> None:
    cohort, [ana, ben, cy] = await cohort_with_people(stage, "ana", "ben", "cy")
    await send_prompt(stage)
    await stage.submit(
        "ana", "reflect", f"new:plus-session:{cohort.id}:1", visibility="private", plus="Good."
    )
    await stage.command("ben", "stop")
    await stage.command("cy", "leave")
    await send_due(stage)
    prompts = [nudge for nudge in await stage.nudges() if nudge.kind == "reflection_prompt"]
    assert {nudge.person_id: nudge.reason for nudge in prompts} == {
        ana.id: "already_answered", ben.id: "opted_out", cy.id: "left"
    }  # fmt: skip


async def test_a_reply_in_the_chat_is_a_private_answer_that_can_be_undone(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await send_prompt(stage)
    await send_due(stage)
    said = await stage.say("ana", "The pairs were good.", DIRECT)
    [mine] = await rows(stage, Reflection)
    assert (mine.answers, mine.visibility, mine.prompt_id) == (
        {"plus": "The pairs were good."},
        "private",
        1,
    )
    assert "nobody reads this chat" in text_of(await stage.say("ana", "And one more thing.", DIRECT))
    for _ in range(2):
        assert "kept nothing" in text_of(await stage.press("ana", "reflection.undo", value_of(said, "Undo")))
    assert await rows(stage, Reflection) == []


async def test_words_in_the_channel_or_after_three_days_are_no_answer(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await send_prompt(stage)
    await send_due(stage)
    await stage.say("ana", "Good one.", Where(conversation="C1", kind="channel"))
    stage.clock.move_to(stage.clock.now() + timedelta(days=3, minutes=1))
    await stage.say("ana", "Good one.", DIRECT)
    assert await rows(stage, Reflection) == []


async def test_a_reply_about_a_client_is_not_kept(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await send_prompt(stage)
    await send_due(stage)
    assert "quick check" in text_of(await stage.say("ana", "My client Maria liked it.", DIRECT))
    assert await rows(stage, Reflection) == []


async def test_a_case_needs_its_form(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await send_prompt(stage, "composite-case")
    await send_due(stage)
    await stage.say("ana", "Somebody came in.", DIRECT)
    assert await rows(stage, Reflection) == []


async def test_who_joined_after_the_preview_gets_it_too(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana")
    preview = await stage.command("fay", "prompt 1 plus-delta")
    await enroll(stage, cohort, await stage.person("ben"))
    await stage.press("fay", "prompt.send", value_of(preview, "Send it"))
    assert len(await send_due(stage)) == 2
