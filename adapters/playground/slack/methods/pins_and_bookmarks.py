"""pins.*, bookmarks.* and reactions.*: what stays attached to a conversation."""

from typing import Any
from urllib.parse import urlparse

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.identity import new_id
from adapters.playground.slack.model import Bookmark, Channel, SlackMessage
from adapters.playground.slack.shapes import message_json

MOST_PINS = 100
MOST_BOOKMARKS = 100


def pins_add(call: Call) -> dict[str, Any]:
    channel, message = _message(call)
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(message.ts)
    call.workplace.publish("pin", call.workspace.id, channel.id, item=message.ts)
    return {}


def pins_remove(call: Call) -> dict[str, Any]:
    channel, message = _message(call)
    if message.ts not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(message.ts)
    call.workplace.publish("pin", call.workspace.id, channel.id, item=message.ts)
    return {}


def pins_list(call: Call) -> dict[str, Any]:
    channel = call.own_channel()
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created_by": call.bot,
            "message": message_json(call.workplace, call.workspace, channel.messages[ts]),
        }
        for ts in channel.pins
    ]
    return {"items": items}


def bookmarks_add(call: Call) -> dict[str, Any]:
    channel = call.own_channel("channel_id")
    if call.args.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = Bookmark(
        new_id("Bk"), channel.id, call.args.text("title"), _link(call), call.args.optional("emoji")
    )
    channel.bookmarks.append(bookmark)
    call.workplace.publish("bookmark", call.workspace.id, channel.id, item=bookmark.id)
    return {"bookmark": _bookmark_json(bookmark)}


def bookmarks_edit(call: Call) -> dict[str, Any]:
    channel = call.own_channel("channel_id")
    bookmark = _bookmark(call, channel)
    bookmark.title = call.args.optional("title") or bookmark.title
    bookmark.emoji = call.args.optional("emoji") or bookmark.emoji
    if call.args.optional("link"):
        bookmark.link = _link(call)
    call.workplace.publish("bookmark", call.workspace.id, channel.id, item=bookmark.id)
    return {"bookmark": _bookmark_json(bookmark)}


def bookmarks_remove(call: Call) -> dict[str, Any]:
    channel = call.own_channel("channel_id")
    bookmark = _bookmark(call, channel)
    channel.bookmarks.remove(bookmark)
    call.workplace.publish("bookmark", call.workspace.id, channel.id, item=bookmark.id)
    return {}


def bookmarks_list(call: Call) -> dict[str, Any]:
    return {"bookmarks": [_bookmark_json(bookmark) for bookmark in call.own_channel("channel_id").bookmarks]}


def reactions_add(call: Call) -> dict[str, Any]:
    _, message = _message(call)
    name = call.args.text("name").strip(":")
    people = message.reactions.get(name, [])
    if call.bot in people:
        raise SlackError("already_reacted")
    call.workplace.replace_message(message, reactions={**message.reactions, name: [*people, call.bot]})
    return {}


def _message(call: Call) -> tuple[Channel, SlackMessage]:
    channel = call.own_channel()
    if not call.args.optional("timestamp"):
        raise SlackError("no_item_specified")
    message = channel.messages.get(call.args.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


def _bookmark(call: Call, channel: Channel) -> Bookmark:
    bookmark_id = call.args.text("bookmark_id")
    for bookmark in channel.bookmarks:
        if bookmark.id == bookmark_id:
            return bookmark
    raise SlackError("not_found")


def _link(call: Call) -> str:
    link = call.args.text("link")
    if urlparse(link).scheme not in ("http", "https"):
        raise SlackError("invalid_link")
    return link


def _bookmark_json(bookmark: Bookmark) -> dict[str, Any]:
    return {
        "id": bookmark.id,
        "channel_id": bookmark.channel_id,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji or "",
        "type": bookmark.type,
    }


METHODS = {
    "pins.add": pins_add,
    "pins.remove": pins_remove,
    "pins.list": pins_list,
    "bookmarks.add": bookmarks_add,
    "bookmarks.edit": bookmarks_edit,
    "bookmarks.remove": bookmarks_remove,
    "bookmarks.list": bookmarks_list,
    "reactions.add": reactions_add,
}
