"""Who may see a report, the links that let them, and the record of who saw and took what.

A link is a row (`storage.links.ReportLink`) and a signed token that names the row, its reader and its end.
Inside readers are people of the community with a duty for what the report covers; that is asked again at
every visit. Outside readers hold a link under the label that they were given it with, and see the numbers
that may go outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.links import Links, Ticket
from bot.core.lookup import row_id, staff_of
from bot.core.permissions import ALLOWED, Action
from bot.reports.document import Report
from bot.reports.scope_names import ALL, series_of
from storage.links import ReportLink
from storage.people import AuditEvent, Community, Duty, Person
from storage.series import Project, ProjectYear

PURPOSE = "report"
"""The page that a link to a report opens."""
AUDIT_PURPOSE = "report-audit"
"""The file that a link to the trail opens."""
LIFE_OF_AUDIT = timedelta(hours=12)
MOST_IN_FILE = 20_000
"""Lines of the trail in one file, the newest."""
LIFE_INSIDE = timedelta(days=7)
LIFE_OUTSIDE = timedelta(days=30)
LONGEST_DAYS = 365
_WORTH_REUSING = timedelta(days=1)
COMMAND = "throughline report export"
SEEN, EXPORTED = "report_seen", "report_exported"


@dataclass(frozen=True, slots=True)
class Viewing:
    """A link that was opened, and who reads: None for a reader outside."""

    link: ReportLink
    reader: Person | None
    community: Community

    @property
    def inside(self) -> bool:
        return self.reader is not None


async def who_may_see(db: AsyncSession, community_id: int, scope: str) -> set[int]:
    """Everybody whose duties cover what the report covers."""
    return await _readers(db, community_id, scope)


async def may_see(db: AsyncSession, person: Person, scope: str) -> bool:
    """Whether this person's duties cover what the report covers: the series, the project, or all."""
    if person.id is None or person.deleted_at is not None:
        return False
    return person.id in await _readers(db, person.community_id, scope)


async def _readers(db: AsyncSession, community_id: int, scope: str) -> set[int]:
    """Nobody for a scope that another community has, or none."""
    roles = [role.value for role in ALLOWED[Action.READ_REPORTS]]
    kind, _, number = scope.partition(":")
    if kind in {"series", "session"}:
        series = await series_of(db, scope)
        ours = series is not None and series.community_id == community_id
        return await staff_of(db, series, *roles) if series is not None and ours else set()
    covered = col(Duty.project_id).is_(None) & col(Duty.series_id).is_(None)
    if kind == "project":
        covered |= (col(Duty.project_id) == row_id(number)) & col(Duty.series_id).is_(None)
    if await _owner(db, kind, row_id(number)) != community_id and scope != ALL:
        return set()
    duties = await db.scalars(
        select(Duty.person_id)
        .join(Person)
        .where(Person.community_id == community_id, col(Duty.role).in_(roles), covered)
    )
    return set(duties)


async def _owner(db: AsyncSession, kind: str, row: int) -> int | None:
    """The community whose project or project year it is."""
    if kind == "project":
        project = await db.get(Project, row)
        return project.community_id if project else None
    year = await db.get(ProjectYear, row) if kind == "year" else None
    return year.community_id if year else None


# --- handing out --------------------------------------------------------------------------------------------


async def link_for_me(db: AsyncSession, links: Links, me: Person, scope: str, now: datetime) -> str:
    """The address of an inside reader's own page; the link that they have is used while it lasts."""
    mine = await db.scalars(
        select(ReportLink)
        .where(
            ReportLink.person_id == me.id,
            ReportLink.scope == scope,
            col(ReportLink.revoked_at).is_(None),
            col(ReportLink.expires_at) > now + _WORTH_REUSING,
        )
        .order_by(col(ReportLink.id).desc())
    )
    link = mine.first()
    if link is None:
        link = ReportLink(
            community_id=me.community_id,
            scope=scope,
            person_id=me.id,
            language=me.language,
            made_by_id=me.id,
            made_at=now,
            expires_at=now + LIFE_INSIDE,
        )
        db.add(link)
        await db.flush()
    return address_of(links, link)


async def share(
    db: AsyncSession,
    links: Links,
    me: Person,
    scope: str,
    label: str,
    language: str,
    now: datetime,
    life: timedelta = LIFE_OUTSIDE,
) -> tuple[ReportLink, str]:
    """A link for a reader outside, and its address. Who hands it out must be one who `may_see` the scope."""
    link = ReportLink(
        community_id=me.community_id,
        scope=scope,
        label=label,
        language=language,
        made_by_id=me.id,
        made_at=now,
        expires_at=now + life,
    )
    db.add(link)
    await db.flush()
    return link, address_of(links, link)


def address_of(links: Links, link: ReportLink) -> str:
    """The address that opens a link; made anew from its row."""
    return links.to(PURPOSE, link.id, link.person_id or 0, link.made_at, link.expires_at - link.made_at)


