"""`throughline run`: the playground without credentials, the real doors with them, and a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlmodel import col, func, select

from adapters import waiting
from adapters.playground.environment import Environment
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.server import let_people_join, living, shelf_of, words_for
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app, running
from adapters.server import CannotStart, Doors, open_house, serve
from adapters.settings import Settings, read_settings
from adapters.slack.examining import problem_with_token
from adapters.slack.manifest import manifest
from bot.core.clock import SystemClock
from bot.core.permissions import Role
from bot.core.platform import Unavailable
from bot.features import all_features
from storage.people import Community, Duty, Person, Workspace
from storage.series import Enrollment
from storage.token_buckets import TokenBucket
from tests.architecture.imports import ROOT

TEAM = "T0REAL"
ADA = SamplePerson("UADA", "Ada Lane", "ada@example.org", "America/Boise", "en-US", "administrator")
JONAH = "Jonah Abernathy"


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings as from an empty environment, with their data below `folder`."""
    nothing = {
        name: "" for name in Settings.model_fields if name.startswith(("slack_", "teams_a", "teams_t"))
    }
    given = {
        **nothing,
        "data_folder": folder,
        "database_url": f"sqlite:///{folder}/real.db",
        "port": 0,
        "grace_seconds": 2,
        **more,
    }
    return read_settings(**given)


async def test_the_playground_starts_with_the_sample_community_and_keeps_it(tmp_path: Path) -> None:
    """What was said on either platform stands there after a restart, and the bot still answers both."""
    settings = settings_in(tmp_path)
    async with living(settings) as environment:
        assert "/playground/" in words_for(environment, tmp_path)
        await environment.slack.command(JONAH, None, "/throughline", "help")
        ruth = next(iter(environment.teams.workplace.users.values())).name
        await environment.teams.say(ruth, "bot", "help")
        await environment.settle()
        before = len(environment.slack.inbox(JONAH)), len(environment.teams.inbox(ruth))
        stood = environment.clock.now()
    async with living(settings) as environment:
        assert environment.clock.now() >= stood
        assert (len(environment.slack.inbox(JONAH)), len(environment.teams.inbox(ruth))) == before
        await environment.slack.command(JONAH, None, "/throughline", "help")
        await environment.teams.say(ruth, "bot", "help")
        await environment.settle()
        assert len(environment.slack.inbox(JONAH)) > before[0]
        assert len(environment.teams.inbox(ruth)) > before[1] + 1


async def test_a_first_start_that_was_cut_off_begins_anew(tmp_path: Path) -> None:
    """A database whose workplaces were never saved is cleared away."""
    folder = tmp_path / "playground"
    folder.mkdir()
    (folder / "throughline.db").write_bytes(b"half a database")
    async with living(settings_in(tmp_path)) as environment:
        assert await joined(environment) == 0


async def test_a_start_that_is_cut_off_while_people_join_goes_on_with_it(tmp_path: Path) -> None:
    """Stopped when some have joined: at the next start the rest does, and no message is sent twice."""
    settings = settings_in(tmp_path)
    snapshot = shelf_of(settings)
    stop = asyncio.Event()
    async with living(settings) as environment:
        joining = asyncio.create_task(let_people_join(environment, snapshot, stop))
        async with asyncio.timeout(60):
            while await joined(environment) < 4:  # noqa: ASYNC110 - the database has no event to wait for
                await asyncio.sleep(0)
        stop.set()
        await joining
        assert await joined(environment) < 30
        assert not snapshot.everybody_joined.exists()
    async with living(settings) as environment:
        await let_people_join(environment, snapshot, asyncio.Event())
        assert await joined(environment) > 35
        assert not environment.ledger.duplicated()
        assert snapshot.everybody_joined.exists()
        before = len(environment.ledger)
        await let_people_join(environment, snapshot, asyncio.Event())
        assert len(environment.ledger) == before


async def joined(environment: Environment) -> int:
    """How many of the sample have joined."""
    async with environment.application.database.read() as db:
        return await db.scalar(select(func.count(col(Enrollment.joined_at)))) or 0


