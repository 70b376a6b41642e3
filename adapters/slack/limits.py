"""What Slack accepts at most. Sources: Slack's Block Kit and Web API reference."""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
HEADER = 150
ACTIONS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
CONTEXT = 3000
OPTIONS = 100
TICKS = 10
"""Options of checkboxes and radio buttons."""
OPTION_TEXT = 75
PLACEHOLDER = 150
LABEL = 2000
INPUT_TEXT = 3000
VIEW_TITLE = 24
IDENTIFIER = 255
URL = 3000
ALT_TEXT = 2000
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
RICH_TEXT = 3000
"""Characters of one rich_text block: Slack names no limit, so the one for a section's text is kept."""
MESSAGE_TEXT = 11_000
"""Characters of all blocks together: Slack answers msg_blocks_too_long somewhere above 12,000."""
FALLBACK = 3000
"""The plain text beside the blocks: chat.update takes 4,000, and escapes make it longer."""
TOPIC = 250
CHANNEL_NAME = 80
INVITE = 100
"""Slack's reference names 100 on one page and 1,000 on another: the smaller holds."""
GROUP = 8
"""People of a group message besides the bot."""
PER_MINUTE = {
    "bookmarks.add": 20,
    "bookmarks.edit": 20,
    "bookmarks.list": 50,
    "chat.postMessage": 600,
    "conversations.create": 20,
    "conversations.history": 50,
    "conversations.invite": 50,
    "conversations.kick": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.setTopic": 20,
    "pins.add": 20,
    "users.conversations": 50,
    "users.info": 100,
    "users.lookupByEmail": 50,
}
"""Calls a minute, method and workspace, of what is done in the background: tiers 2 to 4 of Slack's reference.
For posts it says "several hundred": we ask for six, and keep to whatever Slack then says."""
POSTS_PER_MINUTE = 57
"""Messages a minute to one conversation: "one a second", and a little less, for calls overtake each other."""
POSTS_AT_ONCE = 3
ROOM = 0.95
"""The share of a limit that is used, for the same reason, and for those who wait for an answer."""


def cut(text: str, most: int, empty: str = "–") -> str:
    """Plain text that fits and is never empty (Slack refuses empty text objects)."""
    text = text.strip() or empty
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
