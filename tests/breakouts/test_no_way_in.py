"""People whom a group's conversation cannot reach: said before, told another way, and not counted as met."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from adapters.playground.sample import Home
from bot.breakouts.history import history_of
from bot.core.platform import WorkspaceRefused
from storage.breakouts import GroupMember
from storage.people import Identity, Person, Workspace
from storage.series import CohortChannel
from tests.breakouts.rooms import LEAD, NAMES, RoomPlatform, Scene, groups_shown, scene
from tests.breakouts.test_on_both_platforms import check_in, groups_of, opened, read_by
from tests.communities.support import rows
from tests.support.stage import Stage, text_of


@asynccontextmanager
async def unlinked(home: Home, folder: Path) -> AsyncIterator[tuple[Story, Actor]]:
    """A session with 13 present, no channel linked on Teams, and the one who runs it there."""
    async with opened(home, folder) as story:
        database = story.environment.application.database
        async with database.write() as db:
            teams = select(Workspace.id).where(Workspace.platform == "teams")
            linked = col(CohortChannel.workspace_id).in_(teams)
            await db.execute(update(CohortChannel).where(linked).values(closed_at=story.now))
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=30))
        await check_in(database, session, 14)
        lead = story.facilitator("slack") or story.facilitator("teams")
        assert lead is not None
        yield story, lead


async def test_without_a_linked_channel_everybody_is_told_alone(tmp_path: Path) -> None:
    """Said before the groups open; and each reads who else is in their group."""
    async with unlinked("both", tmp_path) as (story, lead):
        await lead.type("breakout 4 10 seed=3 What helped?")
        assert "Told one by one" in lead.see().text
        assert "no linked channel" in lead.see().text
        await lead.push_main()
        await story.settle()
        database = story.environment.application.database
        groups = await groups_of(database, (await sessions_of(story))[0])
        by_email = {actor.person.email: actor for actor in story.cast.values()}
        for group in groups:
            for email in group:
                actor = by_email[email]
                (start,) = [
                    text for text in read_by(actor) if "You are a group" in text and actor.person.name in text
                ]
                assert all(by_email[mate].person.name in start for mate in group)
        async with database.read() as db:
            assert set(await db.scalars(select(GroupMember.reached))) == {True}


async def _alone(stage: Stage, room: Scene, name: str) -> None:
    """This person has no account anywhere."""
    async with stage.database.write() as db:
        await db.execute(delete(Identity).where(col(Identity.person_id) == room.people[name].id))


async def _pairs(stage: Stage) -> int:
    async with stage.database.read() as db:
        return len((await history_of(db, 1)).meetings)


async def test_who_has_no_account_is_named_before_and_has_met_when_a_person_says_so(stage: Stage) -> None:
    room = await scene(stage, 6)
    await _alone(stage, room, "p06")
    await room.begin_session(NAMES[:6])
    shown = await room.typed("breakout 3 10")
    assert "No way into a group: One person: P06" in text_of(shown)
    told = await room.pressed(shown, "Open groups")
    assert "One person has no way into a group: P06 (group " in text_of(told)
    await room.deliver()
    await room.typed("breakout close")
    assert await _pairs(stage) == 4, "a three and a two"
    assert "P06" in text_of(await room.pressed(told, "They met their groups"))
    assert await _pairs(stage) == 6


async def test_a_workspace_that_refuses_everything_is_told_and_counts_nobody(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")

    async def refuse(*_: object, **__: object) -> None:
        raise WorkspaceRefused("the token was revoked", "token_revoked")

    room.platform.open_group = room.platform.open_direct = refuse  # type: ignore[assignment,method-assign]
    await room.deliver()
    del room.platform.open_direct
    room.stage.clock.move_to(room.stage.clock.now() + timedelta(minutes=1))
    await room.deliver()
    (told,) = room.platform.heard(f"D-{LEAD}")
    assert "Please tell these 6 people yourself" in told
    assert "token was revoked" in told
    await room.typed("breakout close")
    assert await _pairs(stage) == 0


async def test_groups_that_never_opened_did_not_meet(stage: Stage) -> None:
    """The platform was away for as long as the round took."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    await room.typed("breakout close")
    await room.deliver()
    assert {row.reached for row in await rows(stage, GroupMember)} == {False}
    assert await _pairs(stage) == 0


async def _on_teams(stage: Stage, room: Scene, names: list[str]) -> None:
    """These people are in a Teams tenant, and there only."""
    room.others["teams"] = RoomPlatform(name="teams", can_open_groups=False)
    async with stage.database.write() as db:
        tenant = Workspace(community_id=1, platform="teams", tenant="M1", installed_at=stage.clock.now())
        db.add(tenant)
        await db.flush()
        for name in names:
            account = col(Identity.person_id) == room.people[name].id
            user = f"m-{name}"
            await db.execute(
                update(Identity).where(account).values(workspace_id=tenant.id, platform_user=user)
            )


async def test_groups_are_made_of_people_who_can_reach_each_other(stage: Stage) -> None:
    """Nine on Slack and six on Teams make threes of one platform each, and the card says where not."""
    room = await scene(stage, 15)
    await _on_teams(stage, room, NAMES[9:15])
    await room.begin_session(NAMES[:15])
    shown = await room.typed("breakout 3 10")
    on_teams = {name.upper() for name in NAMES[9:15]}
    assert {len(group & on_teams) for group in groups_shown(shown)} == {0, 3}
    mixed = await room.typed("breakout 5 10")
    assert "On different platforms in a group" in text_of(mixed)


async def test_two_platforms_meet_rather_than_the_same_people_for_ever(stage: Stage) -> None:
    """It is a wish with a weight, no wall."""
    room = await scene(stage, 6)
    await _on_teams(stage, room, NAMES[3:6])
    together = []
    for _ in range(6):
        await room.begin_session(NAMES[:6])
        shown = await room.typed("breakout 3 10")
        on_teams = {name.upper() for name in NAMES[3:6]}
        together.append({len(group & on_teams) for group in groups_shown(shown)})
        await room.pressed(shown, "Open groups")
        await room.deliver()
        await room.typed("breakout close")
    assert together[0] == {0, 3}
    assert {1, 2} in together


async def test_an_address_is_shown_only_where_both_agreed(stage: Stage) -> None:
    room = await scene(stage, 2)
    await _on_teams(stage, room, ["p02"])
    for agree, shown in (([], False), (["p01"], False), (["p01", "p02"], True)):
        async with stage.database.write() as db:
            for name in agree:
                (await db.get_one(Person, room.people[name].id)).shares_contact = True
        await room.begin_session(NAMES[:2])
        await room.pressed(await room.typed("breakout 2 10"), "Open groups")
        await room.deliver()
        start = room.platform.heard("D-p01")[-1]
        assert "P02" in start
        assert "You meet in the session's call" in start
        assert ("p02@example.org" in start) is shown
        await room.typed("breakout close")
        await room.deliver()
