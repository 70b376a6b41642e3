"""E-mail as a fallback: chosen by its owner, confirmed, and only once every chat has been gone for days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from adapters.demo.cast import Actor, OnSlack
from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from adapters.playground.mail import Letter
from bot.core.reachability import FALLBACK_AFTER, open_ways
from storage.nudges import Nudge
from storage.people import Identity, Person, Workspace
from tests.email.conftest import asked
from tests.stories.town import lead_of
from tests.support.stage import START


def account(platform: str, *, user: bool = True, **given: object) -> tuple[Identity, Workspace]:
    """An account, and its workspace: what is `given` is set on either, where it belongs."""
    workspace = Workspace(
        community_id=1, platform=platform, tenant="t", installed_at=START, by_address=platform == "email"
    )
    identity = Identity(workspace_id=1, person_id=1, platform_user="u", proven_at=START if user else None)
    for name, value in given.items():
        setattr(identity if name in Identity.model_fields else workspace, name, value)
    return identity, workspace


def lost(platform: str = "slack", after: timedelta = timedelta()) -> tuple[Identity, Workspace]:
    return account(platform, reachable=False, unreachable_since=START + after)


DAY = timedelta(days=1)
MAIL, UNPROVEN = account("email"), account("email", user=False)
CASES = {
    "who has no chat, whatever they proved": ([UNPROVEN], "", {"email": None}),
    "no address of a roster beside a chat": ([account("slack"), UNPROVEN], "", {"slack": None}),
    "not even when the chat is gone": ([lost(), UNPROVEN], "", {}),
    "not even when it was chosen": ([account("slack"), UNPROVEN], "email", {"slack": None}),
    "no fallback while a chat answers": ([account("slack"), MAIL], "", {"slack": None}),
    "chosen, at once": ([account("slack"), MAIL], "email", {"slack": None, "email": None}),
    "a fallback days later": ([lost(), MAIL], "slack", {"email": START + FALLBACK_AFTER}),
    "days after the last chat": (
        [lost(), lost("teams", DAY), MAIL], "", {"email": START + DAY + FALLBACK_AFTER},
    ),
    "one chat is enough": ([lost(), account("teams"), MAIL], "", {"teams": None}),
    "the bot was removed": (
        [account("slack", uninstalled_at=START), MAIL], "", {"email": START + FALLBACK_AFTER},
    ),
    "the workspace refuses": (
        [account("slack", held_since=START, held_because="x"), MAIL], "",
        {"slack": None, "email": START + FALLBACK_AFTER},
    ),
    "not for who stopped in the chat": ([account("slack", stopped_at=START), MAIL], "", {}),
    "never to who stopped there": ([lost(), account("email", stopped_at=START)], "", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_when_an_address_is_used(case: str) -> None:
    accounts, preferred, expected = CASES[case]
    person = Person(community_id=1, name="Ana", preferred=preferred, created_at=START)
    assert {way.workspace.platform: way.not_before for way in open_ways(person, accounts)} == expected


async def wrote(story: Story, actor: Actor, key: str) -> None:
    """A message to somebody, due now."""
    async with story.environment.application.database.write() as db:
        me = (await db.scalars(select(Person.id).where(Person.email == actor.person.email))).one()
        card: dict[str, object] = {"title": key, "text": "A word."}
        db.add(Nudge(key=key, community_id=1, kind="note", nature="logistics", person_id=me, card=card,
                     due_at=story.now, created_at=story.now))  # fmt: skip
    await story.settle()


async def at(story: Story, moment: datetime) -> None:
    story.environment.clock.move_to(moment)
    await story.settle()


async def state_of(story: Story, key: str) -> tuple[str, datetime]:
    async with story.environment.application.database.read() as db:
        nudge = (await db.scalars(select(Nudge).where(Nudge.key == key))).one()
        return nudge.state, nudge.due_at


async def chose_email(story: Story, actor: Actor) -> None:
    """Confirm the address, and go back to the chat: it stays as a fallback."""
    await story.command([actor], "write me on e-mail")
    found = re.search(r"http://\S+/confirm-address/\S+", mail(story, actor)[-1].text)
    assert found
    assert (await asked("POST", found[0]))[0] == 200
    await story.command([actor], "write me on slack")


def mail(story: Story, actor: Actor) -> list[Letter]:
    return story.environment.mail.inbox(actor.person.email)


async def test_a_message_waits_for_the_chat_and_then_comes_by_email(story: Story, ana: OnEmail) -> None:
    actor = lead_of(story)
    assert isinstance(actor, OnSlack)
    story.environment.mail.move_in([actor.person])
    await chose_email(story, actor)
    before = len(mail(story, actor))
    await wrote(story, actor, "while it answers")
    assert len(mail(story, actor)) == before

    story.environment.faults.refuse("chat.postMessage", "user_disabled", times=1)
    gone = story.now
    await wrote(story, actor, "while it is gone")
    assert await state_of(story, "while it is gone") == ("planned", gone + timedelta(hours=1))
    await at(story, gone + FALLBACK_AFTER - timedelta(hours=2))
    assert len(mail(story, actor)) == before, "the chat may come back"
    await at(story, gone + FALLBACK_AFTER + timedelta(minutes=1))
    assert [one.subject for one in mail(story, actor)[before:]] == ["while it is gone"]

    await actor.side.say(actor.person.id, None, "me")
    await actor.heard()
    await wrote(story, actor, "it is back")
    assert len(mail(story, actor)) == before + 1
    assert "it is back" in actor.see().text
