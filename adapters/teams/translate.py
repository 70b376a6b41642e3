"""From a verified activity to the bot's own events. No payload travels past this file.

A person is known by their Entra object id (it is the same in every conversation), else by their Teams id.
`Where.reference` keeps what speaking there again needs: service URL, the person's Teams id, the conversation,
and the team of a channel (the app is added to teams, and taken out of them).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import unquote

from bot.core.arguments import is_command
from bot.core.events import (
    Command,
    Event,
    Installed,
    Joined,
    Left,
    Press,
    Said,
    Submit,
    Uninstalled,
    Where,
    Who,
)
from bot.core.feature import CommandSpec
from prompts.time_zones import zone_names

Payload = Mapping[str, Any]

THREAD = ";messageid="
BOT = "28:"
"""How ids of bots begin; people's begin with 29."""
OURS = "throughline"
"""Under this name a button's or dialog's data carry what we put there."""
_KINDS: dict[str, Literal["direct", "channel", "group"]] = {
    "personal": "direct",
    "channel": "channel",
    "groupChat": "group",
}
_AT = re.compile(r"<at>(.*?)</at>", re.DOTALL)
_NAMED = re.compile(r"^([/@]?throughline\b[:,]?\s*|/)", re.IGNORECASE)
"""How commands begin on Slack: whoever knows them from there, or from the README, is understood here too."""


def events_of(activity: Payload, bot_id: str, commands: Mapping[str, CommandSpec]) -> list[Event]:
    """What an activity says happened; nothing for what we don't listen to.

    Raises `ValueError` when it lacks what every activity of Teams has."""
    kind = activity.get("type")
    if str(_map(activity.get("from")).get("id") or "").startswith(BOT):
        return []  # where it may hear a whole channel, the bot hears itself and other bots as well
    if kind == "message":
        return [_message(activity, bot_id, commands)]
    if kind == "messageUpdate":
        return [_edited(activity, bot_id)]
    if kind == "invoke":
        found = invoked(activity)
        return [found] if found else []
    if kind == "conversationUpdate":
        return _came_and_went(activity, bot_id)
    if kind == "installationUpdate":
        return _installation(activity)
    return []


def invoked(activity: Payload) -> Event | None:
    """The press or submission behind an invoke. A dialog that is asked for is a press that opens a form."""
    name, value = activity.get("name"), _map(activity.get("value"))
    if name == "adaptiveCard/action":
        return _press(activity, _map(_map(value.get("action")).get("data")))
    if name == "task/fetch":
        return _press(activity, _map(value.get("data")))
    if name == "task/submit":
        return _submit(activity, _map(value.get("data")))
    return None


def given_of(activity: Payload) -> dict[str, Any]:
    """What had been typed with the command behind an "open form" button, by field name."""
    ours = _map(_map(_map(activity.get("value")).get("data")).get(OURS))
    return dict(_map(ours.get("given")))


def _press(activity: Payload, data: Payload) -> Press:
    ours = _map(data.get(OURS))
    return Press(
        **_happening(activity),
        action=str(ours.get("action") or "")[:255],
        value=str(ours.get("value") or "")[:3000],
        form=str(ours.get("form") or "")[:255],
    )


def _submit(activity: Payload, data: Payload) -> Submit:
    ours = _map(data.get(OURS))
    picks, pickers = _names(ours.get("picks")), _names(ours.get("pickers"))
    values: dict[str, object] = {}
    for name, value in data.items():
        if name in {OURS, "msteams"}:
            continue
        values[name] = _picked(str(value), name in pickers) if name in picks | pickers else value
    return Submit(
        **_happening(activity),
        form=str(ours.get("form") or "")[:255],
        context=str(ours.get("context") or "")[:3000],
        values=values,
    )


def _picked(text: str, people: bool) -> list[str]:
    parts = [unquote(part) for part in text.split(",") if part]
    return [f"user:{part}" for part in parts] if people else parts


