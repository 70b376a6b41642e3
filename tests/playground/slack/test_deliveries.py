"""From Slack to the bot: signatures, retries, late and doubled events, handshakes."""

import asyncio
import hashlib
import hmac
import time

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.people import SamplePerson
from adapters.playground.slack import PlaygroundError, SlackSide
from tests.playground.slack.conftest import Clock, RecordingBot
from tests.playground.slack.test_conversations import private_channel


async def test_every_request_is_signed_over_its_raw_body_with_real_time(
    served: SlackSide, bot: RecordingBot
) -> None:
    outcome = await served.say("UPAT", None, "hello")
    assert outcome.status == 200
    headers, payload = bot.received[0]
    stamp = headers["X-Slack-Request-Timestamp"]
    base = f"v0:{stamp}:".encode() + bot.raw[0]
    secret = served.workplace.app.signing_secret.encode()
    assert headers["X-Slack-Signature"] == "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
    assert abs(int(stamp) - time.time()) < 60
    assert payload["event"]["channel_type"] == "im"
    assert payload["authorizations"][0]["is_bot"] is True


async def test_people_cannot_write_markup_and_their_handles_become_ids(
    served: SlackSide, bot: RecordingBot
) -> None:
    await served.say("UPAT", None, "<!channel> & @faye.")
    assert bot.events("message")[0]["text"] == "&lt;!channel&gt; &amp; <@UFAYE>."


async def test_a_message_comes_as_text_and_as_rich_text_and_has_an_end(
    served: SlackSide, bot: RecordingBot
) -> None:
    await served.say("UPAT", None, "hello")
    [block] = bot.events("message")[0]["blocks"]
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "hello"}]
    with pytest.raises(PlaygroundError, match="40000"):
        await served.say("UPAT", None, "x" * 40_001)


