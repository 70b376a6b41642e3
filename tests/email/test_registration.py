"""Joining without any chat: the page, the confirmed address, the seat; the same page for every address."""

from __future__ import annotations

import re

from sqlmodel import select

from adapters.demo import pages
from adapters.demo.cast import Actor
from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from adapters.playground.mail import Letter
from adapters.playground.people import SamplePerson
from storage.people import Person
from storage.series import Cohort, Enrollment
from tests.email.conftest import asked

NEW = "new.person@agency.example"
FORM = {
    "name": "Noor Person",
    "email": NEW,
    "state": "Idaho",
    "job_role": "",
    "organisation": "",
    "language": "es",
    "consent": "true",
}


async def opened(story: Story, typed: str = "register open") -> tuple[Actor, str]:
    """The facilitator, and the page's address."""
    story.environment.mail.move_in([SamplePerson("U9", "Noor", NEW, None, None, "participant")])
    lead = story.facilitator("slack")
    assert lead is not None
    await story.command([lead], typed)
    found = re.search(r"http://[^\s)>|]+/register/[\w.-]+", lead.see().text)
    assert found
    return lead, found[0]


def mail(story: Story, address: str = NEW) -> list[Letter]:
    return story.environment.mail.inbox(address)


def link_in(letter: Letter) -> str:
    found = re.search(r"http://\S+/register-confirm/\S+", letter.text)
    assert found
    return found[0]


async def status(story: Story, address: str = NEW) -> str:
    async with story.environment.application.database.read() as db:
        found = await db.scalars(select(Enrollment).join(Person).where(Person.email == address))
        enrollment = found.first()
    return enrollment.status if enrollment else ""


async def test_a_confirmed_address_gets_a_seat(story: Story) -> None:
    _, page = await opened(story)
    assert (await asked("GET", page))[0] == 200
    assert (await asked("POST", page, FORM))[0] == 200
    assert await status(story) == ""
    await story.settle()
    (letter,) = mail(story)
    assert letter.subject.startswith("Confirme su inscripción")
    assert (await asked("GET", link_in(letter)))[0] == 200
    assert await status(story) == ""
    for _ in range(2):
        assert (await asked("POST", link_in(letter)))[0] == 200
        assert await status(story) == "active"


async def test_the_page_says_the_same_for_every_address(story: Story, ana: OnEmail) -> None:
    """Nobody finds out by it who takes part; the owner of the address reads it in the mailbox."""
    _, page = await opened(story)
    unknown = await asked("POST", page, FORM)
    known = await asked("POST", page, {**FORM, "email": ana.person.email})
    assert unknown == known
    await story.settle()
    assert "takes part" in ana.mailbox[-1].text or "participa" in ana.mailbox[-1].text


async def test_what_is_wrong_stands_beside_its_field(story: Story) -> None:
    _, page = await opened(story)
    wrong = {**FORM, "email": "no address", "state": "Narnia", "consent": ""}
    code, shown = await asked("POST", page, wrong)
    assert code == 422
    assert set(shown.wrong) == {"email", "state", "consent"}
    await story.settle()
    assert mail(story) == []


async def test_somebody_who_knows_an_address_cannot_fill_its_mailbox(story: Story) -> None:
    _, page = await opened(story)
    for _ in range(6):
        await asked("POST", page, FORM)
    await story.settle()
    assert len(mail(story)) == 3


async def test_one_place_sends_so_many_requests_and_then_waits(story: Story) -> None:
    _, page = await opened(story)
    codes = [(await asked("POST", page, {**FORM, "email": f"a{n}@agency.example"}))[0] for n in range(25)]
    assert codes.count(200) == 20
    assert codes[-1] == 429


async def test_a_full_cohort_has_a_waiting_list(story: Story) -> None:
    _, page = await opened(story)
    async with story.environment.application.database.write() as db:
        for cohort in await db.scalars(select(Cohort)):
            cohort.capacity = 1
    await asked("POST", page, FORM)
    await story.settle()
    await asked("POST", link_in(mail(story)[0]))
    assert await status(story) == "waiting"


async def test_a_facilitator_decides_where_the_page_says_so(story: Story) -> None:
    lead, page = await opened(story, "register open approval=yes")
    await asked("POST", page, FORM)
    await story.settle()
    await asked("POST", link_in(mail(story)[0]))
    assert await status(story) == ""
    await story.settle()
    assert NEW in lead.see().text
    await lead.push_main()
    await story.settle()
    assert await status(story) == "active"
    assert "Steady Teams" in mail(story)[-1].text


async def test_an_address_alone_does_not_speak_for_staff(story: Story) -> None:
    """Who holds a facilitator's mailbox gets no account of theirs by the page; they are asked on Slack."""
    lead, page = await opened(story)
    story.environment.mail.move_in([lead.person])
    await asked("POST", page, {**FORM, "email": lead.person.email})
    await story.settle()
    _, shown = await asked("POST", link_in(mail(story, lead.person.email)[0]))
    assert not [one for one in shown.pushes if one.posts]
    await story.settle()
    assert "página de inscripción" in lead.see().text


async def test_a_closed_page_takes_nothing(story: Story) -> None:
    lead, page = await opened(story)
    await asked("POST", page, FORM)
    await story.settle()
    await story.command([lead], "register close")
    assert (await asked("POST", page, FORM))[0] == 410
    assert (await asked("POST", link_in(mail(story)[0])))[0] == 410


async def test_the_page_is_in_the_browsers_language(story: Story) -> None:
    _, page = await opened(story)
    _, shown = await asked("GET", page, language="es-MX,es;q=0.9")
    assert "Inscripción" in shown.title


async def test_write_me_on_email_wants_the_address_confirmed(story: Story) -> None:
    """Somebody on Slack chooses e-mail; only the press in that mailbox makes it so."""
    lead = story.facilitator("slack")
    assert lead is not None
    story.environment.mail.move_in([lead.person])
    await story.command([lead], "write me on e-mail")
    assert lead.person.email in lead.see().text
    (letter,) = mail(story, lead.person.email)
    found = re.search(r"http://\S+/confirm-address/\S+", letter.text)
    assert found
    await asked("GET", found[0])
    await story.command([lead], "invite")
    before = len(mail(story, lead.person.email))
    assert (await asked("POST", found[0]))[0] == 200
    async with story.environment.application.database.read() as db:
        person = (await db.scalars(select(Person).where(Person.email == lead.person.email))).one()
    assert person.preferred == "email"
    assert before == 1


def test_a_page_is_read_as_it_stands() -> None:
    """The reader of pages that these tests rest on."""
    page = pages.read(
        '<h1>T</h1><form action="/x"><button>Go</button></form><a class="button" href="/y">See</a>'
    )
    assert [(one.label, one.address, one.posts) for one in page.pushes] == [
        ("Go", "/x", True),
        ("See", "/y", False),
    ]
