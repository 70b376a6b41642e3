"""Conversations, people and what stays in a channel, asked for by the SDK's own client."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackSide
from tests.playground.slack.conftest import sdk_client


async def refusal(awaitable: object) -> dict[str, object]:
    """The body of the refusal that this call must end in."""
    with pytest.raises(SlackApiError) as caught:
        await awaitable  # type: ignore[misc]
    return dict(caught.value.response.data)


async def private_channel(client: AsyncWebClient, name: str = "cohort-1") -> str:
    answer = await client.conversations_create(name=name, is_private=True)
    return str(answer["channel"]["id"])


async def test_the_bot_learns_who_it_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["team_id"] == "T0ONE"
    assert answer["bot_id"].startswith("B")
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


async def test_a_call_without_or_with_a_wrong_token_is_refused(served: SlackSide) -> None:
    assert (await refusal(sdk_client(served, None).auth_test()))["error"] == "not_authed"
    assert (await refusal(sdk_client(served, "xoxb-other").auth_test()))["error"] == "invalid_auth"


async def test_a_missing_scope_is_named_with_what_was_provided(
    served: SlackSide, client: AsyncWebClient
) -> None:
    body = await refusal(client.conversations_create(name="open-to-all", is_private=False))
    assert body["error"] == "missing_scope"
    assert "channels:manage" in str(body["needed"])
    assert "chat:write" in str(body["provided"])


async def test_people_may_lack_a_zone_and_show_their_locale_only_when_asked(client: AsyncWebClient) -> None:
    guest = (await client.users_info(user="UGUS"))["user"]
    assert "tz" not in guest
    assert guest["is_restricted"] is True
    pat = (await client.users_info(user="UPAT", include_locale=True))["user"]
    assert (pat["tz"], pat["tz_offset"], pat["locale"]) == ("America/Adak", -36000, "es-US")
    assert pat["profile"]["email"] == "pat@example.org"
    assert "locale" not in (await client.users_info(user="UPAT"))["user"]


async def test_people_are_listed_page_by_page(client: AsyncWebClient) -> None:
    first = await client.users_list(limit=3)
    rest = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    ids = [user["id"] for page in (first, rest) for user in page["members"]]
    assert len(ids) == len(set(ids)) == 4
    assert rest["response_metadata"]["next_cursor"] == ""


async def test_a_person_is_found_by_email_in_any_case(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="PAT@example.org"))["user"]["id"] == "UPAT"
    body = await refusal(client.users_lookupByEmail(email="nobody@example.org"))
    assert body["error"] == "users_not_found"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Cohort", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
async def test_a_channel_name_is_checked(client: AsyncWebClient, name: str, error: str) -> None:
    assert (await refusal(client.conversations_create(name=name, is_private=True)))["error"] == error


async def test_inviting_skips_bad_ids_only_when_forced(client: AsyncWebClient, served: SlackSide) -> None:
    channel = await private_channel(client)
    body = await refusal(client.conversations_invite(channel=channel, users=["UPAT", "UNOBODY"]))
    assert body["error"] == "user_not_found"
    assert "UPAT" not in served.channel(channel).members
    answer = await client.conversations_invite(channel=channel, users=["UPAT", "UNOBODY"], force=True)
    assert answer["errors"] == [{"user": "UNOBODY", "ok": False, "error": "user_not_found"}]
    assert "UPAT" in served.channel(channel).members


async def test_inviting_oneself_or_a_member_is_refused(client: AsyncWebClient) -> None:
    channel = await private_channel(client)
    me = (await client.auth_test())["user_id"]
    assert (await refusal(client.conversations_invite(channel=channel, users=me)))["error"] == (
        "cant_invite_self"
    )
    await client.conversations_invite(channel=channel, users="UPAT")
    body = await refusal(client.conversations_invite(channel=channel, users="UPAT"))
    assert body["error"] == "already_in_channel"
    members = (await client.conversations_members(channel=channel))["members"]
    assert set(members) == {me, "UPAT"}


async def test_a_direct_message_is_opened_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users="UPAT")
    again = await client.conversations_open(users="UPAT")
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    group = await client.conversations_open(users=["UPAT", "UFAYE"])
    assert group["channel"]["id"].startswith("G")
    nine = await refusal(client.conversations_open(users=[f"U{n}" for n in range(9)]))
    assert nine["error"] == "too_many_users"


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    client: AsyncWebClient, served: SlackSide
) -> None:
    hidden = served.create_channel("UFAYE", "staff-only", private=True, bot=False)
    for call in (
        client.conversations_info(channel=hidden.id),
        client.chat_postMessage(channel=hidden.id, text="hello"),
    ):
        assert (await refusal(call))["error"] == "channel_not_found"
    listed = (await client.conversations_list(types="private_channel"))["channels"]
    assert hidden.id not in [channel["id"] for channel in listed]


async def test_topic_pin_bookmark_and_archive_stay_with_the_channel(
    client: AsyncWebClient, served: SlackSide
) -> None:
    channel = await private_channel(client)
    await client.conversations_setTopic(channel=channel, topic="Tuesdays at noon")
    too_long = await refusal(client.conversations_setTopic(channel=channel, topic="x" * 251))
    assert too_long["error"] == "too_long"
    notice = await client.chat_postMessage(channel=channel, text="No client information here.")
    await client.pins_add(channel=channel, timestamp=notice["ts"])
    assert (await refusal(client.pins_add(channel=channel, timestamp=notice["ts"])))["error"] == (
        "already_pinned"
    )
    added = await client.bookmarks_add(
        channel_id=channel, title="Resources", type="link", link="http://127.0.0.1/resources"
    )
    await client.bookmarks_edit(
        channel_id=channel, bookmark_id=added["bookmark"]["id"], title="All resources"
    )
    there = served.channel(channel)
    assert there.topic == "Tuesdays at noon"
    assert there.pins == [notice["ts"]]
    assert [bookmark.title for bookmark in there.bookmarks] == ["All resources"]
    await client.conversations_archive(channel=channel)
    body = await refusal(client.chat_postMessage(channel=channel, text="anyone?"))
    assert body["error"] == "is_archived"


async def test_another_workspace_does_not_exist_for_this_token(
    client: AsyncWebClient, served: SlackSide
) -> None:
    served.workplace.add_workspace("T0TWO", "Other", [])
    served.workplace.install("T0TWO")
    other = served.workplace.workspaces["T0TWO"]
    there = served.workplace.channel_named(other, "general")
    assert there is not None
    assert (await refusal(client.conversations_info(channel=there.id)))["error"] == "channel_not_found"


async def test_what_is_left_to_administrators_is_refused_to_apps(
    client: AsyncWebClient, served: SlackSide
) -> None:
    """By the workspace's settings, and in a channel where only they may post."""
    workspace = served.workplace.workspaces["T0ONE"]
    channel = await private_channel(client)
    workspace.restricted += ["conversations.create", "pins.add"]
    assert (await refusal(private_channel(client, "cohort-2")))["error"] == "restricted_action"
    body = await refusal(client.pins_add(channel=channel, timestamp="1.1"))
    assert body["error"] == "restricted_action"
    workspace.channels[channel].admins_only = True
    for post in (
        client.chat_postMessage(channel=channel, text="x"),
        client.chat_postEphemeral(channel=channel, user="UPAT", text="x"),
    ):
        assert (await refusal(post))["error"] == "restricted_action_read_only_channel"
