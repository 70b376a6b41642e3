"""How Slack writes a person, a conversation and a message in its answers."""

from typing import Any

from adapters.playground.slack.model import Channel, SlackMessage, SlackWorkspace, StoredFile, User
from adapters.playground.slack.workplace import SlackWorkplace
from prompts.time_zones import load_zone


def user_json(workplace: SlackWorkplace, user: User, with_email: bool, with_locale: bool) -> dict[str, Any]:
    """An account; the e-mail needs a scope, the locale must be asked for, the zone may simply be missing."""
    profile: dict[str, Any] = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "team": user.home_team or user.team_id,
    }
    if with_email and user.email:
        profile["email"] = user.email
    shape: dict[str, Any] = {
        "id": user.id,
        "team_id": user.home_team or user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": user.single_channel,
        "is_app_user": False,
        "is_email_confirmed": bool(user.email) and user.is_email_confirmed,
        "updated": int(workplace.now().timestamp()),
        "profile": profile,
    }
    if user.home_team:
        shape["is_stranger"] = True
    if user.tz:
        offset = workplace.now().astimezone(load_zone(user.tz)).utcoffset()
        shape["tz"] = user.tz
        shape["tz_label"] = user.tz
        shape["tz_offset"] = int(offset.total_seconds()) if offset is not None else 0
    if with_locale and user.locale:
        shape["locale"] = user.locale
    return shape


def channel_json(channel: Channel, reader: str, with_count: bool = False) -> dict[str, Any]:
    """A conversation as this account sees it."""
    shape: dict[str, Any] = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_org_shared": False,
        "context_team_id": channel.team_id,
    }
    if channel.kind == "im":
        others = [member for member in channel.members if member != reader]
        return {**shape, "user": others[0] if others else reader, "is_user_deleted": False}
    shape |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": reader in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }
    if with_count:
        shape["num_members"] = len(channel.members)
    return shape


def message_json(
    workplace: SlackWorkplace, workspace: SlackWorkspace, message: SlackMessage, with_metadata: bool = True
) -> dict[str, Any]:
    """A message; metadata only where asked for."""
    shape: dict[str, Any] = {
        "type": "message",
        "user": message.user_id,
        "text": message.text,
        "ts": message.ts,
        "team": message.team_id,
    }
    if message.subtype:
        shape["subtype"] = message.subtype
    if message.bot_id:
        shape |= {"bot_id": message.bot_id, "app_id": workplace.app.app_id}
        name = workplace.app.name
        shape["bot_profile"] = {"id": message.bot_id, "name": name, "team_id": message.team_id}
    if message.blocks:
        shape["blocks"] = list(message.blocks)
    if message.thread_ts:
        shape["thread_ts"] = message.thread_ts
    if message.edited:
        shape["edited"] = {"user": message.user_id, "ts": message.edited}
    if message.reactions:
        shape["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.file_ids:
        shape["files"] = [file_json(workspace.files[file_id]) for file_id in message.file_ids]
    if with_metadata and message.metadata:
        shape["metadata"] = message.metadata
    channel = workspace.channels.get(message.channel_id)
    if channel is not None and message.ts in channel.pins:
        shape["pinned_to"] = [channel.id]
    return shape


def file_json(file: StoredFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.length,
        "user": file.user_id,
        "alt_txt": file.alt_text or "",
    }
