"""The bot speaks first on both platforms: a message is posted once, waits when it is throttled, and what may
have arrived is looked for (Slack) or told (Teams)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.teams import TeamsSide
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.platform import Address, ChatPlatform, Uncertain
from bot.nudges.outbox import LOOK_AGAIN
from bot.nudges.sender import Sender
from prompts.text import Marked
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Identity
from tests.adapters.slack.world import TEAM, World, made_world
from tests.adapters.teams.conftest import clock, side
from tests.adapters.teams.house import Application, at_home
from tests.adapters.teams.small_feature import FEATURE
from tests.support.kinds import ALL_KINDS

__all__ = ["clock", "side"]
POSTS = {"slack": "chat.postMessage", "teams": "/activities"}


@dataclass
class Post:
    """One platform with a message due for one person; `ledger` is what the platform itself accepted."""

    name: str
    sender: Sender
    database: Database
    clock: MovedClock
    faults: Faults
    ledger: Ledger
    match: str

    async def plan(self) -> str:
        """A message that is due now; its mark."""
        async with self.database.write() as db:
            person = (await db.scalars(select(Identity.person_id))).one()
            nudge = Nudge(
                key=f"hello-{len(self.ledger)}",
                community_id=1,
                kind="note",
                nature="logistics",
                person_id=person,
                due_at=self.clock.now(),
                card=Card(title="Soon", text=Marked("See you *soon*")).model_dump(mode="json"),
                created_at=self.clock.now(),
            )
            db.add(nudge)
        return nudge.mark

    async def send(self, later: timedelta = timedelta(0)) -> Nudge:
        """Let time pass, send what is due, and return the message's row."""
        self.clock.move_to(self.clock.now() + later)
        await self.sender.send_due()
        async with self.database.read() as db:
            return (await db.scalars(select(Nudge).order_by(col(Nudge.id).desc()).limit(1))).one()


def _post(
    name: str,
    platform: ChatPlatform,
    database: Database,
    clock: MovedClock,
    far: tuple[Faults, Ledger],
) -> Post:
    from bot.core.links import Links

    links = Links("http://127.0.0.1:8700", "s")
    sender = Sender(database, clock, {name: platform}, ALL_KINDS, links)
    return Post(name, sender, database, clock, *far, POSTS[name])


async def _on_slack(world: World) -> Post:
    await world.side.say("UPAT", None, "hello")
    await world.settle()
    far = (world.side.faults, world.side.ledger)
    return _post("slack", world.platform, world.database, world.clock, far)


async def _on_teams(application: Application, clock: MovedClock) -> Post:
    await application.settled(await application.side.say("Ana Reyes", None, "hello"))
    far = (application.side.faults, application.side.ledger)
    return _post("teams", application.platform, application.database, clock, far)


@pytest.fixture(params=["slack", "teams"])
async def post(
    request: pytest.FixtureRequest, tmp_path: Path, side: TeamsSide, clock: MovedClock
) -> AsyncIterator[Post]:
    """The same tests on both platforms."""
    if request.param == "slack":
        async with made_world(tmp_path) as world:
            yield await _on_slack(world)
    else:
        async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (FEATURE,)) as application:
            yield await _on_teams(application, clock)


async def test_a_message_that_is_due_is_posted_once_under_its_mark(post: Post) -> None:
    mark = await post.plan()
    sent = await post.send()
    assert sent.state == "sent"
    (stands,) = post.ledger.of_nudge(mark)
    assert sent.message is not None
    assert (sent.message["conversation"], sent.message["message"]) == (stands.conversation, stands.message)
    await post.send(timedelta(minutes=10))
    assert len(post.ledger.of_nudge(mark)) == 1


async def test_one_message_that_cannot_be_composed_stops_no_other(post: Post) -> None:
    """Messages are checked and composed a few at a time: the one that fails does so by itself."""
    await post.plan()
    async with post.database.write() as db:
        good = (await db.scalars(select(Nudge))).one()
        bad = {**good.model_dump(exclude={"id"}), "key": "bad", "mark": "bad", "kind": "nobody_writes_it"}
        db.add(Nudge(**{**bad, "card": None}))
    await post.sender.send_due()
    async with post.database.read() as db:
        states = {one.key: (one.state, one.reason) for one in await db.scalars(select(Nudge))}
    assert states == {good.key: ("sent", ""), "bad": ("failed", "LookupError")}
    assert [one.nudge for one in post.ledger.posts if one.nudge] == [good.mark]


