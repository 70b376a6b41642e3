"""Acceptance story 7 through the real adapters: a presenter's checklist in time, pictures that say what they
show before a page goes out, each language for itself, and comments from five answers on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import col, select

from adapters.demo.cast import Actor, AskedQuestion
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from adapters.playground.sample import Home
from prompts.time_zones import load_zone
from storage.nudges import Nudge
from storage.people import Person
from storage.resources import PageEdition
from storage.sessions import Session
from tests.stories.town import button, lead_of, leave_only, link, opened_form, opened_town

PLANNING = ("presenter_planning", "presenter_checklist", "presenter_tech_check")
PRESENTER = "amara.osei@example.org"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
MISSING = "2 of 9 pictures have no words yet."
PUBLISH = {"en": "Publish: English", "es": "Publish: español"}


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_7_the_checklist_comes_two_weeks_one_week_and_two_days_before(
    home: Home, tmp_path: Path
) -> None:
    async with opened_town(home, tmp_path) as story:
        await leave_only(story, *PLANNING)
        amara, session = _presenter(story), (await sessions_of(story))[0]
        await story.until(session.starts_at - timedelta(hours=1))
        days = [moment[:5] for moment in await _arrived(story, amara, session)]
        assert days == ["02-09", "02-16", "02-22"], "two days before is a Sunday"
        await amara.push(*button(amara, "Checklist"))
        shown = amara.see()
        done = next(push for push in shown.pushes if push.label == "Done")
        await amara.push(shown.id, done)
        assert "1 thing is still to be done." in amara.see().text, "the session has the others already"


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_7_a_page_waits_for_words_to_its_pictures_and_each_language_for_itself(
    home: Home, tmp_path: Path
) -> None:
    async with opened_town(home, tmp_path) as story:
        await leave_only(story)
        amara = _presenter(story)
        await story.command([amara], "page 1")
        await _upload(link(amara, "Add pictures"), 9)
        await _write(story, amara, "Edit the text", {"title_en": "A Steady Start", "text_en": "Ask first."})
        for place in range(7):
            await _say_what_it_shows(story, amara, place)
        await story.command([amara], "page 1")
        assert MISSING in amara.see().text
        assert _offers(amara) == []
        for place in (7, 8):
            await _say_what_it_shows(story, amara, place)
        await story.command([amara], "page 1")
        assert _offers(amara) == [PUBLISH["en"]]
        assert "9 of 9 pictures have no words yet." in amara.see().text, "Spanish still lacks its own"
        await amara.push(*button(amara, PUBLISH["en"]))
        await story.settle()
        async with story.environment.application.database.read() as db:
            assert list(await db.scalars(select(PageEdition.language))) == ["en"]


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_7_presenters_read_comments_from_five_answers_on(home: Home, tmp_path: Path) -> None:
    async with opened_town(home, tmp_path) as story:
        await leave_only(story)
        amara, lead = _presenter(story), lead_of(story)
        people = [person for person in story.people("participant") if person.language == "en"][:5]
        sessions = await sessions_of(story)
        for session, count in ((sessions[0], 4), (sessions[1], 5)):
            await story.until(session.starts_at + timedelta(minutes=3))
            await story.command(people, "here")
            await story.until(session.starts_at + timedelta(minutes=session.minutes - 4))
            for number, actor in enumerate(people[:count]):
                asked = await opened_form(story, actor, "evaluate")
                assert await actor.submit(_answers(asked, f"Short talks, says {number}")) == {}
                await story.settle()
            await story.command([lead], f"evaluation close {session.number}")
            await story.command([amara], f"feedback {session.number}")
            said = amara.see().text
            assert [f"says {number}" in said for number in range(5)] == [count == 5] * 5
            assert ("4.0 of 5" in said) == (count == 5)
            assert ("Fewer than 5 people answered" in said) == (count == 4)
            assert not any(person.person.name in said for person in people)


def _presenter(story: Story) -> Actor:
    return next(person for person in story.people("presenter") if person.person.email == PRESENTER)


async def _arrived(story: Story, actor: Actor, session: Session) -> list[str]:
    """When the far side took what a presenter gets before a session, on their own clock."""
    async with story.environment.application.database.read() as db:
        me = (await db.scalars(select(Person.id).where(Person.email == actor.person.email))).one()
        mine = (Nudge.session_id == session.id, Nudge.person_id == me, col(Nudge.kind).in_(PLANNING))
        marks = set(await db.scalars(select(Nudge.mark).where(*mine)))
    zone = load_zone(actor.person.tz or session.zone)
    posts = [post for post in story.environment.ledger.posts if post.nudge in marks]
    return [post.at.astimezone(zone).strftime("%m-%d %H:%M") for post in posts]


async def _upload(address: str, count: int) -> None:
    """In the browser, by the page behind the button."""
    form = aiohttp.FormData()
    for number in range(count):
        form.add_field("pictures", PNG, filename=f"picture {number}.png")
    async with aiohttp.ClientSession() as browser, browser.post(address, data=form) as answer:
        assert answer.status == 200
        assert f"{count} are added" in await answer.text()


async def _write(story: Story, actor: Actor, label: str, values: dict[str, Any], place: int = 0) -> None:
    """Open the form behind a button of the newest message (of several alike, the one at `place`); send it."""
    seen = actor.see()
    await actor.push(seen.id, [push for push in seen.pushes if push.label == label][place])
    assert actor.questions()
    assert await actor.submit(values) == {}
    await story.settle()


async def _say_what_it_shows(story: Story, actor: Actor, place: int) -> None:
    await story.command([actor], "page 1")
    await _write(story, actor, "Say what it shows", {"alt_en": "Two people talk."}, place)


def _offers(actor: Actor) -> list[str]:
    return [push.label for push in actor.see().pushes if push.label in PUBLISH.values()]


def _answers(asked: list[AskedQuestion], comment: str) -> dict[str, Any]:
    """Four where one to five is asked, the first choice elsewhere, and the comment in each text field."""
    given: dict[str, Any] = {}
    for one in asked:
        if one.kind == "text":
            given[one.name] = comment
        elif one.options:
            given[one.name] = "4" if "4" in one.options else one.options[0]
    return given