def _message(activity: Payload, bot_id: str, commands: Mapping[str, CommandSpec]) -> Event:
    happening = _happening(activity)
    value = activity.get("value")
    if isinstance(value, Mapping) and OURS in value:
        return _press(activity, value)
    text = _typed(activity, bot_id)
    own = happening["where"].kind == "direct"
    if _mentions(activity, bot_id) or (own and is_command(text, commands)):
        return Command(**happening, text=text)
    files = [one.get("name") for one in _maps(activity.get("attachments"))]
    return Said(**happening, text=text, files=tuple(str(name) for name in files if name))


def _edited(activity: Payload, bot_id: str) -> Said:
    """A message in other words, or back after it was deleted; its id is the one it had."""
    happening = _happening(activity)
    text = _typed(activity, bot_id)
    digest = sha256(text.encode(errors="replace")).hexdigest()[:12]  # it may have half a character
    happening["key"] += f":{activity.get('timestamp')}:{digest}"
    return Said(**happening, text=text, edited=True)


def _mentions(activity: Payload, bot_id: str) -> bool:
    """Whether the bot is spoken to: what others say to each other in a channel is no command."""
    mentioned = (_map(one.get("mentioned")).get("id") for one in _maps(activity.get("entities")))
    return bot_id in mentioned


def _typed(activity: Payload, bot_id: str) -> str:
    """The text without the mention of the bot and without what it quotes; others who are mentioned become
    ``user:<id>``."""
    text = _without_quote(activity)
    for entity in _maps(activity.get("entities")):
        if entity.get("type") != "mention":
            continue
        mentioned, shown = _map(entity.get("mentioned")), str(entity.get("text") or "")
        person = str(mentioned.get("aadObjectId") or mentioned.get("id") or "")
        if shown:
            text = text.replace(shown, "" if mentioned.get("id") == bot_id else f" user:{person} ", 1)
    text = _AT.sub(r"\1", text)
    if activity.get("textFormat") == "xml":
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = text.replace("&nbsp;", " ").replace("\xa0", " ").strip()
    return _NAMED.sub("", text)


_REPLY = re.compile(r"<blockquote[^>]*schema\.skype\.com/Reply.*?</blockquote>", re.DOTALL | re.IGNORECASE)
_MENTION = re.compile(r"<span[^>]*schema\.skype\.com/Mention[^>]*>(.*?)</span>", re.DOTALL | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<(quoted|attachment)\b[^>]*?(/>|>\s*</\1>)", re.IGNORECASE)
"""Where the quoted message stands in the text of clients that send it beside the text."""


def _without_quote(activity: Payload) -> str:
    """What a reply that quotes a message says itself. Older clients put the quoted words into the text as
    well; there only the HTML beside it tells them apart."""
    for one in _maps(activity.get("attachments")):
        content = one.get("content")
        if one.get("contentType") == "text/html" and isinstance(content, str) and _REPLY.search(content):
            said = _MENTION.sub(r"<at>\1</at>", _REPLY.sub("", content))
            return html.unescape(re.sub(r"<(?!/?at>)[^>]*>", " ", said)).strip()
    return _PLACEHOLDER.sub("", str(activity.get("text") or "")).strip()


def _came_and_went(activity: Payload, bot_id: str) -> list[Event]:
    """Members but no bots: our own coming and going is told by an installationUpdate as well. And what
    happened to the channel or the team itself."""
    found: list[Event] = []
    for key, kind in (("membersAdded", Joined), ("membersRemoved", Left)):
        for member in _maps(activity.get(key)):
            if member.get("id") and member["id"] != bot_id and not str(member["id"]).startswith(BOT):
                happening = _happening(activity, member)
                happening["key"] += f":{member['id']}"
                found.append(kind(**happening))
    return found or _of_the_place(activity)


_GONE: dict[str, Literal["archived", "deleted"]] = {
    "channelDeleted": "deleted",
    "teamArchived": "archived",
    "teamDeleted": "deleted",
    "teamHardDeleted": "deleted",
}
_BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})