def revoke(link: ReportLink, by: Person, now: datetime) -> None:
    """From now on the link is dead."""
    link.revoked_at, link.revoked_by_id = now, by.id


async def links_of(db: AsyncSession, me: Person, *, everybody: bool, now: datetime) -> Sequence[ReportLink]:
    """Links that still open, newest first: those I hold or handed out, or everybody's."""
    query = select(ReportLink).where(
        ReportLink.community_id == me.community_id,
        col(ReportLink.revoked_at).is_(None),
        col(ReportLink.expires_at) > now,
    )
    if not everybody:
        query = query.where((col(ReportLink.made_by_id) == me.id) | (col(ReportLink.person_id) == me.id))
    return (await db.scalars(query.order_by(col(ReportLink.id).desc()))).all()


# --- opening ------------------------------------------------------------------------------------------------


async def opened(db: AsyncSession, ticket: Ticket, person: Person | None, now: datetime) -> Viewing | None:
    """What a signed ticket shows; None where the link was taken back, has ended, names another reader than
    its row, or its reader's duties do not cover the report any more."""
    link = await db.get(ReportLink, row_id(ticket.subject))
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        return None
    if (link.person_id or 0) != ticket.person_id:
        return None
    if link.person_id is not None and (person is None or not await may_see(db, person, link.scope)):
        return None
    community = await db.get_one(Community, link.community_id)
    return Viewing(link, person if link.person_id else None, community)


def record(db: AsyncSession, viewing: Viewing, action: str, form: str, k: int, now: datetime) -> None:
    """Write down that a link's reader saw the report, or took it as a file: `form` is page, csv or xlsx, `k`
    from how many people on numbers stood in it."""
    db.add(
        AuditEvent(
            community_id=viewing.link.community_id,
            at=now,
            actor_id=viewing.link.person_id,
            action=action,
            subject=viewing.link.scope,
            details={"link": viewing.link.id, "form": form, "k": k},
        )
    )


def record_files(db: AsyncSession, community: Community, reports: Iterable[Report], now: datetime) -> None:
    """Write down that whoever runs the machine took these reports as files, for which no link is needed."""
    db.add_all(
        AuditEvent(
            community_id=community.id, at=now, action=EXPORTED, subject=report.scope,
            details={"form": "files", "k": report.k},
        )
        for report in reports
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the trail. `who` is a person's name, an outside reader's label (while they are kept), or
    the command by which whoever runs the machine took files."""

    id: int
    at: datetime
    who: str
    outside: bool
    action: str
    form: str
    scope: str
    link_id: int | None


async def may_read_trail(db: AsyncSession, person: Person) -> bool:
    """Whether this person administers the community, asked again at every visit."""
    if person.deleted_at is not None:
        return False
    roles = [role.value for role in ALLOWED[Action.MANAGE_COMMUNITY]]
    duties = select(Duty.id).where(Duty.person_id == person.id, col(Duty.role).in_(roles))
    return (await db.scalars(duties.limit(1))).first() is not None


async def trail(db: AsyncSession, community_id: int, most: int, before: int = 0) -> list[Look]:
    """Who saw and took reports, newest first; `before` an event's id, for the next page."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.community_id == community_id, col(AuditEvent.action).in_([SEEN, EXPORTED]))
        .order_by(col(AuditEvent.id).desc())
        .limit(most)
    )
    if before:
        query = query.where(col(AuditEvent.id) < before)
    events = list(await db.scalars(query))
    people = await _names(db, {event.actor_id for event in events if event.actor_id})
    labels = await _labels(db, {_link_id(event) for event in events} - {0})
    return [
        Look(
            event.id,
            event.at,
            _who(event, people, labels),
            event.actor_id is None and _link_id(event) > 0,
            event.action,
            str(event.details.get("form", "card")),
            event.subject,
            _link_id(event) or None,
        )
        for event in events
    ]


def _who(event: AuditEvent, people: Mapping[int, str], labels: Mapping[int, str]) -> str:
    if event.actor_id:
        return people.get(event.actor_id, "–")
    return labels.get(_link_id(event)) or "–" if _link_id(event) else COMMAND


async def times_opened(db: AsyncSession, links: Sequence[ReportLink]) -> dict[int, int]:
    """How often each link's page was opened, by the link's id; links never opened are left out."""
    link_id = cast("Any", AuditEvent.details)["link"].as_integer()
    rows = await db.execute(
        select(link_id, func.count())
        .where(AuditEvent.action == SEEN, link_id.in_([link.id for link in links]))
        .group_by(link_id)
    )
    return {row[0]: row[1] for row in rows}


def _link_id(event: AuditEvent) -> int:
    found = event.details.get("link")
    return found if isinstance(found, int) else 0


async def _names(db: AsyncSession, ids: set[int]) -> dict[int, str]:
    rows = await db.execute(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


async def _labels(db: AsyncSession, ids: set[int]) -> dict[int, str]:
    rows = await db.execute(select(ReportLink.id, ReportLink.label).where(col(ReportLink.id).in_(ids)))
    return {row[0]: row[1] for row in rows}
