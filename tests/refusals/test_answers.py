"""An answer that a platform puts off stays until its time, and goes out; one that it refuses finds another
way. The same rule for every door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.playground.slack.model import SlackMessage
from adapters.waiting import growing_pauses, seconds_of
from tests.adapters.slack.world import shown
from tests.refusals.place import Place, placed

ANN = "U0003SAMPLE"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path) as made:
        yield made


@pytest.fixture
async def on_teams(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path, "teams") as made:
        yield made


def from_bot(place: Place) -> list[SlackMessage]:
    return [one for one in place.environment.slack.inbox(ANN) if one.bot_id]


async def test_an_answer_put_off_for_two_minutes_goes_out_after_two_minutes(place: Place) -> None:
    side = place.environment.slack
    await side.say(ANN, None, "help")
    await place.environment.settle()
    before = len(from_bot(place))
    place.environment.faults.rate_limit("chat.postMessage", 120)
    await side.say(ANN, None, "me")
    await place.environment.settle()
    await place.later(seconds=60)
    assert len(from_bot(place)) == before
    assert [one.state for one in await place.inbox("handled")] == ["handled"]
    await place.later(seconds=61)
    assert len(from_bot(place)) == before + 1
    assert await place.inbox("handled", "received") == []


async def test_the_same_on_teams_where_the_time_is_a_date(on_teams: Place) -> None:
    side = on_teams.environment.teams
    user = next(iter(side.workplace.users.values()))
    before = len(side.received(user))
    on_teams.environment.faults.rate_limit("/activities", 120, as_date=True)
    await side.say(user, None, "help")
    await on_teams.environment.settle()
    await on_teams.later(seconds=60)
    assert len(side.received(user)) == before
    await on_teams.later(seconds=62)
    assert len(side.received(user)) == before + 1


async def test_a_connector_that_does_not_take_the_token_gets_a_new_one_once(on_teams: Place) -> None:
    side = on_teams.environment.teams
    user = next(iter(side.workplace.users.values()))
    await side.say(user, None, "help")
    await on_teams.environment.settle()
    before = len(side.received(user))
    on_teams.environment.faults.refuse("/activities", "Unauthorized", 401, times=1)
    await side.say(user, None, "help")
    await on_teams.environment.settle()
    assert len(side.received(user)) == before + 1


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "restricted_action", "missing_scope"])
async def test_what_may_not_be_shown_there_is_said_in_ones_own_chat(place: Place, code: str) -> None:
    side = place.environment.slack
    channel = side.create_channel(ANN, "anywhere")
    place.environment.faults.refuse("chat.postEphemeral", code)
    await side.say(ANN, channel, "@throughline help")
    await place.environment.settle()
    answer = from_bot(place)[-1]
    assert answer.channel_id == side.dm(ANN).id
    assert "help" in shown(answer)


async def test_a_refused_answer_is_logged_with_its_reason(place: Place) -> None:
    place.environment.faults.refuse("chat.postMessage", "msg_blocks_too_long")
    with capture_logs() as logs:
        await place.environment.slack.say(ANN, None, "help")
        await place.environment.settle()
    [told] = [one for one in logs if one["event"] == "answer_not_delivered"]
    assert "msg_blocks_too_long" in told["reason"]
    assert await place.inbox("handled", "received") == []


@pytest.mark.parametrize("fault", ["conversations.open", "users.info"])
async def test_a_platform_that_is_down_is_tried_again(place: Place, fault: str) -> None:
    place.environment.faults.status(fault, 503, times=3)
    await place.environment.slack.command(ANN, "general", "/throughline", "help")
    await place.environment.slack.say(ANN, None, "help")
    await place.environment.settle()
    await place.later(minutes=5)
    assert from_bot(place)
    assert await place.inbox("handled", "received") == []


def test_a_time_to_wait_may_be_seconds_or_a_date_and_never_a_year() -> None:
    now = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
    given = now + timedelta(seconds=90)
    said = given.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert seconds_of(said, otherwise=5, now=now) == 90
    assert seconds_of("7", otherwise=5) == 7
    assert seconds_of("soon", otherwise=5) == 5
    assert seconds_of(None, otherwise=5) == 5
    assert seconds_of("-3", otherwise=5) == 0
    assert seconds_of("99999999", otherwise=5) == 24 * 3600


async def test_an_answer_that_may_have_arrived_is_not_given_twice(place: Place) -> None:
    place.environment.faults.accept_then_reset("chat.postMessage")
    await place.environment.slack.say(ANN, None, "help")
    await place.environment.settle()
    await place.later(minutes=20)
    assert len(from_bot(place)) == 1
    assert await place.inbox("handled", "received") == []


async def test_a_workspace_that_refuses_everything_keeps_its_answers(place: Place) -> None:
    await place.environment.slack.say(ANN, None, "help")
    await place.environment.settle()
    before = len(from_bot(place))
    place.environment.faults.refuse("chat.postMessage", "invalid_auth")
    await place.environment.slack.say(ANN, None, "me")
    await place.environment.settle()
    await place.later(minutes=30)
    place.environment.faults.clear()
    await place.later(minutes=15)
    assert len(from_bot(place)) == before + 1


async def test_an_answer_that_is_not_taken_is_replaced_by_a_sentence(place: Place) -> None:
    place.environment.faults.refuse("chat.postMessage", "msg_blocks_too_long", times=1)
    await place.environment.slack.say(ANN, None, "help")
    await place.environment.settle()
    assert "my page" in shown(from_bot(place)[-1])


def test_each_pause_is_twice_the_one_before_up_to_a_minute() -> None:
    assert [*islice(growing_pauses(), 6)] == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
