"""RSVP: what a calendar answers to an invitation is kept for who was invited, and for nobody else."""

from __future__ import annotations

from email.message import EmailMessage

from icalendar import Calendar, vCalAddress
from sqlmodel import col, select

from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from adapters.playground.mail import Letter
from adapters.playground.mail.letters import calendar_reply
from storage.people import Person
from storage.sessions import InvitationReply
from tests.stories.town import lead_of


async def kept(story: Story) -> list[tuple[str, str]]:
    async with story.environment.application.database.read() as db:
        rows = await db.execute(
            select(Person.email, InvitationReply.answer)
            .join(InvitationReply)
            .order_by(col(InvitationReply.id))
        )
        return [(str(email), answer) for email, answer in rows]


async def invited(story: Story, ana: OnEmail) -> list[Letter]:
    """The invitations in a mailbox, one for each session to come."""
    await story.command([ana], "invitations yes")
    return [one for one in ana.mailbox if "text/calendar" in one.raw]


async def test_the_newest_answer_counts_and_gets_no_answer(story: Story, ana: OnEmail) -> None:
    letter, email, lead = (await invited(story, ana))[1], ana.person.email, lead_of(story)
    before = len(ana.mailbox)
    for answer, means in (("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no")):
        assert await ana.side.answer_invitation(letter, answer) == 204
        await story.settle()
        assert await kept(story) == [(email, means)]
    assert len(ana.mailbox) == before
    await story.command([lead], "agenda 2")
    assert f"No asistirán: 1: {ana.person.name}" in lead.see().text.replace("\n", ": ")

    await lead.type("session move 2 2027-03-04 12:00")
    await lead.push_main()
    await story.settle()
    assert await kept(story) == [], "who could come then may not be able to now"
    await ana.side.answer_invitation(letter, "ACCEPTED")
    await story.settle()
    assert await kept(story) == [], "that was an answer to the old time"


def _forged(letter: Letter, kind: str, other: str, story: Story) -> EmailMessage:
    """Sent by another person with this entry, or in its reader's name with an id that was guessed."""
    sent = calendar_reply(letter, "DECLINED", story.now, 1)
    part = next(one for one in sent.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(str(part.get_content()))
    event = calendar.walk("VEVENT")[0]
    if kind == "by another person":
        sent.replace_header("From", other)
        event["attendee"] = vCalAddress(f"mailto:{other}", params={"PARTSTAT": "DECLINED"})
    else:
        event["uid"] = f"{str(event['uid']).partition('.')[0]}.{'A' * 16}@throughline"
    part.set_content(calendar.to_ical().decode(), subtype="calendar")
    return sent


async def test_a_forged_answer_is_nothing(story: Story, ana: OnEmail) -> None:
    """Everybody in the cohort knows the session and the addresses; the id is known to its owner alone."""
    letter = (await invited(story, ana))[0]
    other = next(one for one in story.people("participant") if one is not ana)
    for kind in ("by another person", "a guessed id"):
        assert await ana.side.send(_forged(letter, kind, other.person.email, story)) == 204
    await story.settle()
    assert await kept(story) == []
