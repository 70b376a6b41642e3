"""What Slack and Teams are told of the app is what the features declare, and both doctors' questions."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from adapters.cli.main import app
from adapters.slack.examining import problem_with_token
from adapters.slack.manifest import EVENTS, PLACEHOLDER, SCOPES, manifest_text
from adapters.teams.config import TeamsConfig
from adapters.teams.examining import problem_with
from adapters.teams.package import IN_A_CHANNEL, IN_A_CHAT, build_package, manifest
from bot.core.permissions import Action
from bot.features import all_features
from prompts.text import plain
from tests.adapters.slack.world import made_world

ROOT = Path(__file__).parents[2]
APP_ID = "7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa"


def test_the_file_is_what_the_features_declare() -> None:
    """To write it anew: throughline slack manifest > manifest.yml"""
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == manifest_text()


def test_every_slash_command_of_a_feature_is_declared_once() -> None:
    told = yaml.safe_load(manifest_text("https://bot.example.org/"))
    declared = [one["command"] for one in told["features"]["slash_commands"]]
    wanted = {f"/{spec.slash.lstrip('/')}" for one in all_features() for spec in one.commands if spec.slash}
    assert len(declared) == len(set(declared)) <= 50
    assert set(declared) == wanted | {"/throughline"}
    assert PLACEHOLDER not in manifest_text("https://bot.example.org")
    for one in told["features"]["slash_commands"]:
        assert one["url"] == "https://bot.example.org/slack/events"
        assert one["should_escape"] is True
        assert len(one["command"]) <= 32
        assert len(one["description"]) <= 2000


def test_socket_mode_names_no_address() -> None:
    text = manifest_text(socket_mode=True)
    assert "url" not in text
    assert yaml.safe_load(text)["settings"]["socket_mode_enabled"] is True


def test_the_scopes_are_as_few_as_can_be() -> None:
    """No reading of public channels, and nothing that acts as a person."""
    assert "channels:history" not in SCOPES
    assert not any(scope.startswith(("admin", "search", "files")) for scope in SCOPES)
    assert list(EVENTS) == sorted(EVENTS)


def test_the_teams_package_says_the_same_commands_within_teams_limits() -> None:
    """Zip, icons, manifest: the same declarations give the same bytes."""
    packed = build_package(APP_ID, "https://bot.example.org/")
    assert packed == build_package(APP_ID, "https://bot.example.org")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.namelist()) == ["color.png", "es.json", "manifest.json", "outline.png"]
        told = json.loads(archive.read("manifest.json"))
        sizes = {name: _size(archive.read(name)) for name in ("color.png", "outline.png")}
    assert sizes == {"color.png": (192, 192), "outline.png": (32, 32)}
    assert told == manifest(APP_ID, "https://bot.example.org")
    assert len(told["name"]["short"]) <= 30
    assert len(told["description"]["short"]) <= 80
    assert told["validDomains"] == ["bot.example.org"]
    (bot,) = told["bots"]
    assert bot["botId"] == APP_ID
    assert len(bot["commandLists"]) <= 3
    commands = {spec.name: plain(spec.summary("en")) for one in all_features() for spec in one.commands}
    for offered in bot["commandLists"]:
        assert 1 <= len(offered["commands"]) <= 10
        for one in offered["commands"]:
            assert one["title"] in commands
            assert commands[one["title"]].startswith(one["description"].rstrip("…"))
            assert len(one["title"]) <= 32
            assert 1 <= len(one["description"]) <= 128


def told_in(packed: bytes, name: str = "manifest.json") -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told: dict[str, Any] = json.loads(archive.read(name))
    return told


def test_the_version_of_the_teams_package_grows_with_its_content_only() -> None:
    """Teams takes a changed package only under a higher version, and the same one under the same."""
    monday, tuesday = datetime(2027, 2, 1, 9, tzinfo=UTC), datetime(2027, 2, 2, 8, tzinfo=UTC)
    first = build_package(APP_ID, "https://bot.example.org", now=monday)
    again = build_package(APP_ID, "https://bot.example.org", before=first, now=tuesday)
    assert again == first
    changed = build_package(APP_ID, "https://new.example.org", before=first, now=tuesday)
    versions = [tuple(map(int, told_in(one)["version"].split("."))) for one in (first, changed)]
    assert versions[0] < versions[1]
    assert told_in(build_package(APP_ID, "https://bot.example.org", before=b"no zip", now=monday))


def test_hearing_a_teams_channels_is_a_choice() -> None:
    """Only then a team's owner is asked for it."""
    quiet = told_in(build_package(APP_ID, "https://bot.example.org"))
    hearing = told_in(build_package(APP_ID, "https://bot.example.org", hear_channels=True))
    assert "authorization" not in quiet
    assert hearing["webApplicationInfo"]["id"] == APP_ID
    assert hearing["authorization"]["permissions"]["resourceSpecific"] == [
        {"name": "ChannelMessage.Read.Group", "type": "Application"}
    ]


