"""The real CloudAdapter against the far side: tokens both ways, replies, faults."""

import asyncio
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsInfo
from botbuilder.schema import Activity, ConversationParameters
from botframework.connector.auth import JwtTokenExtractor
from botframework.connector.models import ErrorResponseException
from msrest.exceptions import ClientRequestError

from adapters.playground.teams import Forgery, TeamsSide
from adapters.teams.security import KeyRing
from tests.playground.teams.conftest import Clock
from tests.playground.teams.echo_bot import TENANT, EchoBot, listening


def _reference(turn_activity: Activity) -> Any:
    return TurnContext.get_conversation_reference(turn_activity)


async def test_a_signed_message_is_answered_in_the_persons_chat(side: TeamsSide, bot: EchoBot) -> None:
    """botbuilder accepts the token, and its reply arrives through the connector with one of its own."""
    await side.install_personal("Ana Reyes")
    outcome = await side.say("Ana Reyes", "bot", "hello")
    assert (outcome.status, outcome.ok, bot.errors) == (201, True, [])
    assert [post.text for post in side.received("Ana Reyes")] == ["You said: hello"]
    assert [post.recipients for post in side.ledger.posts] == [(side.user("Ana Reyes").teams_id,)]
    assert [activity.type for activity in bot.heard] == [
        "conversationUpdate",
        "installationUpdate",
        "message",
    ]


async def test_the_bot_learns_tenant_zone_and_locale_from_the_activity(side: TeamsSide, bot: EchoBot) -> None:
    """They stand where Teams puts them, and a client without a zone leaves it out."""
    await side.install_personal("Ana Reyes")
    await side.install_personal("Ben Ito")
    await side.say("Ana Reyes", "bot", "hello")
    await side.say("Ben Ito", "bot", "hola")
    ana, ben = [activity for activity in bot.heard if activity.type == "message"]
    assert ana.channel_data["tenant"]["id"] == TENANT
    assert (ana.local_timezone, ana.locale) == ("America/Anchorage", "en-US")
    assert ana.from_property.aad_object_id == side.user("Ana Reyes").aad_object_id
    assert (ben.local_timezone, ben.locale) == (None, "es-US")
    assert "timezone" not in ben.entities[0].additional_properties


async def test_in_a_channel_only_a_mention_is_heard_and_answered_in_its_thread(
    side: TeamsSide, bot: EchoBot
) -> None:
    """The mention comes with its entity; the answer joins the reply chain."""
    await side.add_bot_to_team("Learning")
    await side.say("Ben Ito", "Cohort 1", "just chatting")
    asked = await side.mention_bot("Ana Reyes", "Cohort 1", "help")
    messages = [activity for activity in bot.heard if activity.type == "message"]
    assert [message.text for message in messages] == ["<at>Throughline</at>&nbsp;help\n"]
    assert TurnContext.remove_recipient_mention(messages[0]).strip() == "&nbsp;help"
    thread = side.channel("Cohort 1").threads[asked.activity_id]
    assert [post.text for post in thread] == ["help", "You said: <at>Throughline</at>&nbsp;help\n"]


async def test_a_conversation_continues_proactively(side: TeamsSide, bot: EchoBot) -> None:
    """continue_conversation replies to an invented activity id, which the connector lets pass."""
    await side.install_personal("Ana Reyes")
    reference = _reference(bot.heard[-1])
    await bot.tell(reference, "It is time to look ahead.")
    assert side.received("Ana Reyes")[-1].text == "It is time to look ahead."


