"""What Slack sends when a person does something: commands, actions, submissions, shortcuts."""

import html
import re
from typing import Any

from adapters.playground.slack.model import Channel, SlackMessage, SlackWorkspace, User, View
from adapters.playground.slack.screens import view_json
from adapters.playground.slack.shapes import message_json
from adapters.playground.slack.workplace import SlackWorkplace

_CHANNEL_NAMES = {"im": "directmessage", "private": "privategroup"}


def command_fields(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user: User,
    channel: Channel,
    command: str,
    text: str,
    response_url: str,
) -> dict[str, str]:
    """The form fields of a slash command."""
    app = workplace.app
    return {
        "token": "deprecated",
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _CHANNEL_NAMES.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": wire_text(workspace, text, labels=True) if app.should_escape else escape(text),
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workplace.new_trigger(workspace.id, user.id),
    }


def message_action_payload(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user: User,
    message: SlackMessage,
    action: dict[str, Any],
    values: dict[str, Any],
    response_url: str,
) -> dict[str, Any]:
    """block_actions from a message."""
    private = message.ephemeral_to is not None
    place = {"message_ts": message.ts, "channel_id": message.channel_id, "is_ephemeral": private}
    payload = {
        **_actor("block_actions", workplace, workspace, user),
        "container": {"type": "message", **place},
        "trigger_id": workplace.new_trigger(workspace.id, user.id),
        "channel": channel_ref(workspace.channels[message.channel_id]),
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    if not private:
        payload["message"] = message_json(workplace, workspace, message)
    return payload


def view_action_payload(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user: User, view: View, action: dict[str, Any]
) -> dict[str, Any]:
    """block_actions from a modal or a home tab."""
    shape = view_json(workspace, workplace.app.app_id, view)
    return {
        **_actor("block_actions", workplace, workspace, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workplace.new_trigger(workspace.id, user.id, view.id),
        "view": shape,
        "actions": [action],
    }


def submission_payload(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user: User, view: View
) -> dict[str, Any]:
    return {
        **_actor("view_submission", workplace, workspace, user),
        "trigger_id": workplace.new_trigger(workspace.id, user.id, view.id),
        "view": view_json(workspace, workplace.app.app_id, view),
        "response_urls": view.response_urls,
    }


def closed_payload(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user: User, view: View, cleared: bool
) -> dict[str, Any]:
    return {
        **_actor("view_closed", workplace, workspace, user),
        "view": view_json(workspace, workplace.app.app_id, view),
        "is_cleared": cleared,
    }


def shortcut_payload(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user: User, callback_id: str
) -> dict[str, Any]:
    return {
        **_actor("shortcut", workplace, workspace, user),
        "callback_id": callback_id,
        "trigger_id": workplace.new_trigger(workspace.id, user.id),
        "action_ts": workplace.next_ts(),
    }


def message_shortcut_payload(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user: User,
    message: SlackMessage,
    callback_id: str,
    response_url: str,
) -> dict[str, Any]:
    return {
        **_actor("message_action", workplace, workspace, user),
        "callback_id": callback_id,
        "trigger_id": workplace.new_trigger(workspace.id, user.id),
        "action_ts": workplace.next_ts(),
        "message_ts": message.ts,
        "response_url": response_url,
        "channel": channel_ref(workspace.channels[message.channel_id]),
        "message": message_json(workplace, workspace, message),
    }


def suggestion_payload(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user: User,
    source: SlackMessage | View,
    block_id: str,
    action_id: str,
    typed: str,
) -> dict[str, Any]:
    """block_suggestion: what to offer in an external select, given what was typed so far."""
    payload = {
        **_actor("block_suggestion", workplace, workspace, user),
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
    }
    if isinstance(source, View):
        container = {"type": "view", "view_id": source.id}
        return {
            **payload,
            "container": container,
            "view": view_json(workspace, workplace.app.app_id, source),
        }
    container = {"type": "message", "message_ts": source.ts, "channel_id": source.channel_id}
    return {
        **payload,
        "container": container,
        "channel": channel_ref(workspace.channels[source.channel_id]),
    }


def channel_ref(channel: Channel) -> dict[str, str]:
    return {"id": channel.id, "name": _CHANNEL_NAMES.get(channel.kind, channel.name)}


def escape(text: str) -> str:
    """Slack's three escapes: what a person types never arrives as markup."""
    return html.escape(text, quote=False)


def wire_text(workspace: SlackWorkspace, text: str, labels: bool = False) -> str:
    """What people type, as the bot gets it: escaped, @handles and #channels as ids (labelled in commands)."""
    people = {user.name: user.id for user in workspace.users.values()}
    channels = {c.name: c.id for c in workspace.channels.values() if c.kind in ("public", "private")}

    def mention(found: re.Match[str]) -> str:
        sigil, name = found.group(1), found.group(2).rstrip(".")
        tail = found.group(2)[len(name) :]
        if sigil == "@" and name in people:
            return f"<@{people[name]}{'|' + name if labels else ''}>{tail}"
        if sigil == "#" and name in channels:
            return f"<#{channels[name]}|{name}>{tail}"
        return found.group(0)

    return re.sub(r"(?<![\w@#])([@#])([\w.-]+)", mention, escape(text))


def _actor(kind: str, workplace: SlackWorkplace, workspace: SlackWorkspace, user: User) -> dict[str, Any]:
    team = user.home_team or workspace.id
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team},
        "team": {"id": team, "domain": workspace.domain},
        "api_app_id": workplace.app.app_id,
        "token": "deprecated",
        "enterprise": None,
        "is_enterprise_install": False,
    }
