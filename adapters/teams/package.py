"""The Teams app package: manifest and icons in one zip, generated from what the features declare.

Manifest schema 1.22. Limits from its reference: names 30 and 100 characters, descriptions 80 and 4,000, at
most three command lists of ten commands, a command's title 32 and description 128 characters.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from adapters.teams.icons import color_icon, outline_icon
from bot.core.feature import CommandSpec, Feature
from bot.features import all_features
from prompts.text import plain

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.22/MicrosoftTeams.schema.json"
VERSION = "1.22"
PACKAGE_VERSION = "1.0.0"
LONGEST_TITLE, LONGEST_DESCRIPTION = 32, 128
SCOPES = ("personal", "team", "groupChat")
IN_A_CHAT = ("help", "me", "sessions", "here", "reflect", "commit", "introduce", "settings", "pause", "stop")
"""What people need most in their own chat and in a group's."""
IN_A_CHANNEL = (
    "help", "cohort link", "sessions", "members", "breakout", "breakout open", "harvest", "theme add",
    "nudges", "evaluation open",
)  # fmt: skip
"""What a facilitator needs most in the cohort's channel."""
MADE_AT = (2026, 1, 1, 0, 0, 0)
"""The same declarations give the same bytes."""


def build_package(app_id: str, url: str) -> bytes:
    """The zip to upload in the Teams admin center. `app_id` is the bot's, `url` our public address."""
    files = {
        "manifest.json": json.dumps(manifest(app_id, url), ensure_ascii=False, indent=2).encode(),
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def manifest(app_id: str, url: str, features: tuple[Feature, ...] | None = None) -> dict[str, Any]:
    """The manifest of the app with these features (all of them unless given)."""
    base = url.rstrip("/")
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": PACKAGE_VERSION,
        "id": app_id,
        "developer": {
            "name": "Throughline",
            "websiteUrl": base,
            "privacyUrl": f"{base}/privacy",
            "termsOfUseUrl": f"{base}/terms",
        },
        "name": {"short": "Throughline", "full": "Throughline: sessions into a learning community"},
        "description": {
            "short": "Turns a run of live training sessions into one learning community.",
            "full": "Throughline stays with a cohort before, between and after its live sessions: it plans "
            "sessions and breakout groups, asks short reflections, keeps commitments and evaluates.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1F5F8B",
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": command_lists(all_features() if features is None else features),
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(base).netloc],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def command_lists(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """What Teams offers while somebody types. Every other command can be typed as well."""
    commands = {spec.name: spec for feature in features for spec in feature.commands}
    lists = ((["personal"], IN_A_CHAT), (["team"], IN_A_CHANNEL), (["groupChat"], IN_A_CHAT))
    offered = (
        (scopes, [_entry(commands[name]) for name in names if name in commands]) for scopes, names in lists
    )
    return [{"scopes": scopes, "commands": entries} for scopes, entries in offered if entries]


def _entry(spec: CommandSpec) -> dict[str, str]:
    description = plain(spec.summary("en"))
    if len(description) > LONGEST_DESCRIPTION:
        description = description[: LONGEST_DESCRIPTION - 1].rstrip() + "…"
    return {"title": spec.name[:LONGEST_TITLE], "description": description}
