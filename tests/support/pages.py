"""What a browser sends when a person presses a button of one of our pages."""

from __future__ import annotations

from datetime import datetime

from bot.core.links import Links


def pressed(links: Links, url: str, action: str, value: str, now: datetime) -> dict[str, str]:
    """The fields of the button's form, with the seal that the page at `url` gives it."""
    purpose, token = url.removesuffix(".ics").split("/")[-2:]
    ticket = links.read(token, purpose, now)
    return {"_action": action, "_value": value, "_seal": links.press_seal(ticket, action, value)}