async def test_a_personal_chat_and_a_channel_thread_are_opened_proactively(
    side: TeamsSide, bot: EchoBot
) -> None:
    """A member of a team with the bot can be written to first, and a new thread started in its channel."""
    await side.add_bot_to_team("Learning")
    opened: list[str] = []

    async def greet(turn: TurnContext) -> None:
        opened.append(turn.activity.conversation.id)
        await turn.send_activity("Welcome")

    chi = side.user("Chi Okafor")
    await bot.adapter.create_conversation(
        bot.app_id,
        greet,
        ConversationParameters(
            is_group=False,
            members=[{"id": chi.teams_id}],
            tenant_id=TENANT,
            channel_data={"tenant": {"id": TENANT}},
        ),
        "msteams",
        side.service_url,
    )
    channel = side.channel("Cohort 1").id
    thread = ConversationParameters(
        is_group=True,
        channel_data={"channel": {"id": channel}},
        activity=Activity(type="message", text="Group 1"),
    )
    await bot.adapter.create_conversation(bot.app_id, greet, thread, "msteams", side.service_url)
    assert [post.text for post in side.received(chi)] == ["Welcome"]
    assert [[post.text for post in posts] for posts in side.channel("Cohort 1").threads.values()] == [
        ["Group 1", "Welcome"]
    ]
    assert opened[1].startswith(f"{channel};messageid=")


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery(issuer="https://evil.example"),
        Forgery(audience="another-app"),
        Forgery(audience=None),
        Forgery(expires_in=-3600),
        Forgery(kid="unknown"),
        Forgery(algorithm="HS256"),
        Forgery(algorithm="none"),
        Forgery(stranger_key=True),
        Forgery(flip_signature=True),
        Forgery(service_url="https://evil.example/"),
        Forgery(header=""),
        Forgery(header="Bearer nonsense"),
    ],
    ids=lambda forgery: str({k: v for k, v in vars(forgery).items() if v != getattr(Forgery(), k)}),
)
async def test_a_forged_token_reaches_nobody(side: TeamsSide, bot: EchoBot, forgery: Forgery) -> None:
    """Whatever botbuilder answers (401 or, as known, 500), no turn runs and nothing is posted."""
    await side.install_personal("Ana Reyes")
    heard = len(bot.heard)
    message = side.forms.message(
        side.user("Ana Reyes"),
        side.conversation_id("Ana Reyes", "bot"),
        "let me in",
        activity_id="1",
    )
    outcome = await side.deliver(message, forgery)
    assert outcome.status in (401, 500)
    assert (len(bot.heard), side.received("Ana Reyes")) == (heard, [])


async def test_a_wrong_app_password_leaves_the_bot_without_a_voice(side: TeamsSide) -> None:
    """The token endpoint refuses it, so no reply is accepted."""
    async with listening(side, password="wrong") as bot:
        await side.install_personal("Ana Reyes")
        await side.say("Ana Reyes", "bot", "hello")
        assert bot.errors
        assert side.received("Ana Reyes") == []


async def test_rotated_keys_are_published_and_used(side: TeamsSide, bot: EchoBot) -> None:
    """Once botbuilder has forgotten the old keys, events under the new one are accepted."""
    await side.install_personal("Ana Reyes")
    side.ctx.rotate()
    assert (await side.say("Ana Reyes", "bot", "one")).status == 500
    JwtTokenExtractor.metadataCache.pop(side.openid_url)
    assert (await side.say("Ana Reyes", "bot", "two")).status == 201


async def test_keys_of_an_earlier_bot_at_the_same_address_are_forgotten(side: TeamsSide) -> None:
    """The system hands out a port again; the keys known under it are another bot's, refused or not."""
    JwtTokenExtractor.metadataCache[side.openid_url] = KeyRing("http://127.0.0.1:9/openid")
    async with listening(side) as bot:
        await side.install_personal("Ana Reyes")
        assert (await side.say("Ana Reyes", "bot", "one")).status == 201
        assert bot.heard[-1].type == "message"


async def test_an_uninstalled_bot_is_refused_with_403(side: TeamsSide, bot: EchoBot) -> None:
    """botbuilder raises, and the response still carries the code to act on."""
    await side.install_personal("Ana Reyes")
    reference = _reference(bot.heard[-1])
    await side.uninstall("Ana Reyes")
    assert (bot.heard[-1].type, bot.heard[-1].action) == ("installationUpdate", "remove")
    await bot.tell(reference, "anyone?")
    error = bot.errors[-1]
    assert isinstance(error, ErrorResponseException)
    assert error.response.status_code == 403
    assert error.error.error.code == "BotNotInConversationRoster"


async def test_the_eighth_message_of_a_second_is_throttled_on_the_worlds_clock(
    side: TeamsSide, bot: EchoBot, clock: Clock
) -> None:
    """429 with Retry-After; when the clock has moved on, the message passes."""
    await side.install_personal("Ana Reyes")
    reference = _reference(bot.heard[-1])
    for number in range(8):
        await bot.tell(reference, str(number))
    error = bot.errors[-1]
    assert isinstance(error, ErrorResponseException)
    assert (error.response.status_code, error.response.headers["Retry-After"]) == (429, "1")
    clock.move(1)
    await bot.tell(reference, "seven")
    assert [post.text for post in side.received("Ana Reyes")][-2:] == ["6", "seven"]


