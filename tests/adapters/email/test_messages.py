"""What stands in a message: headers that providers ask for, and nothing that a person put there."""

from __future__ import annotations

import re

import pytest

from adapters.demo import pages
from bot.core.cards import Card, Fact, Picture
from bot.core.links import Links
from bot.core.platform import Unreachable
from prompts.text import Marked
from tests.adapters.email.conftest import JOIN, PAT, Post

HOSTILE = (
    "\r\nBcc: all@example.org",
    "\n\nbody",
    "\x00\x0b\x0c",
    "=?utf-8?q?=0D=0ABcc=3A_x?=",
    "\u2028Bcc: x",
    "=?utf-8?b?DQpCY2M6IHg=?=",
)


async def test_providers_find_how_to_unsubscribe_by_one_click(post: Post) -> None:
    """RFC 8058 wants both headers, the address in angle brackets and letter for letter on the wire."""
    await post.send()
    raw = post.side.letters[-1].raw
    found = re.search(r"^List-Unsubscribe: <(https://bot\.example/press/[\w.-]+)>\r$", raw, re.MULTILINE)
    assert found
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


async def test_it_says_that_a_program_wrote_it_and_wants_no_answer_by_a_program(post: Post) -> None:
    await post.send()
    assert post.newest["Auto-Submitted"] == "auto-generated"
    assert "OOF" in post.newest["X-Auto-Response-Suppress"]


async def test_the_same_message_has_the_same_id_each_time(post: Post) -> None:
    """So that a copy after a crash is known, by mail programs and by people."""
    await post.send()
    await post.send()
    await post.send(mark="mark-another-one")
    ids = [letter.message["Message-ID"] for letter in post.side.letters]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@sender.example>")


async def test_both_parts_say_the_same_and_lead_to_the_same_places(post: Post) -> None:
    facts, text = (Fact(label="When", value="Now"),), Marked("Some **bold** words")
    await post.send(Card(title="T", text=text, facts=facts, buttons=JOIN.buttons, context="Small"))
    letter = post.side.letters[-1]
    page = pages.read(letter.html)
    for words in ("Some bold words", "Small", "You can answer this e-mail"):
        assert words in letter.text
        assert words in page.text
    assert "When: Now" in letter.text
    links = re.findall(r"https://\S+", letter.text)
    assert len(links) == len([push for push in page.pushes if push.address]) == 4


async def test_nothing_is_fetched_from_anywhere_when_it_is_opened(post: Post) -> None:
    """No pixel, no picture, no font: a picture is a link with its words."""
    await post.send(Card(text="x", pictures=(Picture(url="https://a.example/p.png", alt="Two people"),)))
    html = post.side.letters[-1].html
    assert not re.search(r"<(img|script|link|iframe|object|video|audio|form)\b|url\(|@import|\bsrc=", html)
    assert ">Two people</a>" in html


async def test_no_address_and_no_value_is_readable_in_a_link(post: Post) -> None:
    await post.send()
    letter = post.side.letters[-1]
    for address in re.findall(r"https://bot\.example/press/([\w.-]+)", letter.text):
        ticket = Links("https://bot.example", "test-secret").read(address, "press", post.clock.now())
        assert PAT not in ticket.subject
        assert "join" not in ticket.subject


@pytest.mark.parametrize("typed", HOSTILE)
async def test_a_title_cannot_add_a_header(post: Post, typed: str) -> None:
    await post.send(Card(title=f"Hello{typed}", text=f"x{typed}"))
    assert set(post.newest.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
        "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert post.newest["To"] == PAT
    assert len(post.side.letters) == 1


NO_ADDRESSES = (
    "a@b.example\r\nRCPT TO:<x@y.example>",
    "two@a.example, b@c.example",
    "no address",
    "",
    "<a@b.example>",
    "ä@b.example",
    "a@b.example>",
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_what_is_no_single_address_is_never_handed_to_a_relay(post: Post, address: str) -> None:
    with pytest.raises(Unreachable):
        await post.send(to=address)
    assert post.side.letters == []


async def test_without_a_title_the_subject_tells_nothing(post: Post) -> None:
    await post.send(Card(text="A word about your reflection of last week"))
    assert post.newest["Subject"] == "A message for you"


async def test_a_message_stays_below_what_providers_cut_off(post: Post) -> None:
    from bot.core.cards import Section

    part = Section(title="Part", text="w" * 3000)
    await post.send(Card(title="Long", sections=(part,) * 200, more_url="https://bot.example/all"))
    html = post.side.letters[-1].html
    assert len(html.encode()) < 102_000
    assert "https://bot.example/all" in html


async def test_a_card_says_what_it_is_about_without_showing_it_twice(post: Post) -> None:
    """The subject line where there is no title; it stands neither in the text nor in the page."""
    await post.send(Card(subject="Your seat in Spring", text="A seat is free."))
    assert post.newest["Subject"] == "Your seat in Spring"
    assert "Your seat in Spring" not in post.side.letters[-1].text