async def test_unreadable_playground_data_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback: the folder to remove is named."""
    folder = tmp_path / "playground"
    folder.mkdir()
    (folder / "standing.json").write_text("{")
    assert await serve(settings_in(tmp_path)) == 1
    assert "remove that folder to begin anew" in capsys.readouterr().err


async def test_the_playground_leaves_the_real_database_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """DATABASE_URL without credentials: no sample data gets in there."""
    stop = asyncio.Event()
    stop.set()
    assert await serve(settings_in(tmp_path), stop=stop) == 0
    assert "leaves the one of DATABASE_URL alone" in capsys.readouterr().err
    assert not (tmp_path / "real.db").exists()


async def test_a_taken_port_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another process has the port: one sentence, status 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert await serve(settings_in(tmp_path, port=taken.getsockname()[1])) == 1
    assert "Choose another port" in capsys.readouterr().err


async def test_a_place_that_cannot_be_written_is_named_and_is_no_taken_port(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    keys = {"keys_folder": tmp_path / "file" / "keys", "secret_key": ""}
    settings = settings_in(tmp_path, slack_bot_token="xoxb-1", slack_signing_secret="s", **keys)
    assert await serve(settings) == 1
    told = capsys.readouterr().err
    assert "cannot use" in told
    assert "KEYS_FOLDER" in told
    assert "port" not in told


@pytest.mark.parametrize("by_socket", [False, True])
async def test_slack_is_served_and_the_first_administrator_set_up(tmp_path: Path, by_socket: bool) -> None:
    """The start migrates, makes the community and prints the code; with it typed, the code is gone."""
    told = manifest(all_features())
    app = new_app(
        "Throughline",
        told["oauth_config"]["scopes"]["bot"],
        told["settings"]["event_subscriptions"]["bot_events"],
        ["/throughline"],
        socket_mode=by_socket,
    )
    workplace = SlackWorkplace(app, SystemClock().now, lambda: 100.0)
    workplace.add_workspace(TEAM, "Real Workspace", [ADA])
    token = workplace.install(TEAM).bot_token
    side = SlackSide(workplace, Ledger(), Faults())
    side.delivery.answer_seconds = 30  # on a busy machine three are too few
    async with running(side):
        keys = (
            {"slack_app_token": app.app_token} if by_socket else {"slack_signing_secret": app.signing_secret}
        )
        settings = settings_in(tmp_path, slack_bot_token=token, community_name="Our Program", **keys)
        doors = Doors(f"{side.base_url}/api/")
        async with open_house(settings, doors) as served:
            if not by_socket:
                side.connect(f"{served.address}/slack/events")
            code = served.told.removeprefix("Setup code: ").split(".")[0]
            async with served.application.database.read() as db:
                assert (await db.scalars(select(Community.name))).one() == "Our Program"
                assert (await db.scalars(select(Workspace.tenant))).one() == TEAM
            await side.command("UADA", None, "/throughline", f"setup {code}")
            await served.application.dispatcher.drain()
            async with served.application.database.read() as db:
                found = await db.execute(select(Person.name, Duty.role).join(Duty))
                assert found.all() == [("Ada Lane", Role.ADMINISTRATOR)]
            await served.application.platforms["slack"].open_direct(TEAM, "UADA", {})
            async with served.application.database.read() as db:
                limited = list(await db.scalars(select(TokenBucket.name)))
            assert f"slack {TEAM} conversations.open" in limited, "all processes keep its limits together"
        async with open_house(settings, doors) as served:
            assert "Setup code" not in served.told


async def test_a_wrong_token_ends_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Slack says no: the variable to look at is named."""
    app = new_app("Throughline", [], [], ["/throughline"])
    side = SlackSide(SlackWorkplace(app, SystemClock().now, lambda: 100.0), Ledger(), Faults())
    async with running(side):
        settings = settings_in(tmp_path, slack_bot_token="xoxb-not-a-token", slack_signing_secret="s")
        assert await serve(settings, Doors(f"{side.base_url}/api/")) == 1
    assert "SLACK_BOT_TOKEN" in capsys.readouterr().err


