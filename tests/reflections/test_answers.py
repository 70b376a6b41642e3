"""What can go wrong with an answer, and who sees it."""

import pytest

from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.nudges import Nudge
from storage.people import Person
from storage.reflections import Commitment, Reflection
from storage.series import Cohort
from tests.communities.support import CHANNEL, channel_for, elsewhere, enroll, rows
from tests.reflections.support import cohort_with_people, form_of, send_due, value_of
from tests.support.stage import START, Stage, text_of

PLUS = "reflect plus-delta"


async def write(stage: Stage, user: str, visibility: str = "private", plus: str = "The pairs.") -> str:
    """A plus/delta reflection; returns its id."""
    form = form_of(await stage.command(user, PLUS))
    said = await stage.submit(user, "reflect", form.context, visibility=visibility, plus=plus)
    return value_of(said, "Delete")


async def test_3001_characters_are_refused_and_3000_are_kept(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", PLUS))
    said = await stage.submit("ana", "reflect", form.context, visibility="private", plus="x" * 3001)
    assert "3001" in said.errors["plus"].replace(",", "")
    assert await rows(stage, Reflection) == []
    await stage.submit("ana", "reflect", form.context, visibility="private", plus="x" * 3000)
    [mine] = await rows(stage, Reflection)
    assert mine.answers == {"plus": "x" * 3000}


async def test_a_visibility_that_was_not_offered_is_refused(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", PLUS))
    seen = next(field for field in form.fields if field.name == "visibility")
    assert [option.value for option in seen.options] == ["private"]
    said = await stage.submit("ana", "reflect", form.context, visibility="cohort", plus="Good.")
    assert set(said.errors) == {"visibility"}


async def test_shared_with_the_cohort_it_is_posted_once_with_the_name(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana", "ben")
    await channel_for(stage, cohort)
    await write(stage, "ana", "cohort", "We *all* <rushed>.")
    [card] = await send_due(stage)
    assert card.title.startswith("Ana shared")
    assert "We *all* <rushed>." in text_of(card)


async def test_shared_with_the_facilitators_it_reaches_them_only(stage: Stage) -> None:
    await cohort_with_people(stage, "ana", "ben")
    fay = await stage.person("flo", "facilitator")
    await write(stage, "ana", "facilitators")
    notes = [nudge for nudge in await stage.nudges() if nudge.kind == "note"]
    assert [note.person_id for note in notes] == [fay.id]


async def test_edited_it_is_changed_and_can_be_shared_later(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana")
    await channel_for(stage, cohort)
    mine = await write(stage, "ana")
    assert await stage.nudges() == []
    await stage.submit("ana", "reflect", f"edit:{mine}", visibility="cohort", plus="The trios.")
    [row] = await rows(stage, Reflection)
    assert (row.answers, row.visibility) == ({"plus": "The trios."}, "cohort")
    assert len(await send_due(stage)) == 1
    said = await stage.submit("ana", "reflect", f"edit:{mine}", visibility="private", plus="")
    assert said.errors


async def test_deleted_before_it_goes_out_nothing_goes_out(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana")
    await channel_for(stage, cohort)
    mine = await write(stage, "ana", "cohort")
    assert "Deleted here for good" in text_of(await stage.press("ana", "reflection.delete", mine))
    assert "gone already" in text_of(await stage.press("ana", "reflection.delete", mine))
    assert await rows(stage, Nudge) == []
    assert await rows(stage, Reflection) == []


@pytest.mark.parametrize("value", ["1", "0", "-1", "x", "", "9" * 30])
async def test_another_persons_reflection_is_not_found(stage: Stage, value: str) -> None:
    await cohort_with_people(stage, "ana", "ben")
    await write(stage, "ana")
    said = text_of(await stage.press("ben", "reflection.delete", value))
    assert "no such reflection" in said or "gone already" in said
    said = text_of(
        await stage.submit("ben", "reflect", f"edit:{value}", visibility="private", plus="Mine now")
    )
    assert "no such reflection" in said
    await stage.press("ben", "reflection.undo", value)
    [row] = await rows(stage, Reflection)
    assert row.answers == {"plus": "The pairs."}


async def test_another_cohort_and_a_made_up_context_are_refused(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    theirs = await elsewhere(stage)
    for context in (
        f"new:plus-session:{theirs.id}", "new:plus-session:1:999", "new:nothing:1", "", "::::", "edit:"
    ):  # fmt: skip
        said = await stage.submit("ana", "reflect", context, visibility="private", plus="Good.")
        assert said.card is not None
        assert "Something went wrong" not in text_of(said)
    assert await rows(stage, Reflection) == []


async def test_client_details_in_a_form_are_shown_beside_their_field_and_not_kept(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", "reflect teach-back"))
    said = await stage.submit(
        "ana", "reflect", form.context, visibility="private",
        who="My client Maria", **{"idea.own": "Call 907-555-0142"},
    )  # fmt: skip
    assert set(said.errors) == {"who", "idea.own"}
    assert "Maria" not in said.model_dump_json()
    assert await rows(stage, Reflection) == []


async def test_crisis_words_in_a_form_are_kept_private_with_988_first(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    form = form_of(await stage.command("ana", PLUS))
    said = await stage.submit("ana", "reflect", form.context, visibility="private", plus="I want to die.")
    assert "988" in text_of(said)
    assert "nobody watches this chat" in text_of(said)


async def test_somebody_in_no_cohort_is_told_so(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.person("zoe")
    for typed in ("reflect", "reflect plus-delta", "commit", "commit rest more"):
        assert (await stage.command("zoe", typed)).form is None


async def second_cohort(stage: Stage, cohort: Cohort, person: Person) -> Cohort:
    """Another cohort of the same series that the person takes part in too."""
    async with stage.database.write() as db:
        other = Cohort(community_id=1, series_id=cohort.series_id, name="Autumn", created_at=START)
        db.add(other)
    await enroll(stage, other, person)
    return other


async def test_in_two_cohorts_one_is_asked_which(stage: Stage) -> None:
    cohort, [ana] = await cohort_with_people(stage, "ana")
    other = await second_cohort(stage, cohort, ana)
    asked = await stage.command("ana", "reflect")
    assert value_of(asked, "Autumn") == str(other.id)
    assert "[Answer]" in text_of(await stage.press("ana", "reflect.choose", value_of(asked, "Autumn")))
    named = await stage.command("ana", PLUS)
    await stage.submit("ana", "reflect", value_of(named, "Autumn"), visibility="private", plus="Good.")
    [mine] = await rows(stage, Reflection)
    assert mine.cohort_id == other.id
    await stage.command("ana", "commit rest more")
    [plan] = await rows(stage, Commitment)
    assert plan.cohort_id == cohort.id, "the one with the latest session"


async def test_in_a_cohorts_channel_it_is_about_that_cohort(stage: Stage) -> None:
    cohort, [ana] = await cohort_with_people(stage, "ana")
    await second_cohort(stage, cohort, ana)
    await channel_for(stage, cohort)
    form = form_of(await stage.command("ana", PLUS, CHANNEL))
    assert form.context.endswith(f":{cohort.id}")


async def test_the_home_page_shows_my_commitments_and_nobody_elses(stage: Stage) -> None:
    await cohort_with_people(stage, "ana", "ben")
    await stage.command("ana", "commit When I log in, then I will breathe")
    assert "When I log in" in text_of(await stage.home("ana"))
    said = text_of(await stage.home("ben"))
    assert "When I log in" not in said
    assert "[Reflect]" in said


async def test_a_plan_by_name_opens_the_commitment_form(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana")
    assert value_of(await stage.command("ana", "reflect if-then-plan"), "Answer") == str(cohort.id)


async def test_shared_with_the_group_it_reaches_those_who_were_in_it_last(stage: Stage) -> None:
    cohort, [ana, ben, _] = await cohort_with_people(stage, "ana", "ben", "cy")
    async with stage.database.write() as db:
        round_ = BreakoutRound(community_id=1, cohort_id=cohort.id, status="closed", made_at=START)
        db.add(round_)
        await db.flush()
        group = BreakoutGroup(round_id=round_.id, number=1)
        db.add(group)
        await db.flush()
        db.add_all(GroupMember(group_id=group.id, person_id=one.id) for one in (ana, ben))
    await write(stage, "ana", "group")
    notes = [nudge for nudge in await stage.nudges() if nudge.kind == "note"]
    assert [note.person_id for note in notes] == [ben.id]
