"""What facilitators can do with planned messages, in dialogues."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.console.ahead import show_ahead
from bot.console.doubts import tell_doubts
from bot.console.mattering import that_matter
from bot.console.planned_groups import Group
from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.core.reply import Reply
from prompts.time_zones import load_zone
from storage.nudges import Edition, Nudge
from storage.people import Person
from storage.series import Series
from tests.communities.support import elsewhere
from tests.communities.support import rows as all_rows
from tests.nudges.cohorts import change_session, enroll, local, replanned, rows
from tests.support.stage import Stage, text_of


async def _look_back(stage: Stage) -> str:
    """The id of one copy of the first look back."""
    return str((await rows(stage, "planned", kind="look_back"))[0].id)


def _labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.card.buttons] if reply.card else []


async def test_the_list_tells_what_goes_out_when_and_to_how_many(stage: Stage) -> None:
    said = text_of(await stage.command("fay", "nudges"))
    assert "Planned messages of Spring 2027" in said
    assert "Welcome\nTue, Feb 16" in said
    assert "2 copies" in said
    assert "[Hold]" in said


async def test_nudges_says_the_three_that_matter_and_links_the_page(stage: Stage) -> None:
    """What waits for a person comes before what goes out by itself."""
    later = max(await rows(stage, "planned", kind="look_back"), key=lambda one: one.due_at)
    await stage.press("fay", "nudge.hold", str(later.id))
    first = (await stage.command("fay", "nudges")).card
    assert first is not None
    assert first.sections[0].title == "Welcome", "what is held is far away still"
    soon = min(await rows(stage, "planned", kind="session_tomorrow"), key=lambda one: one.due_at)
    stage.clock.move_to(soon.due_at - timedelta(days=1))
    await stage.press("fay", "nudge.hold", str(soon.id))
    card = (await stage.command("fay", "nudges")).card
    assert card is not None
    assert len(card.sections) == 3
    assert "Session in a day" in card.sections[0].title
    page, everything = card.buttons
    assert "/series-page/" in page.url
    assert everything.label.startswith("Show all ")


def test_of_what_waits_the_approvals_come_first_and_of_the_rest_the_soonest() -> None:
    now = datetime(2027, 2, 1, tzinfo=UTC)

    def group(number: int, days: int, reason: str = "", *, held: bool = False) -> Group:
        nudge = Nudge(
            id=number, key=str(number), community_id=1, kind="note", due_at=now, created_at=now, reason=reason
        )
        at = now + timedelta(days=days)
        return Group(nudge, 1, at, at, held=held)

    groups = [
        group(1, 1),
        group(2, 2),
        group(3, 3, held=True),
        group(4, 4, "approval", held=True),
        group(5, 30, "approval", held=True),
    ]
    assert [one.nudge.id for one in that_matter(groups, now)] == [4, 3, 1]
    assert [one.nudge.id for one in that_matter(groups[4:], now)] == [5]


async def test_the_list_pages_on_to_the_last_message(stage: Stage) -> None:
    first, seen = (await stage.command("fay", "nudges")).card, 0
    assert first is not None
    everything = first.buttons[-1]
    reply = await stage.press("fay", everything.action, everything.value)
    while True:
        assert reply.card is not None
        seen += len(reply.card.sections)
        if not reply.card.buttons:
            break
        button = reply.card.buttons[0]
        reply = await stage.press("fay", button.action, button.value)
    groups = {nudge.group for nudge in await rows(stage, "planned", "held")}
    assert seen == len(groups) > 8


async def test_participants_are_told_who_can(stage: Stage) -> None:
    assert "facilitator" in text_of(await stage.command("ana", "nudges"))
    value = await _look_back(stage)
    for action in ("nudge.preview", "nudge.hold", "nudge.release", "nudge.now", "nudge.again", "nudge.leave"):
        assert "facilitator" in text_of(await stage.press("ana", action, value))
    assert {row.state for row in await rows(stage, kind="look_back")} == {"planned"}


async def test_a_preview_is_composed_for_who_looks_in_each_language(stage: Stage) -> None:
    value = await _look_back(stage)
    reply = await stage.press("fay", "nudge.preview", value)
    said = text_of(reply)
    assert "Look back (en)" in said
    assert "Three key ideas for Fay" in said
    assert "Its buttons: Tell us." in said
    assert _labels(reply)[0] == "Español"
    assert "Look back (es)" in text_of(await stage.press("fay", "nudge.preview", f"{value}:es"))


async def test_a_message_with_nothing_to_say_is_shown_as_such(stage: Stage) -> None:
    value = str((await rows(stage, "planned", kind="look_ahead"))[0].id)
    assert "nothing to say" in text_of(await stage.press("fay", "nudge.preview", value))


async def test_a_held_message_stays_until_it_is_released(stage: Stage) -> None:
    value = await _look_back(stage)
    assert "on hold" in text_of(await stage.press("fay", "nudge.hold", value))
    group = (await rows(stage, "held"))[0].group
    assert {row.group for row in await rows(stage, "held")} == {group}
    await change_session(stage, 1, 2, minutes=60)
    assert len(await rows(stage, "held")) == 2, "it holds through a new plan"
    reply = await stage.press("fay", "nudge.release", value)
    assert "goes out at its time" in text_of(reply)
    assert not await rows(stage, "held")


async def test_send_now_asks_back_by_name_and_number(stage: Stage) -> None:
    said = await stage.command("fay", "nudges")
    assert said.card is not None
    asked = [one.confirm for part in said.card.sections for one in part.buttons if one.confirm]
    assert asked[0] == "Send “Welcome” now? 2 copies go out at once."


async def test_send_now_makes_every_copy_due_even_a_held_one(stage: Stage) -> None:
    value = await _look_back(stage)
    await stage.press("fay", "nudge.hold", value)
    assert "2 copies are on their way" in text_of(await stage.press("fay", "nudge.now", value))
    due = [row for row in await rows(stage, "planned", kind="look_back") if row.due_at <= stage.clock.now()]
    assert len(due) == 2


async def test_what_has_gone_cannot_be_held(stage: Stage) -> None:
    value = await _look_back(stage)
    async with stage.database.write() as db:
        first = await db.get_one(Nudge, int(value))
        for copy in await db.scalars(select(Nudge).where(Nudge.group == first.group)):
            copy.state = "sent"
    assert "gone out already" in text_of(await stage.press("fay", "nudge.hold", value))


async def test_a_moved_message_comes_at_the_same_hour_on_everybodys_clock(stage: Stage) -> None:
    value = await _look_back(stage)
    reply = await stage.submit("fay", "nudge-move", value, day="2027-02-25", at="14:30")
    assert "Thursday, February 25" in text_of(reply)
    moved = [row for row in await rows(stage, kind="look_back") if row.due_because == "moved"]
    assert {local(one, "America/Boise") for one in moved} == {"02-25 14:30"}


async def test_a_move_is_undone_and_a_move_back_to_an_earlier_move(stage: Stage) -> None:
    value = await _look_back(stage)
    [planned] = {
        local(one, "America/Boise") for one in await rows(stage, kind="look_back") if str(one.id) == value
    }
    first = await stage.submit("fay", "nudge-move", value, day="2027-02-25", at="14:30")
    second = await stage.submit("fay", "nudge-move", value, day="2027-02-26", at="10:00")
    assert first.card is not None
    assert second.card is not None
    undo_first, undo_second = first.card.buttons[0], second.card.buttons[0]
    said = text_of(await stage.press("fay", undo_first.action, undo_first.value))
    assert "moved this message since" in said, "somebody else's later move stays"
    await stage.press("fay", undo_second.action, undo_second.value)
    assert await _stands(stage, value) == "02-25 14:30"
    said = text_of(await stage.press("fay", undo_first.action, undo_first.value))
    assert "as before the move" in said
    assert await _stands(stage, value) == planned


async def _stands(stage: Stage, value: str) -> str:
    return next(
        local(one, "America/Boise") for one in await rows(stage, kind="look_back") if str(one.id) == value
    )


async def test_an_edit_is_undone_unless_somebody_edited_since(stage: Stage) -> None:
    value = await _look_back(stage)
    ours = {"title.en": "From Fay", "text.en": "Read **this**", "title.es": "", "text.es": ""}
    first = await stage.submit("fay", "nudge-edit", value, **ours)
    second = await stage.submit("fay", "nudge-edit", value, **(ours | {"text.en": "Or that"}))
    assert first.card is not None
    assert second.card is not None
    old, new = first.card.buttons[0], second.card.buttons[0]
    assert "edited this message since" in text_of(await stage.press("fay", old.action, old.value))
    assert "Read this" in text_of(await stage.press("fay", new.action, new.value))
    undone = await stage.submit("fay", "nudge-edit", value, **(ours | {"text.en": ""}))
    assert undone.card is not None
    assert "Three key ideas" in text_of(undone)
    again = undone.card.buttons[0]
    assert "Read this" in text_of(await stage.press("fay", again.action, again.value))


async def test_a_message_cannot_be_moved_into_the_past(stage: Stage) -> None:
    reply = await stage.submit("fay", "nudge-move", await _look_back(stage), day="2027-01-01", at="09:00")
    assert "over already" in reply.errors["day"]


async def test_a_message_cannot_be_moved_to_where_it_would_be_stale(stage: Stage) -> None:
    value = await _look_back(stage)
    [expires] = {one.expires_at for one in await rows(stage, kind="look_back") if str(one.id) == value}
    assert expires is not None
    late = (expires + timedelta(days=1)).date().isoformat()
    reply = await stage.submit("fay", "nudge-move", value, day=late, at="09:00")
    assert "nothing to say from" in reply.errors["day"]
    assert all(one.state == "planned" for one in await rows(stage, kind="look_back"))


async def test_edited_words_stand_in_the_preview_and_an_empty_text_brings_ours_back(stage: Stage) -> None:
    value = await _look_back(stage)
    ours = {"title.en": "From Fay", "text.en": "Read **this**", "title.es": "", "text.es": ""}
    reply = await stage.submit("fay", "nudge-edit", value, **ours)
    assert "From Fay" in text_of(reply)
    assert "Read this" in text_of(reply)
    await stage.submit("fay", "nudge-edit", value, **(ours | {"text.en": ""}))
    assert "Three key ideas" in text_of(await stage.press("fay", "nudge.preview", value))
    assert not any(one.text for one in await all_rows(stage, Edition))


@pytest.mark.parametrize("text", ["Next time: {time}.", "Dear {name}, read on."])
async def test_what_cannot_be_filled_in_is_refused_at_saving(stage: Stage, text: str) -> None:
    value = await _look_back(stage)
    reply = await stage.submit("fay", "nudge-edit", value, **{"title.en": "A", "text.en": text})
    assert "cannot fill in {" in reply.errors["text.en"]
    assert not any(one.text for one in await all_rows(stage, Edition))


async def test_readers_of_another_language_are_not_forgotten(stage: Stage) -> None:
    """What was left as it is in the form stays the message's own words, and is named."""
    async with stage.database.write() as db:
        (await db.scalars(select(Series))).one().languages = ["en", "es"]
    value = await _look_back(stage)
    shown = await stage.press("fay", "nudge.preview", value)
    assert "Not edited in" not in text_of(shown)
    own = {"title.es": "Look back (es)", "text.es": "Three **key ideas** for Fay"}
    reply = await stage.submit("fay", "nudge-edit", value, **{"title.en": "A", "text.en": "Hello", **own})
    assert "Not edited in: Spanish" in text_of(reply)
    assert [one.language for one in await all_rows(stage, Edition)] == ["en"]


