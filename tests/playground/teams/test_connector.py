"""The Bot Connector refuses what Teams refuses, with its codes."""

from typing import Any

import pytest

from adapters.playground.teams import TeamsSide
from adapters.playground.teams.model import ADAPTIVE_CARD
from adapters.playground.teams.tokens import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from tests.playground.teams.calls import call, code, connector
from tests.playground.teams.conftest import Clock
from tests.playground.teams.echo_bot import TENANT

HELLO = {"type": "message", "text": "Hello"}


@pytest.fixture
async def chat(side: TeamsSide) -> str:
    """The id of Ana's chat, with the bot installed."""
    await side.install_personal("Ana Reyes")
    return side.conversation_id("Ana Reyes", "bot")


async def test_no_call_passes_without_a_good_token(side: TeamsSide, chat: str) -> None:
    """Missing, garbled, expired, or made for Graph: 401, and nothing is posted."""
    expired = side.ctx.issue_access(TENANT, CONNECTOR_AUDIENCE, seconds=-10)
    for token in (None, "nonsense", expired, side.ctx.issue_access(TENANT, GRAPH_AUDIENCE)):
        url = f"{side.service_url}v3/conversations/{chat}/activities"
        assert code(await call("POST", url, HELLO, token=token)) == (401, "Unauthorized")
    assert len(side.ledger) == 0


