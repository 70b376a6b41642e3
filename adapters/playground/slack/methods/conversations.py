"""conversations.*: making, naming, listing and closing conversations."""

import re
from typing import Any

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.model import Channel, ChannelKind
from adapters.playground.slack.scopes import require
from adapters.playground.slack.shapes import channel_json

NAME = 80
TOPIC = 250
OPEN_WITH = 8

_TYPES: dict[str, ChannelKind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}


def create(call: Call) -> dict[str, Any]:
    kind: ChannelKind = "private" if call.args.flag("is_private") else "public"
    require(call.method, call.installation.scopes, kind)
    name = _checked_name(call)
    channel = call.workplace.create_channel(call.workspace, name, kind, call.bot, [call.bot])
    return {"channel": channel_json(channel, call.bot)}


def open_direct(call: Call) -> dict[str, Any]:
    if call.args.optional("channel"):
        channel = call.channel()
        return {"channel": _opened(call, channel)}
    users = list(dict.fromkeys(call.args.names("users")))
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > OPEN_WITH:
        raise SlackError("too_many_users")
    require(call.method, call.installation.scopes, "im" if len(users) == 1 else "mpim")
    for user_id in users:
        if call.user(user_id).deleted:
            raise SlackError("user_disabled")
        if call.user(user_id).is_bot and user_id != call.bot:
            raise SlackError("cannot_dm_bot")
    if users == [call.bot]:
        raise SlackError("cannot_dm_bot")
    channel, fresh = call.workplace.direct(call.workspace, [call.bot, *users])
    already = {} if fresh else {"no_op": True, "already_open": True}
    return {**already, "channel": _opened(call, channel)}


def info(call: Call) -> dict[str, Any]:
    with_count = call.args.flag("include_num_members")
    return {"channel": channel_json(call.channel(), call.bot, with_count)}


def listing(call: Call) -> dict[str, Any]:
    return listed(call, member=None)


def listed(call: Call, member: str | None) -> dict[str, Any]:
    """A page of the conversations that the bot may know of, only those of `member` where given."""
    kinds = _kinds(call)
    for kind in kinds:
        require(call.method, call.installation.scopes, kind)
    hide_archived = call.args.flag("exclude_archived")
    known = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or call.bot in channel.members)
        and (member is None or member in channel.members)
        and not (hide_archived and channel.is_archived)
    ]
    page, cursor = call.page(known, default=100)
    shapes = [channel_json(channel, call.bot, with_count=member is None) for channel in page]
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


def set_topic(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    channel.topic = _short_text(call, "topic")
    call.workplace.post(channel, call.bot, f"set the channel topic: {channel.topic}", subtype="channel_topic")
    return {"channel": channel_json(channel, call.bot)}


def set_purpose(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    channel.purpose = _short_text(call, "purpose")
    call.workplace.publish("channel", call.workspace.id, channel.id)
    return {"channel": channel_json(channel, call.bot)}


def rename(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    name = _checked_name(call)
    if channel.creator != call.bot:
        raise SlackError("not_authorized")
    if name != channel.name and call.workplace.channel_named(call.workspace, name) is not None:
        raise SlackError("name_taken")
    channel.name = name
    call.workplace.publish("channel", call.workspace.id, channel.id)
    return {"channel": channel_json(channel, call.bot)}


def archive(call: Call) -> dict[str, Any]:
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    channel.is_archived = True
    call.workplace.publish("channel", call.workspace.id, channel.id)
    return {}


def _opened(call: Call, channel: Channel) -> dict[str, Any]:
    return channel_json(channel, call.bot) if call.args.flag("return_im") else {"id": channel.id}


def _kinds(call: Call) -> list[ChannelKind]:
    names = call.args.names("types") or ["public_channel"]
    if unknown := [name for name in names if name not in _TYPES]:
        raise SlackError("invalid_types", needed=",".join(unknown))
    return [_TYPES[name] for name in names]


def _checked_name(call: Call) -> str:
    name = str(call.args.values.get("name") or "")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    return name


def _short_text(call: Call, name: str) -> str:
    text = str(call.args.values.get(name) or "")
    if len(text) > TOPIC:
        raise SlackError("too_long")
    return text


METHODS = {
    "conversations.create": create,
    "conversations.open": open_direct,
    "conversations.info": info,
    "conversations.list": listing,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.rename": rename,
    "conversations.archive": archive,
}
