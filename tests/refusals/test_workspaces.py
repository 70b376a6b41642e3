"""When the platform says no to the bot: a channel that may not be opened, people who may not be let in, a
workspace that refuses everything, messages that failed, channels that are gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.teams.platform import TeamsPlatform
from storage.nudges import Nudge
from storage.people import Identity
from storage.series import CohortChannel
from tests.adapters.slack.world import shown
from tests.refusals.place import Place, placed
from tests.refusals.test_people import link

FAE, ANN = "U0001SAMPLE", "U0003SAMPLE"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path) as made:
        for user in (FAE, ANN):
            await made.environment.slack.say(user, None, "me")
        await made.environment.settle()
        await made.make_facilitator(FAE)
        yield made


def said_to(place: Place, user: str) -> list[str]:
    return [shown(one) for one in place.environment.slack.inbox(user) if one.bot_id]


async def reachable(place: Place) -> dict[str, bool]:
    """Whether the two can be written to, by their accounts."""
    async with place.database.read() as db:
        found = await db.scalars(select(Identity).where(col(Identity.platform_user).in_((FAE, ANN))))
        return {one.platform_user: one.reachable for one in found}


async def open_channel(place: Place) -> None:
    side = place.environment.slack
    await side.say(FAE, None, "cohort open")
    await place.environment.settle()
    await side.press(FAE, None, "cohort.open")
    await place.environment.settle()


@pytest.mark.parametrize("code", ["restricted_action", "missing_scope", "org_login_required"])
async def test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on(place: Place, code: str) -> None:
    faults = place.environment.faults
    faults.refuse("conversations.create", code)
    await open_channel(place)
    assert "could not be opened" in said_to(place, FAE)[-1]
    faults.clear()
    await place.environment.slack.press(FAE, None, "cohort.open")
    await place.environment.settle()
    await place.later(minutes=15)
    assert any("open now" in one or "is open" in one for one in said_to(place, FAE))
    [job] = await place.jobs("open_channel")
    assert job.state == "done"


async def test_pins_and_bookmarks_may_be_forbidden(place: Place) -> None:
    place.environment.faults.refuse("pins.add", "restricted_action")
    place.environment.faults.refuse("bookmarks.add", "restricted_action")
    place.environment.faults.refuse("conversations.setTopic", "restricted_action")
    await open_channel(place)
    [job] = await place.jobs("open_channel")
    assert job.state == "done"
    assert "not allowed" in said_to(place, FAE)[-1]


async def test_a_second_try_goes_on_where_the_first_stopped(place: Place) -> None:
    place.environment.faults.refuse("conversations.invite", "missing_scope")
    await open_channel(place)
    async with place.database.read() as db:
        [channel] = (await db.scalars(select(CohortChannel))).all()
    place.environment.faults.clear()
    await open_channel(place)
    async with place.database.read() as db:
        assert [one.conversation for one in await db.scalars(select(CohortChannel))] == [channel.conversation]
    [job] = await place.jobs("open_channel")
    assert job.state == "done"


async def test_who_could_not_be_let_in_is_told_by_name(place: Place) -> None:
    side = place.environment.slack
    side.user(ANN).is_guest = True
    await side.say(ANN, None, "me")
    cohort = await place.cohort()
    await side.say(ANN, None, f"join {cohort.join_code}")
    await place.environment.settle()
    await side.press(ANN, None, "join.agree")
    await place.environment.settle()
    await open_channel(place)
    told = [one for one in said_to(place, FAE) if "could be let into" in one]
    assert len(told) == 1
    assert (await place.person(ANN)).name in told[0]
    assert "guest" in told[0]


async def test_people_are_invited_a_hundred_at_a_time(place: Place) -> None:
    platform = place.environment.application.platforms["slack"]
    side = place.environment.slack
    channel = side.create_channel(FAE, "many", private=True)
    address = await platform.open_direct(side.user(FAE).team_id, FAE, {})
    users = [f"UMANY{number}" for number in range(230)]
    refused = await platform.invite(type(address)(address.tenant, channel.id), users)
    assert set(refused) == set(users)
    assert set(refused.values()) == {"user_not_found"}


@pytest.mark.parametrize(
    "code",
    [
        "invalid_auth", "token_expired", "missing_scope", "org_login_required", "ekm_access_denied",
        "team_access_not_granted", "message_limit_exceeded", "account_inactive",
    ],
)  # fmt: skip
async def test_a_workspace_that_refuses_everything_keeps_its_messages(place: Place, code: str) -> None:
    faults, side = place.environment.faults, place.environment.slack
    before = len(said_to(place, ANN))
    faults.refuse("chat.postMessage", code)
    for number in range(3):
        await place.write(f"night:{number}", await place.person(ANN))
    await place.later(minutes=35)
    assert {one.state for one in await place.nudges("night:")} == {"planned"}
    assert (await place.workspace()).held_because == code
    told = [one.person_id for one in await place.nudges("held:")]
    assert (await place.person(FAE)).id in told
    assert len(told) == len(set(told))
    assert await reachable(place) == {FAE: True, ANN: True}
    faults.clear()
    await place.later(minutes=11)
    assert {one.state for one in await place.nudges("night:")} == {"sent"}
    assert len(said_to(place, ANN)) == before + 3
    assert (await place.workspace()).held_because == ""
    assert "refused everything" in said_to(place, FAE)[-1]
    assert side.rates.early == 0


@pytest.fixture
async def on_teams(tmp_path: Path) -> AsyncIterator[Place]:
    """Somebody on Teams has written, and the bot has no token any more."""
    async with placed(tmp_path, "teams") as made:
        user = next(iter(made.environment.teams.workplace.users.values()))
        await made.environment.teams.say(user, None, "help")
        await made.environment.settle()
        platform = made.environment.application.platforms["teams"]
        assert isinstance(platform, TeamsPlatform)
        platform.tokens.forget(platform.config.connector)
        await made.write("night:1", await made.person(user.aad_object_id))
        yield made


@pytest.mark.parametrize("status", [400, 429, 503])
async def test_a_token_that_is_not_to_be_had_now_loses_no_message(on_teams: Place, status: int) -> None:
    on_teams.environment.faults.refuse("/oauth2/v2.0/token", "temporarily_unavailable", status, times=2)
    await on_teams.environment.settle()
    assert [one.state for one in await on_teams.nudges("night:")] == ["planned"]
    await on_teams.later(minutes=10)
    assert [one.state for one in await on_teams.nudges("night:")] == ["sent"]
    assert (await on_teams.workspace("teams")).held_because == ""


async def test_credentials_that_microsoft_refuses_keep_the_messages(on_teams: Place) -> None:
    on_teams.environment.faults.refuse("/oauth2/v2.0/token", "invalid_client", 401)
    await on_teams.environment.settle()
    await on_teams.later(minutes=30)
    assert [one.state for one in await on_teams.nudges("night:")] == ["planned"]
    assert (await on_teams.workspace("teams")).held_because == "teams_credentials"
    assert await on_teams.nudges("held:")
    on_teams.environment.faults.clear()
    await on_teams.later(minutes=15)
    assert [one.state for one in await on_teams.nudges("night:")] == ["sent"]


async def test_a_message_that_failed_is_told_once_and_sent_again(place: Place) -> None:
    side = place.environment.slack
    channel = side.create_channel(FAE, "spring")
    await link(place, channel.id)
    place.environment.faults.refuse("chat.postMessage", "is_archived", times=2)
    for number in range(2):
        await place.write(f"failing:{number}", await place.person(ANN), await place.cohort())
    await place.environment.settle()
    assert {one.state for one in await place.nudges("failing:")} == {"failed"}
    await place.keep_house()
    await place.keep_house()
    await place.later(hours=20)
    [told] = [one for one in said_to(place, FAE) if "could not be delivered" in one]
    assert (await place.person(ANN)).name in told
    assert "archived" in told
    await side.press(FAE, None, "nudges.again")
    await place.environment.settle()
    assert {one.state for one in await place.nudges("failing:")} == {"sent"}


async def test_who_was_switched_off_is_marked_and_told(place: Place) -> None:
    side = place.environment.slack
    side.user(ANN).deleted = True
    async with place.database.write() as db:
        for identity in await place.identities():
            (await db.get_one(type(identity), identity.id)).direct = ""
    await place.write("off:1", await place.person(ANN), await place.cohort())
    await place.environment.settle()
    [nudge] = await place.nudges("off:")
    assert (nudge.state, nudge.reason) == ("failed", "user_disabled")
    assert await reachable(place) == {FAE: True, ANN: False}


@pytest.mark.parametrize("what", ["archive", "remove_bot"])
async def test_a_channel_that_is_gone_is_told_at_once_and_taken_up_when_it_is_back(
    place: Place, what: str
) -> None:
    side = place.environment.slack
    channel = side.create_channel(FAE, "spring", private=True)
    await link(place, channel.id)
    await getattr(side, what)(FAE, channel)
    await place.environment.settle()
    assert "spring" in said_to(place, FAE)[-1]
    async with place.database.read() as db:
        assert (await db.scalars(select(CohortChannel))).one().closed_at is not None
    if what == "archive":
        await side.unarchive(FAE, channel)
        await place.environment.settle()
        async with place.database.read() as db:
            assert (await db.scalars(select(CohortChannel))).one().closed_at is None


@pytest.mark.parametrize("event", ["channelDeleted", "teamDeleted", "teamArchived"])
async def test_a_channel_that_is_gone_on_teams(tmp_path: Path, event: str) -> None:
    async with placed(tmp_path, "teams") as here:
        side = here.environment.teams
        await here.environment.settle()
        team = side.team("Steady Teams")
        channel = next(one for one in team.channels if one.id != team.id)
        await link(here, channel.id, "teams", team=team.id, service_url=side.service_url)
        name = channel.name if event == "channelDeleted" else ""
        people = len(await here.people())
        await side.change_place(team, event, name)
        await here.environment.settle()
        async with here.database.read() as db:
            assert (await db.scalars(select(CohortChannel))).one().closed_at is not None
            told = await db.scalars(select(Nudge).where(Nudge.key.startswith("channel_gone:")))
            assert told.all()
        assert len(await here.people()) == people


async def test_a_step_that_is_refused_is_told_once(place: Place) -> None:
    """Three people cannot be invited for one reason: one note."""
    place.environment.faults.refuse("users.lookupByEmail", "no_permission")
    await place.environment.slack.say(FAE, None, "invite")
    await place.environment.settle()
    await place.environment.slack.press(FAE, None, "invite.send")
    await place.environment.settle()
    await place.later(minutes=1)
    told = [one for one in said_to(place, FAE) if "could not be invited" in one]
    assert len(told) == 1
    assert "administrator" in told[0]


async def test_what_nobody_may_look_for_is_not_sent_twice(place: Place) -> None:
    side = place.environment.slack
    before = len(said_to(place, ANN))
    place.environment.faults.accept_then_reset("chat.postMessage")
    place.environment.faults.refuse("conversations.history", "missing_scope")
    await place.write("doubt:1", await place.person(ANN), await place.cohort())
    await place.environment.settle()
    await place.later(minutes=1)
    [nudge] = await place.nudges("doubt:1")
    assert nudge.state == "unknown"
    assert len(said_to(place, ANN)) == before + 1
    assert side.rates.early == 0


async def test_a_public_channel_is_not_linked_and_the_way_out_is_told(place: Place) -> None:
    side = place.environment.slack
    channel = side.create_channel(FAE, "open-to-all")
    await side.say(FAE, channel, "@throughline cohort link")
    await place.environment.settle()
    assert any("private" in one for one in said_to(place, FAE))
    async with place.database.read() as db:
        assert (await db.scalars(select(CohortChannel))).all() == []


async def test_people_in_a_linked_channel_are_asked(place: Place) -> None:
    side = place.environment.slack
    channel = side.create_channel(FAE, "ours", private=True)
    channel.members.append("U0005SAMPLE")
    await side.say(FAE, channel, "@throughline cohort link")
    await place.environment.settle()
    await place.later(minutes=1)
    assert any("Join" in str(one.blocks) for one in side.inbox("U0005SAMPLE"))