async def test_the_last_editor_never_silently_wins(stage: Stage) -> None:
    value = await _look_back(stage)
    seen = f"{value}:en:0,es:0"
    await stage.submit("fay", "nudge-edit", seen, **{"title.en": "A", "text.en": "First"})
    reply = await stage.submit("fay", "nudge-edit", seen, **{"title.en": "B", "text.en": "Second"})
    assert "Somebody else edited" in text_of(reply)
    assert [row.text for row in await all_rows(stage, Edition)] == ["First"]


async def test_a_message_that_may_have_arrived_is_decided_once(stage: Stage) -> None:
    value = await _look_back(stage)
    async with stage.database.write() as db:
        nudge = await db.get_one(Nudge, int(value))
        nudge.state, nudge.sending_since = "unknown", stage.clock.now()
    assert "may or may not have arrived" in text_of(await stage.command("fay", "nudges"))
    assert "on its way" in text_of(await stage.press("fay", "nudge.again", value))
    assert "decided about this" in text_of(await stage.press("fay", "nudge.leave", value))


async def _unknown(stage: Stage, *numbers: int) -> None:
    """So many messages became unknown in a crash."""
    async with stage.database.write() as db:
        for nudge in list(await db.scalars(select(Nudge).where(Nudge.kind == "look_back")))[slice(*numbers)]:
            nudge.state, nudge.reason = "unknown", "may_have_arrived"


