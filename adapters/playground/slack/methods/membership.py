"""conversations.invite, kick, join, leave, members: who is in a conversation."""

from typing import Any

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.events import member_joined, message_event
from adapters.playground.slack.model import Channel
from adapters.playground.slack.shapes import channel_json

INVITE = 100


def invite(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    _check_has_members(channel)
    users = list(dict.fromkeys(call.args.names("users")))
    if not users:
        raise SlackError("no_user")
    if len(users) > INVITE:
        raise SlackError("too_many_users")
    problems = [
        {"user": user_id, "ok": False, "error": problem}
        for user_id in users
        if (problem := _why_not(call, channel, user_id))
    ]
    refused = {problem["user"] for problem in problems}
    welcome = [user_id for user_id in users if user_id not in refused]
    if problems and (not call.args.flag("force") or not welcome):
        raise SlackError(str(problems[0]["error"]), errors=problems)
    for user_id in welcome:
        _admit(call, channel, user_id, inviter=call.bot)
    answer: dict[str, Any] = {"channel": channel_json(channel, call.bot)}
    return {**answer, "errors": problems} if problems else answer


def kick(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    _check_has_members(channel)
    user_id = call.user(call.args.text("user")).id
    if user_id == call.bot:
        raise SlackError("cant_kick_self")
    if channel.name == "general":
        raise SlackError("cant_kick_from_general")
    if user_id not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(user_id)
    call.workplace.publish("channel", call.workspace.id, channel.id)
    return {}


def join(call: Call) -> dict[str, Any]:
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.bot in channel.members:
        return {"channel": channel_json(channel, call.bot), "warning": "already_in_channel"}
    _admit(call, channel, call.bot, inviter=None)
    return {"channel": channel_json(channel, call.bot)}


def leave(call: Call) -> dict[str, Any]:
    channel = call.channel()
    _check_has_members(channel)
    if channel.name == "general":
        raise SlackError("cant_leave_general")
    if call.bot not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(call.bot)
    call.workplace.publish("channel", call.workspace.id, channel.id)
    return {}


def members(call: Call) -> dict[str, Any]:
    page, cursor = call.page(call.channel().members, default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _admit(call: Call, channel: Channel, user_id: str, inviter: str | None) -> None:
    channel.members.append(user_id)
    notice = call.workplace.post(
        channel, user_id, f"<@{user_id}> has joined the channel", subtype="channel_join"
    )
    call.emit(call.workspace, member_joined(channel, user_id, inviter))
    call.emit(call.workspace, message_event(call.workplace, call.workspace, channel, notice))


def _why_not(call: Call, channel: Channel, user_id: str) -> str | None:
    user = call.workspace.users.get(user_id)
    if user is None or user.deleted:
        return "user_not_found"
    if user_id == call.bot:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.is_bot:
        return "cant_invite"
    if user.single_channel and any(
        user_id in one.members and one.kind in ("public", "private")
        for one in call.workspace.channels.values()
    ):
        return "ura_max_channels"
    if user.is_guest:
        return "user_is_restricted"
    return None


def _check_has_members(channel: Channel) -> None:
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")


METHODS = {
    "conversations.invite": invite,
    "conversations.kick": kick,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.members": members,
}
