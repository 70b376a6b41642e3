"""chat.*: what the bot says. Every accepted post goes into the ledger before anything else can go wrong."""

import json
from datetime import timedelta
from typing import Any

from adapters.playground.ledger import LedgerPost
from adapters.playground.slack.blocks import accept_message_blocks
from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.events import changed_event, message_event
from adapters.playground.slack.model import Block, Channel, SlackMessage
from adapters.playground.slack.shapes import message_json
from adapters.playground.slack.workplace import SlackWorkplace

TEXT = 40_000
UPDATE_TEXT = 4_000
METADATA = 8_000
SCHEDULE_DAYS = 120


def post_message(call: Call) -> dict[str, Any]:
    channel = _destination(call)
    text, blocks = _content(call, TEXT)
    metadata = _metadata(call)
    thread_ts = _thread(call, channel)
    call.rates.check_post(channel.id)
    message = say(call, channel, text, blocks, metadata, thread_ts)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_json(call.workplace, call.workspace, message),
    }


def say(
    call: Call,
    channel: Channel,
    text: str,
    blocks: tuple[Block, ...] = (),
    metadata: dict[str, Any] | None = None,
    thread_ts: str | None = None,
    file_ids: tuple[str, ...] = (),
) -> SlackMessage:
    """Accept one message from the bot: into the conversation, the ledger, and the bot's own event stream."""
    message = call.workplace.post(
        channel,
        call.bot,
        text,
        blocks,
        metadata=metadata,
        thread_ts=thread_ts,
        bot_id=call.installation.bot_id,
        file_ids=file_ids,
    )
    if thread_ts and channel.messages[thread_ts].thread_ts is None:
        call.workplace.replace_message(channel.messages[thread_ts], thread_ts=thread_ts)
    record(call, message, tuple(member for member in channel.members if member != call.bot))
    call.emit(call.workspace, message_event(call.workplace, call.workspace, channel, message))
    return message


def record(call: Call, message: SlackMessage, recipients: tuple[str, ...]) -> None:
    """Write the accepted message into the ledger."""
    payload = (message.metadata or {}).get("event_payload", {})
    call.ledger.record(
        LedgerPost(
            platform="slack",
            workspace=message.team_id,
            conversation=message.channel_id,
            recipients=recipients,
            nudge=payload.get("nudge"),
            text=message.text,
            at=call.workplace.now(),
            message=message.ts,
        )
    )


def post_ephemeral(call: Call) -> dict[str, Any]:
    channel = _destination(call)
    reader = call.user(call.args.text("user"))
    if reader.id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(call, TEXT)
    message = call.workplace.post_ephemeral(
        channel, call.bot, reader.id, text, blocks, bot_id=call.installation.bot_id
    )
    record(call, message, (reader.id,))
    return {"message_ts": message.ts}


def update(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    message = _own_message(call, channel, "cant_update_message")
    has_text = call.args.values.get("text") is not None
    text, blocks = _content(call, UPDATE_TEXT)
    if "blocks" not in call.args.values:
        blocks = message.blocks
    changes: dict[str, Any] = {"metadata": metadata} if (metadata := _metadata(call)) is not None else {}
    changed = call.workplace.replace_message(
        message,
        text=text if has_text else message.text,
        blocks=blocks,
        edited=call.workplace.next_ts(),
        **changes,
    )
    call.emit(call.workspace, changed_event(call.workplace, call.workspace, channel, message, changed))
    shape = message_json(call.workplace, call.workspace, changed)
    return {"channel": channel.id, "ts": changed.ts, "text": changed.text, "message": shape}


def delete(call: Call) -> dict[str, Any]:
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    event = changed_event(call.workplace, call.workspace, channel, message, None)
    call.workplace.remove_message(message)
    call.emit(call.workspace, event)
    return {"channel": channel.id, "ts": message.ts}


def schedule(call: Call) -> dict[str, Any]:
    """Accepted and kept; one with metadata is never posted, which is what Slack does."""
    channel = _destination(call)
    text, blocks = _content(call, TEXT)
    post_at = call.args.number("post_at", 0)
    now = call.workplace.now()
    if post_at <= now.timestamp():
        raise SlackError("time_in_past")
    if post_at > (now + timedelta(days=SCHEDULE_DAYS)).timestamp():
        raise SlackError("time_too_far")
    scheduled_id = f"Q{len(call.workspace.scheduled) + 1:09d}"
    call.workspace.scheduled.append(
        {
            "id": scheduled_id,
            "channel": channel.id,
            "post_at": post_at,
            "text": text,
            "blocks": list(blocks),
            "never": _metadata(call) is not None,
        }
    )
    return {"channel": channel.id, "scheduled_message_id": scheduled_id, "post_at": post_at}


def post_scheduled(workplace: SlackWorkplace) -> None:
    """Post what was scheduled and is due by the playground's clock."""
    now = workplace.now().timestamp()
    for workspace in workplace.workspaces.values():
        bot = workspace.installation
        due = [item for item in workspace.scheduled if item["post_at"] <= now and not item["never"]]
        workspace.scheduled = [item for item in workspace.scheduled if item not in due]
        for item in due:
            if bot is not None and not bot.revoked:
                channel = workspace.channels[item["channel"]]
                workplace.post(channel, bot.bot_user_id, item["text"], item["blocks"], bot_id=bot.bot_id)


def permalink(call: Call) -> dict[str, Any]:
    channel = call.channel()
    message = channel.messages.get(call.args.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    place = f"{call.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": place}


def _destination(call: Call) -> Channel:
    """Where to post: a conversation by id or name, or a person, whose direct message is opened."""
    wanted = call.args.text("channel")
    workspace = call.workspace
    if wanted in workspace.users:
        if workspace.users[wanted].is_bot or workspace.users[wanted].deleted:
            raise SlackError("channel_not_found")
        return call.workplace.direct(workspace, [call.bot, wanted])[0]
    channel = workspace.channels.get(wanted) or call.workplace.channel_named(workspace, wanted.lstrip("#"))
    if channel is None or (channel.kind != "public" and call.bot not in channel.members):
        raise SlackError("channel_not_found")
    if call.bot not in channel.members and "chat:write.public" not in call.installation.scopes:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.admins_only:
        raise SlackError("restricted_action_read_only_channel")
    return channel


def _content(call: Call, most: int) -> tuple[str, tuple[Block, ...]]:
    text = call.args.values.get("text")
    if text is not None and not isinstance(text, str):
        raise SlackError("invalid_arguments")
    given = call.args.structure("blocks", "invalid_blocks_format")
    blocks = () if given is None else accept_message_blocks(given)
    if blocks:
        call.workplace.looked_at("blocks", given)
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text or "") > most:
        raise SlackError("msg_too_long")
    return text or "", blocks


def _metadata(call: Call) -> dict[str, Any] | None:
    metadata = call.args.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.args.optional("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    return thread_ts


def _own_message(call: Call, channel: Channel, otherwise: str) -> SlackMessage:
    message = channel.messages.get(call.args.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user_id != call.bot:
        raise SlackError(otherwise)
    return message


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.scheduleMessage": schedule,
    "chat.getPermalink": permalink,
}
