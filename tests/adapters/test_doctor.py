"""The doctor finds each planted fault of an installation, alone, and says the remedy."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.cli.databases import open_database
from adapters.doctor.examine import examine, findings
from adapters.doctor.finding import Finding
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app
from adapters.playground.slack import running as slack_running
from adapters.playground.teams import TeamsSide, TeamsWorkplace
from adapters.playground.teams import running as teams_running
from adapters.server import Doors
from adapters.settings import Settings
from adapters.slack.manifest import EVENTS, SCOPES
from adapters.teams.config import TeamsConfig
from bot.core.clock import SystemClock
from bot.core.permissions import Role
from storage.database import Database
from storage.installations import Installation as SlackInstallation
from storage.migrating import migrate
from storage.nudges import InboxEvent, Nudge
from storage.people import Community, Duty, Person, Workspace
from storage.sealing import Seal, new_key

APP_ID = "7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa"
TEAM = "T0DOCTOR"
KEY = new_key()
NOW = datetime.now(UTC)


@dataclass
class Installation:
    """A whole, healthy one; a test plants one fault in it."""

    slack: SlackSide
    teams: TeamsSide
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "real.db"

    @property
    def doors(self) -> Doors:
        return Doors(f"{self.slack.base_url}/api/", teams=self._teams)

    def _teams(self, settings: Settings) -> TeamsConfig:
        return TeamsConfig(
            settings.teams_app_id,
            settings.teams_app_password,
            settings.teams_tenant_id,
            openid_url=self.teams.openid_url,
            token_url=self.teams.token_url(settings.teams_tenant_id),
        )

    async def problems(self, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
        self._enter(monkeypatch)
        return [one async for one in findings(Settings(), self.doors) if one.remedy]

    async def told(self, monkeypatch: pytest.MonkeyPatch) -> int:
        self._enter(monkeypatch)
        return await examine(self.doors)

    def _enter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(self.folder)
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Installation]:
    """Both platforms, an administrator, nothing late."""
    app = new_app("Throughline", SCOPES, EVENTS, ["/throughline"], socket_mode=True)
    workplace = SlackWorkplace(app, SystemClock().now, lambda: 100.0)
    workplace.add_workspace(TEAM, "Doctor", [])
    token = workplace.install(TEAM).bot_token
    with teams_running(TeamsSide(TeamsWorkplace(app_id=APP_ID, now=SystemClock().now))) as teams:
        slack = SlackSide(workplace, Ledger(), Faults())
        async with slack_running(slack):
            made = Installation(slack, teams, folder)
            made.environment = {
                "DATA_FOLDER": str(folder),
                "DATABASE_URL": f"sqlite:///{made.file}",
                "PUBLIC_URL": "https://bot.example.org",
                "SECRET_KEY": "a-long-and-random-secret-key",
                "SLACK_BOT_TOKEN": token,
                "SLACK_SIGNING_SECRET": app.signing_secret,
                "SLACK_APP_TOKEN": app.app_token,
                "SLACK_CLIENT_ID": app.client_id,
                "SLACK_CLIENT_SECRET": app.client_secret,
                "THROUGHLINE_TOKEN_KEYS": KEY,
                "TEAMS_APP_ID": APP_ID,
                "TEAMS_APP_PASSWORD": "playground-secret",
                "TEAMS_TENANT_ID": "tenant",
            }
            await _fill(made.file)
            yield made


async def _fill(file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    await migrate(database)
    async with database.write() as db:
        db.add(Community(name="Northwest", created_at=NOW))
        await db.flush()
        db.add(Workspace(community_id=1, platform="slack", tenant=TEAM, installed_at=NOW))
        db.add(Person(community_id=1, name="Ada", created_at=NOW))
        await db.flush()
        db.add(Duty(person_id=1, role=Role.ADMINISTRATOR))
        db.add(
            SlackInstallation(workspace_id=1, sealed_token=Seal(KEY).seal("xoxb-doctor"), installed_at=NOW)
        )
    await database.close()


async def test_a_healthy_installation_has_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with installed(tmp_path) as whole:
        assert await whole.told(monkeypatch) == 0
    assert "things are well" in capsys.readouterr().out


Plant = Callable[[Installation, pytest.MonkeyPatch], Awaitable[None]]


def _setting(name: str, value: str) -> Plant:
    async def plant(one: Installation, _: pytest.MonkeyPatch) -> None:
        one.environment[name] = value

    return plant


async def _free_disk_is_gone(one: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(one.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1024))


async def _zone_is_missing(one: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.doctor.machine.ZONES", ("America/Nowhere",))


async def _folder_is_a_file(one: Installation, _: pytest.MonkeyPatch) -> None:
    """Permissions stop nobody who runs as root; a file in the way stops everybody."""
    (one.folder / "in-the-way").touch()
    one.environment["DATA_FOLDER"] = str(one.folder / "in-the-way" / "data")


async def _file_is_open_to_all(one: Installation, _: pytest.MonkeyPatch) -> None:
    one.file.chmod(0o644)


async def _database_is_gone(one: Installation, _: pytest.MonkeyPatch) -> None:
    for file in one.folder.glob("real.db*"):
        file.unlink()


async def _database_is_of_a_newer_program(one: Installation, _: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(one.file) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")


async def _database_is_damaged(one: Installation, _: pytest.MonkeyPatch) -> None:
    """An index that lost a row: the file opens, and is not whole."""
    with sqlite3.connect(one.file) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_person_community_id'"
        ).fetchone()
        size = db.execute("PRAGMA page_size").fetchone()
    with one.file.open("r+b") as file:
        file.seek((root[0] - 1) * size[0] + 3)
        file.write(b"\x00\x00")  # the page's count of cells


async def _nobody_is_administrator(one: Installation, _: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(one.file) as db:
        db.execute("DELETE FROM duty")


async def _a_message_is_late(one: Installation, _: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{one.file}")
    due = NOW - timedelta(hours=1)
    async with database.write() as db:
        db.add(Nudge(key="late", community_id=1, kind="note", person_id=1, due_at=due, created_at=due))
    await database.close()


async def _two_days_old(one: Installation, *arrivals: tuple[str, timedelta], platform: str = "slack") -> None:
    database = Database(f"sqlite:///{one.file}")
    async with database.write() as db:
        workspace = await db.get_one(Workspace, 1)
        workspace.platform, workspace.installed_at = platform, NOW - timedelta(days=2)
        for key, ago in arrivals:
            db.add(InboxEvent(key=f"{platform}:{TEAM}:{key}", received_at=NOW - ago, state="done"))
    await database.close()


async def _no_event_comes(one: Installation, _: pytest.MonkeyPatch) -> None:
    """Slash commands come without a verified Request URL; the last event is older than a day."""
    await _two_days_old(one, ("Ev1", timedelta(hours=25)), ("13345224609.738474920", timedelta(hours=1)))


async def _no_activity_comes(one: Installation, _: pytest.MonkeyPatch) -> None:
    await _two_days_old(one, platform="teams")


async def _slack_refuses_all(one: Installation, _: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(one.file) as db:
        db.execute("UPDATE workspace SET held_because = 'token_expired'")


async def _a_scope_is_missing(one: Installation, _: pytest.MonkeyPatch) -> None:
    installation = one.slack.workplace.workspaces[TEAM].installation
    assert installation is not None
    installation.scopes = [scope for scope in installation.scopes if scope != "pins:write"]


async def _clock_is_wrong(one: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - timedelta(minutes=7)

    monkeypatch.setattr("adapters.doctor.platforms.datetime", Slow)


async def _no_longer_installable(one: Installation, _: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "THROUGHLINE_TOKEN_KEYS"):
        one.environment[name] = ""


@pytest.mark.parametrize(
    ("plant", "finding", "remedy"),
    [
        (_setting("SECRET_KEY", "short"), "SECRET_KEY", "longer random one"),
        (_setting("PUBLIC_URL", ""), "PUBLIC_URL", "https address"),
        (_setting("PUBLIC_URL", "https://localhost"), "PUBLIC_URL", "their own machine"),
        (_setting("DATABASE_URL", "mysql://localhost/x"), "DATABASE_URL", "sqlite:/// or postgresql://"),
        (_setting("DATABASE_URL", "postgresql://127.0.0.1:1/x"), "does not answer", "check DATABASE_URL"),
        (_zone_is_missing, "time zones", "make setup"),
        (_folder_is_a_file, "cannot be written to", "DATA_FOLDER"),
        (_free_disk_is_gone, "MB free", "make room"),
        (_file_is_open_to_all, "can read private files", "chmod 600"),
        (_database_is_gone, "there is no database", "throughline db restore"),
        (_database_is_of_a_newer_program, "does not know", "newer program"),
        (_database_is_damaged, "damaged", "throughline db restore"),
        (_nobody_is_administrator, "nobody is administrator", "setup"),
        (_a_message_is_late, "1 messages are more than 10 minutes late", "throughline run"),
        (_no_event_comes, "no event has come from slack", "Event Subscriptions, press Retry"),
        (_no_activity_comes, "no event has come from teams", "/api/messages"),
        (_slack_refuses_all, "refuses every message (token_expired)", "installs the app again"),
        (_setting("SLACK_BOT_TOKEN", "xoxb-revoked"), "Slack bot token", "SLACK_BOT_TOKEN"),
        (_a_scope_is_missing, "Slack bot token", "pins:write"),
        (_setting("SLACK_APP_TOKEN", "xapp-wrong"), "Socket Mode", "SLACK_APP_TOKEN"),
        (_setting("TEAMS_APP_PASSWORD", "wrong"), "Teams credentials", "TEAMS_APP_PASSWORD"),
        (_clock_is_wrong, "apart", "time server"),
        (_setting("SLACK_CLIENT_SECRET", "wrong"), "client id and secret", "bad_client_secret"),
        (_setting("SLACK_CLIENT_ID", "1.2"), "client id and secret", "invalid_client_id"),
        (
            _setting("THROUGHLINE_TOKEN_KEYS", new_key()),
            "1 of 1 workspace tokens",
            "throughline tokens rotate",
        ),
        (_no_longer_installable, "1 workspaces have installed", "THROUGHLINE_TOKEN_KEYS again"),
    ],
)
async def test_each_planted_fault_is_found_and_its_remedy_said(
    plant: Plant, finding: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installed(tmp_path) as one:
        await plant(one, monkeypatch)
        problems = await one.problems(monkeypatch)
    assert any(finding in problem.what and remedy in problem.remedy for problem in problems), problems
    what = {
        re.sub(r".*'s are \d+ s", "", problem.what) for problem in problems
    }  # two clocks are read in turn
    assert len(what) == 1, "and nothing else is blamed"


async def test_an_event_within_a_day_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with installed(tmp_path) as one:
        await _two_days_old(one, ("Ev1", timedelta(hours=23)))
        assert await one.problems(monkeypatch) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-a-persons"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": ""}, "SLACK_SIGNING_SECRET"),
        ({"TEAMS_TENANT_ID": ""}, "TEAMS_TENANT_ID"),
        ({"PUBLIC_URL": "http://bot.example.org"}, "PUBLIC_URL"),
        ({"PORT": "eighty"}, "PORT"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET"),
        ({"THROUGHLINE_TOKEN_KEYS": ""}, "throughline tokens key"),
        ({"THROUGHLINE_TOKEN_KEYS": "short"}, "44 characters"),
        ({"THROUGHLINE_TOKEN_KEYS": f"{KEY},{KEY[:-9]}"}, "44 characters"),
        ({"THROUGHLINE_TOKEN_KEYS": "kéy" * 15}, "44 characters"),
        ({"GRACE_SECONDS": "-1"}, "GRACE_SECONDS"),
    ],
)
async def test_a_wrong_setting_is_named(
    changes: dict[str, str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with installed(tmp_path) as one:
        one.environment |= changes
        assert await one.told(monkeypatch) == 1
    told = capsys.readouterr().out
    assert sentence in told
    for secret in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_SECRET", "THROUGHLINE_TOKEN_KEYS"):
        assert not one.environment[secret] or one.environment[secret] not in told, "no secret on the screen"


async def test_nothing_of_the_machine_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor looks, and leaves no file."""
    async with installed(tmp_path) as one:
        before = sorted(os.listdir(tmp_path))
        await one.problems(monkeypatch)
        assert sorted(name for name in os.listdir(tmp_path) if not name.endswith(("-wal", "-shm"))) == before