async def test_a_throttled_message_moves_to_when_the_platform_said(post: Post) -> None:
    """And is not asked for again before."""
    mark = await post.plan()
    post.faults.rate_limit(post.match, retry_after=30)
    moved = await post.send()
    assert (moved.state, moved.reason) == ("planned", "throttled")
    assert moved.due_at == post.clock.now() + timedelta(seconds=30)
    assert (await post.send(timedelta(seconds=29))).state == "planned"
    assert post.ledger.of_nudge(mark) == []
    assert (await post.send(timedelta(seconds=1))).state == "sent"
    assert len(post.ledger.of_nudge(mark)) == 1


Break = Callable[[Post], None]


@pytest.mark.parametrize(
    "broken",
    [
        lambda post: post.faults.accept_then_reset(post.match),
        lambda post: post.faults.accept_then_status(post.match),
    ],
    ids=["reset", "504"],
)
async def test_what_may_have_arrived_is_never_posted_twice(post: Post, broken: Break) -> None:
    """Slack is asked and the message found by its mark; Teams cannot be asked, so it is told as unknown."""
    mark = await post.plan()
    broken(post)
    assert (await post.send()).state == "claimed"
    assert len(post.ledger.of_nudge(mark)) == 1
    after = await post.send(LOOK_AGAIN + timedelta(seconds=1))
    assert after.state == ("sent" if post.name == "slack" else "unknown")
    await post.send(timedelta(minutes=10))
    assert len(post.ledger.of_nudge(mark)) == 1


async def test_what_surely_did_not_arrive_is_posted_again_on_slack(tmp_path: Path) -> None:
    """The connection broke before Slack took it: looked for twice, then posted."""
    async with made_world(tmp_path) as world:
        post = await _on_slack(world)
        mark = await post.plan()
        post.faults.drop_connection_before_accept(post.match)
        assert (await post.send()).state == "claimed"
        states = [(await post.send(LOOK_AGAIN + timedelta(seconds=1))).state for _ in range(4)]
        assert states[-1] == "sent"
        assert len(post.ledger.of_nudge(mark)) == 1


async def test_find_tells_marks_apart_and_says_none_for_a_stranger(tmp_path: Path) -> None:
    async with made_world(tmp_path) as world:
        to = await world.direct()
        since = world.clock.now()
        sends: list[Awaitable[object]] = []
        for mark in ("one", "two"):
            sends.append(world.platform.send(to, Card(text=mark), mark=mark, users={}, language="en"))
        sent = [await one for one in sends]
        assert await world.platform.find(to, "one", since) == sent[0]
        assert await world.platform.find(to, "two", since) == sent[1]
        assert await world.platform.find(to, "three", since) is None


async def test_a_group_on_teams_is_a_thread_that_mentions_its_people(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (FEATURE,)) as application:
        near = application.channel()
        users = [application.user("Ben Ito"), application.user("Chi Okafor")]
        thread = await application.platform.open_group(
            application.tenant, users, name="Group 1", near=near, language="es"
        )
        root = side.channel("Cohort 1").posts[-1]
        assert thread.conversation == f"{near.conversation};messageid={root.id}"
        assert side.mentions("Ben Ito") == side.mentions("Chi Okafor") == [root]
        assert "este hilo" in str(root.cards)
        assert side.mentions("Ana Reyes") == []
        await application.platform.send(thread, Card(text="Time is up"), mark="m", users={}, language="en")
        reply = side.channel("Cohort 1").posts[-1]
        assert reply.thread_id == root.id


async def test_a_thread_that_may_stand_is_told_as_unknown_and_made_once(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    """Teams accepts it and answers 504: making it again would mention everybody twice."""
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (FEATURE,)) as application:
        users = [application.user("Ben Ito"), application.user("Chi Okafor")]
        near = application.channel()
        side.faults.accept_then_status(f"POST {side.service_url.rstrip('/')}/v3/conversations", 504)
        with pytest.raises(Uncertain):
            await application.platform.open_group(
                application.tenant, users, name="Group 1", near=near, language="en"
            )
        assert len(side.channel("Cohort 1").posts) == 1


async def test_a_group_on_slack_is_a_message_of_its_people(tmp_path: Path) -> None:
    async with made_world(tmp_path) as world:
        near = Address(TEAM, "")
        group = await world.platform.open_group(
            TEAM, ["UFAYE", "UPAT"], name="Group 1", near=near, language="es"
        )
        again = await world.platform.open_group(
            TEAM, ["UPAT", "UFAYE"], name="Group 1", near=near, language="es"
        )
        assert group == again
        await world.platform.send(group, Card(text="Time is up"), mark="m", users={}, language="en")
        for user in ("UFAYE", "UPAT"):
            assert [one for one in world.side.inbox(user) if "Time is up" in one.text]