async def _notes(stage: Stage) -> list[Nudge]:
    return [one for one in await stage.nudges("planned") if one.key.startswith("doubts:")]


async def test_facilitators_are_told_once_of_all_that_may_have_arrived(stage: Stage) -> None:
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, stage.router.kinds)
    await tell_doubts(job_ctx)
    assert await _notes(stage) == []
    await _unknown(stage, 0, 2)
    await tell_doubts(job_ctx)
    await tell_doubts(job_ctx)
    [note] = await _notes(stage)
    card = Card.from_stored(note.card or {})
    assert card.title == "2 messages may or may not have arrived"
    assert [button.action for section in card.sections for button in section.buttons] == [
        "nudge.again", "nudge.leave", "nudge.again", "nudge.leave",
    ]  # fmt: skip
    await stage.press("fay", "nudge.leave", card.sections[0].buttons[1].value)
    assert "on its way" in text_of(await stage.press("fay", "nudge.again", card.sections[1].buttons[0].value))
    stage.clock.advance(timedelta(hours=1))
    await _unknown(stage, 1, 2)  # the one that was sent again broke off again
    await tell_doubts(job_ctx)
    assert len(await _notes(stage)) == 2


async def test_nobody_is_told_in_quiet_hours_and_a_note_of_doubts_makes_no_other(stage: Stage) -> None:
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, stage.router.kinds)
    async with stage.database.write() as db:
        fay = (await db.scalars(select(Person).where(Person.name == "Fay"))).one()
        local = stage.clock.now().astimezone(load_zone(fay.zone))
        fay.quiet_from, fay.quiet_to, fay.language = local.hour * 60, local.hour * 60 + 120, "es"
    await _unknown(stage, 0, 1)
    await tell_doubts(job_ctx)
    [note] = await _notes(stage)
    assert note.due_at == stage.clock.now().replace(minute=0) + timedelta(hours=2)
    assert "Puede que 1 mensaje" in Card.from_stored(note.card or {}).title
    async with stage.database.write() as db:
        (await db.get_one(Nudge, note.id)).state = "unknown"
        (await db.get_one(Nudge, note.id)).reason = "may_have_arrived"
    await tell_doubts(job_ctx)
    assert await _notes(stage) == []


