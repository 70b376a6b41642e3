"""Who somebody is: from a platform's user to one person of the community, and from what was typed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.context import Context
from bot.core.events import Event
from bot.core.platform import Profile
from bot.core.reply import Refusal
from prompts.words import core as words
from storage.people import Community, Identity, Person, Workspace


class Stranger(LookupError):
    """We have not met this user, and their platform has not been asked who they are."""


_KNOWN = (
    select(Identity, Person)
    .join(Person)
    .where(Identity.workspace_id == bindparam("workspace"), Identity.platform_user == bindparam("user"))
)


async def known(db: AsyncSession, workspace: Workspace, user: str) -> tuple[Identity, Person] | None:
    """The identity of a platform's user, and whose it is, if we have met."""
    found = (await db.execute(_KNOWN, {"workspace": workspace.id, "user": user})).first()
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
    that person; any other stranger becomes a new person. Names never link anybody.

    Raises `Stranger` for somebody new without a `profile`: the platform has to be asked first."""
    met = await known(db, workspace, event.who.user)
    if met is not None:
        identity, person = met
    elif profile is None:
        raise Stranger
    else:
        person = await _by_email(db, community, profile) or await _new_person(
            db, community, event, profile, now
        )
        identity = Identity(workspace_id=workspace.id, person_id=person.id, platform_user=event.who.user)
        db.add(identity)
    _learn(person, identity, event, profile)
    await db.flush()
    return person


async def known_or_nobody(
    db: AsyncSession, community: Community, workspace: Workspace, event: Event, now: datetime
) -> Person:
    """The person behind the bot's removal, if we have met; else (Slack names the bot itself) nobody, which
    is kept nowhere."""
    met = await known(db, workspace, event.who.user)
    return met[1] if met else Person(community_id=community.id, name="", created_at=now)


async def _by_email(db: AsyncSession, community: Community, profile: Profile) -> Person | None:
    if not profile.email:
        return None
    found = await db.scalars(
        select(Person).where(
            Person.community_id == community.id,
            Person.email == profile.email.casefold(),
            col(Person.deleted_at).is_(None),
        )
    )
    return found.first()


async def _new_person(
    db: AsyncSession, community: Community, event: Event, profile: Profile, now: datetime
) -> Person:
    name = profile.name or event.who.name or event.who.user
    email = profile.email.casefold() or None
    person = Person(community_id=community.id, name=name, email=email, created_at=now)
    if profile.language in community.languages:
        person.language = profile.language
    db.add(person)
    await db.flush()
    return person


def _learn(person: Person, identity: Identity, event: Event, profile: Profile | None) -> None:
    """Take over what the platform tells and the person has not said themselves."""
    person.zone = person.zone or event.who.zone or (profile.zone if profile else "")
    if event.where.kind == "direct":
        identity.direct = event.where.conversation
        identity.reachable = True
    if event.where.reference:
        identity.reference = event.where.reference


async def person_typed(ctx: Context, given: str) -> Person:
    """The person meant by a mention (``user:…``), an email address or an exact name.

    Raises `Refusal` when nobody, or more than one, fits."""
    here = select(Person).where(Person.community_id == ctx.community.id, col(Person.deleted_at).is_(None))
    if given.startswith("user:"):
        met = await known(ctx.db, ctx.workspace, given.removeprefix("user:"))
        found = [met[1]] if met else []
    elif "@" in given.strip("@"):
        found = list(await ctx.db.scalars(here.where(Person.email == given.casefold())))
    else:
        wanted = given.strip("@").casefold()
        found = list(await ctx.db.scalars(here.where(func.lower(Person.name) == wanted)))
    if len(found) > 1:
        raise Refusal(words.several_people(ctx.language, given=given))
    if not found:
        raise Refusal(words.unknown_someone(ctx.language, given=given))
    return found[0]
