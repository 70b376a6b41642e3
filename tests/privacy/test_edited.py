"""What people change afterwards is looked at for client information as well, on both platforms."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import select

from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
from bot.core.clock import MovedClock
from bot.privacy.feature import FEATURE as PRIVACY
from storage.nudges import InboxEvent
from tests.adapters.slack.world import made_world, shown
from tests.adapters.teams.house import at_home
from tests.adapters.teams.small_feature import FEATURE as SMALL
from tests.support.stage import START

SLIP = "Please call my client Zebulon at 907-555-0142, born 03/04/1989."


async def test_an_edit_on_slack_is_looked_at_and_answers_nothing_else(tmp_path: Path) -> None:
    async with made_world(tmp_path, more=(PRIVACY,)) as world:
        place = world.side.create_channel("UFAYE", "cohort-1", private=True)
        place.members.append("UPAT")
        written = (await world.side.say("UPAT", place.id, "See you on Friday")).posted
        assert written is not None
        await world.settle()
        await world.side.edit("UPAT", written, "See you on Thursday")
        await world.settle()
        assert not [one for one in world.side.inbox("UPAT") if "Thursday" in shown(one)]
        await world.side.edit("UPAT", written, SLIP)
        assert "client" in shown(await world.newest("UPAT", place.id))
        assert not [one for one in world.side.inbox("UFAYE", place.id) if one.user_id != "UPAT"]
        async with world.database.read() as db:
            kept = [row.event for row in await db.scalars(select(InboxEvent))]
        assert "Zebulon" not in str(kept)


async def test_an_edit_on_teams_is_looked_at_and_the_bot_does_not_hear_itself(tmp_path: Path) -> None:
    """The team's owner let the app read its channels: then it hears words that do not name it."""
    clock = MovedClock(START)
    workplace = TeamsWorkplace(app_id="7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa", now=clock.now)
    ana, ben = (
        workplace.add_user(name, tenant_id="0f9b5ab2-55a1-4c71-9c41-7f1c7a0f4a11")
        for name in ("Ana Reyes", "Ben Ito")
    )
    team = workplace.add_team("Learning", tenant_id=ana.tenant_id, members=[ana, ben], channels=["Cohort 1"])
    team.bot_hears_all = True
    with running(TeamsSide(workplace)) as side:
        async with at_home(side, f"sqlite:///{tmp_path}/t.db", clock, (PRIVACY, SMALL)) as application:
            await application.settled(await side.mention_bot(ana, "Cohort 1", "ask"))
            [asked, answered] = side.channel("Cohort 1").posts
            await application.settled(await side.say(ben, "Cohort 1", "See you on Friday"))
            heard = side.received(ben)
            assert "heard See you on Friday" in str(heard[-1].cards)
            written = side.channel("Cohort 1").posts[-1]
            await application.settled(await side.edit(ben, written, "See you on Thursday"))
            assert side.received(ben) == heard
            await application.settled(await side.edit(ben, written, SLIP))
            assert "client" in str(side.received(ben)[-1].cards)
            before = len(await application.rows(InboxEvent))
            assert (await side.hear_itself(answered)).status == 200
            assert len(await application.rows(InboxEvent)) == before
            assert "Zebulon" not in str([row.model_dump() for row in await application.rows(InboxEvent)])
            assert asked.sender_id == ana.teams_id
