"""Opening a signed link: the ticket, checked against revocations, and the person it is bound to."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from bot.core.clock import Clock
from bot.core.links import BadLink, Links, Ticket
from bot.identities.personal_links import is_handed_out, outlived
from storage.database import Database
from storage.links import LinkRevocation
from storage.people import Person


async def open_ticket(database: Database, links: Links, clock: Clock, token: str, purpose: str) -> Ticket:
    """Raises `BadLink` when the link is edited, expired, revoked, for another page, or its person is gone."""
    ticket = links.read(token, purpose, clock.now())
    async with database.read() as db:
        for held in {ticket, ticket.source}:
            if await _revoked(db, held) or await _gone(db, held.person_id):
                raise BadLink("revoked")
        if is_handed_out(ticket.source) and await outlived(db, ticket.source.person_id, clock.now()):
            raise BadLink("outlived")
    return ticket


async def _revoked(db: AsyncSession, ticket: Ticket) -> bool:
    found = await db.scalars(
        select(LinkRevocation).where(
            LinkRevocation.purpose == ticket.purpose,
            LinkRevocation.subject == ticket.subject,
            or_(
                col(LinkRevocation.person_id).is_(None),
                col(LinkRevocation.person_id) == ticket.person_id,
            ),
            col(LinkRevocation.before) >= ticket.made_at,
        )
    )
    return found.first() is not None


async def _gone(db: AsyncSession, person_id: int) -> bool:
    if person_id == 0:
        return False
    person = await db.get(Person, person_id)
    return person is None or person.deleted_at is not None
