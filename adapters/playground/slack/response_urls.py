"""What a bot sends to a response_url, or as the body of its acknowledgement, becomes a message."""

from typing import Any

from adapters.playground.slack.blocks import accept_message_blocks
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.model import Channel, ResponseUrl, SlackMessage, SlackWorkspace
from adapters.playground.slack.workplace import SlackWorkplace

USES = 5


def use(workplace: SlackWorkplace, key: str, body: Any) -> SlackMessage | None:
    """Answer through a response_url; expired_url, used_url, invalid_payload, invalid_blocks, no_text."""
    address = workplace.response_urls.get(key)
    if address is None or workplace.now() > address.until:
        raise SlackError("expired_url")
    if address.uses >= USES:
        raise SlackError("used_url")
    address.uses += 1
    workspace = workplace.workspaces[address.team_id]
    return show(workplace, workspace, workspace.channels[address.channel_id], address, body)


def show(
    workplace: SlackWorkplace, workspace: SlackWorkspace, channel: Channel, address: ResponseUrl, body: Any
) -> SlackMessage | None:
    """Put the answer before the person who acted, or before everyone with response_type in_channel."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    original = _original(workspace, channel, address.message_ts)
    if body.get("delete_original"):
        if original is not None:
            workplace.remove_message(original)
        return None
    text = body.get("text") or ""
    blocks = accept_message_blocks(body["blocks"]) if body.get("blocks") else ()
    if not isinstance(text, str) or (not text and not blocks):
        raise SlackError("no_text")
    installation = workspace.installation
    if installation is None:
        raise SlackError("expired_url")
    if body.get("replace_original") and original is not None:
        return workplace.replace_message(original, text=text, blocks=blocks)
    bot, bot_id = installation.bot_user_id, installation.bot_id
    if body.get("response_type") == "in_channel":
        return workplace.post(channel, bot, text, blocks, bot_id=bot_id)
    return workplace.post_ephemeral(channel, bot, address.user_id, text, blocks, bot_id=bot_id)


def _original(workspace: SlackWorkspace, channel: Channel, ts: str | None) -> SlackMessage | None:
    if ts is None:
        return None
    private = [message for message in workspace.ephemerals if message.ts == ts]
    return channel.messages.get(ts) or (private[0] if private else None)