async def test_a_failing_bot_hears_again_at_once_after_one_and_after_five_minutes(
    served: SlackSide, bot: RecordingBot, clock: Clock
) -> None:
    bot.answer = lambda payload: web.Response(status=500)
    outcome = await served.say("UPAT", None, "hello?")
    assert [answer.status for answer in outcome.answers] == [500, 500]
    clock.move(seconds=59)
    assert await served.redeliver() == []
    clock.move(seconds=1)
    assert len(await served.redeliver()) == 1
    clock.move(minutes=5)
    assert len(await served.redeliver()) == 1
    assert await served.redeliver(force=True) == []
    assert [headers.get("X-Slack-Retry-Num") for headers, _ in bot.received] == [None, "1", "2", "3"]
    assert bot.received[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert len({payload["event_id"] for payload in bot.payloads}) == 1


async def test_a_bot_that_asks_for_no_retry_gets_none(served: SlackSide, bot: RecordingBot) -> None:
    bot.answer = lambda payload: web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    outcome = await served.say("UPAT", None, "hello?")
    assert len(outcome.answers) == 1
    assert served.delivery.waiting == []


async def test_a_bot_that_is_gone_gets_the_event_when_it_is_back(
    served: SlackSide, bot: RecordingBot, clock: Clock
) -> None:
    back = served.delivery.sent
    served.connect("http://127.0.0.1:9/slack/events")
    outcome = await served.say("UPAT", None, "anyone?")
    assert (outcome.failure, outcome.status) == ("connection_failed", None)
    assert len(back) == 2
    assert len(served.delivery.waiting) == 1


async def test_a_doubled_event_has_one_event_id(served: SlackSide, bot: RecordingBot) -> None:
    served.faults.duplicate_event("message.im", copies=4)
    await served.say("UPAT", None, "once")
    assert len(bot.received) == 4
    assert len({payload["event_id"] for payload in bot.payloads}) == 1


async def test_a_late_event_comes_when_the_clock_has_moved(
    served: SlackSide, bot: RecordingBot, clock: Clock
) -> None:
    served.faults.late_event("message.im", seconds=90)
    await served.say("UPAT", None, "first")
    await served.say("UPAT", None, "second")
    clock.move(seconds=90)
    await served.redeliver()
    assert [event["text"] for event in bot.events("message")] == ["second", "first"]


async def test_the_same_bytes_can_be_sent_again(served: SlackSide, bot: RecordingBot) -> None:
    await served.say("UPAT", None, "hello")
    await served.delivery.replay(served.delivery.sent[-1])
    assert bot.raw[0] == bot.raw[1]
    assert bot.received[0][0]["X-Slack-Signature"] == bot.received[1][0]["X-Slack-Signature"]


async def test_the_bot_hears_only_of_conversations_it_is_in(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    served.create_channel("UFAYE", "staff-only", private=True, bot=False)
    outcome = await served.say("UFAYE", "staff-only", "without the bot")
    assert outcome.answers == []
    channel = await private_channel(client)
    await client.conversations_invite(channel=channel, users="UFAYE")
    await served.settle()
    await served.say("UFAYE", channel, "@throughline hello")
    assert [event["user"] for event in bot.events("member_joined_channel")] == ["UFAYE"]
    assert len(bot.events("app_mention")) == 1
    assert bot.events("message")[-1]["channel_type"] == "group"


async def test_the_bot_hears_its_own_messages_too(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="UPAT", text="from the bot")
    await served.settle()
    (event,) = bot.events("message")
    assert event["bot_id"] == (await client.auth_test())["bot_id"]


async def test_newcomers_and_removals_are_told(served: SlackSide, bot: RecordingBot) -> None:
    new = SamplePerson("UNEW", "Noor New", "noor@example.org", "America/Boise", "en-US", "participant")
    await served.arrive("T0ONE", new)
    assert bot.events("team_join")[0]["user"]["id"] == "UNEW"
    await served.uninstall("T0ONE")
    assert [p["event"]["type"] for p in bot.payloads[-2:]] == ["tokens_revoked", "app_uninstalled"]


async def test_a_revoked_token_is_dead(served: SlackSide, client: AsyncWebClient, bot: RecordingBot) -> None:
    assert (await client.auth_revoke())["revoked"] is True
    answer = await asyncio.gather(client.auth_test(), return_exceptions=True)
    assert "token_revoked" in str(answer[0])
    await served.settle()
    assert bot.events("app_uninstalled")


async def test_the_handshake_of_a_request_url_needs_the_challenge_back(
    served: SlackSide, bot: RecordingBot
) -> None:
    assert (await served.delivery.verify_url()).failure == "challenge_failed"
    bot.answer = lambda payload: web.json_response({"challenge": payload["challenge"]})
    assert (await served.delivery.verify_url()).failure is None


async def test_only_loopback_bots_are_talked_to(served: SlackSide) -> None:
    with pytest.raises(PlaygroundError, match="loopback"):
        served.connect("https://bot.example.org/slack/events")


async def test_beyond_the_hourly_limit_events_are_dropped_and_the_bot_is_told_once(
    served: SlackSide, bot: RecordingBot
) -> None:
    for _ in range(30_000):
        served.rates.count_event("T0ONE")
    await served.say("UPAT", None, "one too many")
    await served.say("UPAT", None, "two too many")
    assert [payload["type"] for payload in bot.payloads] == ["app_rate_limited"]


async def test_edits_and_deletions_hide_their_words_one_level_deeper(
    served: SlackSide, bot: RecordingBot
) -> None:
    said = (await served.say("UPAT", None, "frist")).posted
    assert said is not None
    edited = (await served.edit("UPAT", said, "first")).posted
    assert edited is not None
    await served.delete("UPAT", edited)
    subtypes = [event.get("subtype") for event in bot.events("message")]
    assert subtypes == [None, "message_changed", "message_deleted"]
    assert bot.events("message")[1]["message"]["text"] == "first"
    assert "text" not in bot.events("message")[1]
    with pytest.raises(PlaygroundError, match="did not write"):
        await served.edit("UFAYE", said, "not mine")


async def test_after_removal_nothing_reaches_the_bot(served: SlackSide, bot: RecordingBot) -> None:
    await served.uninstall("T0ONE")
    heard = len(bot.received)
    assert (await served.say("UPAT", None, "still there?")).answers == []
    assert (await served.command("UPAT", None, "/throughline")).failure == "app_not_installed"
    assert len(bot.received) == heard
