"""What comes in: replies that prove themselves, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from sqlmodel import select

from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from adapters.playground.mail.letters import bounce, complaint, reply
from storage.people import Identity
from tests.email.conftest import asked


async def account(story: Story, ana: OnEmail) -> Identity:
    async with story.environment.application.database.read() as db:
        found = await db.scalars(select(Identity).where(Identity.platform_user == ana.person.email))
        return found.one()


async def test_a_command_is_answered_below_the_message(story: Story, ana: OnEmail) -> None:
    await ana.type("agenda 1")
    newest = ana.mailbox[-1]
    assert newest.message["In-Reply-To"] == "<reply-1@mailbox.example>"
    assert newest.message["Auto-Submitted"] == "auto-replied"
    assert "Agenda" in newest.text


async def test_an_out_of_office_is_no_answer_and_gets_none(story: Story, ana: OnEmail) -> None:
    before = len(ana.mailbox)
    assert await ana.side.be_away(ana.mailbox[-1]) == 204
    await story.settle()
    assert len(ana.mailbox) == before


def _forged(letter_from: OnEmail, kind: str, now: object) -> EmailMessage:
    answer = reply(letter_from.mailbox[-1], "delete", letter_from.side.now(), 9)
    if kind == "another sender":
        answer.replace_header("From", "mallory@example.org")
    elif kind == "no reference":
        del answer["In-Reply-To"], answer["References"]
    elif kind == "a made-up reference":
        for name in ("In-Reply-To", "References"):
            answer.replace_header(name, "<0123456789012345678901.AAAAAAAAAAAAAAAA.community-1@a.example>")
    return answer


async def test_a_forged_reply_does_nothing(story: Story, ana: OnEmail) -> None:
    """Anybody can write any sender: only who has the message knows its id, and only for its own address."""
    before = len(story.environment.mail.letters)
    for kind in ("another sender", "no reference", "a made-up reference"):
        assert await ana.side.send(_forged(ana, kind, story.now)) == 204
    await story.settle()
    assert len(story.environment.mail.letters) == before


async def test_a_program_that_answers_our_answers_is_not_heard_for_ever(story: Story, ana: OnEmail) -> None:
    before = len(ana.mailbox)
    for _ in range(40):
        await ana.side.answer(ana.mailbox[0], "what is this")
    await story.settle()
    assert len(ana.mailbox) - before <= 21


async def test_a_bounce_makes_the_address_unreachable_and_is_told(story: Story, ana: OnEmail) -> None:
    assert await ana.side.send(bounce(ana.mailbox[-1], story.now)) == 204
    await story.settle()
    assert not (await account(story, ana)).reachable
    lead = story.facilitator("slack")
    assert lead is not None
    await story.until(story.now + timedelta(hours=2))
    assert ana.person.name in lead.see().text


async def test_a_full_mailbox_is_still_there(story: Story, ana: OnEmail) -> None:
    await ana.side.send(bounce(ana.mailbox[-1], story.now, status="5.2.2"))
    await story.settle()
    assert (await account(story, ana)).reachable


async def test_a_bounce_of_what_we_never_sent_is_nothing(story: Story, ana: OnEmail) -> None:
    """Backscatter: somebody sends in our name, and we get the bounces."""
    raw = bounce(ana.mailbox[-1], story.now)
    mark = str(ana.mailbox[-1].message["Message-ID"]).strip("<>").partition("@")[0].encode()
    assert await ana.side.send(raw.replace(mark, b"x" * len(mark))) == 204
    await story.settle()
    assert (await account(story, ana)).reachable


async def test_a_complaint_ends_all_messages(story: Story, ana: OnEmail) -> None:
    """The reader pressed "spam": for a mail provider that is a louder no than unsubscribing."""
    assert await ana.side.send(complaint(ana.mailbox[-1], story.now)) == 204
    await story.settle()
    assert (await account(story, ana)).stopped_at is not None


async def test_hundreds_of_bounces_are_one_message_for_a_facilitator(story: Story, ana: OnEmail) -> None:
    lead = story.facilitator("slack")
    assert lead is not None
    before = len(story.environment.ledger.to(lead.person.id))
    people = [one for one in story.people("participant") if isinstance(one, OnEmail)]
    for one in people:
        await one.side.send(bounce(one.mailbox[-1], story.now))
    await story.settle()
    await story.until(story.now + timedelta(hours=2))
    assert len(story.environment.ledger.to(lead.person.id)) == before + 1
    assert f"{len(people)} personas" in lead.see().text


async def test_the_door_opens_for_its_key_only(story: Story, ana: OnEmail) -> None:
    raw = {"email": reply(ana.mailbox[-1], "me", story.now, 3).as_string()}
    assert (await asked("POST", ana.side.inbound_url, raw))[0] == 401
    ana.side.inbound_key = "x" * 30
    assert await ana.side.answer(ana.mailbox[-1], "me") == 401


NO_MESSAGES = (
    b"",
    b"\xff\xfe\x00",
    b"From: \r\n\r\n",
    b"Content-Type: multipart/report\r\n\r\n",
    b"a" * 100_000,
)


async def test_what_is_no_message_is_taken_and_thrown_away(story: Story, ana: OnEmail) -> None:
    assert [await ana.side.send(raw) for raw in NO_MESSAGES] == [204] * len(NO_MESSAGES)


async def test_an_address_that_the_relay_refuses_is_unreachable_and_told(story: Story, ana: OnEmail) -> None:
    """Most bounces come at once: the server says 550 while we still speak with it."""
    lead = story.facilitator("slack")
    assert lead is not None
    del ana.side.people[ana.person.email]
    await story.command([lead], "session cancel 1")
    await lead.push_main()
    await story.settle()
    assert not (await account(story, ana)).reachable
    await story.until(story.now + timedelta(hours=2))
    assert ana.person.name in lead.see().text
