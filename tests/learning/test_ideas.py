"""Key ideas: written, approved, edited together."""

from bot.core.forms import Form
from storage.sessions import KeyIdea
from tests.communities.support import rows
from tests.learning.support import key_ideas, presents, series_with_sessions
from tests.support.stage import Stage, text_of

WHOLE = 'idea 1 "Ask first." "What comes before help?" "A question." Ask what helps.'


async def test_an_idea_typed_waits_for_approval_and_says_what_spanish_lacks(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    said = text_of(await stage.command("fay", WHOLE))
    assert "Idea 1 is saved. It goes out once it is approved." in said
    assert "In español a part is missing. It does not go out in español" in said
    [idea] = await rows(stage, KeyIdea)
    assert idea.text == {
        "en": {
            "idea": "Ask first.",
            "question": "What comes before help?",
            "answer": "A question.",
            "use": "Ask what helps.",
        }
    }
    assert idea.approved_at is None


async def test_the_form_holds_every_language_and_does_the_same(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    form = (await stage.command("fay", 'idea 2 "Ask first."')).form
    assert form is not None
    initial = {field.name: field.initial for field in form.fields}
    assert initial["idea_en"] == "Ask first."
    assert "use_es" in initial
    assert (await stage.submit("fay", "idea", form.context, use_es="Pregunta.")).errors.keys() == {"idea_en"}
    await stage.submit("fay", "idea", form.context, idea_en="Ask first.", idea_es="Pregunta primero.")
    [idea] = await rows(stage, KeyIdea)
    assert {code: parts["idea"] for code, parts in idea.text.items()} == {
        "en": "Ask first.",
        "es": "Pregunta primero.",
    }


async def test_without_a_number_the_form_asks_which_session(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    _, sessions = await series_with_sessions(stage)
    form = (await stage.command("fay", "idea")).form
    assert form is not None
    assert form.fields[0].name == "session"
    await stage.submit("fay", "idea", form.context, session=str(sessions[2].id), idea_en="Rest.")
    assert [idea.session_id for idea in await rows(stage, KeyIdea)] == [sessions[2].id]


async def test_a_presenter_approves_and_takes_back_their_own_sessions_ideas_only(stage: Stage) -> None:
    _, [first, second, _] = await series_with_sessions(stage)
    pat = await stage.person("pat", "presenter")
    await presents(stage, pat, first)
    await key_ideas(stage, first, approved=False)
    await key_ideas(stage, second, approved=False)
    assert "Idea 1 is approved" in text_of(await stage.press("pat", "idea.approve", "1:1"))
    assert "Approved by Pat" in text_of(await stage.command("pat", "ideas 1"))
    assert "presenter of Choice and Voice" in text_of(await stage.press("pat", "idea.approve", "4:1"))
    await stage.press("pat", "idea.take_back", "1")
    assert [idea.approved_at for idea in await rows(stage, KeyIdea)] == [None] * 6


async def test_an_edit_takes_approval_back_and_keeps_ways_by_role(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    _, [first, *_] = await series_with_sessions(stage)
    await key_ideas(stage, first, approved=True)
    form = await opened(stage, "idea:1")
    values = {field.name: field.initial for field in form.fields}
    await stage.submit("fay", "idea", form.context, **values)
    [same, *_] = await rows(stage, KeyIdea)
    assert (same.revision, same.approved_at is None) == (1, False)
    await stage.submit("fay", "idea", form.context, **{**values, "use_en": "Do it now."})
    [edited, *_] = await rows(stage, KeyIdea)
    assert (edited.revision, edited.approved_at) == (2, None)
    assert edited.text["en"]["use"] == "Do it now."
    assert edited.text["en"]["use:role:clinician"] == "en clinician 1."


async def test_the_last_writer_never_wins_silently_and_loses_no_words(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await stage.person("gus", "facilitator")
    _, [first, *_] = await series_with_sessions(stage)
    await key_ideas(stage, first, approved=False)
    form = await opened(stage, "idea:1")
    values = {field.name: field.initial for field in form.fields}
    await stage.submit("gus", "idea", form.context, **{**values, "idea_en": "By Gus."})
    said = text_of(await stage.submit("fay", "idea", form.context, **{**values, "idea_en": "By Fay."}))
    assert "Somebody changed this idea while you wrote" in said
    assert "By Fay." in said
    assert (await rows(stage, KeyIdea))[0].text["en"]["idea"] == "By Gus."
    stale = text_of(await stage.press("fay", "idea.approve", "1:1"))
    assert "By Gus." in stale
    assert (await rows(stage, KeyIdea))[0].approved_at is None


async def test_nobody_else_may_write_or_approve(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    await key_ideas(stage, first, approved=False)
    await stage.person("ana")
    for reply in (await stage.command("ana", WHOLE), await stage.press("ana", "idea.approve", "1:1")):
        assert "facilitator" in text_of(reply)
    assert all(idea.approved_at is None for idea in await rows(stage, KeyIdea))


async def opened(stage: Stage, context: str) -> Form:
    from bot.core.events import Press, Who

    who = Who(platform="slack", tenant="T1", user="fay")
    form = (
        await stage.happen(Press(key=f"open-{context}", who=who, action="", value=context, form="idea"))
    ).form
    assert form is not None
    return form
