"""Acceptance story 6 through the real adapters: a slip is told to its author alone and kept nowhere; export
holds six reflections, delete leaves none, and nobody's attendance is counted differently."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from adapters.demo.cast import Actor, AskedQuestion, OnSlack, OnTeams
from adapters.demo.mailbox import OnEmail
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from adapters.demo.words import said_in_card
from adapters.logs import set_up_logs
from adapters.playground.environment import CHANNEL_NAME
from adapters.playground.sample import Home
from storage.reflections import Reflection
from storage.sessions import Attendance
from storage.tables import METADATA
from tests.privacy.support import bytes_on_disk
from tests.stories.town import button, lead_of, leave_only, link, opened_form, opened_town

SLIPS = {
    "en": "Please call my client Zebulon at 907-555-0142 about Friday.",
    "es": "Por favor llamen a mi cliente Zebulon al 907-555-0142 el viernes.",
}
SECRETS = ("Zebulon", "907-555-0142")
NOTES = {"en": "A quick check, just for you", "es": "Un aviso, solo para usted"}
BESIDE_FIELD = {"en": "Nothing was saved", "es": "No se guardó nada"}
SLACK_CHANNEL = "steady-teams"


@pytest.fixture(autouse=True)
def _logs_of_the_bot(logs_as_before: None) -> None:
    """The process's logs are set up as the bot sets them up."""
    set_up_logs()


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_story_6_a_slip_an_export_and_a_deletion(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with opened_town(home, tmp_path, joining=True) as story:
        await leave_only(story)
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=3))
        joined = [person for person in story.people("participant") if person.person.email in story.joined]
        ana = next(one for one in joined if one.language == "en")
        lucia = next(one for one in joined if one.language == "es")
        for actor in (ana, lucia):
            await story.command([actor], "here")
        counted = await _attendance(story)

        for actor in (ana, lucia):
            await _slip(story, actor)
        await story.until(session.starts_at + timedelta(minutes=session.minutes - 4))
        for actor in (ana, lucia, lead_of(story)):
            await _slip_in_every_form(story, actor)
        await _nowhere(story, tmp_path, capfd, caplog)

        for number in range(6):
            asked = [one for one in await opened_form(story, ana, "reflect plus-delta") if one.kind == "text"]
            assert await ana.submit(_given(ana, {one.name: f"Thought {number}" for one in asked})) == {}
            await story.settle()
        await story.command([ana], "commit When I log in, then I will breathe")
        data = await _export(story, ana)
        assert len(data["reflections"]) == 6
        assert len(data["commitments"]) == 1

        await story.command([ana], "delete")
        await ana.push(*button(ana, "Delete everything"))
        await story.settle()
        assert await _reflections(story) == 0
        assert "Thought" not in await _all_rows(story)
        assert ana.person.email not in await _all_rows(story)
        assert await _attendance(story) == counted


async def _slip(story: Story, actor: Actor) -> None:
    """Said in the channel, or in a reply: one private note to the author; nobody else reads anything of it
    from the bot."""
    watching = [person for person in story.people("participant", "facilitator") if person is not actor]
    before = {one.person.email: _from_bot(one) for one in (actor, *watching)}
    slip = SLIPS[actor.language]
    if isinstance(actor, OnSlack):
        await actor.side.say(actor.person.id, SLACK_CHANNEL, slip)
    elif isinstance(actor, OnEmail):
        await actor.type(slip)
    else:
        assert isinstance(actor, OnTeams)
        await actor.side.mention_bot(actor.person.name, CHANNEL_NAME, slip)
    await actor.heard()
    await story.settle()
    new = _from_bot(actor)[len(before[actor.person.email]) :]
    assert [NOTES[actor.language] in said for said in new] == [True]
    assert not any(secret in new[0] for secret in SECRETS)
    for one in watching:
        assert _from_bot(one) == before[one.person.email]