async def test_an_accepted_post_is_in_the_ledger_with_its_nudge_and_text(side: TeamsSide, chat: str) -> None:
    """The nudge's opaque id travels in channelData; the words of cards count as text."""
    card = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "Look ahead"}]}
    message = {
        "type": "message",
        "attachments": [{"contentType": ADAPTIVE_CARD, "content": card}],
        "channelData": {"nudge": "n-17"},
    }
    status, answer = await connector(side, "POST", f"conversations/{chat}/activities", message)
    assert status == 201
    (post,) = side.ledger.of_nudge("n-17")
    assert (post.text, post.message, post.workspace) == ("Look ahead", answer["id"], TENANT)
    assert post.at == side.workplace.now()


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ({"type": "message", "text": "x" * 82_000}, (413, "MessageSizeTooBig")),
        ({"type": "message", "text": "  "}, (400, "BadSyntax")),
        ({"type": "trace"}, (400, "BadSyntax")),
        ({"type": "message", "text": "a", "textFormat": "html"}, (400, "BadSyntax")),
        ({"type": "message", "attachments": [{"contentType": "text/weird"}]}, (400, "BadArgument")),
        (
            {
                "type": "message",
                "text": "<at>Dee</at>",
                "entities": [{"type": "mention", "text": "<at>Dee</at>", "mentioned": {"id": "29:dee"}}],
            },
            (400, "BadArgument"),
        ),
    ],
)
async def test_a_message_that_teams_would_not_take_is_refused(
    side: TeamsSide, chat: str, message: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """Too big, empty, of a wrong type, or mentioning somebody who is not there."""
    assert code(await connector(side, "POST", f"conversations/{chat}/activities", message)) == refusal
    assert len(side.ledger) == 0


async def test_unknown_places_and_messages_are_not_found(side: TeamsSide, chat: str) -> None:
    """404 with the code that says which of the two it is."""
    gone = f"conversations/{chat}/activities/404"
    assert code(await connector(side, "POST", "conversations/a:1x/activities", HELLO)) == (
        404,
        "ConversationNotFound",
    )
    assert code(await connector(side, "PUT", gone, HELLO)) == (404, "ActivityNotFoundInConversation")
    assert code(await connector(side, "DELETE", gone)) == (404, "ActivityNotFoundInConversation")
    assert code(await connector(side, "GET", f"conversations/{chat}/members/29:x")) == (
        404,
        "MemberNotFoundInConversation",
    )
    assert code(await connector(side, "GET", "teams/19:x")) == (404, "TeamNotFound")


async def test_where_the_bot_is_not_it_can_neither_write_nor_read(side: TeamsSide) -> None:
    """403 in a team without the bot, and in a private channel of a team with it."""
    channel = side.channel("Cohort 1").id
    refused = (403, "BotNotInConversationRoster")
    assert code(await connector(side, "POST", f"conversations/{channel}/activities", HELLO)) == refused
    assert code(await connector(side, "GET", f"conversations/{channel}/pagedmembers")) == refused
    await side.add_bot_to_team("Learning")
    private = side.workplace.add_channel(
        side.team("Learning"), "Staff", private=True, members=[side.user("Ana Reyes")]
    )
    assert code(await connector(side, "POST", f"conversations/{private.id}/activities", HELLO)) == refused


async def test_only_reachable_people_can_be_written_to_first(side: TeamsSide) -> None:
    """A stranger is 403, another tenant 404, a group 400; a team member works by either id."""
    await side.add_bot_to_team("Learning")
    chi, dee = side.user("Chi Okafor"), side.user("Dee Stone")

    def asked(person: str, **more: Any) -> dict[str, Any]:
        return {"members": [{"id": person}], "isGroup": False, "tenantId": TENANT, **more}

    status, answer = await connector(side, "POST", "conversations", asked(chi.aad_object_id))
    assert (status, answer["id"]) == (201, side.conversation_id(chi, "bot"))
    assert code(await connector(side, "POST", "conversations", asked(dee.teams_id))) == (
        403,
        "ForbiddenOperationException",
    )
    assert code(await connector(side, "POST", "conversations", asked(chi.teams_id, tenantId="other"))) == (
        404,
        "UserNotFound",
    )
    group = {"isGroup": True, "members": [{"id": chi.teams_id}, {"id": dee.teams_id}], "tenantId": TENANT}
    assert code(await connector(side, "POST", "conversations", group)) == (400, "BadSyntax")
    no_tenant = {"members": [{"id": chi.teams_id}]}
    assert code(await connector(side, "POST", "conversations", no_tenant)) == (400, "BadSyntax")


async def test_posts_in_a_channel_start_a_thread_and_replies_join_it(side: TeamsSide) -> None:
    """To the channel itself: a new thread; to the chain's id, or as a reply to a message: into it."""
    await side.add_bot_to_team("Learning")
    channel = side.channel("Cohort 1").id
    _, first = await connector(side, "POST", f"conversations/{channel}/activities", HELLO)
    await connector(side, "POST", f"conversations/{channel};messageid={first['id']}/activities", HELLO)
    await connector(side, "POST", f"conversations/{channel}/activities/{first['id']}", HELLO)
    await connector(side, "POST", f"conversations/{channel}/activities", HELLO)
    assert sorted(len(posts) for posts in side.channel("Cohort 1").threads.values()) == [1, 3]
    nowhere = f"conversations/{channel};messageid=1/activities"
    assert code(await connector(side, "POST", nowhere, HELLO)) == (404, "ConversationNotFound")


async def test_a_bot_changes_its_own_messages_only(side: TeamsSide, chat: str) -> None:
    """Editing what a person said is refused."""
    said = await side.say("Ana Reyes", "bot", "mine")
    path = f"conversations/{chat}/activities/{said.activity_id}"
    assert code(await connector(side, "PUT", path, HELLO)) == (403, "NotEnoughPermissions")


async def test_a_team_tells_its_name_and_channels(side: TeamsSide) -> None:
    """General comes without a name; counts include everyone."""
    await side.add_bot_to_team("Learning")
    team = side.team("Learning")
    _, details = await connector(side, "GET", f"teams/{team.id}")
    assert (details["name"], details["channelCount"], details["memberCount"]) == ("Learning", 2, 3)
    _, channels = await connector(side, "GET", f"teams/{team.id}/conversations")
    assert [channel.get("name") for channel in channels["conversations"]] == [None, "Cohort 1"]


async def test_the_windows_of_a_conversation_follow_each_other(
    side: TeamsSide, chat: str, clock: Clock
) -> None:
    """7 in a second, 8 in two, 60 in thirty; each refusal says when to come back."""
    path = f"conversations/{chat}/activities"

    async def burst() -> int:
        sent = 0
        while (await connector(side, "POST", path, HELLO))[0] == 201:
            sent += 1
        return sent

    counts = []
    for _ in range(4):
        counts.append(await burst())
        clock.move(1)
    assert counts == [7, 1, 7, 1]
    for _ in range(30):
        await burst()
        clock.move(1)
    in_the_last_half_minute = [post for post in side.ledger.posts if (clock() - post.at).seconds <= 30]
    assert len(in_the_last_half_minute) == 60


async def test_one_tenant_has_fifty_requests_a_second(side: TeamsSide) -> None:
    """Spread over many conversations, the fifty-first waits."""
    answers = []
    for number in range(51):
        user = side.workplace.add_user(f"Person {number}", tenant_id=TENANT)
        side.workplace.personal_installs.add(user.teams_id)
        chat = side.workplace.personal_chat(user).id
        answers.append(await connector(side, "POST", f"conversations/{chat}/activities", HELLO))
    assert [status for status, _ in answers[:50]] == [201] * 50
    assert code(answers[50]) == (429, "Throttled")


@pytest.mark.parametrize("status", [412, 502, 504])
async def test_gateway_errors_come_before_or_after_acceptance_as_planned(
    side: TeamsSide, chat: str, status: int
) -> None:
    """The bot cannot tell the two apart; the ledger can."""
    path = f"conversations/{chat}/activities"
    side.faults.status(path, status)
    assert (await connector(side, "POST", path, HELLO))[0] == status
    assert len(side.ledger) == 0
    side.faults.accept_then_status(path, status)
    assert (await connector(side, "POST", path, HELLO))[0] == status
    assert len(side.ledger) == 1


async def test_a_body_that_is_no_object_is_a_bad_request(side: TeamsSide, chat: str) -> None:
    """Broken JSON and a list get the same clear answer."""
    token = side.ctx.issue_access(TENANT, CONNECTOR_AUDIENCE)
    url = f"{side.service_url}v3/conversations/{chat}/activities"
    for raw in (b"{", b"[1]", b"\xff"):
        assert code(await call("POST", url, raw=raw, token=token)) == (400, "BadSyntax")