def _of_the_place(activity: Payload) -> list[Event]:
    """A channel, or a team with all its channels, is archived, deleted, or back. It is about nobody."""
    data = _map(activity.get("channelData"))
    what = str(data.get("eventType") or "")
    if what not in _BACK and what not in _GONE:
        return []
    happening = _happening(activity)
    channel = str(_map(data.get("channel")).get("id") or "")
    reference = dict(happening["where"].reference)
    if what.startswith("channel"):
        reference.pop("team", None)  # the other channels of the team stay
    place = {"conversation": channel or happening["where"].conversation, "kind": "channel"}
    happening["where"] = Where(**place, reference=reference)
    happening["who"] = happening["who"].model_copy(update={"user": "", "alias": "", "name": ""})
    happening["key"] += f":{what}"
    return [Installed(**happening) if what in _BACK else Uninstalled(**happening, why=_GONE[what])]


def _installation(activity: Payload) -> list[Event]:
    data = _map(activity.get("channelData"))
    name = str(_map(data.get("team")).get("name") or "")
    action = str(activity.get("action") or "")
    if action in {"add", "add-upgrade"}:
        return [Installed(**_happening(activity), name=name, renewed=action == "add-upgrade")]
    if action == "remove":
        return [Uninstalled(**_happening(activity))]
    return []


def _happening(activity: Payload, member: Payload | None = None) -> dict[str, Any]:
    sender = _map(activity.get("from")) if member is None else member
    conversation = _map(activity.get("conversation"))
    # botbuilder's schema drops conversation.tenantId; the channel data are what Teams documents.
    tenant = str(_map(_map(activity.get("channelData")).get("tenant")).get("id") or "")
    user = str(sender.get("aadObjectId") or sender.get("id") or "")
    place, _, thread = str(conversation.get("id") or "").partition(THREAD)
    if not tenant or not user or not place:
        raise ValueError("an activity without tenant, person or conversation")
    who = Who(
        platform="teams",
        tenant=tenant,
        user=user,
        alias=str(sender.get("id") or ""),
        name=str(sender.get("name") or ""),
        zone=_zone(activity) if member is None else "",
        language=str(activity.get("locale") or "").partition("-")[0].lower() if member is None else "",
    )
    reference = {
        "service_url": str(activity.get("serviceUrl") or ""),
        "user": str(sender.get("id") or ""),
        "conversation": place,
    }
    if team := str(_map(_map(activity.get("channelData")).get("team")).get("id") or ""):
        reference["team"] = team
    where = Where(
        conversation=place,
        kind=_KINDS.get(str(conversation.get("conversationType") or "personal"), "group"),
        reference=reference,
        message=str(activity.get("replyToId") or ""),
        thread=thread,
    )
    key = f"{place}:{_id(activity)}"
    return {"key": key, "at": _moment(activity.get("timestamp")), "who": who, "where": where}


def _moment(stamp: object) -> datetime | None:
    """Teams' time of an activity (ISO, with its zone); None where it tells none that makes sense."""
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)


def _id(activity: Payload) -> str:
    return str(activity.get("id") or sha256(repr(sorted(activity.items())).encode()).hexdigest()[:32])


def _zone(activity: Payload) -> str:
    client = next((one for one in _maps(activity.get("entities")) if one.get("type") == "clientInfo"), {})
    for name in (activity.get("localTimezone"), client.get("timezone")):
        if str(name) in zone_names():
            return str(name)
    return ""


def _map(value: object) -> Payload:
    return value if isinstance(value, Mapping) else {}


def _maps(value: object) -> list[Payload]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _names(value: object) -> set[str]:
    return {str(one) for one in value} if isinstance(value, list) else set()