def _from_bot(actor: Actor) -> list[str]:
    """What somebody can read of the bot's."""
    if isinstance(actor, OnSlack):
        side = actor.side
        return [one.text for one in side.inbox(actor.person.id) if side.user(one.user_id).is_bot]
    if isinstance(actor, OnEmail):
        return [letter.text for letter in actor.mailbox]
    assert isinstance(actor, OnTeams)
    me = actor.side.user(actor.person.name).teams_id
    posts = [post for post in actor.side.inbox(actor.person.name) if post.from_bot]
    return [said_in_card(card) for post in posts for card in post.cards_seen_by(me)]


PARTICIPANTS_FORMS = ("reflect what-so-what-now-what", "commit", "ask", "introduce", "evaluate")
STAFF_FORMS = ("theme add", "idea", "series new", "project new")


async def _slip_in_every_form(story: Story, actor: Actor) -> None:
    """Each text field of each form says so, and nothing goes on; corrected, the form is taken."""
    staff = actor.person.role == "facilitator"
    for typed in STAFF_FORMS if staff else PARTICIPANTS_FORMS:
        asked = await opened_form(story, actor, typed)
        texts = [one.name for one in asked if one.kind == "text"]
        assert texts, (typed, actor.see().text)
        errors = await actor.submit(_given(actor, dict.fromkeys(texts, SLIPS[actor.language])))
        complaints = _complaints(actor, errors)
        assert complaints.count(BESIDE_FIELD[actor.language]) == len(texts), (typed, complaints)
        await actor.close()


def _complaints(actor: Actor, errors: dict[str, str]) -> str:
    """What stands beside the fields, in the open form or on the page; Teams gets the form anew."""
    if isinstance(actor, OnSlack | OnEmail):
        assert not any(secret in said for said in errors.values() for secret in SECRETS)
        return "\n".join(errors.values())
    assert isinstance(actor, OnTeams)
    dialog = actor.side.dialog_of(actor.person.name)
    return said_in_card(dialog.card) if dialog is not None and dialog.card is not None else ""


def _given(actor: Actor, values: dict[str, str]) -> dict[str, Any]:
    """These values, and what must be given besides."""
    return {
        question.name: _least(question) for question in actor.questions() if _least(question) is not None
    } | values


def _least(asked: AskedQuestion) -> Any:
    """The first choice where one must be made and none stands there."""
    if not asked.required or asked.given or asked.kind == "text":
        return None
    return asked.options[0] if asked.options else None


async def _nowhere(
    story: Story, folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    printed = capfd.readouterr()
    rows = await _all_rows(story)
    disk = bytes_on_disk(folder)
    for secret in SECRETS:
        assert secret not in rows
        assert secret.encode() not in disk
        assert secret not in printed.out + printed.err + caplog.text


async def _all_rows(story: Story) -> str:
    """Every cell of every table, as text."""
    cells: list[str] = []
    async with story.environment.application.database.read() as db:
        for table in METADATA.sorted_tables:
            for row in await db.execute(text(f'SELECT * FROM "{table.name}"')):
                cells += [str(cell) for cell in row]
    return "\n".join(cells)


async def _attendance(story: Story) -> tuple[int, int]:
    """Participations and unique reach."""
    async with story.environment.application.database.read() as db:
        return (
            (await db.scalars(select(func.count(col(Attendance.id))))).one(),
            (await db.scalars(select(func.count(func.distinct(Attendance.person_id))))).one(),
        )


async def _reflections(story: Story) -> int:
    """How many are kept; nobody but the one who deletes theirs wrote any."""
    async with story.environment.application.database.read() as db:
        return (await db.scalars(select(func.count(col(Reflection.id))))).one()


async def _export(story: Story, actor: Actor) -> dict[str, list[object]]:
    """What opens behind the link that `export` gives."""
    await story.command([actor], "export")
    address = link(actor)
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        assert answer.status == 200
        found: dict[str, list[object]] = await answer.json()
        return found
