"""Slack's payloads as the bot's events. No payload travels past this module.

`translate` returns None for what nobody has to act on: the bot's own messages, presses of links.
Keys: ``event_id`` of an event, ``trigger_id`` of an interaction; both stay the same when Slack sends again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from adapters.slack import modal
from adapters.slack.render import FORM, LINK
from adapters.slack.typed import meant, mentions, without_mention, without_quote
from bot.core.events import (
    Changed,
    Command,
    Event,
    HomeOpened,
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

Payload = Mapping[str, Any]


class IsCommand(Protocol):
    """Whether a text begins with the name of a command, or is nothing but one."""

    def __call__(self, text: str, *, whole: bool = False) -> bool: ...


NAME = "throughline"
SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that a person wrote; all others tell of something else."""
EDITED = "message_changed"
_KINDS = {"im": "direct", "mpim": "group", "channel": "channel", "group": "channel"}


class Translator:
    """`slashes` names the command behind each slash command of its own (``checkin`` → ``check in``)."""

    def __init__(self, slashes: Mapping[str, str], is_command: IsCommand) -> None:
        self._slashes = slashes
        self._is_command = is_command

    def translate(self, body: Payload) -> Event | None:
        """The event of one request; None when there is nothing to do."""
        if "command" in body:
            return self._command(body)
        if body.get("type") == "event_callback":
            return self._event(body)
        if body.get("type") == "block_actions":
            return _press(body)
        if body.get("type") == "view_submission":
            return _submit(body)
        return None

    def _command(self, body: Payload) -> Command:
        name = str(body["command"]).lstrip("/")
        text = meant(str(body.get("text") or ""))
        if name != NAME:
            text = f"{self._slashes.get(name, name)} {text}".strip()
        channel = str(body.get("channel_id") or "")
        return Command(
            key=_key(body),
            who=Who(
                platform="slack",
                tenant=str(body["team_id"]),
                user=str(body["user_id"]),
                name=str(body.get("user_name") or ""),
            ),
            where=Where(conversation=channel, kind=_kind_by_id(channel, str(body.get("channel_name") or ""))),
            answer_to=_answer_to(body),
            text=text,
        )

    def _event(self, body: Payload) -> Event | None:
        event: Payload = body["event"]
        translate = {
            "message": self._message,
            "app_mention": _mention,
            "member_joined_channel": _joined,
            "member_left_channel": _left,
            "team_join": _changed,
            "user_change": _changed,
            "app_home_opened": _home,
            "app_uninstalled": _uninstalled,
            "tokens_revoked": _revoked,
            **dict.fromkeys(("channel_left", "group_left"), _taken_out),
            **dict.fromkeys(("channel_archive", "group_archive"), _archived),
            **dict.fromkeys(("channel_deleted", "group_deleted"), _deleted),
            **dict.fromkeys(("channel_unarchive", "group_unarchive"), _back),
        }.get(str(event.get("type")))
        return translate(body, event) if translate else None

    def _message(self, body: Payload, event: Payload) -> Event | None:
        if event.get("subtype") == EDITED:
            return _edited(body, event)
        written = str(event.get("text") or "")
        if event.get("subtype") not in SPOKEN or _is_own(body, event):
            return None
        kind = _KINDS.get(str(event.get("channel_type")), "none")
        if kind != "direct" and mentions(written, _bot(body)):
            return None  # the same words arrive as an app_mention
        text = meant(written).strip()
        if kind == "direct":
            spoken = _spoken(written, _bot(body))
            # In a thread a longer text is an answer to what stands above it, whatever word it begins with.
            whole = bool(event.get("thread_ts"))
            if mentions(written, _bot(body)) or _NAMED.match(text) or self._is_command(spoken, whole=whole):
                return Command(**_said_where(body, event, kind), text=spoken)
        files = tuple(str(one.get("url_private") or one["id"]) for one in event.get("files") or ())
        return Said(**_said_where(body, event, kind), text=text, files=files)


_NAMED = re.compile(rf"^[/@]?{NAME}\b[:,]?\s*", re.IGNORECASE)


def _spoken(written: str, bot: str) -> str:
    """What is said to the bot in its own chat, without its name and without what is quoted above it."""
    return _NAMED.sub("", meant(without_mention(without_quote(written), bot)).strip(), count=1).strip()


