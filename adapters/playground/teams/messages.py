"""Is this a message that Teams would take from a bot, whom does it mention, and what does it say?"""

from __future__ import annotations

from typing import Any

from adapters.playground.teams.cards import MESSAGE_BYTES, CardRefused, check_card, message_bytes, walk
from adapters.playground.teams.errors import ConnectorRefusal, bad
from adapters.playground.teams.model import ADAPTIVE_CARD, JsonObject, TeamsUser

OTHER_ATTACHMENTS = (
    "application/vnd.microsoft.card.hero",
    "application/vnd.microsoft.card.thumbnail",
    "application/vnd.microsoft.teams.file.consent",
    "application/vnd.microsoft.teams.card.file.consent",
    "application/vnd.microsoft.teams.card.file.info",
    "text/html",
    "image/",
)
TEXT_FORMATS = ("plain", "markdown", "xml", None)


def check_message(activity: Any) -> JsonObject:
    """The activity as an object; raises `ConnectorRefusal` (400 or 413) as the connector would."""
    if not isinstance(activity, dict):
        raise bad("The body is no activity.")
    size = message_bytes(activity)
    if size > MESSAGE_BYTES:
        raise ConnectorRefusal(413, "MessageSizeTooBig", f"Message size too large: {size} bytes.")
    if activity.get("type") not in ("message", "typing"):
        raise bad(f"Activity type {activity.get('type')!r} cannot be sent by a bot.")
    if activity["type"] == "typing":
        return activity
    if activity.get("textFormat") not in TEXT_FORMATS:
        raise bad(f"Unknown textFormat {activity['textFormat']!r}.")
    attachments = activity.get("attachments") or []
    if not str(activity.get("text") or "").strip() and not attachments:
        raise bad("Message has neither text nor attachments.")
    for attachment in attachments:
        _check_attachment(attachment)
    return activity


def _check_attachment(attachment: Any) -> None:
    kind = attachment.get("contentType") if isinstance(attachment, dict) else None
    if kind == ADAPTIVE_CARD:
        try:
            check_card(attachment.get("content"))
        except CardRefused as reason:
            raise bad(f"Failed to render Adaptive Card: {reason}.", "BadArgument") from reason
    elif not str(kind).startswith(OTHER_ATTACHMENTS):
        raise bad(f"Attachment type {kind!r} is not supported.", "BadArgument")


def mentioned_people(activity: JsonObject, members: list[TeamsUser]) -> list[str]:
    """The Teams ids that the message notifies.

    A mention is an entity whose text stands in the message or in one of its cards; one without its text,
    or of somebody who is not in the conversation, is refused.
    """
    by_id = {key: user.teams_id for user in members for key in (user.teams_id, user.aad_object_id)}
    found = []
    for text, entities in _texts_with_entities(activity):
        for entity in entities:
            if entity.get("type") != "mention":
                continue
            person = str((entity.get("mentioned") or {}).get("id"))
            if str(entity.get("text")) not in text:
                raise bad(
                    f"The text of the mention of {person} does not stand in the message.", "BadArgument"
                )
            if person not in by_id:
                raise bad(f"Mentioned {person} is not part of the conversation.", "BadArgument")
            found.append(by_id[person])
    return list(dict.fromkeys(found))


def _texts_with_entities(activity: JsonObject) -> list[tuple[str, list[JsonObject]]]:
    parts = [(str(activity.get("text") or ""), list(activity.get("entities") or []))]
    for attachment in activity.get("attachments") or []:
        if attachment["contentType"] == ADAPTIVE_CARD:
            card = attachment["content"]
            entities = (card.get("msteams") or {}).get("entities") or []
            parts.append((card_text(card), list(entities)))
    return parts


def card_text(card: JsonObject) -> str:
    """The words of a card, one element a line."""
    lines = []
    for node in walk(card):
        lines += [str(node[name]) for name in ("text", "label") if node.get(name)]
        lines += [f"{fact['title']} {fact['value']}" for fact in node.get("facts") or []]
        lines += [run if isinstance(run, str) else str(run.get("text")) for run in node.get("inlines") or []]
    return "\n".join(lines)


def plain_text(activity: JsonObject) -> str:
    """What the message says, its cards included."""
    texts = [text for text, _ in _texts_with_entities(activity) if text]
    return "\n".join(texts)
