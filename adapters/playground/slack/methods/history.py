"""conversations.history and replies: what was said, newest first or by thread."""

import re
from typing import Any

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.model import Channel, SlackMessage
from adapters.playground.slack.shapes import message_json

MOST_PER_PAGE = 999


def history(call: Call) -> dict[str, Any]:
    channel = _readable(call)
    top_level = [m for m in channel.messages.values() if m.thread_ts in (None, m.ts)]
    wanted = _between(call, top_level)
    page, cursor = call.page(wanted[::-1], default=100, most=MOST_PER_PAGE)
    return {
        "messages": [_shape(call, channel, message) for message in page],
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
        "response_metadata": {"next_cursor": cursor},
    }


def replies(call: Call) -> dict[str, Any]:
    channel = _readable(call)
    parent = channel.messages.get(call.args.text("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [m for m in channel.messages.values() if parent.ts in (m.ts, m.thread_ts)]
    later = _between(call, [m for m in thread if m.ts != parent.ts])
    page, cursor = call.page([parent, *later], default=1000)
    return {
        "messages": [_shape(call, channel, message) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _readable(call: Call) -> Channel:
    channel = call.channel()
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(call: Call, messages: list[SlackMessage]) -> list[SlackMessage]:
    oldest = _stamp(call, "oldest", 0)
    latest = _stamp(call, "latest", 10**17)
    edge = 0 if call.args.flag("inclusive") else 1
    return [m for m in messages if oldest + edge <= _micros(m.ts) <= latest - edge]


def _stamp(call: Call, name: str, default: int) -> int:
    """A ts argument in microseconds; "0", "1234567890" and "1234567890.123456" are all said by clients."""
    value = call.args.optional(name)
    if value is None:
        return default
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", value):
        raise SlackError(f"invalid_ts_{name}")
    return _micros(value)


def _micros(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))


def _shape(call: Call, channel: Channel, message: SlackMessage) -> dict[str, Any]:
    with_metadata = call.args.flag("include_all_metadata")
    shape = message_json(call.workplace, call.workspace, message, with_metadata)
    answers = (
        [m for m in channel.messages.values() if m.thread_ts == message.ts != m.ts]
        if message.thread_ts
        else []
    )
    if answers:
        shape |= {"reply_count": len(answers), "latest_reply": answers[-1].ts}
    return shape


METHODS = {"conversations.history": history, "conversations.replies": replies}
