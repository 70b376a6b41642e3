"""Buttons as links: a look changes nothing, one press does it, for one button and one account."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import SQLModel, select

from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from storage.people import AuditEvent, Identity, Person
from storage.series import Enrollment
from tests.email.conftest import asked

WATCHED: tuple[type[SQLModel], ...] = (Identity, Person, Enrollment, AuditEvent)


def links_of(ana: OnEmail) -> list[str]:
    return [link for letter in ana.mailbox for link in re.findall(r"http://\S+", letter.text)]


async def rows(story: Story) -> list[str]:
    async with story.environment.application.database.read() as db:
        return [row.model_dump_json() for table in WATCHED for row in await db.scalars(select(table))]


async def test_a_filter_that_opens_every_link_changes_nothing(story: Story, ana: OnEmail) -> None:
    await ana.type("settings")
    await ana.type("me")
    before = await rows(story)
    for link in links_of(ana):
        for method in ("GET", "HEAD"):
            status, _ = await asked(method, link)
            assert status == 200
    assert await rows(story) == before


async def test_a_press_says_whose_it_is_and_does_it(story: Story, ana: OnEmail) -> None:
    _, page = await asked("GET", links_of(ana)[0])
    assert ana.person.name in page.text
    (button,) = [one for one in page.pushes if one.posts]
    assert button.label == page.title.strip()


async def test_a_link_opens_nothing_for_who_changed_it_or_came_too_late(story: Story, ana: OnEmail) -> None:
    link = links_of(ana)[0]
    for changed in (link[:-1], link[:-3] + "abc", link.replace("/press/", "/form/"), link + "x"):
        assert (await asked("POST", changed))[0] in {403, 404}
    story.environment.clock.advance(timedelta(days=61))
    assert (await asked("GET", link))[0] == 403


async def test_a_link_of_a_deleted_person_is_dead_and_makes_nobody_new(story: Story, ana: OnEmail) -> None:
    link = links_of(ana)[0]
    await ana.type("delete")
    await ana.push_main()
    before = len(await rows(story))
    assert (await asked("POST", link))[0] == 403
    assert await ana.side.answer(ana.mailbox[0], "me") == 204
    assert len(await rows(story)) == before


async def test_one_click_of_the_mail_program_ends_all_messages(story: Story, ana: OnEmail) -> None:
    """RFC 8058: a POST without a page, without cookies, to the address in the header."""
    header = str(ana.mailbox[-1].message["List-Unsubscribe"])
    stop = header.strip("<>")
    status, _ = await asked("POST", stop, {"List-Unsubscribe": "One-Click"})
    assert status == 200
    before = len(ana.mailbox)
    lead = story.facilitator("slack")
    assert lead is not None
    await story.command([lead], "session cancel 1")
    await lead.push_main()
    await story.settle()
    await story.until(story.now + timedelta(minutes=5))
    assert len(ana.mailbox) == before
    await story.until(story.now + timedelta(hours=2))
    assert f"Pidió no recibir más mensajes: {ana.person.name}" in lead.see().text


async def test_who_stopped_may_start_again_on_the_same_page(story: Story, ana: OnEmail) -> None:
    stop = str(ana.mailbox[-1].message["List-Unsubscribe"]).strip("<>")
    _, page = await asked("POST", stop)
    again = next(one for one in page.pushes if one.posts)
    assert (await asked("POST", again.address))[0] == 200
    async with story.environment.application.database.read() as db:
        found = await db.scalars(select(Identity).where(Identity.platform_user == ana.person.email))
        account = found.one()
    assert account.stopped_at is None
    assert account.reachable
