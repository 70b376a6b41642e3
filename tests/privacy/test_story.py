"""A participant's privacy, from a slip in a post to the deletion of everything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, func, select

from adapters.logs import set_up_logs
from adapters.web.app import add_web
from adapters.web.my_data_page import my_data_page
from bot.core.events import Said, Where, Who
from bot.core.jobs import JobContext
from bot.privacy.exporting import PURPOSE
from bot.privacy.retention import keep_retention
from storage.nudges import InboxEvent, Nudge
from storage.people import Identity, Person
from storage.reflections import Commitment, Reflection
from storage.series import Enrollment
from storage.sessions import Attendance
from tests.communities.support import rows
from tests.privacy.support import all_that_is_stored, bytes_on_disk, whole_words
from tests.reflections.support import cohort_with_people, value_of
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

CHANNEL = Where(conversation="C-spring", kind="channel")
SLIP = "Please call my client Maria at 907-555-0142 about Friday."


async def attendance_counts(stage: Stage) -> tuple[int, int]:
    """Participations and unique reach."""
    async with stage.database.read() as db:
        return (
            (await db.scalars(select(func.count(col(Attendance.id))))).one(),
            (await db.scalars(select(func.count(func.distinct(Attendance.person_id))))).one(),
        )


async def exported(stage: Stage, user: str) -> dict[str, list[object]]:
    """What opens behind the link of ``export``."""
    card = (await stage.command(user, "export")).card
    assert card is not None
    app = web.Application()
    add_web(app, stage.router, {PURPOSE: my_data_page})
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(card.buttons[0].url.removeprefix(stage.links.base_url))
        assert answer.status == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        found: dict[str, list[object]] = await answer.json()
        return found


async def test_a_participants_privacy(
    stage_on_each: Stage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    set_up_logs()
    stage = stage_on_each
    _, [ana, ben] = await cohort_with_people(stage, "ana", "ben")
    async with stage.database.write() as db:
        for person in (ana, ben):
            db.add(Attendance(session_id=1, person_id=person.id, minutes=60, source="zoom",
                              recorded_at=stage.clock.now()))  # fmt: skip
    counted = await attendance_counts(stage)

    said = await stage.say("ana", SLIP, CHANNEL)
    assert not said.public
    assert "details about a client" in text_of(said)
    assert await stage.nudges() == []
    stored = await all_that_is_stored(stage)
    out = capfd.readouterr()
    for word in ("907-555-0142", "Maria"):
        assert word not in stored
        assert word not in out.out + out.err + caplog.text
        assert word not in text_of(said)

    for number in range(6):
        form = (await stage.command("ana", "reflect plus-delta")).form
        assert form is not None
        await stage.submit("ana", "reflect", form.context, visibility="private", plus=f"Thought {number}")
    await stage.command("ana", "commit When I log in, then I will breathe")
    data = await exported(stage, "ana")
    assert len(data["reflections"]) == 6
    assert len(data["commitments"]) == 1
    assert len(data["attendance"]) == 1

    await stage.press("ana", "my-data.delete", value_of(await stage.command("ana", "delete"), "Delete"))
    assert await rows(stage, Reflection) == []
    assert await rows(stage, Commitment) == []
    assert await attendance_counts(stage) == counted
    stored = await all_that_is_stored(stage)
    for word in ("Thought", "D-ana", "log in"):
        assert word not in stored
    assert whole_words(stored, "Ana") == []
    assert {row.reason for row in await rows(stage, Nudge) if row.person_id == ana.id} <= {"deleted"}
    assert await exported(stage, "ben")


async def test_what_was_withheld_is_not_in_the_file_either(stage: Stage, tmp_path: Path) -> None:
    await cohort_with_people(stage, "ana")
    await stage.say("ana", SLIP, CHANNEL)
    await stage.command("ana", SLIP)
    on_disk = bytes_on_disk(tmp_path)
    assert b"Maria" not in on_disk
    assert b"907-555-0142" not in on_disk


async def test_it_is_withheld_before_the_answer_too(stage: Stage) -> None:
    """A crash between recording and handling leaves nothing of it, and the note comes after the restart."""
    await stage.person("ana")
    who = Who(platform="slack", tenant="T1", user="ana")
    said = Said(key="k", who=who, where=CHANNEL, text=SLIP, files=("maria.jpg",))
    recorded = await stage.router.record(said)
    [row] = await rows(stage, InboxEvent)
    assert "aria" not in str(row.event)
    assert "details about a client" in text_of(await stage.router.handle(recorded))
    again = await stage.router.record(said)
    assert not again.new
    assert "details about a client" in text_of(await stage.router.handle(again))


async def test_deleted_words_are_overwritten_in_the_file(stage: Stage, tmp_path: Path) -> None:
    await cohort_with_people(stage, "ana")
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    await stage.submit("ana", "reflect", form.context, visibility="private", plus="Peculiar thought")
    assert b"Peculiar" in bytes_on_disk(tmp_path)
    await stage.press("ana", "my-data.delete", "1")
    await keep_retention(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))
    assert b"Peculiar" not in bytes_on_disk(tmp_path)


async def test_delete_shows_first_and_keeps_when_told_so(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    await stage.command("ana", "commit When I log in, then I will breathe")
    preview = text_of(await stage.command("ana", "delete"))
    assert "Commitments: 1" in preview
    assert "Nothing was deleted" in text_of(await stage.press("ana", "my-data.keep"))
    assert len(await rows(stage, Commitment)) == 1


async def test_a_double_click_on_delete_says_so_and_greets_nobody_anew(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    value = value_of(await stage.command("ana", "delete"), "Delete")
    people = len(await rows(stage, Person))
    await stage.press("ana", "my-data.delete", value)
    assert "Nothing about you" in text_of(await stage.press("ana", "my-data.delete", value))
    assert len(await rows(stage, Person)) == people
    assert "ana" not in {row.platform_user for row in await rows(stage, Identity)}


async def test_nobody_deletes_somebody_else(stage: Stage) -> None:
    _, [ana, _] = await cohort_with_people(stage, "ana", "ben")
    for value in (str(ana.id), "", "x", "0"):
        await stage.press("ben", "my-data.delete", value)
    assert all(person.deleted_at is None for person in await rows(stage, Person))


async def test_the_last_administrator_cannot_go(stage: Stage) -> None:
    await cohort_with_people(stage, "ana")
    assert "only administrator" in text_of(await stage.command("fay", "delete"))
    fay = (await rows(stage, Person))[-1]
    assert "only administrator" in text_of(await stage.press("fay", "my-data.delete", str(fay.id)))


async def test_what_waited_is_skipped_and_what_was_shared_is_taken_back(stage: Stage) -> None:
    _, [ana] = await cohort_with_people(stage, "ana")
    await stage.person("flo", "facilitator")
    await stage.command("ana", "commit When I log in, then I will breathe")
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    await stage.submit("ana", "reflect", form.context, visibility="facilitators", plus="Peculiar thought")
    await stage.press("ana", "my-data.delete", str(ana.id))
    left = await rows(stage, Nudge)
    assert left
    assert {(row.state, row.reason) for row in left} == {("skipped", "deleted")}
    assert "Peculiar" not in await all_that_is_stored(stage)
    [enrollment] = await rows(stage, Enrollment)
    assert (enrollment.status, enrollment.introduction) == ("left", {})


@pytest.mark.parametrize("change", ["edited", "expired", "deleted"])
async def test_a_link_to_data_that_does_not_stand_opens_nothing(stage: Stage, change: str) -> None:
    _, [ana] = await cohort_with_people(stage, "ana")
    card = (await stage.command("ana", "export")).card
    assert card is not None
    path = card.buttons[0].url.removeprefix(stage.links.base_url)
    if change == "edited":
        path += "x"
    elif change == "expired":
        stage.clock.move_to(stage.clock.now() + timedelta(days=1, minutes=1))
    else:
        await stage.press("ana", "my-data.delete", str(ana.id))
    app = web.Application()
    add_web(app, stage.router, {PURPOSE: my_data_page})
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(path)
        assert answer.status == 403
        assert whole_words(await answer.text(), "Ana") == []
