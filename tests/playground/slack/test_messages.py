"""What the bot may say, what is refused, what is limited, and what the ledger writes down."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackSide
from tests.playground.slack.conftest import Clock, button, sdk_client, section, token_of
from tests.playground.slack.test_conversations import private_channel, refusal


def nudge(key: str) -> dict[str, Any]:
    return {"event_type": "throughline_nudge", "event_payload": {"nudge": key}}


async def test_a_post_is_seen_by_its_reader_and_stands_in_the_ledger(
    client: AsyncWebClient, served: SlackSide
) -> None:
    await client.chat_postMessage(channel="UPAT", text="Look ahead", metadata=nudge("n-1"))
    (post,) = served.ledger.posts
    assert (post.nudge, post.recipients, post.text) == ("n-1", ("UPAT",), "Look ahead")
    assert served.inbox("UPAT")[-1].text == "Look ahead"
    assert served.inbox("UFAYE") == []
    assert served.ledger.lost(["n-1", "n-2"]) == {"n-2"}


async def test_a_lost_answer_is_found_again_by_its_metadata(
    client: AsyncWebClient, served: SlackSide
) -> None:
    served.faults.accept_then_reset("chat.postMessage")
    channel = (await client.conversations_open(users="UPAT"))["channel"]["id"]
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=channel, text="once", metadata=nudge("n-7"))
    history = await client.conversations_history(channel=channel, oldest="0", include_all_metadata=True)
    assert history["messages"][0]["metadata"]["event_payload"]["nudge"] == "n-7"
    plain = await client.conversations_history(channel=channel)
    assert "metadata" not in plain["messages"][0]
    assert served.ledger.duplicated() == {}


async def test_a_client_that_blindly_retries_a_broken_connection_is_caught_doubling(
    served: SlackSide,
) -> None:
    served.faults.accept_then_reset("chat.postMessage")
    hasty = AsyncWebClient(
        token=token_of(served),
        base_url=f"{served.base_url}/api/",
        retry_handlers=[AsyncConnectionErrorRetryHandler()],
    )
    await hasty.chat_postMessage(channel="UPAT", text="twice", metadata=nudge("n-8"))
    assert served.ledger.duplicated() == {"n-8": 2}


async def test_a_dropped_or_refused_call_is_not_accepted(client: AsyncWebClient, served: SlackSide) -> None:
    served.faults.drop_connection_before_accept("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="UPAT", text="never")
    served.faults.status("chat.postMessage", 503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="UPAT", text="never")
    assert len(served.ledger) == 0


async def test_a_gateway_error_after_acceptance_hides_a_message_that_stands(
    client: AsyncWebClient, served: SlackSide
) -> None:
    served.faults.accept_then_status("chat.postMessage", 504)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="UPAT", text="stands", metadata=nudge("n-9"))
    assert caught.value.response.status_code == 504
    assert len(served.ledger.of_nudge("n-9")) == 1


async def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(
    client: AsyncWebClient, served: SlackSide, clock: Clock
) -> None:
    for number in range(3):
        await client.chat_postMessage(channel="UPAT", text=f"{number}")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="UPAT", text="too soon")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response["error"] == "ratelimited"
    await client.chat_postMessage(channel="UFAYE", text="another channel is free")
    clock.move(seconds=1)
    await client.chat_postMessage(channel="UPAT", text="in time")
    assert [post.text for post in served.ledger.to("UPAT")] == ["0", "1", "2", "in time"]


async def test_a_method_has_its_tier_per_workspace(
    client: AsyncWebClient, clock: Clock, served: SlackSide
) -> None:
    for number in range(20):
        await client.conversations_create(name=f"c-{number}", is_private=True)
    body = await refusal(client.conversations_create(name="c-20", is_private=True))
    assert body["error"] == "ratelimited"
    clock.move(seconds=3)
    await client.conversations_create(name="c-20", is_private=True)


@pytest.mark.parametrize(
    "blocks",
    [
        [section()] * 51,
        [section("x" * 3001)],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "bold"}}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "actions", "elements": [button(f"a{n}") for n in range(26)]}],
        [{"type": "actions", "elements": [button("a", "x" * 76)]}],
        [{"type": "actions", "elements": [button("a", value="x" * 2001)]}],
        [{"type": "actions", "elements": [button("same"), button("same")]}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        [section(block_id="one"), section(block_id="one")],
        [section(block_id="x" * 256)],
        [section(colour="red")],
        [section("")],
        [{"type": "tables"}],
        [
            section(
                accessory={
                    "type": "overflow",
                    "options": [
                        {"text": {"type": "plain_text", "text": "a"}, "value": str(n)} for n in range(6)
                    ],
                }
            )
        ],
        [
            section(
                accessory={
                    "type": "static_select",
                    "options": [{"text": {"type": "plain_text", "text": "a"}, "value": "x" * 151}],
                }
            )
        ],
        [
            section(
                accessory={
                    "type": "static_select",
                    "placeholder": {"type": "plain_text", "text": "x" * 151},
                    "options": [{"text": {"type": "plain_text", "text": "a"}, "value": "x"}],
                }
            )
        ],
    ],
)
async def test_blocks_beyond_a_limit_are_refused_with_an_explanation(
    client: AsyncWebClient, blocks: list[dict[str, Any]]
) -> None:
    body = await refusal(client.chat_postMessage(channel="UPAT", text="x", blocks=blocks))
    assert body["error"] == "invalid_blocks"
    metadata = body["response_metadata"]
    assert isinstance(metadata, dict)
    assert "json-pointer:/blocks" in metadata["messages"][0]


async def test_blocks_at_the_limits_are_taken(client: AsyncWebClient, served: SlackSide) -> None:
    full = [section("x" * 200) for _ in range(49)]
    buttons = [button(f"a{n}", "x" * 75, value="x" * 2000) for n in range(25)]
    await client.chat_postMessage(
        channel="UPAT", text="x", blocks=[*full, {"type": "actions", "elements": buttons}]
    )
    assert all(block["block_id"] for block in served.inbox("UPAT")[-1].blocks)


async def test_empty_and_endless_texts_are_refused(client: AsyncWebClient) -> None:
    assert (await refusal(client.chat_postMessage(channel="UPAT", text="")))["error"] == "no_text"
    too_long = await refusal(client.chat_postMessage(channel="UPAT", text="x" * 40_001))
    assert too_long["error"] == "msg_too_long"


async def test_an_update_replaces_the_message_and_leaves_the_old_screen_stale(
    client: AsyncWebClient, served: SlackSide
) -> None:
    posted = await client.chat_postMessage(channel="UPAT", text="before", blocks=[section("before")])
    stale = served.inbox("UPAT")[-1]
    await client.chat_update(
        channel=posted["channel"], ts=posted["ts"], text="after", blocks=[section("after")]
    )
    now = served.inbox("UPAT")[-1]
    assert (stale.text, now.text, now.ts) == ("before", "after", stale.ts)
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert served.inbox("UPAT") == []
    gone = await refusal(client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x"))
    assert gone["error"] == "message_not_found"


async def test_the_bot_cannot_change_what_a_person_wrote(client: AsyncWebClient, served: SlackSide) -> None:
    said = (await served.say("UPAT", None, "my words")).posted
    assert said is not None
    body = await refusal(client.chat_update(channel=said.channel_id, ts=said.ts, text="changed"))
    assert body["error"] == "cant_update_message"


async def test_an_ephemeral_is_for_one_reader_and_no_history(
    client: AsyncWebClient, served: SlackSide
) -> None:
    channel = await private_channel(client)
    await client.conversations_invite(channel=channel, users=["UPAT", "UFAYE"])
    await client.chat_postEphemeral(channel=channel, user="UPAT", text="only you")
    assert "only you" in [message.text for message in served.inbox("UPAT", channel)]
    assert "only you" not in [message.text for message in served.inbox("UFAYE", channel)]
    history = await client.conversations_history(channel=channel)
    assert "only you" not in [message["text"] for message in history["messages"]]
    body = await refusal(client.chat_postEphemeral(channel=channel, user="UGUS", text="not here"))
    assert body["error"] == "user_not_in_channel"


async def test_a_thread_is_read_by_its_parent_and_stays_out_of_the_history(
    client: AsyncWebClient, served: SlackSide
) -> None:
    parent = await client.chat_postMessage(channel="UPAT", text="group 1")
    channel = parent["channel"]
    await client.chat_postMessage(channel=channel, text="insight", thread_ts=parent["ts"])
    thread = await client.conversations_replies(channel=channel, ts=parent["ts"])
    assert [message["text"] for message in thread["messages"]] == ["group 1", "insight"]
    history = await client.conversations_history(channel=channel)
    assert [(m["text"], m["reply_count"]) for m in history["messages"]] == [("group 1", 1)]


async def test_history_pages_from_the_newest_and_excludes_its_edges(
    client: AsyncWebClient, served: SlackSide, clock: Clock
) -> None:
    stamps = []
    for number in range(5):
        clock.move(seconds=2)
        stamps.append((await client.chat_postMessage(channel="UPAT", text=f"{number}"))["ts"])
    channel = served.dm("UPAT").id
    after = await client.conversations_history(channel=channel, oldest=stamps[1], limit=2)
    assert [message["text"] for message in after["messages"]] == ["4", "3"]
    cursor = after["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=channel, oldest=stamps[1], limit=2, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["2"]
    assert rest["has_more"] is False


async def test_a_scheduled_message_with_metadata_is_accepted_and_never_posted(
    client: AsyncWebClient, served: SlackSide, clock: Clock
) -> None:
    at = int(clock.now().timestamp()) + 60
    channel = (await client.conversations_open(users="UPAT"))["channel"]["id"]
    await client.chat_scheduleMessage(channel=channel, post_at=at, text="plain")
    await client.chat_scheduleMessage(channel=channel, post_at=at, text="marked", metadata=nudge("n"))
    clock.move(minutes=2)
    await served.redeliver()
    assert [message.text for message in served.inbox("UPAT")] == ["plain"]
    assert (await refusal(client.chat_scheduleMessage(channel=channel, post_at=1, text="x")))["error"] == (
        "time_in_past"
    )


async def test_a_file_is_uploaded_in_three_steps_and_shared(
    client: AsyncWebClient, served: SlackSide
) -> None:
    channel = (await client.conversations_open(users="UPAT"))["channel"]["id"]
    await client.files_upload_v2(channel=channel, filename="session.ics", content="BEGIN:VCALENDAR")
    message = served.inbox("UPAT")[-1]
    files = served.workplace.workspaces["T0ONE"].files
    assert [files[file_id].data for file_id in message.file_ids] == [b"BEGIN:VCALENDAR"]


async def test_watchers_hear_of_every_change(client: AsyncWebClient, served: SlackSide) -> None:
    with served.changes() as queue:
        await client.chat_postMessage(channel="UPAT", text="live")
        kinds = [queue.get_nowait().kind for _ in range(queue.qsize())]
    assert kinds == ["channel", "message"]
    later = asyncio.create_task(client.chat_postMessage(channel="UPAT", text="later"))
    found = await served.until(lambda: [m for m in served.inbox("UPAT") if m.text == "later"], timeout=5)
    await later
    assert found[0].text == "later"


async def test_a_fault_can_be_aimed_at_one_workspace(client: AsyncWebClient, served: SlackSide) -> None:
    served.workplace.add_workspace("T0TWO", "Other", [])
    served.workplace.install("T0TWO")
    served.faults.rate_limit("T0TWO", retry_after=30, times=None)
    body = await refusal(sdk_client(served, token_of(served, "T0TWO")).auth_test())
    assert body["error"] == "ratelimited"
    assert (await client.auth_test())["ok"]


async def test_calls_before_their_time_are_counted(
    client: AsyncWebClient, served: SlackSide, clock: Clock
) -> None:
    for number in range(3):
        await client.chat_postMessage(channel="UPAT", text=f"{number}")
    await refusal(client.chat_postMessage(channel="UPAT", text="told to wait"))
    assert (served.rates.refused, served.rates.early) == (1, 0)
    await refusal(client.chat_postMessage(channel="UPAT", text="did not wait"))
    assert (served.rates.refused, served.rates.early) == (2, 1)


def rich(*inline: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inline)}]}]


def in_input(**element: Any) -> list[dict[str, Any]]:
    label = {"type": "plain_text", "text": "L"}
    return [{"type": "input", "label": label, "element": element}]


def option(**more: Any) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "a"}, "value": "a", **more}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "rich_text", "elements": []}],
        [{"type": "rich_text", "elements": [{"type": "section"}]}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "dots", "elements": [{"type": "text"}]}],
            }
        ],
        rich({"type": "text", "text": ""}),
        rich({"type": "text", "text": "a", "colour": "red"}),
        rich({"type": "text", "text": "a", "style": {"blink": True}}),
        rich({"type": "text", "text": "a", "style": {"bold": "yes"}}),
        rich({"type": "text", "text": "a", "style": "bold"}),
        rich({"type": "video", "url": "https://example.org"}),
        rich({"type": "link", "text": "a"}),
        rich({"type": "link", "url": ""}),
        rich({"type": "user"}),
        rich({"type": "user", "user_id": "U1", "style": {"code": True}}),
        rich({"type": "broadcast", "range": "all"}),
        rich({"type": "date", "timestamp": "1700000000", "format": "{date}"}),
        rich({"type": "date", "timestamp": 1700000000, "format": "then"}),
        [{"type": "actions", "elements": [{**button("a"), "url": "no address"}]}],
        in_input(type="datepicker", initial_date="2027-02-30"),
        in_input(type="number_input", is_decimal_allowed=False, initial_value="1.5"),
        in_input(type="number_input", is_decimal_allowed=True, min_value="5", max_value="1"),
        in_input(type="plain_text_input", min_length=9, max_length=3),
        in_input(type="plain_text_input", max_length=3, initial_value="four"),
        in_input(type="static_select", options=[option(value="")]),
        in_input(type="static_select", options=[option(url="https://example.org")]),
        in_input(type="multi_users_select", max_selected_items=0),
        in_input(
            type="multi_static_select", options=[option()], initial_options=[option()], max_selected_items="1"
        ),
    ],
)
async def test_what_slack_refuses_inside_a_block_is_refused(
    client: AsyncWebClient, blocks: list[dict[str, Any]]
) -> None:
    body = await refusal(client.chat_postMessage(channel="UPAT", text="x", blocks=blocks))
    assert body["error"] == "invalid_blocks"


async def test_rich_text_of_every_kind_is_taken_and_too_much_of_it_is_not(client: AsyncWebClient) -> None:
    inline = [
        {"type": "text", "text": "a", "style": {"bold": True, "code": False}},
        {"type": "link", "url": "https://example.org", "text": "b"},
        {"type": "user", "user_id": "UPAT"},
        {"type": "date", "timestamp": 1700000000, "format": "{date_long_pretty}, {time}", "fallback": "then"},
        {"type": "emoji", "name": "wave"},
    ]
    parts = [
        {"type": "rich_text_section", "elements": inline},
        {"type": "rich_text_quote", "elements": inline},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": inline}],
        },
        {"type": "rich_text_preformatted", "elements": inline[:2]},
    ]
    blocks = [{"type": "rich_text", "elements": parts}]
    await client.chat_postMessage(channel="UPAT", text="x", blocks=blocks)
    too_long = [section("x" * 3000) for _ in range(5)]
    body = await refusal(client.chat_postMessage(channel="UPAT", text="x", blocks=too_long))
    assert body["error"] == "msg_blocks_too_long"
