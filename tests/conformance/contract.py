"""The suite. It names no platform: what may differ is declared on the port, or on the far side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from bot.core.cards import Button, Card, Fact, Section
from bot.core.events import Command, Where, Who
from bot.core.forms import Field, Form
from bot.core.platform import (
    Address,
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
)
from bot.core.reply import Reply
from prompts.text import Marked

HOSTILE = "*no* _markup_ <b>x</b> [a](https://evil.example) `c` & @channel <!here>"


@dataclass
class FarSide:
    """`user` is somebody the bot has spoken with at `direct`; `match` names a post in a fault's line, and
    `busy` is the status by which the platform says "not now". `seen` gives the newest message as its reader
    sees it; `closed` is the same adapter with nobody at the other end."""

    platform: ChatPlatform
    tenant: str
    user: str
    email: str
    direct: Address
    ledger: Ledger
    faults: Faults
    match: str
    busy: int
    now: Callable[[], datetime]
    seen: Callable[[], str]
    closed: Callable[[], ChatPlatform]

    async def send(self, card: Card, mark: str = "mark-of-this-one", language: str = "en") -> Sent:
        return await self.platform.send(self.direct, card, mark=mark, users={}, language=language)


OpenFarSide = AbstractAsyncContextManager[FarSide]

CARD = Card(
    title="A title",
    text=Marked("Some **bold** words"),
    facts=(Fact(label="When", value="Tuesday"),),
    sections=(Section(title="Part one", text="Its words", buttons=(Button(label="Look", action="look"),)),),
    buttons=(Button(label="Yes", action="yes", value="1", style="primary"), Button(label="Ask", form="ask")),
    context="Small print",
)


class ChatPlatformContract:
    """Subclass it as ``Test…`` and set `far_side`."""

    def far_side(self, folder: Path) -> OpenFarSide:
        raise NotImplementedError

    @pytest.fixture
    async def far(self, tmp_path: Path) -> AsyncIterator[FarSide]:
        async with self.far_side(tmp_path) as far:
            yield far

    async def test_a_message_is_posted_once_under_its_mark(self, far: FarSide) -> None:
        sent = await far.send(CARD)
        assert sent.address.conversation == far.direct.conversation
        assert sent.message
        (post,) = far.ledger.of_nudge("mark-of-this-one")
        assert post.conversation == far.direct.conversation

    async def test_everything_a_card_says_is_read(self, far: FarSide) -> None:
        await far.send(CARD)
        read = far.seen()
        for words in ("A title", "bold", "When", "Tuesday", "Part one", "Its words", "Look", "Yes", "Ask"):
            assert words in read
        assert "Small print" in read
        assert "**" not in read.replace("**bold**", "")

    async def test_what_a_person_typed_is_read_letter_for_letter_and_does_nothing(self, far: FarSide) -> None:
        await far.send(Card(title="Hello\r\nBcc: all@example.org", text=HOSTILE))
        assert HOSTILE in far.seen(), far.seen()
        assert len(far.ledger.of_nudge("mark-of-this-one")) == 1

    async def test_a_card_beyond_every_limit_is_cut_not_refused(self, far: FarSide) -> None:
        part = Section(title="T" * 200, text="w" * 4000, buttons=(Button(label="B" * 90, action="b"),))
        await far.send(
            Card(title="t" * 500, text="x" * 9000, sections=(part,) * 120, more_url="https://a.example/b")
        )
        assert len(far.ledger.of_nudge("mark-of-this-one")) == 1

    async def test_two_messages_at_once_both_arrive(self, far: FarSide) -> None:
        await asyncio.gather(far.send(CARD, "mark-number-one"), far.send(CARD, "mark-number-two"))
        assert {len(far.ledger.of_nudge(mark)) for mark in ("mark-number-one", "mark-number-two")} == {1}

    async def test_too_fast_is_throttled_and_nothing_was_posted(self, far: FarSide) -> None:
        far.faults.rate_limit(far.match, retry_after=7)
        with pytest.raises(Throttled) as told:
            await far.send(CARD)
        assert told.value.retry_after > 0
        assert far.ledger.of_nudge("mark-of-this-one") == []

    async def test_not_now_can_be_tried_again_and_nothing_was_posted(self, far: FarSide) -> None:
        far.faults.status(far.match, far.busy)
        with pytest.raises((Unavailable, Uncertain, Throttled)):
            await far.send(CARD)
        assert far.ledger.of_nudge("mark-of-this-one") == []

    async def test_a_connection_that_breaks_after_acceptance_is_uncertain_and_never_repeated(
        self, far: FarSide
    ) -> None:
        far.faults.accept_then_reset(far.match)
        with pytest.raises(Uncertain):
            await far.send(CARD)
        assert len(far.ledger.of_nudge("mark-of-this-one")) == 1

    async def test_nobody_at_the_other_end_is_unavailable(self, far: FarSide) -> None:
        with pytest.raises((Unavailable, Uncertain)):
            await far.closed().send(far.direct, CARD, mark="m" * 22, users={}, language="en")

    async def test_after_a_fault_the_next_message_goes_out(self, far: FarSide) -> None:
        far.faults.accept_then_reset(far.match)
        with pytest.raises(Uncertain):
            await far.send(CARD, "mark-of-the-first")
        await far.send(CARD, "mark-of-the-next")
        assert len(far.ledger.of_nudge("mark-of-the-next")) == 1

    async def test_a_message_is_found_by_its_mark_or_it_is_said_that_nobody_can_look(
        self, far: FarSide
    ) -> None:
        sent, since = await far.send(CARD), far.now() - timedelta(minutes=1)
        try:
            assert await far.platform.find(far.direct, "mark-of-this-one", since) == sent
            assert await far.platform.find(far.direct, "mark-of-nothing", since) is None
        except CannotLookUp:
            with pytest.raises(CannotLookUp):
                await far.platform.find(far.direct, "mark-of-nothing", since)

    async def test_a_chat_is_opened_once(self, far: FarSide) -> None:
        first = await far.platform.open_direct(far.tenant, far.user, far.direct.reference)
        again = await far.platform.open_direct(far.tenant, far.user, far.direct.reference)
        assert first.conversation == again.conversation == far.direct.conversation

    async def test_a_sent_message_may_be_asked_to_change_and_to_be_pinned(self, far: FarSide) -> None:
        sent = await far.send(CARD)
        await far.platform.update(sent, Card(text="Changed"), users={}, language="en")
        await far.platform.pin(sent)
        assert len(far.ledger.of_nudge("mark-of-this-one")) == 1

    async def test_a_channel_is_opened_or_refused_in_words(self, far: FarSide) -> None:
        if far.platform.can_open_channels:
            channel = await far.platform.open_channel(far.tenant, "A cohort's channel!", topic="Topic")
            again = await far.platform.open_channel(far.tenant, "A cohort's channel!", topic="Topic")
            assert channel.conversation == again.conversation
            return
        with pytest.raises(PlatformError, match=r"[Cc]hannel"):
            await far.platform.open_channel(far.tenant, "A cohort's channel!", topic="Topic")

    async def test_a_person_is_known_by_the_account(self, far: FarSide) -> None:
        profile = await far.platform.profile(far.tenant, far.user, far.direct.reference)
        assert profile.user == far.user
        assert not profile.is_bot

    async def test_an_unknown_address_is_nobody_unless_every_address_is_known(self, far: FarSide) -> None:
        found = await far.platform.find_by_email(far.tenant, "nobody@elsewhere.example")
        assert (found is not None) == far.platform.one_to_one_only
        assert await far.platform.find_by_email(far.tenant, "no address\r\nat all") is None

    async def test_a_late_answer_reaches_who_asked(self, far: FarSide) -> None:
        await far.platform.answer(self._asked(far), Reply(card=Card(text="The late answer")))
        assert "The late answer" in far.seen()

    async def test_a_late_form_can_be_opened_from_its_answer(self, far: FarSide) -> None:
        form = Form(
            name="ask", title="A question", submit="Go", fields=(Field(name="a", kind="text", label="A"),)
        )
        await far.platform.answer(self._asked(far), Reply(form=form))
        assert "Open the form" in far.seen() or "A question" in far.seen()

    async def test_the_words_of_the_adapter_itself_are_in_the_readers_language(self, far: FarSide) -> None:
        part = Section(title="Parte", text="w" * 4000)
        await far.send(
            Card(text="Hola", sections=(part,) * 120, more_url="https://a.example/b"), language="es"
        )
        assert "The rest does not fit" not in far.seen()

    async def test_everybody_is_written_to_alone_or_can_be_invited(self, far: FarSide) -> None:
        if far.platform.one_to_one_only:
            assert set(await far.platform.invite(far.direct, [far.user])) == {far.user}
            assert await far.platform.members(far.direct) == []

    def _asked(self, far: FarSide) -> Command:
        where = Where(conversation=far.direct.conversation, kind="direct", reference=far.direct.reference)
        who = Who(platform=far.platform.name, tenant=far.tenant, user=far.user, language="en")
        return Command(key="asked-1", who=who, where=where, text="help")
