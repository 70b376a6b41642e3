"""The mailboxes in the browser: a message that can do nothing, and an answer from this page only."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.demo.figures import Got, asked
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.mail import MailSide
from adapters.playground.mail.page import MailPage
from adapters.playground.page.guard import PageGuard
from adapters.playground.people import SamplePerson
from bot.core.clock import MovedClock
from tests.support.stage import START

PAT = SamplePerson("U1", "Pat Park", "pat@example.org", None, None, "participant")
RAW = (
    b"Subject: Hello Pat\r\nFrom: Bot <bot@example.org>\r\nTo: pat@example.org\r\nMessage-ID: <a@b>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    b"<html><head></head><body><h1>Hi</h1></body></html>\r\n"
)


async def test_a_message_is_read_and_answered() -> None:
    taken: list[bytes] = []
    side, guard, app = (
        MailSide(MovedClock(START).now, Ledger(), Faults(), "t"),
        PageGuard(),
        web.Application(),
    )
    side.move_in([PAT])
    side.accept(PAT.email, RAW)
    MailPage(side, guard).mount(app, "/playground/mail")

    async def inbound(request: web.Request) -> web.Response:
        taken.append(await request.read())
        return web.Response(status=204)

    app.router.add_post("/inbound", inbound)
    async with TestClient(TestServer(app)) as client:
        side.connect(str(client.make_url("/inbound")))
        assert "Pat Park" in await (await client.get("/playground/mail/")).text()
        assert "Hello Pat" in await (await client.get("/playground/mail/pat@example.org")).text()
        letter = await client.get("/playground/mail/pat@example.org/1")
        assert guard.token in await letter.text()
        shown = await client.get("/playground/mail/pat@example.org/1/message")
        assert "<h1>Hi</h1>" in await shown.text()
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        refused = await client.post("/playground/mail/pat@example.org/1", data={"text": "x", "token": "no"})
        assert refused.status == 403
        sent = {"text": "agenda 1", "token": guard.token}
        assert (await client.post("/playground/mail/pat@example.org/1", data=sent)).status == 200
        assert (await client.get("/playground/mail/nobody@example.org")).status == 404
    assert len(taken) == 1
    assert b"agenda 1" in taken[0]


async def test_the_ledger_keeps_what_a_letter_says_as_that_of_a_chat_does() -> None:
    """The demo finds in it how often a question was asked; by the subject alone nobody was asked anything."""
    side = MailSide(MovedClock(START).now, Ledger(), Faults(), "t")
    side.move_in([PAT])
    side.accept(PAT.email, RAW.replace(b"text/html", b"text/plain").replace(b"Hi", b"What helps?"))
    assert [asked([Got("pat", post.at, "x", post.text)], ["What helps?"]) for post in side.ledger.posts] == [
        1
    ]
