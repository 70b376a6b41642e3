"""The desk: what a handler works at. One event, one person, one open transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from bot.core.cards import Card
from bot.core.events import Event
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.core.notes import note
from bot.core.permissions import ALLOWED, CHANGES_A_SERIES, Action, Role, may
from bot.core.reply import Refusal, WhichCohort
from prompts import dates
from prompts.words import archive as archive_words
from prompts.words import core as words
from storage.base import opaque_id
from storage.nudges import Job, Nudge
from storage.people import AuditEvent, Community, Duty, Identity, Person, Workspace, reaches
from storage.series import Cohort, CohortChannel, Enrollment, EnrollmentStatus, Series, SeriesStatus
from storage.sessions import Session, SessionStatus

SOON = timedelta(minutes=15)
"""So long before its beginning a session counts as on: people come and ask then."""
MOST_NAMED = 3
"""People whom an answer names, to be asked; where more could help, their roles are enough."""


@dataclass(slots=True)
class Context:
    """`me` is the person who caused the event; `language` is theirs. `db` is the open transaction: the
    router commits it after the handler returned, and rolls it back when the handler raised."""

    db: AsyncSession
    now: datetime
    event: Event
    community: Community
    workspace: Workspace
    me: Person
    links: Links
    kinds: MessageKinds
    channels_linked: frozenset[str] = frozenset()
    """The platforms that let the bot open no channel: one is linked where the bot is installed."""
    cohort_named: str = ""
    """The cohort that was named beside the arguments, or chosen: the one meant where no argument says one."""
    cohort_assumed: bool = False
    """Whether `cohort` answered by `cohort_named`, so that a form has to remember it."""

    about: Cohort | None = None
    """The cohort that this event turned out to be about: a command that the answer quotes is meant for it."""

    threads_only: frozenset[str] = frozenset()
    """The platforms on which a group is a thread of the cohort's channel, and can be nothing else."""
    address_platform: str = ""
    """The platform on which every address can be written to; empty where there is none."""

    @property
    def language(self) -> str:
        return self.me.language

    async def address_workspace(self) -> Workspace:
        """The workspace of people whom we know by their address alone. Raises `Refusal` without one."""
        found = await self.db.scalars(
            select(Workspace).where(
                Workspace.community_id == self.community.id,
                Workspace.platform == self.address_platform,
                col(Workspace.uninstalled_at).is_(None),
            )
        )
        workspace = found.first()
        if workspace is None:
            raise Refusal(words.no_email_here(self.language))
        return workspace

    async def roles(self, series_id: int | None = None) -> set[Role]:
        """My roles: those for the whole community, and those for this series and its project.
        Without a series: the roles I have anywhere."""
        duties = select(Duty).where(Duty.person_id == self.me.id)
        if series_id is not None:
            series = await self.db.get_one(Series, series_id)
            duties = duties.where(reaches(series_id, series.project_id))
        found = await self.db.scalars(duties)
        return {Role(duty.role) for duty in found} | {Role.PARTICIPANT}

    async def may(self, action: Action, series_id: int | None = None) -> bool:
        return may(await self.roles(series_id), action)

    async def require(self, action: Action, series_id: int | None = None) -> None:
        """Raises `Refusal`: naming who can, when I may not; and when this would change an archived series."""
        if not await self.may(action, series_id):
            raise await self.not_allowed(action, series_id)
        if series_id is not None and action in CHANGES_A_SERIES:
            await self.refuse_archived(series_id)

    async def not_allowed(
        self, action: Action, series_id: int | None = None, people: Collection[int] | None = None
    ) -> Refusal:
        """What to raise when I may not: who can, by name where they are few. `people` are those who can,
        where that is known better than by their roles in my series."""
        language = self.language
        who, names = words.who_can(language, action), await self._who_may(action, series_id)
        if people is not None:
            named = select(Person.name).where(col(Person.id).in_(people), col(Person.deleted_at).is_(None))
            names = list(await self.db.scalars(named.order_by(Person.name).limit(MOST_NAMED + 1)))
        if not 0 < len(names) <= MOST_NAMED:
            return Refusal(words.not_allowed(language, who=who))
        return Refusal(words.not_allowed_ask(language, who=who, names=dates.series_of(language, names)))

    async def _who_may(self, action: Action, series_id: int | None) -> list[str]:
        """The names of those who may, in this series or else in mine; one more than are named at most."""
        here = [series_id] if series_id is not None else await self._my_series()
        projects = select(Series.project_id).where(col(Series.id).in_(here))
        found = await self.db.scalars(
            select(Person.name)
            .join(Duty)
            .where(
                Person.community_id == self.community.id,
                col(Person.deleted_at).is_(None),
                col(Duty.role).in_(ALLOWED[action]),
                or_(
                    col(Duty.series_id).in_(here),
                    col(Duty.series_id).is_(None) & col(Duty.project_id).in_(projects),
                    col(Duty.series_id).is_(None) & col(Duty.project_id).is_(None),
                ),
            )
            .distinct()
            .order_by(Person.name)
            .limit(MOST_NAMED + 1)
        )
        return list(found)

    async def _my_series(self) -> list[int]:
        """Those that I am enrolled in, or have a duty in."""
        enrolled = (
            select(Cohort.series_id)
            .join(Enrollment)
            .where(Enrollment.person_id == self.me.id, Enrollment.status != EnrollmentStatus.LEFT)
        )
        duties = select(Duty.series_id).where(Duty.person_id == self.me.id, col(Duty.series_id).is_not(None))
        return list(await self.db.scalars(enrolled.union(duties)))

    async def refuse_archived(self, series_id: int) -> None:
        """Raises `Refusal` when the series is archived: it stays as it is."""
        series = await self.db.get_one(Series, series_id)
        if series.status == SeriesStatus.ARCHIVED:
            titles = series.title
            title = titles.get(self.language) or next(iter(titles.values()), series.slug)
            raise Refusal(archive_words.archived(self.language, series=title, slug=series.slug))

    async def cohort(self, name: str = "", action: Action = Action.TAKE_PART) -> Cohort:
        """The cohort meant: the one named (its name, the beginning of it or of a word in it, or its series'
        slug), else this channel's, else my only one, else the only one whose session is on. Raises
        `WhichCohort` when several fit, and `Refusal` when none does or I may not do `action` there.
        Participants find only cohorts they are enrolled in."""
        if not name and self.cohort_named:
            name, self.cohort_assumed = self.cohort_named, True
        mine = await self._my_cohorts()
        fitting = await self._fitting(mine, name)
        if not fitting and action is not Action.TAKE_PART:
            fitting = await self._fitting(await self._my_cohorts(archived=True), name, named=True)
        if len(fitting) > 1 and (running := await self._in_session(fitting)):
            fitting, self.cohort_named, self.cohort_assumed = [running], str(running.id), True
        if len(fitting) != 1:
            names = ", ".join([one.name for one in (fitting or mine)])
            if not mine:
                raise Refusal(words.no_cohort(self.language))
            choices = tuple((cohort.id, cohort.name) for cohort in (fitting or mine))
            raise WhichCohort(words.which_cohort(self.language, names=names), choices)
        await self.require(action, fitting[0].series_id)
        self.about = fitting[0]
        return fitting[0]

    async def cohort_to_type(self) -> str:
        """How to name, in a command that I type here, the cohort that this is `about`; empty where it is
        meant anyway, or not known."""
        if self.about is None or self.about == await self._cohort_here():
            return ""
        mine = await self._my_cohorts()
        if len(mine) < 2:
            return ""
        alike = [one for one in mine if one.name.casefold() == self.about.name.casefold()]
        is_plain = len(alike) == 1 and not set(self.about.name) & set('"“”`')
        return f'"{self.about.name}"' if is_plain else str(self.about.id)

    async def _fitting(self, mine: list[Cohort], name: str, *, named: bool = False) -> list[Cohort]:
        """Those with this name, else that of this channel, else (unless it must be `named`) all."""
        if name:
            wanted = name.casefold()
            exact = [one for one in mine if wanted in await self._names(one)]
            begins = [one for one in mine if one.name.casefold().startswith(wanted)]
            return exact or begins or [one for one in mine if f" {wanted}" in one.name.casefold()]
        here = await self._cohort_here()
        if here is None:
            return [] if named else mine
        return [one for one in mine if one.id == here.id]

    async def _in_session(self, cohorts: list[Cohort]) -> Cohort | None:
        """The only one of these whose session is on now, or begins within `SOON`."""
        rows = await self.db.scalars(
            select(Session).where(
                col(Session.cohort_id).in_([cohort.id for cohort in cohorts]),
                Session.status != SessionStatus.CANCELLED,
                Session.starts_at <= self.now + SOON,
                Session.starts_at > self.now - timedelta(days=1),
            )
        )
        on = {row.cohort_id for row in rows if row.starts_at + timedelta(minutes=row.minutes) >= self.now}
        return next((one for one in cohorts if one.id in on), None) if len(on) == 1 else None

    async def cohort_names(self) -> list[str]:
        """What my cohorts can be called, in lower case, longest first."""
        names = {name for cohort in await self._my_cohorts() for name in await self._names(cohort)}
        return sorted((name for name in names if not name.isdecimal()), key=len, reverse=True)

    async def _cohort_here(self) -> Cohort | None:
        if self.event.where.kind not in {"channel", "group"}:
            return None
        return (
            await self.db.scalars(
                select(Cohort)
                .join(CohortChannel)
                .where(
                    CohortChannel.workspace_id == self.workspace.id,
                    CohortChannel.conversation == self.event.where.conversation,
                )
            )
        ).first()

    async def enrolled_near(self, people: Collection[int]) -> set[int]:
        """Of these, who takes part in this channel's cohort, else in one of mine."""
        here = await self._cohort_here()
        cohorts = [here] if here is not None else await self._my_cohorts()
        found = select(Enrollment.person_id).where(
            col(Enrollment.cohort_id).in_([one.id for one in cohorts]), col(Enrollment.person_id).in_(people)
        )
        return set(await self.db.scalars(found))

    async def _my_cohorts(self, *, archived: bool = False) -> list[Cohort]:
        """Those I am enrolled in, and those of series I have a duty in, newest first: those that are
        archived, or those that are not."""
        status = col(Series.status)
        cohorts = await self.db.scalars(
            select(Cohort)
            .join(Series)
            .where(Cohort.community_id == self.community.id)
            .where(status == "archived" if archived else status != "archived")
            .order_by(col(Cohort.id).desc())
        )
        enrolled = set(
            await self.db.scalars(
                select(Enrollment.cohort_id).where(
                    Enrollment.person_id == self.me.id, col(Enrollment.status).not_in(["left", "waiting"])
                )
            )
        )
        mine = []
        for cohort in cohorts:
            staff = await self.roles(cohort.series_id) - {Role.PARTICIPANT}
            if cohort.id in enrolled or staff:
                mine.append(cohort)
        return mine

    async def _names(self, cohort: Cohort) -> set[str]:
        series = await self.db.get_one(Series, cohort.series_id)
        return {cohort.name.casefold(), series.slug.casefold(), str(cohort.id)}

    def post(
        self,
        card: Card,
        *,
        person_id: int | None = None,
        channel_id: int | None = None,
        address: dict[str, object] | None = None,
        key: str = "",
        at: datetime | None = None,
        expires_at: datetime | None = None,
        cohort_id: int | None = None,
        session_id: int | None = None,
        kind: str = "note",
    ) -> Nudge:
        """Write a message that goes out right after the commit (or `at` a time): to one person, to a
        cohort channel, or to another conversation. `key` makes it unique; the same key never goes twice."""
        nudge = note(
            key or f"note:{opaque_id()}",
            self.community.id,
            self.now,
            kind=kind,
            person_id=person_id,
            channel_id=channel_id,
            address=address,
            card=card,
            due_at=at or self.now,
            expires_at=expires_at,
            cohort_id=cohort_id,
            session_id=session_id,
        )
        self.db.add(nudge)
        return nudge

    def job(self, kind: str, key: str, details: dict[str, Any], at: datetime | None = None) -> Job:
        """Ask for something on the platform that is not a message; done after the commit, until it works."""
        job = Job(
            key=key,
            community_id=self.community.id,
            kind=kind,
            details=details,
            due_at=at or self.now,
            created_at=self.now,
        )
        self.db.add(job)
        return job

    def audit(self, action: str, subject: str, **details: Any) -> None:
        """Record that I did this: identifiers only, never a person's words."""
        self.db.add(
            AuditEvent(
                community_id=self.community.id,
                at=self.now,
                actor_id=self.me.id,
                action=action,
                subject=subject,
                details=details,
            )
        )


async def identities_of(db: AsyncSession, workspace_id: int, person_ids: set[int]) -> dict[int, str]:
    """The platform user of each person in a workspace; people who are not there are left out."""
    rows = await db.scalars(
        select(Identity).where(Identity.workspace_id == workspace_id, col(Identity.person_id).in_(person_ids))
    )
    return {row.person_id: row.platform_user for row in rows}
