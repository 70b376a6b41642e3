"""A first session with nine people on Slack, six on Teams and two on neither, through both real adapters."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from pathlib import Path

from sqlalchemy import delete, update
from sqlmodel import col, select

from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from bot.breakouts.history import history_of
from storage.breakouts import GroupMember
from storage.people import Identity, Person
from storage.series import Enrollment
from storage.sessions import Attendance, Session
from tests.breakouts.test_on_both_platforms import groups_of, opened, read_by

ON_SLACK, ON_TEAMS, ON_NEITHER = 9, 6, 2


async def test_nobody_is_alone_unreached_without_a_word_or_counted_as_met(tmp_path: Path) -> None:
    async with opened("both", tmp_path) as story:
        database = story.environment.application.database
        session = (await sessions_of(story))[0]
        here, apart = await cohort_of_seventeen(story, session)
        await story.until(session.starts_at + timedelta(minutes=30))
        lead = story.facilitator("slack")
        assert lead is not None
        await lead.type("breakout 4 10 seed=3 What helped?")
        preview = lead.see().text
        assert all(person.name in preview for person in apart), "said before the groups open"
        await lead.push_main()
        await story.settle()
        groups = await groups_of(database, session)
        assert set().union(*groups) == {person.email for person in [*here, *apart]}
        by_email = {actor.person.email: actor for actor in story.cast.values()}
        unreached = {person.email or "" for person in apart}
        for group in groups:
            told = group - unreached
            assert len(told) > 1, "nobody sits alone"
            for email in told:
                actor = by_email[email]
                starts = [text for text in read_by(actor) if "You are a group" in text]
                mine = [text for text in starts if actor.person.name in text]
                assert len(mine) == 1, (actor.person.name, mine)
                assert all(by_email[mate].person.name in mine[0] for mate in told)
        await only_who_was_told_has_met(story, groups, unreached)


async def cohort_of_seventeen(story: Story, session: Session) -> tuple[list[Person], list[Person]]:
    """Who is there on a platform, and who is on none; everybody else has left the cohort."""
    platform = {actor.person.email: actor.platform for actor in story.cast.values()}
    async with story.environment.application.database.write() as db:
        enrolled = select(Person).join(Enrollment, col(Enrollment.person_id) == Person.id)
        found = await db.scalars(
            enrolled.where(Enrollment.cohort_id == session.cohort_id).order_by(col(Person.id))
        )
        people = [one for one in found if one.email in platform]
        slack = [one for one in people if platform[one.email or ""] == "slack"]
        teams = [one for one in people if platform[one.email or ""] == "teams"]
        here = [*slack[:ON_SLACK], *teams[:ON_TEAMS]]
        apart = slack[ON_SLACK : ON_SLACK + ON_NEITHER]
        assert [len(here), len(apart)] == [ON_SLACK + ON_TEAMS, ON_NEITHER]
        those = [one.id for one in [*here, *apart]]
        gone = col(Enrollment.person_id).not_in(those)
        await db.execute(update(Enrollment).where(gone).values(status="left"))
        await db.execute(delete(Identity).where(col(Identity.person_id).in_([one.id for one in apart])))
        db.add_all(
            Attendance(session_id=session.id, person_id=number, marked=True, source="facilitator",
                       recorded_at=session.starts_at)
            for number in those
        )  # fmt: skip
    return here, apart


async def only_who_was_told_has_met(story: Story, groups: list[set[str]], unreached: set[str]) -> None:
    async with story.environment.application.database.read() as db:
        emails = {row[0]: row[1] for row in await db.execute(select(Person.id, Person.email))}
        met = (await history_of(db, 1)).meetings
        seats = list(await db.scalars(select(GroupMember)))
    pairs = {frozenset(emails[int(one)] for one in pair) for pair in met}
    assert pairs == {frozenset(two) for group in groups for two in combinations(group - unreached, 2)}
    assert {emails[seat.person_id] for seat in seats if not seat.reached} == unreached