def test_the_teams_package_speaks_spanish_too() -> None:
    """Each text that Teams shows, at the place that the manifest has it in."""
    packed = build_package(APP_ID, "https://bot.example.org")
    told, spanish = told_in(packed), told_in(packed, "es.json")
    assert told["localizationInfo"]["additionalLanguages"] == [{"languageTag": "es", "file": "es.json"}]
    assert len(spanish["name.full"]) <= 100
    assert len(spanish["description.short"]) <= 80
    for at, offered in enumerate(told["bots"][0]["commandLists"]):
        for number, entry in enumerate(offered["commands"]):
            text = spanish[f"bots[0].commandLists[{at}].commands[{number}].description"]
            assert 1 <= len(text) <= 128
            assert text != entry["description"]


def test_the_colour_icon_keeps_to_the_middle() -> None:
    """Clients cut what is outside of 96×96."""
    with zipfile.ZipFile(io.BytesIO(build_package(APP_ID, "https://bot.example.org"))) as archive:
        png = archive.read("color.png")
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    drawn = {
        (x, y)
        for y in range(192)
        for x in range(192)
        if rows[y * 769 + 1 + x * 4 : y * 769 + 4 + x * 4] == b"\xff\xff\xff"
    }
    assert drawn
    assert all(48 <= x < 144 and 48 <= y < 144 for x, y in drawn)


def test_teams_offers_first_what_people_need_most() -> None:
    """Nobody in their own chat is offered what only staff may do."""
    commands = {spec.name: spec for one in all_features() for spec in one.commands}
    assert {*IN_A_CHAT, *IN_A_CHANNEL} <= set(commands)
    assert {commands[name].may for name in IN_A_CHAT} == {Action.TAKE_PART}


@pytest.mark.parametrize("command", [["slack", "manifest"], ["teams", "package", "--app-id", APP_ID]])
def test_an_address_that_the_platforms_would_refuse_is_refused_at_once(
    command: list[str], tmp_path: Path
) -> None:
    """Nothing is printed or written that could be uploaded by mistake."""
    for url in ("learn.example.org", "http://learn.example.org", "https://learn example.org"):
        told = CliRunner().invoke(app, [*command, "--url", url], env={"DATA_FOLDER": str(tmp_path)})
        assert told.exit_code == 2
        assert "https://learn.example.org" in told.output
        assert "slash_commands" not in told.output


def _size(png: bytes) -> tuple[int, ...]:
    return struct.unpack(">II", png[16:24])


async def test_the_doctor_tells_a_good_slack_token_from_a_bad_one(tmp_path: Path) -> None:
    """A permission that the app lacks is named."""
    async with made_world(tmp_path) as world:
        address = f"{world.side.base_url}/api/"
        token = await world.platform.tokens("")
        assert await problem_with_token(token, address) == ""
        assert "SLACK_BOT_TOKEN" in await problem_with_token("xoxb-no-such-token", address)
        assert "xoxb-" in await problem_with_token("xoxp-a-persons", address)
        installation = world.side.workplace.workspaces["T0ONE"].installation
        assert installation is not None
        installation.scopes = [one for one in installation.scopes if one != "pins:write"]
        assert "pins:write" in await problem_with_token(token, address)
    assert "cannot be reached" in await problem_with_token(token, address)


async def test_the_doctor_tells_good_teams_credentials_from_bad_ones() -> None:
    from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
    from bot.core.clock import MovedClock
    from tests.support.stage import START

    with running(TeamsSide(TeamsWorkplace(app_id=APP_ID, now=MovedClock(START).now))) as side:
        good = TeamsConfig(
            APP_ID,
            "playground-secret",
            "tenant",
            openid_url=side.openid_url,
            token_url=side.token_url("tenant"),
        )
        assert await problem_with(good) == ""
        bad = TeamsConfig(APP_ID, "wrong", "tenant", token_url=side.token_url("tenant"))
        assert "TEAMS_APP_PASSWORD" in await problem_with(bad)
    assert "cannot be reached" in await problem_with(good)
