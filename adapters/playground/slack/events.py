"""The Events API: which event tells of what, and to which subscription it belongs."""

from typing import Any

from adapters.playground.slack.identity import new_id
from adapters.playground.slack.model import Channel, SlackMessage, SlackWorkspace
from adapters.playground.slack.shapes import message_json
from adapters.playground.slack.workplace import SlackWorkplace

CHANNEL_TYPE = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
LEFT = ("channel_left", "group_left", "channel_deleted", "group_deleted")
"""Told although the bot is not there any more."""
FAREWELLS = ("tokens_revoked", "app_uninstalled")
SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def message_event(
    workplace: SlackWorkplace, workspace: SlackWorkspace, channel: Channel, message: SlackMessage
) -> dict[str, Any]:
    shape = message_json(workplace, workspace, message, with_metadata=False)
    if message.bot_id is None and message.subtype is None:
        shape["blocks"] = [_as_written(message)]
    return {
        **shape,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPE[channel.kind],
        "event_ts": message.ts,
    }


def _as_written(message: SlackMessage) -> dict[str, Any]:
    """What a person wrote comes twice: as `text`, and as the rich text that their client made of it."""
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": message.text}]}
    return {"type": "rich_text", "block_id": "typed", "elements": [words]}


def changed_event(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    channel: Channel,
    before: SlackMessage,
    after: SlackMessage | None,
) -> dict[str, Any]:
    """An edit (message_changed) or, with no `after`, a deletion: a message event whose words lie deeper."""
    event = {
        "type": "message",
        "subtype": "message_changed" if after else "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPE[channel.kind],
        "ts": workplace.next_ts(),
        "event_ts": workplace.next_ts(),
        "previous_message": message_json(workplace, workspace, before, with_metadata=False),
    }
    if after is None:
        return {**event, "deleted_ts": before.ts}
    return {**event, "message": message_json(workplace, workspace, after, with_metadata=False)}


def mention_event(channel: Channel, message: SlackMessage) -> dict[str, Any]:
    return {
        "type": "app_mention",
        "user": message.user_id,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "event_ts": message.ts,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }


def member_joined(channel: Channel, user_id: str, inviter: str | None) -> dict[str, Any]:
    event = {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": channel.team_id,
    }
    return {**event, "inviter": inviter} if inviter else event


def subscription_of(event: dict[str, Any]) -> str:
    """The name under which the app must have subscribed to get this event."""
    if event["type"] == "message":
        return SUBSCRIPTION[event["channel_type"]]
    return str(event["type"])


def bot_may_see(workspace: SlackWorkspace, event: dict[str, Any]) -> bool:
    """Whether the bot is in the conversation that the event tells of; events of no conversation always."""
    if event["type"] in LEFT:
        return workspace.installation is not None
    channel = workspace.channels.get(str(event.get("channel", "")))
    installation = workspace.installation
    if installation is None or (installation.revoked and event["type"] not in FAREWELLS):
        return False
    return channel is None or channel.kind == "im" or installation.bot_user_id in channel.members


def envelope(
    workplace: SlackWorkplace, workspace: SlackWorkspace, event: dict[str, Any], event_id: str | None = None
) -> dict[str, Any]:
    """The body of one delivery; the same event_id however often it is delivered."""
    installation = workspace.installation
    bot = installation.bot_user_id if installation else ""
    return {
        "token": "verification-token-is-deprecated",
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "api_app_id": workplace.app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or new_id("Ev"),
        "event_time": int(workplace.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.id,
                "user_id": bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
