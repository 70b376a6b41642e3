"""Keys, access tokens, and the part of Graph that an application may use."""

from typing import Any

import aiohttp
import pytest

from adapters.playground.teams import TeamsSide
from tests.playground.teams.calls import call, code, graph
from tests.playground.teams.echo_bot import TENANT, EchoBot


async def test_the_metadata_leads_to_endorsed_keys_and_rotation_changes_them(side: TeamsSide) -> None:
    """Each key speaks for msteams; a rotation may keep the old one for a while."""
    _, metadata = await call("GET", side.openid_url)
    _, before = await call("GET", metadata["jwks_uri"])
    assert [key["endorsements"] for key in before["keys"]] == [["msteams"]]
    side.ctx.rotate(keep_old=True)
    _, both = await call("GET", metadata["jwks_uri"])
    assert [key["kid"] for key in both["keys"]][1:] == [before["keys"][0]["kid"]]
    assert all("d" not in key for key in both["keys"])


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"client_id": "someone-else"}, (400, "unauthorized_client")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"scope": "https://api.botframework.com"}, (400, "invalid_scope")),
        ({}, (200, "")),
    ],
)
async def test_tokens_are_issued_for_the_right_form_only(
    side: TeamsSide, wrong: dict[str, str], refusal: tuple[int, str]
) -> None:
    """Each field counts; the error codes are those of the identity platform."""
    form = {
        "grant_type": "client_credentials",
        "client_id": side.workplace.app_id,
        "client_secret": "playground-secret",
        "scope": "https://api.botframework.com/.default",
        **wrong,
    }
    async with aiohttp.ClientSession() as session, session.post(side.token_url(TENANT), data=form) as answer:
        assert (answer.status, (await answer.json()).get("error", "")) == refusal


def bound(*people: str, owner: bool = True) -> list[dict[str, Any]]:
    """Members of a chat or channel as Graph wants them bound."""
    address = "https://graph.microsoft.com/v1.0/users('{}')"
    roles = ["owner"] if owner else []
    return [{"roles": roles, "user@odata.bind": address.format(person)} for person in people]


async def test_a_group_chat_is_made_and_the_bot_put_into_it(side: TeamsSide, bot: EchoBot) -> None:
    """The bot hears of its installation and can then write there."""
    people = [side.user(name).aad_object_id for name in ("Ana Reyes", "Ben Ito")]
    asked = {"chatType": "group", "topic": "Group 1", "members": bound(*people)}
    status, chat = await graph(side, "POST", "/chats", asked)
    assert status == 201
    assert not side.workplace.bot_may_write(chat["id"])
    installed = f"/chats/{chat['id']}/installedApps"
    assert code(await graph(side, "POST", installed, {})) == (400, "BadRequest")
    registered = f"/appCatalogs/teamsApps?$filter=externalId eq '{side.workplace.app_id}'"
    [known] = (await graph(side, "GET", registered))[1]["value"]
    app = {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{known['id']}"}
    assert (await graph(side, "POST", installed, app))[0] == 201
    await side.until(lambda: side.workplace.bot_may_write(chat["id"]))
    await side.mention_bot("Ana Reyes", "Group 1", "here?")
    assert side.received("Ben Ito")[-1].text.startswith("You said")
    assert code(await graph(side, "POST", installed, app)) == (409, "Conflict")


async def test_what_the_administrator_did_not_grant_is_forbidden(side: TeamsSide) -> None:
    """403 names the missing permission; no token at all is 401."""
    side.ctx.permissions.remove("Chat.Create")
    answer = await graph(side, "POST", "/chats", {})
    assert code(answer) == (403, "Forbidden")
    assert "Chat.Create" in answer[1]["error"]["message"]
    assert code(await call("GET", f"{side.graph_url}/users/x")) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"displayName": "x" * 51}, "1 to 50"),
        ({"displayName": ""}, "1 to 50"),
        ({"displayName": "a/b"}, "not allowed"),
        ({"displayName": "cohort 1"}, "already existed"),
        ({"members": []}, "needs an owner"),
        ({"membershipType": "shared"}, "not served"),
    ],
)
async def test_a_private_channel_keeps_graphs_rules(
    side: TeamsSide, change: dict[str, Any], reason: str
) -> None:
    """Length, characters, uniqueness, an owner."""
    ana = side.user("Ana Reyes").aad_object_id
    asked = {"displayName": "Facilitators", "membershipType": "private", "members": bound(ana), **change}
    team = side.team("Learning").aad_group_id
    answer = await graph(side, "POST", f"/teams/{team}/channels", asked)
    assert code(answer) == (400, "BadRequest")
    assert reason in answer[1]["error"]["message"]


async def test_a_private_channel_holds_at_most_two_hundred_team_members(side: TeamsSide) -> None:
    """201 are refused, and so is somebody who is not in the team."""
    team = side.team("Learning")
    path = f"/teams/{team.aad_group_id}/channels"
    dee = side.user("Dee Stone").aad_object_id
    asked = {"displayName": "Staff", "membershipType": "private", "members": bound(dee)}
    assert code(await graph(side, "POST", path, asked)) == (400, "BadRequest")
    many = [side.workplace.add_user(f"Person {number}", tenant_id=TENANT) for number in range(201)]
    team.member_ids += [user.teams_id for user in many]
    ids = [user.aad_object_id for user in many]
    assert (await graph(side, "POST", path, {**asked, "members": bound(*ids)}))[0] == 400
    assert (await graph(side, "POST", path, {**asked, "members": bound(*ids[:200])}))[0] == 201


async def test_the_bot_installs_itself_for_a_person_and_reads_the_directory(
    side: TeamsSide, bot: EchoBot
) -> None:
    """The events arrive as for any installation; an unknown person is 404."""
    ana = side.user("Ana Reyes")
    status, found = await graph(side, "GET", f"/users/{ana.aad_object_id}")
    assert (status, found["displayName"]) == (200, "Ana Reyes")
    assert code(await graph(side, "GET", "/users/nobody")) == (404, "Request_ResourceNotFound")
    apps = f"/users/{ana.aad_object_id}/teamwork/installedApps"
    app = {"teamsApp@odata.bind": f"/appCatalogs/teamsApps/{side.workplace.catalog_app_id}"}
    assert (await graph(side, "POST", apps, app))[0] == 201
    await side.until(lambda: side.workplace.bot_reaches(ana.teams_id))
    assert code(await graph(side, "POST", apps, app)) == (409, "Conflict")
