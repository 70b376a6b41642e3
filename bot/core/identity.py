"""Who somebody is: from a platform's user to one person of the community, and from what was typed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.context import Context
from bot.core.events import Event, Joined
from bot.core.lookup import row_id
from bot.core.platform import Profile
from bot.core.reply import Refusal, WhichPerson
from bot.core.vouching import claimed, is_vouched_for, owner_of, record
from prompts.words import core as words
from storage.nudges import Job
from storage.people import Community, Identity, Person, Workspace


class Stranger(LookupError):
    """We have not met this user, and their platform has not been asked who they are."""


class NoPerson(LookupError):
    """A bot's account: it takes part in nothing."""


PICKED = "person:"
"""Begins how a button names the person that it is for; a row id follows."""
ASK_AGAIN = timedelta(hours=1)
"""So long after a platform did not tell who somebody is, their next contact asks again."""

_KNOWN = (
    select(Identity, Person)
    .join(Person)
    .where(
        Identity.workspace_id == bindparam("workspace"),
        (col(Identity.platform_user) == bindparam("user"))
        | ((col(Identity.alias) == bindparam("alias")) & (col(Identity.alias) != "")),
    )
    .order_by(col(Identity.id))
)


async def known(
    db: AsyncSession, workspace: Workspace, user: str, alias: str = ""
) -> tuple[Identity, Person] | None:
    """The identity of a platform's user, by either of its names, and whose it is, if we have met."""
    names = {"workspace": workspace.id, "user": user, "alias": alias or user}
    found = (await db.execute(_KNOWN, names)).first()
    return None if found is None else (found[0], found[1])


async def find_or_greet(
    db: AsyncSession,
    community: Community,
    workspace: Workspace,
    event: Event,
    profile: Profile | None,
    now: datetime,
) -> Person:
    """The person behind an event. A stranger whose platform vouches for an email of the roster becomes
    that person, where `bot.core.vouching` says so; any other stranger becomes a new person. Names never link
    anybody.

    Raises `Stranger` for somebody new without a `profile`: the platform has to be asked first; and
    `NoPerson` for a bot."""
    who = event.who
    met = await known(db, workspace, who.user, who.alias)
    if met is None and profile is not None:
        met = await known(db, workspace, profile.user)
    if met is not None:
        identity, person = met
        _ask_again(db, community, identity, now)
    elif profile is None:
        raise Stranger
    elif profile.is_bot:
        raise NoPerson
    else:
        identity, person = await _greet(db, community, workspace, event, profile, now)
    if event.where.kind == "direct" and identity.proven_at is None:
        identity.proven_at = now
    _learn(community, person, identity, event, profile)
    await db.flush()
    return person


async def _greet(
    db: AsyncSession,
    community: Community,
    workspace: Workspace,
    event: Event,
    profile: Profile,
    now: datetime,
) -> tuple[Identity, Person]:
    told, owner = profile.told(), await owner_of(db, community.id, profile.email)
    vouched = owner is not None and await is_vouched_for(db, owner, profile)
    person = owner
    if person is None or not vouched:
        email = profile.email.casefold() if owner is None and profile.vouched else ""
        person = await _new_person(db, community, event, profile, email, now)
        told = {**told, "language": person.language}
    identity = Identity(
        workspace_id=workspace.id,
        person_id=person.id,
        platform_user=profile.user or event.who.user,
        complete=profile.complete,
        asked_at=now,
        told=told,
    )
    db.add(identity)
    await db.flush()
    if owner is not None and vouched:
        record(db, identity, owner, "account_vouched", now)
    elif owner is not None:
        await claimed(db, identity, owner, now)
    return identity, person


def _ask_again(db: AsyncSession, community: Community, identity: Identity, now: datetime) -> None:
    """Have the platform asked who this is, when it has not told so far; not with every word they say."""
    if identity.complete or (identity.asked_at is not None and now < identity.asked_at + ASK_AGAIN):
        return
    identity.asked_at = now
    db.add(
        Job(
            key=f"complete_identity:{identity.id}:{now.isoformat()}",
            community_id=community.id,
            kind="complete_identity",
            details={"identity_id": identity.id},
            due_at=now,
            created_at=now,
        )
    )