def _edited(body: Payload, event: Payload) -> Event | None:
    """A person changed their words. Slack tells of a preview that was added in the same way."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") not in SPOKEN or _is_own(body, now) or now.get("text") == before.get("text"):
        return None
    kind = _KINDS.get(str(event.get("channel_type")), "none")
    author = {**event, "user": now["user"], "thread_ts": now.get("thread_ts")}
    return Said(
        **_said_where(body, author, kind), text=meant(str(now.get("text") or "")).strip(), edited=True
    )


def _mention(body: Payload, event: Payload) -> Event | None:
    if _is_own(body, event):
        return None
    text = meant(without_mention(str(event.get("text") or ""), _bot(body))).strip()
    return Command(**_said_where(body, event, "channel"), text=text)


def _joined(body: Payload, event: Payload) -> Event | None:
    if event.get("user") == _bot(body):
        return _back(body, event)
    if _is_own(body, event):
        return None
    return Joined(**_said_where(body, event, "channel"))


def _left(body: Payload, event: Payload) -> Event | None:
    if _is_own(body, event):
        return None
    return Left(**_said_where(body, event, "channel"))


def _changed(body: Payload, event: Payload) -> Event | None:
    """Somebody came into the workspace, or their account changed."""
    user = event["user"]
    profile = user.get("profile") or {}
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return None
    who = Who(
        platform="slack",
        tenant=_tenant(body),
        user=str(user["id"]),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or ""),
        zone=str(user.get("tz") or ""),
        language=str(user.get("locale") or "")[:2],
    )
    gone = bool(user.get("deleted"))
    return Changed(
        key=_key(body),
        who=who,
        email=str(profile.get("email") or ""),
        vouched=vouches(user, who.tenant),
        gone=gone,
    )


def vouches(user: Mapping[str, Any], tenant: str) -> bool:
    """Whether this workspace confirmed the account's address. Of a stranger (Slack Connect) another
    organisation says what it is; an account of an Enterprise Grid belongs to several workspaces."""
    grid = (user.get("enterprise_user") or {}).get("teams") or ()
    at_home = user.get("team_id") == tenant or tenant in grid
    return at_home and not user.get("is_stranger") and user.get("is_email_confirmed") is True


def _place(body: Payload, event: Payload) -> dict[str, Any]:
    """A channel that comes or goes, and nobody: whoever did it need not be known."""
    channel = event.get("channel")
    channel = channel.get("id") if isinstance(channel, Mapping) else channel
    return {
        "key": _key(body),
        "at": _moment(event.get("event_ts")),
        "who": _who(body, ""),
        "where": Where(conversation=str(channel or ""), kind="channel"),
    }


def _taken_out(body: Payload, event: Payload) -> Event | None:
    return Uninstalled(**_place(body, event), why="removed")


def _archived(body: Payload, event: Payload) -> Event | None:
    return Uninstalled(**_place(body, event), why="archived")


def _deleted(body: Payload, event: Payload) -> Event | None:
    return Uninstalled(**_place(body, event), why="deleted")


def _back(body: Payload, event: Payload) -> Event | None:
    return Installed(**_place(body, event))


def _home(body: Payload, event: Payload) -> Event | None:
    if event.get("tab", "home") != "home":
        return None
    where = Where(conversation=str(event.get("channel") or ""), kind="home")
    return HomeOpened(key=_key(body), who=_who(body, str(event["user"])), where=where)


def _uninstalled(body: Payload, event: Payload) -> Event | None:
    return Uninstalled(key=_key(body), who=_who(body, _bot(body) or NAME))


def _revoked(body: Payload, event: Payload) -> Event | None:
    if not event.get("tokens", {}).get("bot"):
        return None
    return _uninstalled(body, event)


def _press(body: Payload) -> Event | None:
    action: Payload = body["actions"][0]
    name = str(action.get("action_id") or "")
    name = re.sub(r"#\d+$", "", name)
    if name.startswith(LINK):
        return None
    container: Payload = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    private = bool(container.get("is_ephemeral"))
    value = str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
    place = {"message": str(container.get("message_ts") or ""), "conversation": channel}
    if body.get("view"):
        where = Where(kind="home" if body["view"].get("type") == "home" else "none")
    else:
        kind = _kind_by_id(channel, str((body.get("channel") or {}).get("name") or ""))
        own = channel.startswith("D") and not private  # a lasting message of ours: this is our own chat
        where = Where(kind="direct" if own else kind, thread=_thread(body), **place)
    answer_to = _answer_to(body) | ({"private": "1"} if private else {})
    form = name.removeprefix(FORM) if name.startswith(FORM) else ""
    return Press(
        key=f"{_key(body)}:{name}",
        at=_moment(action.get("action_ts")),
        who=_actor(body),
        where=where,
        answer_to=answer_to,
        action=name,
        value=value,
        form=form,
    )


def _submit(body: Payload) -> Event | None:
    view: Payload = body["view"]
    form, conversation, context = modal.unpack(str(view.get("private_metadata") or ""))
    values = {
        name: _value(state)
        for fields in (view.get("state") or {}).get("values", {}).values()
        for name, state in fields.items()
    }
    answer_to = {"conversation": conversation} if conversation else {}
    return Submit(
        key=_key(body), who=_actor(body), answer_to=answer_to, form=form, context=context, values=values
    )


def _value(state: Payload) -> object:
    """What a person gave in one input: a string, a list of strings, a bool, or None."""
    kind = state.get("type")
    if kind == "users_select":
        return f"{modal.USER}{state['selected_user']}" if state.get("selected_user") else None
    if kind == "multi_users_select":
        return [f"{modal.USER}{user}" for user in state.get("selected_users") or ()]
    if kind in ("static_select", "radio_buttons"):
        return (state.get("selected_option") or {}).get("value")
    if kind in ("checkboxes", "multi_static_select"):
        picked = [option["value"] for option in state.get("selected_options") or ()]
        return True if picked == ["true"] else picked
    for key in ("selected_date", "selected_time", "value"):
        if key in state:
            return state[key]
    return None


def _said_where(body: Payload, event: Payload, kind: str) -> dict[str, Any]:
    channel = str(event.get("channel") or "")
    where = {"conversation": channel, "kind": kind, "thread": str(event.get("thread_ts") or "")}
    return {
        "key": _key(body),
        "at": _moment(event.get("event_ts")),
        "who": _who(body, str(event.get("user") or "")),
        "where": Where.model_validate(where),
    }


def _moment(ts: object) -> datetime | None:
    """Slack's time of something (seconds since 1970, as text); None where it tells none that makes sense."""
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _who(body: Payload, user: str) -> Who:
    return Who(platform="slack", tenant=_tenant(body), user=user)