@pytest.mark.parametrize("value", ["", "999", "-1", "x", "１", "9" * 40])
async def test_a_button_with_a_made_up_value_finds_nothing(stage: Stage, value: str) -> None:
    assert "cannot find that message" in text_of(await stage.press("fay", "nudge.hold", value))


async def test_another_communitys_message_is_not_found(stage: Stage) -> None:
    theirs = await elsewhere(stage)
    async with stage.database.write() as db:
        nudge = Nudge(
            key="theirs",
            group="look_back|session:99",
            community_id=2,
            kind="look_back",
            cohort_id=theirs.id,
            due_at=stage.clock.now(),
            created_at=stage.clock.now(),
        )
        db.add(nudge)
    assert "cannot find" in text_of(await stage.press("fay", "nudge.now", str(nudge.id)))


async def test_a_series_that_demands_approval_waits_for_it(stage: Stage) -> None:
    async with stage.database.write() as db:
        (await db.get_one(Series, 1)).needs_approval = True
    await change_session(stage, 1, 2, minutes=60)
    assert "Waits for your approval" in text_of(await stage.command("fay", "nudges"))


async def test_facilitators_see_tomorrows_message_once(stage: Stage) -> None:
    due = (await rows(stage, "planned", kind="look_back"))[0].due_at
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, stage.router.kinds)
    stage.clock.move_to(due - timedelta(hours=23))  # due within a day, but the session is still to come
    await show_ahead(job_ctx)
    assert not [one for one in await stage.nudges() if one.key.startswith("ahead:look_back")]
    stage.clock.move_to(due - timedelta(hours=15))
    await show_ahead(job_ctx)
    await show_ahead(job_ctx)
    shown = [one for one in await stage.nudges() if one.key.startswith("ahead:look_back")]
    assert [one.card and one.card["title"] for one in shown] == [
        "Preview: Look back & look ahead · session 1: Part 1"
    ]
    assert "No key idea is approved yet" in str(shown[0].card)
    assert datetime(2027, 2, 23, tzinfo=UTC) < shown[0].due_at < due


async def test_a_message_is_called_by_its_session_in_the_list_the_preview_and_every_answer(
    stage: Stage,
) -> None:
    """Rows of four sessions look alike by their kinds; what is about the whole series names none."""
    first = (await stage.command("fay", "nudges")).card
    assert first is not None
    titles: list[str] = []
    reply = await stage.press("fay", first.buttons[-1].action, first.buttons[-1].value)
    while reply.card:
        titles += [section.title for section in reply.card.sections]
        if not reply.card.buttons:
            break
        reply = await stage.press("fay", reply.card.buttons[0].action, reply.card.buttons[0].value)
    assert {"Join link · session 1: Part 1", "Join link · session 4: Part 4"} <= set(titles)
    assert {"Welcome", "Make it stick", "Form reminder"} <= set(titles), "the last is of the series form"
    value, name = await _look_back(stage), "Look back & look ahead · session 1: Part 1"
    assert f"Preview: {name}" in text_of(await stage.press("fay", "nudge.preview", value))
    assert name in text_of(await stage.press("fay", "nudge.hold", value))
    assert name in text_of(await stage.press("fay", "nudge.release", value))
    assert name in text_of(await stage.submit("fay", "nudge-move", value, day="2027-02-25", at="14:30"))


async def test_copies_that_go_out_over_some_hours_name_the_day_once(stage: Stage) -> None:
    cleo = await stage.person("cleo", zone="America/New_York")
    await enroll(stage, 1, cleo)
    await replanned(stage, 1)
    said = text_of(await stage.command("fay", "nudges"))
    pattern = r"Tue, Feb 16, (\d+:\d0) – (\d+:\d0) AM \(Pacific Standard Time\), 3 copies"
    found = re.search(pattern, said)
    assert found is not None, said
    assert found[1] < found[2]