async def test_the_roster_comes_in_pages(side: TeamsSide, bot: EchoBot) -> None:
    """TeamsInfo reads fifty, then the rest; neither locale nor zone stands in it."""
    for number in range(60):
        user = side.workplace.add_user(f"Person {number}", tenant_id=TENANT)
        side.team("Learning").member_ids.append(user.teams_id)
    pages: list[Any] = []

    async def read(turn: TurnContext) -> None:
        token = None
        while True:
            page = await TeamsInfo.get_paged_members(turn, token, 50)
            pages.append(page)
            token = page.continuation_token
            if not token:
                return

    await side.add_bot_to_team("Learning")
    bot.on_message = read
    await side.mention_bot("Ana Reyes", "Cohort 1", "who")
    assert bot.errors == []
    assert [len(page.members) for page in pages] == [50, 13]
    assert pages[0].members[0].aad_object_id == side.user("Ana Reyes").aad_object_id


async def test_a_message_is_edited_and_taken_away(side: TeamsSide, bot: EchoBot) -> None:
    """PUT and DELETE of the bot's own message; an edit ends everybody's own views."""

    async def send_edit_delete(turn: TurnContext) -> None:
        kept = await turn.send_activity("first")
        gone = await turn.send_activity("second")
        await turn.update_activity(Activity(type="message", id=kept.id, text="edited"))
        await turn.delete_activity(gone.id)

    await side.install_personal("Ana Reyes")
    bot.on_message = send_edit_delete
    await side.say("Ana Reyes", "bot", "go")
    assert bot.errors == []
    assert [post.text for post in side.received("Ana Reyes")] == ["edited"]
    assert len(side.ledger) == 2


async def test_what_a_fault_accepted_stands_although_the_bot_heard_an_error(
    side: TeamsSide, bot: EchoBot
) -> None:
    """504 after acceptance: one post in the ledger, an exception at the bot, no blind repeat."""
    await side.install_personal("Ana Reyes")
    reference = _reference(bot.heard[-1])
    side.faults.accept_then_status("/activities", 504)
    await bot.tell(reference, "once")
    assert [error.response.status_code for error in bot.errors] == [504]  # type: ignore[attr-defined]
    assert [post.text for post in side.ledger.posts] == ["once"]


async def test_an_unanswered_message_is_delivered_again_under_the_same_id(
    side: TeamsSide, bot: EchoBot
) -> None:
    """Nobody listened, then somebody did; a planned duplicate comes twice with one id."""
    await side.install_personal("Ana Reyes")
    url = side.bot_url
    side.connect("http://127.0.0.1:9/api/messages")
    lost = await side.say("Ana Reyes", "bot", "hello?")
    assert lost.status is None
    side.connect(url)
    again = await side.redeliver(force=True)
    assert [outcome.activity_id for outcome in again] == [lost.activity_id]
    side.faults.duplicate_event("message", copies=3)
    await side.say("Ana Reyes", "bot", "twice")
    ids = [activity.id for activity in bot.heard if activity.type == "message"]
    assert len(ids) == 4
    assert len(set(ids)) == 2


async def test_a_slow_bot_gets_the_message_again(side: TeamsSide, bot: EchoBot) -> None:
    """No answer in time counts as none, although the first delivery is still being worked on."""
    await side.install_personal("Ana Reyes")
    may_go_on = asyncio.Event()

    async def slow(turn: TurnContext) -> None:
        await may_go_on.wait()

    bot.on_message = slow
    side.postbox.answer_seconds = 0.05
    first = await side.say("Ana Reyes", "bot", "hello")
    assert (first.status, first.failure) == (None, "no answer: TimeoutError")
    may_go_on.set()
    side.postbox.answer_seconds = 15
    (again,) = await side.redeliver(force=True)
    assert again.status == 201
    assert [activity.id for activity in bot.heard[-2:]] == [first.activity_id] * 2


async def test_a_connection_broken_after_acceptance_leaves_one_post(side: TeamsSide, bot: EchoBot) -> None:
    """botbuilder does not repeat it, and raises an exception that has no HTTP status."""
    await side.install_personal("Ana Reyes")
    reference = _reference(bot.heard[-1])
    side.faults.accept_then_reset("/activities")
    await bot.tell(reference, "once")
    assert [type(error) for error in bot.errors] == [ClientRequestError]
    assert [post.text for post in side.ledger.posts] == ["once"]
