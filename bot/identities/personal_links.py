"""A personal page for somebody on neither Slack nor Teams: who runs a cohort gives out the link.

Whoever holds the link acts as that person, so it is made only for people who have no account that the bot
knows, it is bound to them, it expires, a new one takes the place of the old, and each is recorded.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.permissions import Action
from prompts.words import identities as words
from storage.links import LinkRevocation
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment

PURPOSE = "mine"
LIFE = timedelta(days=180)


async def my_page_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """My own page, in the browser."""
    say = desk.language
    url = desk.links.to(PURPOSE, desk.me.id, desk.me.id or 0, desk.now, timedelta(days=1))
    button = Button(label=words.open_page(say), url=url)
    return Reply(card=Card(text=words.my_page_text(say), buttons=(button,)))


async def personal_link_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The link to hand to one person of a cohort that I run."""
    person: Person = typed["person"]
    say = desk.language
    await _require_theirs(desk, person)
    accounts = await desk.db.scalars(
        select(Identity.id)
        .join(Workspace)
        .where(Identity.person_id == person.id, Workspace.platform != "web")
    )
    if accounts.first() is not None:
        raise Refusal(words.has_account(say, name=person.name))
    desk.db.add(
        LinkRevocation(
            purpose=PURPOSE,
            subject=str(person.id),
            person_id=person.id,
            before=desk.now - timedelta(seconds=1),
        )
    )
    url = desk.links.to(PURPOSE, person.id, person.id or 0, desk.now, LIFE)
    desk.audit("personal_link_made", f"person:{person.id}")
    return Reply(
        card=Card(
            title=words.personal_title(say, name=person.name),
            text=words.personal_text(say, name=person.name, url=url),
            context=words.personal_context(say, days=LIFE.days),
        )
    )


async def _require_theirs(desk: Desk, person: Person) -> None:
    """I run at least one cohort that they are in. Raises `Refusal`."""
    found = await desk.db.scalars(
        select(Cohort.series_id)
        .join(Enrollment)
        .where(
            Enrollment.person_id == person.id,
            Cohort.community_id == desk.community.id,
            col(Enrollment.status).in_(("invited", "active", "paused")),
        )
    )
    for series_id in found.all():
        if await desk.may(Action.RUN_COHORT, series_id):
            return
    raise Refusal(words.not_in_your_cohort(desk.language, name=person.name))
