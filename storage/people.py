"""Communities, workspaces, people, their identities on platforms, and what they may do."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Field, SQLModel, UniqueConstraint, col, or_

from storage.base import HOME_ZONE, json_field, model_field, opaque_id
from storage.settings import CommunitySettings

_Id = int | Mapped[int] | Mapped[int | None] | None


class Community(SQLModel, table=True):
    """The programme that one workspace, or several together, serve. Everything belongs to one."""

    id: int = Field(default=None, primary_key=True)
    name: str
    states: list[str] = json_field(list)
    languages: list[str] = json_field(lambda: ["en"])
    zone: str = HOME_ZONE
    k_inside: int = 5
    """Smallest cell shown to the community's own facilitators and evaluators."""
    k_outside: int = 11
    """Smallest cell shown outside: funders, exports, open pages."""
    settings: CommunitySettings = model_field(CommunitySettings)
    created_at: datetime


PAGES = "web"
"""The platform of accounts that only open pages: nobody can be written to there."""


class Workspace(SQLModel, table=True):
    """One Slack workspace or Teams tenant that serves a community."""

    __table_args__ = (UniqueConstraint("platform", "tenant"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    platform: str
    tenant: str
    name: str = ""
    reference: dict[str, str] = json_field()
    installed_at: datetime
    uninstalled_at: datetime | None = None
    held_until: datetime | None = None
    """Nothing is sent there before: the platform refuses everything that the bot asks of this workspace."""
    held_because: str = ""
    """The platform's own code for that; empty when it works."""
    held_since: datetime | None = None
    """When it refused everything first; empty when it works."""
    by_address: bool = False
    """Whether people are known there by their address alone (e-mail): used where no chat reaches them."""


class Person(SQLModel, table=True):
    """One human, with one or more platform identities. Quiet hours are minutes after local midnight."""

    __table_args__ = (UniqueConstraint("community_id", "email"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str
    email: str | None = None
    """Lower case; the roster's key. Empty for somebody known only from a platform."""
    zone: str = ""
    """IANA name; empty until they or their platform tell it: then the cohort's zone is used."""
    language: str = "en"
    quiet_from: int | None = None
    quiet_to: int | None = None
    state: str = ""
    job_role: str = ""
    setting: str = ""
    organisation: str = ""
    pronouns: str = ""
    country: str = ""
    """ISO code of the country whose public holidays they keep; empty: the one that their zone lies in."""
    preferred: str = ""
    """The platform on which they want to be written to; empty: where the bot spoke with them last."""
    paused_until: date | None = None
    shares_contact: bool = False
    """Whether learning partners and group mates who cannot write to them here may see their address."""
    answers_at: int | None = None
    """Minutes after local midnight at which they answer most, once that is known."""
    calendar_invitations: bool = False
    """Whether they asked for each session as an invitation to their confirmed address."""
    calendar_key: str = Field(default_factory=opaque_id)
    """A secret that makes the ids of their calendar's entries theirs: who answers one proves it."""
    created_at: datetime
    deleted_at: datetime | None = None


class Identity(SQLModel, table=True):
    """A person's account in a workspace, and the address of their one-to-one chat once it is known."""

    __table_args__ = (UniqueConstraint("workspace_id", "platform_user"),)

    id: int = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    platform_user: str
    alias: str = Field(default="", index=True)
    """The platform's other name for the same account (Teams: ``29:…`` beside the Entra object id)."""
    direct: str = ""
    """Conversation id of the one-to-one chat; empty until it is opened."""
    reference: dict[str, str] = json_field()
    reachable: bool = True
    """False once the platform says that this person cannot be written to (uninstalled, deactivated)."""
    unreachable_since: datetime | None = None
    """When the platform said so first; empty while they are reachable."""
    proven_at: datetime | None = None
    """When its owner first wrote, pressed or confirmed something from there: an address of a roster may be
    anybody's."""
    stopped_at: datetime | None = None
    """When they asked not to be written to here; only they can undo it."""
    complete: bool = True
    """False while the platform has not told who this is: it is asked again at the next contact."""
    asked_at: datetime | None = None
    """When the platform was asked last who this is."""
    told: dict[str, str] = json_field()
    """What the platform told last of name, zone, language and email: what stands so nobody chose."""

    def lose(self, now: datetime) -> None:
        """The platform says that they cannot be written to any more."""
        self.reachable, self.unreachable_since = False, self.unreachable_since or now

    def regain(self) -> None:
        """They can be written to (again)."""
        self.reachable, self.unreachable_since = True, None


class Duty(SQLModel, table=True):
    """What a person may do, and where: in the whole community, or in one project or series."""

    __table_args__ = (UniqueConstraint("person_id", "role", "project_id", "series_id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    """administrator, facilitator, presenter or evaluator; a participant has an enrollment instead."""
    project_id: int | None = Field(default=None, foreign_key="project.id")
    series_id: int | None = Field(default=None, foreign_key="series.id", index=True)


def reaches(series_id: _Id, project_id: _Id) -> ColumnElement[bool]:
    """Whether a duty holds in a series (of this project; values, or the columns of a join): one for the
    series, for its project, or for the whole community."""
    of_no_series = col(Duty.series_id).is_(None)
    return or_(
        col(Duty.series_id) == series_id,
        of_no_series & (col(Duty.project_id) == project_id),
        of_no_series & col(Duty.project_id).is_(None),
    )


class OptOut(SQLModel, table=True):
    """A person wants no more messages of one kind (a cadence step's kind, or ``optional`` for all)."""

    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    since: datetime


class AuditEvent(SQLModel, table=True):
    """Who did what: an event name and identifiers, never a person's words."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    at: datetime
    actor_id: int | None = Field(default=None, index=True)
    action: str
    subject: str = ""
    details: dict[str, object] = json_field()
