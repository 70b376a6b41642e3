"""docs/platforms.md: each documented error of each method that we call, what happens then, and who is told.

How our adapter takes an error is measured here, over the wire, one call for each. What that leads to is shown
by the test that stands beside it. To write the page anew:
``WRITE_DOCS=1 pytest tests/refusals/test_matrix.py``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlmodel import select

from adapters.slack.calls import SlackRefusal
from adapters.teams.graph import Graph
from adapters.teams.platform import TeamsPlatform
from adapters.teams.tokens import AccessTokens
from bot.core.cards import Card
from bot.core.platform import (
    Address,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)
from storage.installations import Installation
from tests.adapters.slack.world import TEAM, World, made_world
from tests.installations.slack_house import ONE, installable
from tests.refusals.documented import COMMON, SLACK, TEAMS
from tests.refusals.place import placed
from tests.refusals.rules import METHODS, RULES

HERE = Path(__file__).parent
INSTALLING = "oauth.v2.access"
PAGE = HERE.parents[1] / "docs" / "platforms.md"
KINDS: tuple[tuple[type[PlatformError], str], ...] = (
    (Throttled, "throttled"),
    (WorkspaceRefused, "workspace"),
    (Unreachable, "person"),
    (Uncertain, "uncertain"),
    (Unavailable, "unavailable"),
    (PlatformError, "refused"),
)
Row = tuple[str, str, list[str]]
"""A method, how its errors are taken, and their codes."""


def kind_of(error: PlatformError) -> str:
    return next(name for kind, name in KINDS if isinstance(error, kind))


async def test_every_documented_error_has_its_row(tmp_path: Path) -> None:
    rows = await slack_rows(tmp_path) + await installing_rows(tmp_path) + await teams_rows(tmp_path)
    text = page(rows)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def test_no_cell_is_nothing_and_every_test_is_there() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    for (use, kind), (happens, told, test) in RULES.items():
        assert happens, (use, kind)
        assert told, (use, kind)
        assert "nothing" not in (happens, told)
        assert re.search(rf"def {test}\b", written), test


async def slack_rows(folder: Path) -> list[Row]:
    async with made_world(folder) as world:
        found: list[Row] = []
        for method, codes in SLACK.items():
            if method == INSTALLING:
                continue
            by_kind: dict[str, list[str]] = {}
            for code in dict.fromkeys([*codes, *COMMON]):
                by_kind.setdefault(await _slack_kind(world, method, code), []).append(code)
            found += [(method, kind, sorted(members)) for kind, members in sorted(by_kind.items())]
        return found


async def _slack_kind(world: World, method: str, code: str) -> str:
    world.side.faults.clear()
    world.side.faults.refuse(f"/api/{method}", code)
    try:
        return await ASKED.get(method, _call(method))(world)
    except PlatformError as error:
        return kind_of(error)
    finally:
        world.side.faults.clear()


async def installing_rows(folder: Path) -> list[Row]:
    """A browser takes the whole way for each error, and ends on a page that says so; nothing is kept."""
    async with installable(folder) as bot:
        codes = sorted({*SLACK[INSTALLING], *COMMON})
        for code in codes:
            bot.side.faults.clear()
            bot.side.faults.refuse(INSTALLING, code)
            status, shown = await bot.install(ONE, "UADA")
            assert status >= 400, code
            assert "Start again" in shown, code
        async with bot.served.application.database.read() as db:
            assert (await db.scalars(select(Installation))).all() == []
    return [(INSTALLING, "refused", codes)]


def _call(method: str) -> Callable[[World], Awaitable[str]]:
    async def ask(world: World) -> str:
        creates = method in ("chat.postMessage", "chat.postEphemeral", "conversations.create")
        await world.platform.call(TEAM, method, creates=creates)
        raise AssertionError(f"{method} was not refused")

    return ask


CHANNEL = Address(TEAM, "C1")


async def _invite(world: World) -> str:
    return "person" if await world.platform.invite(CHANNEL, ["UPAT"]) else "done"


async def _kick(world: World) -> str:
    await world.platform.remove(CHANNEL, "UPAT")
    return "done"


async def _pin(world: World) -> str:
    await world.platform.pin(Sent(CHANNEL, "1.1"))
    return "done"


async def _find(world: World) -> str:
    assert await world.platform.find_by_email(TEAM, "pat@example.org") is None
    return "done"


ASKED: dict[str, Callable[[World], Awaitable[str]]] = {
    "conversations.invite": _invite,
    "conversations.kick": _kick,
    "pins.add": _pin,
    "users.lookupByEmail": _find,
}


async def teams_rows(folder: Path) -> list[Row]:
    """The connector's errors, each by its status and code."""
    found: list[Row] = []
    async with placed(folder, "teams") as here:
        side, platform = here.environment.teams, here.environment.application.platforms["teams"]
        assert isinstance(platform, TeamsPlatform)
        user = next(iter(side.workplace.users.values()))
        reference = {"service_url": side.service_url, "user": user.teams_id}
        chat = await platform.open_direct(user.tenant_id, user.aad_object_id, reference)

        async def send() -> None:
            await platform.send(chat, Card(text="x"), mark="m", users={}, language="en")

        async def create() -> None:
            await platform.open_direct(user.tenant_id, user.aad_object_id, reference)

        async def member() -> None:
            where = {**reference, "conversation": chat.conversation}
            profile = await platform.profile(user.tenant_id, user.aad_object_id, where)
            if not profile.complete:
                raise PlatformError("not told")

        stands = await platform.send(chat, Card(text="x"), mark="m", users={}, language="en")
        team = next(iter(side.workplace.teams.values()))
        pair = [one.aad_object_id for one in list(side.workplace.users.values())[:2]]

        async def update() -> None:
            await platform.update(stands, Card(text="y"), users={}, language="en")

        async def roster() -> None:
            await platform.members(Address(user.tenant_id, team.id, reference))

        async def group() -> None:
            await Graph(platform.config, platform.tokens, platform.session).open_chat(pair, "Group")

        async def token() -> None:
            await AccessTokens(platform.config, platform.session).fresh(platform.config.connector)

        steps = {
            "get an access token": (token, "/oauth2/v2.0/token"),
            "update activity": (update, "/activities/"),
            "get paged members": (roster, "/pagedmembers"),
            "Graph: find the app": (group, "/appCatalogs/"),
            "Graph: create chat": (group, "/graph/v1.0/chats"),
            "Graph: install the app in the chat": (group, "/installedApps"),
            "send to conversation": (send, "/activities"),
            "create conversation": (create, "/v3/conversations"),
            "get member": (member, "/members/"),
        }
        for method, errors in TEAMS.items():
            ask, path = steps[method]
            by_kind: dict[str, list[str]] = {}
            for status, code in errors:
                here.environment.faults.clear()
                here.environment.faults.refuse(path, code, status)
                by_kind.setdefault(await _teams_kind(ask), []).append(f"{status} {code}")
            here.environment.faults.clear()
            found += [(method, kind, sorted(set(members))) for kind, members in sorted(by_kind.items())]
    return found