async def switched_off(db: AsyncSession, people: Collection[int]) -> set[int]:
    """Those of these people who had an account in a chat and cannot be reached by any."""
    rows = await db.execute(
        select(Identity.person_id, Identity.reachable)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .where(col(Identity.person_id).in_(people), col(Workspace.platform).in_(["slack", "teams"]))
    )
    reached: dict[int, bool] = {}
    for person_id, reachable in rows:
        reached[person_id] = reached.get(person_id, False) or reachable
    return {person_id for person_id, reachable in reached.items() if not reachable}


async def known_or_nobody(
    db: AsyncSession, community: Community, workspace: Workspace, event: Event, now: datetime
) -> Person:
    """The person behind the bot's removal, or who left a conversation, if we have met; else (Slack names the
    bot itself) nobody, which is kept nowhere."""
    met = await known(db, workspace, event.who.user, event.who.alias) if event.who.user else None
    return met[1] if met else Person(community_id=community.id, name="", created_at=now)


async def _new_person(
    db: AsyncSession, community: Community, event: Event, profile: Profile, email: str, now: datetime
) -> Person:
    name = profile.name or event.who.name or event.who.user
    person = Person(community_id=community.id, name=name, email=email or None, created_at=now)
    language = profile.language or event.who.language
    if language in community.languages:
        person.language = language
    db.add(person)
    await db.flush()
    return person


def _learn(
    community: Community, person: Person, identity: Identity, event: Event, profile: Profile | None
) -> None:
    """Take over what the platform tells and the person has not said themselves."""
    person.zone = person.zone or event.who.zone or (profile.zone if profile else "")
    identity.alias = event.who.alias or identity.alias
    if event.who.language in community.languages:
        _learn_language(person, identity, event.who.language)
    if event.where.kind == "direct":
        identity.direct = event.where.conversation
    if event.where.kind == "direct" or isinstance(event, Joined):
        identity.regain()
    if event.where.reference:
        identity.reference = event.where.reference


def _learn_language(person: Person, identity: Identity, language: str) -> None:
    """The language that the platform told last follows it; one that was chosen here, or stands in the roster,
    stays."""
    if identity.told.get("language") == language:
        return
    if identity.told.get("language") == person.language:
        person.language = language
    identity.told = {**identity.told, "language": language}


async def person_typed(ctx: Context, given: str) -> Person:
    """The person meant by a mention (``user:…``), an email address, a name or a first name, or by the button
    that answered `WhichPerson` (``person:…``). Raises that when several fit, `Refusal` when nobody does."""
    here = select(Person).where(Person.community_id == ctx.community.id, col(Person.deleted_at).is_(None))
    if given.startswith("user:"):
        met = await known(ctx.db, ctx.workspace, given.removeprefix("user:"))
        found = [met[1]] if met else []
    elif given.startswith(PICKED):
        found = list(await ctx.db.scalars(here.where(Person.id == row_id(given.removeprefix(PICKED)))))
    elif "@" in given.strip("@"):
        found = list(await ctx.db.scalars(here.where(Person.email == given.casefold())))
    else:
        wanted = given.strip("@").casefold()
        found = [one for one in await ctx.db.scalars(here) if one.name.casefold() == wanted]
        found = found or [one for one in await ctx.db.scalars(here) if _begins_with(one.name, wanted)]
    if len(found) > 1:
        near = await ctx.enrolled_near({one.id for one in found})
        found = [one for one in found if one.id in near] or found
    if len(found) > 1:
        choices = tuple((one.id, _told_apart(one)) for one in sorted(found, key=lambda one: one.name))
        raise WhichPerson(words.several_people(ctx.language, given=given), given, choices)
    if not found:
        raise Refusal(words.unknown_someone(ctx.language, given=given))
    return found[0]


def _begins_with(name: str, first: str) -> bool:
    """Whether the name's first words are these, in whole."""
    return bool(first) and name.casefold().startswith(f"{first} ")


def _told_apart(person: Person) -> str:
    return " · ".join(filter(None, (person.name, person.organisation or person.state)))
