"""The first session of a cohort whose people are on Slack, on Teams and on neither, played live.

Counted from what the far sides accepted: whether anybody sat alone in a group, was left out without a word to
them or to who runs the session, or counts as having met people whom they never met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import combinations

from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.mailbox import OnEmail
from adapters.demo.script import sessions_of, type_and_confirm
from adapters.demo.story import Story, account_of, cast_for, commands
from adapters.playground.environment import CHANNEL_NAME, running_town
from adapters.playground.ledger import LedgerPost
from adapters.playground.people import SamplePerson
from adapters.playground.sample import Population, population
from adapters.playground.server import BEGIN
from bot.breakouts.history import history_of
from bot.core.clock import MovedClock
from storage.breakouts import BreakoutGroup, GroupMember
from storage.database import Database
from storage.people import Person
from storage.sessions import Session

ON_SLACK, ON_TEAMS, ON_NEITHER = 9, 6, 2
EVE = timedelta(days=14)
"""From the sample's beginning to the day before its first session: what comes between is not this story."""
OPENS_GROUPS = timedelta(minutes=30)

Group = frozenset[str]
"""E-mail addresses."""


@dataclass(frozen=True, slots=True)
class FirstSession:
    """What came of it, in people and pairs of people; the first five are what was played."""

    on_slack: int
    on_teams: int
    on_neither: int
    groups: int
    told_of_their_group: int
    alone: int
    """Told of a group in which nobody else was told of theirs."""
    unreached_without_a_word: int
    """Neither told of a group nor named to the facilitator before the groups opened."""
    counted_as_met_wrongly: int
    """Pairs that count as met, of whom not both were told of one group; and pairs told that do not count."""

    @property
    def well(self) -> bool:
        return not (self.alone or self.unreached_without_a_word or self.counted_as_met_wrongly)

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"first session: {self.on_slack} on Slack, {self.on_teams} on Teams, {self.on_neither} on "
            f"neither, {self.groups} groups: {self.alone} alone, {self.unreached_without_a_word} unreached "
            f"without a word, {self.counted_as_met_wrongly} pairs counted wrongly as met"
        )


def seventeen() -> Population:
    """Staff, and the first of the sample's people on each platform; the next two are on the roster alone."""
    whole = population("both")
    (led_slack, slack), (led_teams, teams) = (
        _staff_and_learners(whole.slack),
        _staff_and_learners(whole.teams),
    )
    return Population(
        (*led_slack, *slack[:ON_SLACK]),
        (*led_teams, *teams[:ON_TEAMS]),
        apart=tuple(slack[ON_SLACK : ON_SLACK + ON_NEITHER]),
    )


def _staff_and_learners(people: Iterable[SamplePerson]) -> tuple[list[SamplePerson], list[SamplePerson]]:
    learners = [one for one in people if one.role == "participant"]
    return [one for one in people if one not in learners], learners


async def play_first_session(database: Database) -> FirstSession:
    """Play it in a town of its own, on a database that has the tables and no rows."""
    people = seventeen()
    async with running_town(
        database, MovedClock(BEGIN + EVE), "both", secrets=["first session"], people=people
    ) as environment:
        story = Story(environment, cast_for(environment, "both", people), commands())
        lead = story.facilitator("slack")
        assert lead is not None
        learners = story.people("participant")
        await _gather(story, lead, people)
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=3))
        await story.command(learners, "here")
        await story.act([lead], "attendance", _mark_everybody)
        await story.until(session.starts_at + OPENS_GROUPS)
        await lead.type("breakout 4 10 seed=3 What helped?")
        before, said = len(environment.ledger), lead.see().text
        await lead.push_main()
        await story.settle()
        return await _count(story, session, people, environment.ledger.posts[before:], said)


async def _gather(story: Story, lead: Actor, people: Population) -> None:
    """The cohort's channels are open on both platforms, and everybody who can has joined."""
    await story.act([lead], "cohort open", type_and_confirm("cohort open"))
    on_teams = [one for one in story.people("facilitator") if one.platform == "teams"]
    await story.command(on_teams[:1], "cohort link", channel=CHANNEL_NAME)
    await story.act([lead], "invite", type_and_confirm("invite"))
    await story.act(story.people("participant"), "join", _join)
    for person in people.apart:
        await _take_in(story, lead, person)


async def _take_in(story: Story, lead: Actor, person: SamplePerson) -> None:
    """Who is on no platform joins on a page, by the link that a facilitator hands them."""
    await lead.type(f"personal link {person.email}")
    address = next(word for word in lead.see().text.split() if word.startswith("http"))
    reader = OnEmail(person, story.settle, side=story.environment.mail, behind=lambda _: "")
    await reader.open(address)
    await _join(reader)


async def _join(actor: Actor) -> None:
    await actor.push_main()
    await actor.push_main()


async def _mark_everybody(lead: Actor) -> None:
    """All who are on the list, those on no platform among them, were seen in the meeting."""
    await lead.type("attendance 1")
    seen = lead.see()
    await lead.push(seen.id, next(push for push in seen.pushes if push.does == "attendance-mark"))
    await lead.submit({one.name: list(one.options) for one in lead.questions()})


async def _count(
    story: Story, session: Session, people: Population, posts: Sequence[LedgerPost], said: str
) -> FirstSession:
    database = story.environment.application.database
    groups = await _groups(database)
    told = [Group(email for email in group if _is_told(story, posts, email, group)) for group in groups]
    return counted(people, told, await _met(database, session), said)


def counted(people: Population, told: Sequence[Group], met: Iterable[Group], said: str) -> FirstSession:
    """`told` are those of each group whom a platform told of it, `met` the pairs that count as having met,
    `said` what the facilitator read before the groups opened."""
    really = {Group(two) for group in told for two in combinations(group, 2)}
    reached = Group().union(*told)
    silent = [one for one in people.everybody() if one.role == "participant" and one.email not in reached]
    return FirstSession(
        on_slack=sum(one.role == "participant" for one in people.slack),
        on_teams=sum(one.role == "participant" for one in people.teams),
        on_neither=len(people.apart),
        groups=len(told),
        told_of_their_group=len(reached),
        alone=sum(len(group) == 1 for group in told),
        unreached_without_a_word=sum(one.name not in said for one in silent),
        counted_as_met_wrongly=len(set(met) ^ really),
    )


def _is_told(story: Story, posts: Iterable[LedgerPost], email: str, group: Group) -> bool:
    """Whether a platform accepted a message to somebody that names them and a mate, since groups opened."""
    actor = story.cast.get(email)
    if actor is None:
        return False
    mine = [
        post.text for post in posts if account_of(actor) in post.recipients and actor.person.name in post.text
    ]
    mates = [story.cast[one].person.name for one in group - {email} if one in story.cast]
    return any(mate in text for text in mine for mate in mates)


async def _groups(database: Database) -> list[Group]:
    """Of the only round."""
    async with database.read() as db:
        rows = await db.execute(
            select(BreakoutGroup.number, Person.email)
            .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
            .join(Person, col(Person.id) == GroupMember.person_id)
        )
        found: dict[int, set[str]] = {}
        for number, email in rows:
            found.setdefault(number, set()).add(email or "")
    return [Group(members) for members in found.values()]


async def _met(database: Database, session: Session) -> set[Group]:
    """The pairs that reports count as having met."""
    async with database.read() as db:
        emails = {row[0]: row[1] for row in await db.execute(select(Person.id, Person.email))}
        history = await history_of(db, session.community_id, cohort_id=session.cohort_id, paired=False)
    return {Group(emails[int(one)] or "" for one in pair) for pair in history.meetings}
