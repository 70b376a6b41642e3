"""The app manifest, made from what the features declare, so that the two cannot drift apart.

``manifest.yml`` in the repository's root is `manifest_text()`; a test compares them. To write it anew:
``throughline slack manifest > manifest.yml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from adapters.slack.app import PATH
from adapters.slack.translate import NAME
from bot.core.feature import CommandSpec, Feature
from bot.features import all_features
from prompts.catalog import SOURCE_LANGUAGE
from prompts.text import plain

REDIRECT = "/slack/oauth_redirect"
"""Where the browser comes back to after the app was allowed in a workspace."""
PLACEHOLDER = "https://throughline.example.org"
"""Stands for the server's own address until ``--url`` gives it."""

REASONS = {
    "app_mentions:read": "commands said to the bot in a channel",
    "bookmarks:read": "not to set the same bookmark twice",
    "bookmarks:write": "the cohort's page at the top of its channel",
    "channels:read": "who joins and leaves a public channel that the bot is in; that it is public",
    "chat:write": "every message",
    "commands": "/throughline and its sisters",
    "groups:history": "to find its own message again after a broken connection",
    "groups:read": "whether a cohort's channel is there, who is in it, who comes and goes",
    "groups:write": "cohort channels: open, invite, topic",
    "im:history": "what people write to the bot in their own chat",
    "im:write": "to write to a person first",
    "mpim:history": "what a breakout group writes to the bot",
    "mpim:write": "breakout groups",
    "pins:write": "the notice about client information",
    "users:read": "names and time zones, and whether an account is on",
    "users:read.email": "to match people with the roster",
}
"""Why each permission is asked for: nothing is asked for that no feature needs."""
SCOPES = tuple(REASONS)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.groups",
    "message.im",
    "message.mpim",
    "team_join",
    "tokens_revoked",
    "user_change",
)
DESCRIPTION = "Turns a run of live training sessions into one continuous learning community."
LONG_DESCRIPTION = (
    "Throughline keeps a learning community together between its live sessions. It opens a channel for each "
    "cohort, reminds people of sessions in their own time zone, looks back and ahead, puts people into "
    "breakout groups with somebody new, asks for short reflections, checks in on commitments, and evaluates "
    "what the series was worth. Say help to it in a direct message to see everything it can do."
)


def manifest(
    features: Iterable[Feature], url: str = PLACEHOLDER, *, socket_mode: bool = False
) -> dict[str, Any]:
    """The manifest as Slack takes it. `url` is the server's public address, without a path; in Socket Mode
    there is none, and Slack sends everything through the socket."""
    address = f"{url.rstrip('/')}{PATH}"
    at = {} if socket_mode else {"request_url": address}
    back = {} if socket_mode else {"redirect_urls": [f"{url.rstrip('/')}{REDIRECT}"]}
    return {
        "_metadata": {"major_version": 1},
        "display_information": {
            "name": "Throughline",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Throughline", "always_online": True},
            "slash_commands": _slash_commands(features, {} if socket_mode else {"url": address}),
        },
        "oauth_config": {**back, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _slash_commands(features: Iterable[Feature], at: dict[str, str]) -> list[dict[str, Any]]:
    main = {
        "command": f"/{NAME}",
        **at,
        "description": "Everything Throughline can do; try help",
        "usage_hint": "help",
        "should_escape": True,
    }
    own = [_slash(spec, at) for feature in features for spec in feature.commands if spec.slash]
    return [main, *own]


def _slash(spec: CommandSpec, at: dict[str, str]) -> dict[str, Any]:
    return {
        "command": f"/{spec.slash.lstrip('/')}",
        **at,
        "description": plain(spec.summary(SOURCE_LANGUAGE))[:2000],
        **_usage_hint(spec),
        "should_escape": True,
    }


def _usage_hint(spec: CommandSpec) -> dict[str, str]:
    words = [argument.name if argument.required else f"[{argument.name}]" for argument in spec.arguments]
    return {"usage_hint": " ".join(words)[:1000]} if words else {}


def as_yaml(made: dict[str, Any]) -> str:
    """The manifest's text, as it stands in ``manifest.yml``."""
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100)


def manifest_text(url: str = "", *, socket_mode: bool = False) -> str:
    """The text of the manifest with all features; without a `url` the placeholder stands in it."""
    return as_yaml(manifest(all_features(), url or PLACEHOLDER, socket_mode=socket_mode))


def reasons_text() -> str:
    """Each permission and why it is there, for an administrator who has to approve the app."""
    width = max(map(len, REASONS))
    return "\n".join(f"{scope:<{width}}  {why}" for scope, why in REASONS.items())
