"""The Teams app package: manifest and icons in one zip, generated from what the features declare.

Manifest schema 1.22. Limits from its reference: names 30 and 100 characters, descriptions 80 and 4,000, at
most three command lists of ten commands, a command's title 32 and description 128 characters.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.teams.icons import color_icon, outline_icon
from bot.core.feature import CommandSpec, Feature
from bot.features import all_features
from prompts.catalog import SOURCE_LANGUAGE, languages
from prompts.text import plain
from prompts.words import teams as words

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.22/MicrosoftTeams.schema.json"
LOCALIZATION_SCHEMA = (
    "https://developer.microsoft.com/json-schemas/teams/v1.22/MicrosoftTeams.Localization.schema.json"
)
VERSION = "1.22"
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
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
HEARS_CHANNELS = "ChannelMessage.Read.Group"
"""With it Teams sends every message of the team's channels; each team's owner agrees when adding the app."""


def build_package(
    app_id: str, url: str, *, hear_channels: bool = False, before: bytes = b"", now: datetime = FIRST_DAY
) -> bytes:
    """The zip to upload in the Teams admin center. `app_id` is the bot's, `url` our public address. `before`
    is the package written last: one that says the same keeps its version, for Teams takes a changed one only
    under a higher version."""
    made = manifest(app_id, url, hear_channels=hear_channels)
    texts = {f"{language}.json": localized(language) for language in _further_languages()}
    known, known_texts = _read(before)
    same = {**known, "version": ""} == {**made, "version": ""} and known_texts == texts
    made["version"] = known["version"] if same else version_at(now)
    told = {"manifest.json": made, **texts}
    files = {name: json.dumps(one, ensure_ascii=False, indent=2).encode() for name, one in told.items()}
    files |= {"color.png": color_icon(), "outline.png": outline_icon()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def version_at(now: datetime) -> str:
    """Higher with every minute: days and minutes since the first package."""
    since = now - FIRST_DAY
    return f"1.{since.days}.{since.seconds // 60}"


def _further_languages() -> list[str]:
    """Those that the app speaks beside the manifest's own."""
    return [language for language in languages() if language != SOURCE_LANGUAGE]


def _read(package: bytes) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Manifest and further languages' texts of a package; empty where it is none of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            names = [f"{language}.json" for language in _further_languages()]
            texts = {name: json.loads(archive.read(name)) for name in names}
            return json.loads(archive.read("manifest.json")), texts
    except (zipfile.BadZipFile, KeyError, ValueError):
        return {}, {}


def manifest(
    app_id: str,
    url: str,
    features: tuple[Feature, ...] | None = None,
    *,
    hear_channels: bool = False,
) -> dict[str, Any]:
    """The manifest of the app with these features (all of them unless given)."""
    base = url.rstrip("/")
    return {
        **(_hearing(app_id) if hear_channels else {}),
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version_at(FIRST_DAY),
        "localizationInfo": {
            "defaultLanguageTag": SOURCE_LANGUAGE,
            "additionalLanguages": [
                {"languageTag": language, "file": f"{language}.json"} for language in _further_languages()
            ],
        },
        "id": app_id,
        "developer": {
            "name": "Throughline",
            "websiteUrl": f"{base}/about",
            "privacyUrl": f"{base}/privacy",
            "termsOfUseUrl": f"{base}/terms",
        },
        "name": {"short": "Throughline", "full": plain(words.app_name(SOURCE_LANGUAGE))},
        "description": {
            "short": plain(words.app_short(SOURCE_LANGUAGE)),
            "full": plain(words.app_full(SOURCE_LANGUAGE)),
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


def _hearing(app_id: str) -> dict[str, Any]:
    return {
        "webApplicationInfo": {"id": app_id, "resource": "https://RscPermission"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": HEARS_CHANNELS, "type": "Application"}]}
        },
    }


def localized(language: str) -> dict[str, str]:
    """What Teams shows to people with that language. Commands keep the name that is typed."""
    texts = {
        "$schema": LOCALIZATION_SCHEMA,
        "name.short": "Throughline",
        "name.full": plain(words.app_name(language)),
        "description.short": plain(words.app_short(language)),
        "description.full": plain(words.app_full(language)),
    }
    commands = {spec.name[:LONGEST_TITLE]: spec for feature in all_features() for spec in feature.commands}
    for at, offered in enumerate(command_lists(all_features())):
        for number, entry in enumerate(offered["commands"]):
            summary = _short(plain(commands[entry["title"]].summary(language)))
            texts[f"bots[0].commandLists[{at}].commands[{number}].description"] = summary
    return texts


def command_lists(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """What Teams offers while somebody types. Every other command can be typed as well."""
    commands = {spec.name: spec for feature in features for spec in feature.commands}
    lists = ((["personal"], IN_A_CHAT), (["team"], IN_A_CHANNEL), (["groupChat"], IN_A_CHAT))
    offered = (
        (scopes, [_entry(commands[name]) for name in names if name in commands]) for scopes, names in lists
    )
    return [{"scopes": scopes, "commands": entries} for scopes, entries in offered if entries]


def _entry(spec: CommandSpec) -> dict[str, str]:
    return {"title": spec.name[:LONGEST_TITLE], "description": _short(plain(spec.summary(SOURCE_LANGUAGE)))}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1].rstrip()}…"