async def _teams_kind(ask: Callable[[], Awaitable[None]]) -> str:
    try:
        await ask()
    except PlatformError as error:
        return kind_of(error)
    return "done"


HEAD = """# When a platform says no

Each error that Slack and Microsoft document for a method that the bot calls: what happens then, who is told,
and the test that shows it. The page is made by `tests/refusals/test_matrix.py`, which makes each call fail
over the wire; it fails when an error is taken otherwise than it stands here.

Where it says *the log*, no message was lost and nobody needs to act; who runs the bot finds the line there.
"""


def page(rows: list[Row]) -> str:
    parts, last = [HEAD], ""
    for method, kind, codes in rows:
        if method != last:
            platform = "Teams" if method in TEAMS else "Slack"
            parts.append(f"\n## {platform}: {method}\n\n")
            parts.append("| Error | What happens | Who is told | Test |\n| --- | --- | --- | --- |\n")
            last = method
        happens, told, test = RULES[METHODS[method], kind]
        named = ", ".join(f"`{code}`" for code in codes)
        parts.append(f"| {named} | {happens} | {told} | `{test}` |\n")
    return "".join(parts)


def test_a_refusal_of_slack_says_what_to_do() -> None:
    said = str(SlackRefusal("pins.add", "restricted_action", {}))
    assert "administrator" in said
