"""Each of the twelve kinds of prompt: asked for, answered, read back, in both languages."""

import pytest

from prompts.library import read_library
from storage.reflections import Commitment, Reflection
from tests.communities.support import rows
from tests.reflections.support import cohort_with_people, form_of
from tests.support.stage import Stage, text_of

PLANS = {"if-then-plan", "choose-commitments"}
KINDS = [kind.id for kind in read_library().kinds]
ANSWERS: dict[str, dict[str, object]] = {
    "what-so-what-now-what": {"what": "We slowed down.", "so_what": "It helped.", "now_what": "Do it again."},
    "if-then-plan": {"own_cue": "When I log in", "action": "take one slow breath"},
    "choose-commitments": {"chosen": ["breathe", "ask"]},
    "confidence-ruler": {"confidence": "7", "why_not_lower": "I know the steps."},
    "barrier-workaround": {"barrier": "No time.", "workaround": "Do it at the door."},
    "retrieval": {"recalled": "Say what comes next."},
    "plus-delta": {"plus": "The pairs.", "delta": "More time."},
    "one-two-four-all": {"insight": "We all rush."},
    "troika": {"useful": "To ask first."},
    "composite-case": {"deidentified": True, "situation": "A blend of two.", "question": "What next?"},
    "teach-back": {"who": "My team.", "idea.own": "Ask first."},
    "connection-pulse": {"note": "Thank you, all."},
}


def test_there_are_twelve_kinds_and_each_is_tried_here() -> None:
    assert len(KINDS) == 12
    assert set(KINDS) == set(ANSWERS)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_kind_is_asked_for_answered_and_private(stage: Stage, kind: str, language: str) -> None:
    _, [ana] = await cohort_with_people(stage, "ana")
    await stage.command("ana", f"settings language={language}")
    few = (await stage.command("ana", "reflect")).card
    assert few is not None
    assert len(few.sections) == 3, "those that fit the moment"
    card = (await stage.press("ana", few.buttons[0].action, few.buttons[0].value)).card
    assert card is not None
    [pressed] = card.sections[KINDS.index(kind)].buttons
    assert pressed.form == ("commit" if kind in PLANS else "reflect")
    said = await stage.submit("ana", pressed.form, pressed.value, visibility="private", **ANSWERS[kind])
    assert not said.errors
    assert said.card is not None
    if kind in PLANS:
        assert {row.person_id for row in await rows(stage, Commitment)} == {ana.id}
    else:
        [mine] = await rows(stage, Reflection)
        assert (mine.kind, mine.visibility, mine.person_id) == (kind, "private", ana.id)
        first = next(value for value in ANSWERS[kind].values() if value is not True)
        assert str(first) in text_of(await stage.command("ana", "my reflections"))
    assert [nudge for nudge in await stage.nudges() if nudge.kind == "note"] == []


@pytest.mark.parametrize("kind", sorted(set(KINDS) - PLANS))
async def test_a_kind_can_be_named_or_numbered_and_skipped(stage: Stage, kind: str) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", f"reflect {kind}"))
    assert form.context == form_of(await stage.command("ana", f"reflect {KINDS.index(kind) + 1}")).context
    gate = {"deidentified": True} if kind == "composite-case" else {}
    said = text_of(await stage.submit("ana", "reflect", form.context, visibility="private", **gate))
    assert "Skipping is always fine" in said
    assert await rows(stage, Reflection) == []


async def test_a_case_is_not_kept_before_its_box_is_ticked(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", "reflect composite-case"))
    said = await stage.submit("ana", "reflect", form.context, visibility="private", situation="A blend.")
    assert set(said.errors) == {"deidentified"}
    assert await rows(stage, Reflection) == []


async def test_retrieval_shows_the_key_ideas_after_the_answer_only(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", "reflect retrieval"))
    assert "Idea 1" not in form.model_dump_json()
    said = await stage.submit("ana", "reflect", form.context, visibility="private", recalled="To slow down.")
    assert "Idea 1" in text_of(said)


async def test_an_unknown_kind_names_the_twelve(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    assert "confidence-ruler" in text_of(await stage.command("ana", "reflect rulr"))