async def test_a_token_of_a_whole_organisation_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names no workspace: whoever starts the bot, or asks `doctor`, is told where to get the other one."""
    side, token = slack_side(socket_mode=False)
    installation = side.workplace.workspaces[TEAM].installation
    assert installation is not None
    installation.org_wide = True
    async with running(side):
        url = f"{side.base_url}/api/"
        settings = settings_in(tmp_path, slack_bot_token=token, slack_signing_secret="s")
        assert await serve(settings, Doors(url)) == 1
        assert "install the app in one workspace" in await problem_with_token(token, url)
    assert "install the app in one workspace" in capsys.readouterr().err


@pytest.mark.parametrize("refused", ["not_allowed_token_type", "invalid_auth", "forbidden_request"])
async def test_socket_mode_refused_at_the_start_is_told_and_the_rest_is_served(
    tmp_path: Path, refused: str
) -> None:
    """The bot starts: its pages and the other platforms are served. `/readyz` and the start's own words say
    why nothing comes from Slack."""
    side, token = slack_side(socket_mode=True)
    side.faults.refuse("apps.connections.open", refused)
    async with running(side):
        settings = settings_in(tmp_path, slack_bot_token=token, slack_app_token=side.workplace.app.app_token)
        async with asyncio.timeout(20), open_house(settings, Doors(f"{side.base_url}/api/")) as served:
            assert f"Not ready: slack: Slack opens no socket ({refused})" in served.told
            async with ClientSession() as http:
                ready = await http.get(f"{served.address}/readyz")
                assert (ready.status, refused in await ready.text()) == (503, True)
                assert (await http.get(f"{served.address}/healthz")).status == 200


async def test_slack_that_is_down_at_the_start_keeps_nobody_else_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Teams is served; `/readyz` says why Slack is not, and Slack is taken up when it answers. The first
    administrator gets the code then. Meanwhile nothing is lost: a press is to be sent again."""
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0.02)
    side, token = slack_side(socket_mode=False)
    side.faults.status("auth.test", 503, times=None)
    keys = {"teams_app_id": "a", "teams_app_password": "b", "teams_tenant_id": "c"}
    settings = settings_in(
        tmp_path, slack_bot_token=token, slack_signing_secret=side.workplace.app.signing_secret, **keys
    )
    async with (
        running(side),
        asyncio.timeout(20),
        open_house(settings, Doors(f"{side.base_url}/api/")) as served,
        ClientSession() as http,
    ):
        assert "Not ready: slack: no answer from Slack (HTTP 503)" in served.told
        ready = await http.get(f"{served.address}/readyz")
        assert (ready.status, "HTTP 503" in await ready.text()) == (503, True)
        assert (await http.post(f"{served.address}/api/messages", json={})).status == 401
        with pytest.raises(Unavailable):
            await served.application.platforms["slack"].open_direct(TEAM, "UADA", {})
        side.faults.clear()
        while (await http.get(f"{served.address}/readyz")).status != 200:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        assert "Setup code" in capsys.readouterr().out
        assert await served.application.platforms["slack"].open_direct(TEAM, "UADA", {})
        async with served.application.database.read() as db:
            assert TEAM in (await db.scalars(select(Workspace.tenant))).all()


def slack_side(*, socket_mode: bool) -> tuple[SlackSide, str]:
    """A workspace with the app in it, and the bot's token."""
    scopes = manifest(all_features())["oauth_config"]["scopes"]["bot"]
    app = new_app("Throughline", scopes, [], ["/throughline"], socket_mode=socket_mode)
    workplace = SlackWorkplace(app, SystemClock().now, lambda: 100.0)
    workplace.add_workspace(TEAM, "Real Workspace", [ADA])
    return SlackSide(workplace, Ledger(), Faults()), workplace.install(TEAM).bot_token


async def test_production_never_serves_the_playground(tmp_path: Path) -> None:
    """With Teams credentials there is no playground route, and Teams' door stands."""
    settings = settings_in(tmp_path, teams_app_id="a", teams_app_password="b", teams_tenant_id="c")
    async with open_house(settings, Doors()) as served:
        paths = {resource.canonical for resource in served.application.app.router.resources()}
    assert "/api/messages" in paths
    assert not any("playground" in path for path in paths)


async def test_an_unreachable_database_is_told(tmp_path: Path) -> None:
    """The start ends with what to check."""
    (tmp_path / "real.db").write_bytes(b"this is no database" * 100)
    settings = settings_in(tmp_path, teams_app_id="a", teams_app_password="b", teams_tenant_id="c")
    with pytest.raises(CannotStart, match="DATABASE_URL"):
        async with open_house(settings, Doors()):
            pass


async def test_a_signal_ends_the_process_well(tmp_path: Path) -> None:
    """SIGTERM: what stands is saved, and the status is 0."""
    environment = {**os.environ, "DATA_FOLDER": str(tmp_path), "SLACK_BOT_TOKEN": "", "TEAMS_APP_ID": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from adapters.cli.main import main; main()", "run", "--port", "0",
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert b"Throughline playground" in await process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert (tmp_path / "playground" / "standing.json").is_file()
