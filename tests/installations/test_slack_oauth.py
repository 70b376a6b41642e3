"""Installing in several workspaces through the pages, with the far side's own OAuth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page
from sqlalchemy import text
from sqlmodel import select

from adapters.cli.rotating import rotate_tokens
from adapters.playground.slack import running
from adapters.server import CannotStart
from adapters.settings_error import SettingsError
from bot.core.permissions import Role
from storage.installations import Installation
from storage.people import AuditEvent, Community, Duty, Identity, Person, Workspace
from storage.sealing import Seal, new_key
from tests.installations.slack_house import (
    KEY,
    ONE,
    TWO,
    Installable,
    installable,
    reopened,
    settings_in,
    two_workspaces,
)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Installable]:
    async with installable(tmp_path) as made:
        yield made


async def test_two_workspaces_get_a_community_each_and_are_answered_with_their_own_token(
    bot: Installable,
) -> None:
    for team, person in ((ONE, "UADA"), (TWO, "UBO")):
        status, page = await bot.install(team, person)
        assert status == 200
        assert "is in your workspace" in page
    await bot.settle()
    async with bot.served.application.database.read() as db:
        rows = await db.execute(
            select(Workspace.tenant, Community.name, Person.name, Duty.role)
            .join(Community, Community.id == Workspace.community_id)  # type: ignore[arg-type]
            .join(Identity, Identity.workspace_id == Workspace.id)  # type: ignore[arg-type]
            .join(Person, Person.id == Identity.person_id)  # type: ignore[arg-type]
            .join(Duty, Duty.person_id == Person.id)  # type: ignore[arg-type]
            .order_by(Workspace.id)  # type: ignore[arg-type]
        )
        assert [tuple(row) for row in rows] == [
            (ONE, "First Community", "Ada Lane", Role.ADMINISTRATOR),
            (TWO, "Second Community", "Bo Reed", Role.ADMINISTRATOR),
        ]
    for person, name in (("UADA", "First Community"), ("UBO", "Second Community")):
        welcome = bot.side.inbox(person)[-1].text
        assert name in welcome
        await bot.side.command(person, None, "/throughline", "roles")
        await bot.settle()
        answer = bot.side.inbox(person)[-1].text
        assert ("Ada Lane" in answer, "Bo Reed" in answer) == (person == "UADA", person == "UBO")


async def test_tokens_are_sealed_in_the_database_and_in_no_log(
    bot: Installable, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.install(ONE, "UADA")
    installation = bot.side.workplace.workspaces[ONE].installation
    assert installation is not None
    async with bot.served.application.database.read() as db:
        row = (await db.scalars(select(Installation))).one()
        tables = await db.scalars(text("select name from sqlite_master where type = 'table'"))
        kept = [str((await db.execute(text(f'select * from "{name}"'))).all()) for name in tables.all()]
    assert installation.bot_token not in "".join(kept)
    assert Seal(KEY).open(row.sealed_token) == installation.bot_token
    assert installation.bot_token not in caplog.text
    assert bot.settings.slack_client_secret not in caplog.text


async def test_a_removed_workspace_loses_its_token_and_gets_a_new_one_when_installed_again(
    bot: Installable,
) -> None:
    await bot.install(ONE, "UADA")
    await bot.settle()
    await bot.side.uninstall(ONE)
    await bot.settle()
    async with bot.served.application.database.read() as db:
        assert (await db.scalars(select(Installation))).all() == []
        assert (await db.scalars(select(Workspace))).one().uninstalled_at is not None
    await bot.install(ONE, "UADA")
    await bot.settle()
    async with bot.served.application.database.read() as db:
        assert (await db.scalars(select(Workspace))).one().uninstalled_at is None
        assert len((await db.scalars(select(Community))).all()) == 1
        assert len((await db.scalars(select(Duty))).all()) == 1
    await bot.side.command("UADA", None, "/throughline", "me")
    await bot.settle()
    assert "Ada Lane" in bot.side.inbox("UADA")[-1].text


async def test_installing_twice_changes_the_token_and_nothing_else(bot: Installable) -> None:
    await bot.install(ONE, "UADA")
    await bot.settle()
    status, _ = await bot.install(ONE, "UADA")
    assert status == 200
    await bot.settle()
    async with bot.served.application.database.read() as db:
        for table in (Installation, Workspace, Community, Person, Duty):
            assert len((await db.scalars(select(table))).all()) == 1, table


@pytest.mark.parametrize("fault", ["invalid_code", "internal_error", "503", "429", "no answer"])
async def test_an_installation_that_slack_refuses_is_told_in_the_browser(
    bot: Installable, fault: str
) -> None:
    """With a way to start again, which then works; nothing was written down."""
    faults = bot.side.faults
    if fault == "503":
        faults.status("oauth.v2.access", 503)
    elif fault == "429":
        faults.rate_limit("oauth.v2.access", 30)
    elif fault == "no answer":
        faults.drop_connection_before_accept("oauth.v2.access")
    else:
        faults.refuse("oauth.v2.access", fault, times=1)
    status, page = await bot.install(ONE, "UADA")
    assert status >= 400
    assert "Nothing was changed" in page
    assert "Start again" in page
    async with bot.served.application.database.read() as db:
        assert (await db.scalars(select(Installation))).all() == []
    faults.clear()
    status, page = await bot.install(ONE, "UADA")
    assert (status, "is in your workspace" in page) == (200, True)


async def test_a_link_of_an_administrator_brings_a_second_workspace_into_the_same_community(
    bot: Installable,
) -> None:
    """And it stops working when that person administers the community no more."""
    await bot.install(ONE, "UADA")
    await bot.settle()
    link = await _connect_link(bot)
    async with bot.browser() as browser, browser.get(link) as answer:
        page = await answer.text()
    assert "First Community" in page
    start = f"{bot.install_url}?connect={link.rpartition('/')[2]}"
    status, _ = await bot.install(TWO, "UBO", start)
    assert status == 200
    await bot.settle()
    async with bot.served.application.database.read() as db:
        assert len((await db.scalars(select(Community))).all()) == 1
        assert {one.community_id for one in await db.scalars(select(Workspace))} == {1}
        assert len((await db.scalars(select(Duty))).all()) == 1, "who connects gets no role"
    async with bot.served.application.database.write() as db:
        for duty in await db.scalars(select(Duty)):
            await db.delete(duty)
    async with bot.browser() as browser, browser.get(start, allow_redirects=False) as answer:
        assert answer.status == 409
        assert "does not work any more" in await answer.text()


async def test_a_workspace_of_another_community_is_not_moved(bot: Installable) -> None:
    await bot.install(ONE, "UADA")
    await bot.install(TWO, "UBO")
    await bot.settle()
    link = await _connect_link(bot)
    status, page = await bot.install(TWO, "UBO", f"{bot.install_url}?connect={link.rpartition('/')[2]}")
    assert status == 409
    assert "already takes part in another community" in page
    async with bot.served.application.database.read() as db:
        assert [one.community_id for one in await db.scalars(select(Workspace))] == [1, 2]


async def _connect_link(bot: Installable) -> str:
    async with bot.served.application.database.read() as db:
        me = (await db.scalars(select(Person).where(Person.name == "Ada Lane"))).one()
    await bot.side.command("UADA", None, "/throughline", "connect slack")
    await bot.settle()
    async with bot.served.application.database.read() as db:
        made = await db.scalars(select(AuditEvent).where(AuditEvent.action == "workspace_link_made"))
        assert [one.actor_id for one in made] == [me.id]
    blocks = str(bot.side.inbox("UADA")[-1].blocks)
    return blocks.partition("'url': '")[2].partition("'")[0]


async def test_the_key_is_rotated_and_the_old_one_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new = new_key()
    side = two_workspaces()
    async with running(side):
        settings = settings_in(tmp_path, side.workplace.app)
        async with reopened(side, settings) as bot:
            await bot.install(ONE, "UADA")
        only_new = settings.model_copy(update={"throughline_token_keys": new})
        with pytest.raises(CannotStart, match="put the key that was there before"):
            async with reopened(side, only_new):
                pass
        monkeypatch.setenv("DATABASE_URL", settings.database_url)
        monkeypatch.setenv("THROUGHLINE_TOKEN_KEYS", new)
        assert await rotate_tokens() == 1
        monkeypatch.setenv("THROUGHLINE_TOKEN_KEYS", f"{new},{KEY}")
        assert await rotate_tokens() == 0
        assert "1 of 1 tokens are under the first key" in capsys.readouterr().out
        async with reopened(side, only_new) as bot:
            await bot.side.command("UADA", None, "/throughline", "me")
            await bot.settle()
            assert "Ada Lane" in bot.side.inbox("UADA")[-1].text


async def test_the_one_workspace_of_the_environment_goes_on_beside_installed_ones(tmp_path: Path) -> None:
    """And its token is used for no other workspace."""
    side = two_workspaces()
    async with running(side):
        token = side.workplace.install(ONE).bot_token
        settings = settings_in(tmp_path, side.workplace.app, slack_bot_token=token)
        async with reopened(side, settings) as bot:
            await bot.install(TWO, "UBO")
            await bot.settle()
            for person, name in (("UADA", "Ada Lane"), ("UBO", "Bo Reed")):
                await bot.side.command(person, None, "/throughline", "me")
                await bot.settle()
                assert name in bot.side.inbox(person)[-1].text
            platform = bot.served.application.platforms["slack"]
            with pytest.raises(Exception, match="not installed"):
                await platform.profile("T0OTHER", "UADA", {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"throughline_token_keys": ""}, "needed together"),
        ({"slack_client_secret": ""}, "needed together"),
        ({"throughline_token_keys": "short"}, "each is 44 characters"),
        ({"slack_signing_secret": ""}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_settings_that_are_not_whole_are_told(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings_in(tmp_path, two_workspaces().workplace.app, **given)


@pytest.mark.chromium
async def test_somebody_installs_it_in_a_browser(bot: Installable, page: Page) -> None:
    """From our address over Slack's page to our last page; then Slack has the message."""
    await page.goto(bot.install_url)
    assert "asks for access" in await page.content()
    await page.select_option("select[name=team]", ONE)
    await page.click("button[value=allow]")
    await page.wait_for_url("**/slack/oauth_redirect**")
    assert await page.title() != ""
    assert "First Community" in await page.inner_text("main")
    await bot.settle()
    assert "First Community" in bot.side.inbox("UADA")[-1].text
    await page.goto(bot.install_url)
    await page.click("button[value=cancel]")
    assert "nothing was changed" in await page.inner_text("main")