def _actor(body: Payload) -> Who:
    user = body["user"]
    team = _installed_in(body) or (body.get("team") or {}).get("id") or user.get("team_id") or ""
    name = str(user.get("name") or user.get("username") or "")
    return Who(platform="slack", tenant=str(team), user=str(user["id"]), name=name)


def _installed_in(body: Payload) -> str:
    """The workspace whose form or message was used. With Slack Connect the person, and the payload's own
    ``team``, may be another organisation's."""
    view, message = body.get("view") or {}, body.get("message") or {}
    profile = message.get("bot_profile") or {}
    return str(view.get("app_installed_team_id") or profile.get("team_id") or "")


def _tenant(body: Payload) -> str:
    """The workspace in which the bot is installed; a message's author may come from another one."""
    return str(_authorization(body).get("team_id") or body.get("team_id") or "")


def _bot(body: Payload) -> str:
    return str(_authorization(body).get("user_id") or "")


def _authorization(body: Payload) -> Payload:
    found: Payload = next(iter(body.get("authorizations") or ()), {})
    return found


def _is_own(body: Payload, event: Payload) -> bool:
    """Written or caused by a bot (ours or another), or by nobody: bots are never answered."""
    user = event.get("user")
    return not user or bool(event.get("bot_id")) or user == _bot(body)


def _kind_by_id(channel: str, name: str) -> Any:
    """A slash command may come from any conversation, also one between two people: never "direct"."""
    if channel.startswith("D") or not channel:
        return "none"
    return "group" if name.startswith("mpdm-") else "channel"


def _thread(body: Payload) -> str:
    message = body.get("message") or {}
    return str(message.get("thread_ts") or "")


def _answer_to(body: Payload) -> dict[str, str]:
    given = {"trigger": body.get("trigger_id"), "response_url": body.get("response_url")}
    return {name: str(value) for name, value in given.items() if value}


def _key(body: Payload) -> str:
    """The same for every delivery of the same happening."""
    if key := body.get("event_id") or body.get("trigger_id"):
        return str(key)
    stable = json.dumps(body, sort_keys=True, default=str)
    return "digest:" + hashlib.sha256(stable.encode()).hexdigest()
