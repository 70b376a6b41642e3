"""One cohort with people on Slack and on Teams, through both real adapters: groups mix, each hears once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from adapters.demo.script import sessions_of
from storage.breakouts import BreakoutGroup, GroupMember
from storage.database import Database
from storage.people import Identity, Workspace
from storage.series import CohortChannel
from tests.breakouts.test_on_both_platforms import check_in, groups_of, opened, read_by


async def test_a_group_of_both_platforms_is_told_on_each_who_is_in_it(tmp_path: Path) -> None:
    """Everybody reads the names of all their partners, once, where they are; each channel hears once."""
    async with opened("both", tmp_path) as story:
        database = story.environment.application.database
        async with database.read() as db:
            channels = (await db.scalars(select(CohortChannel.workspace_id))).all()
        assert len(set(channels)) == 2, "one channel on each platform"
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=30))
        await check_in(database, session, 39)
        lead = story.facilitator("teams")
        assert lead is not None
        await lead.type("breakout 4 10 seed=3 What helped?")
        await lead.push_main()
        await story.settle()
        await story.until(story.now + timedelta(minutes=11))
        groups = await groups_of(database, session)
        by_email = {actor.person.email: actor for actor in story.cast.values()}
        mixed = [group for group in groups if len({by_email[email].platform for email in group}) == 2]
        assert mixed, "people of both platforms are in one group"
        for group in mixed:
            for email in group:
                actor = by_email[email]
                starts = [text for text in read_by(actor) if "You are a group" in text]
                starts = [text for text in starts if actor.person.name in text]
                assert len(starts) == 1, (actor.person.name, starts, read_by(actor)[-3:])
                for partner in group:
                    assert by_email[partner].person.name in starts[0]
        await _nobody_sits_in_two_groups(database)


async def _nobody_sits_in_two_groups(database: Database) -> None:
    async with database.read() as db:
        seats = (await db.scalars(select(GroupMember.person_id).join(BreakoutGroup))).all()
        assert len(seats) == len(set(seats))
        platforms = await db.scalars(
            select(Workspace.platform)
            .join(Identity, col(Identity.workspace_id) == Workspace.id)
            .where(col(Identity.person_id).in_(seats))
        )
        assert set(platforms.all()) == {"slack", "teams"}
