"""The outbox and the inbox: planned messages, platform jobs, and the events that came in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CursorResult, Index
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, UniqueConstraint, col

from storage.base import json_field, opaque_id, optional_json_field
from storage.leases import Leased, Retried


class NudgeState(StrEnum):
    """The states of a message; see `docs/architecture.md`."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    HELD = "held"
    FOLDED = "folded"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """The states of a job."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class InboxState(StrEnum):
    """The states of a recorded event."""

    RECEIVED = "received"
    HANDLED = "handled"
    DONE = "done"


class Nudge(Retried, table=True):
    """One planned message to one person or one channel. This table is the truth of what goes out."""

    __table_args__ = (
        Index("ix_nudge_state_due_at_id", "state", "due_at", "id"),
        Index("ix_nudge_state_lease_until", "state", "lease_until"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """What it is, stable across re-planning: step, anchor, reader. Planning twice changes nothing."""
    mark: str = Field(default_factory=opaque_id, unique=True)
    """Opaque id that travels in the message's metadata, to find it again after a crash."""
    group: str = Field(default="", index=True)
    """The message it is a copy of, for all its readers: step and anchor. Facilitators act on groups."""
    community_id: int = Field(foreign_key="community.id", index=True)
    kind: str
    """A cadence step's kind, or ``note`` for a card written at once."""
    nature: str = "optional"
    """optional, form or logistics: optional ones can be refused all at once."""
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    subject_id: int | None = None
    """Row id of what the kind is about beyond a session: a commitment, a key idea, a round."""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """The reader of a direct message; empty for a channel post."""
    channel_id: int | None = Field(default=None, foreign_key="cohortchannel.id")
    """The cohort channel of a channel post."""
    address: dict[str, object] | None = optional_json_field()
    """A conversation that is neither (a breakout group): workspace_id, conversation, reference."""
    due_at: datetime
    """UTC."""
    expires_at: datetime | None = None
    """UTC; after it the message is stale and skipped."""
    due_because: str = ""
    """Why it is not at its nominal time: weekend, holiday, quiet_hours, budget, retry."""
    state: str = "planned"
    """planned, held, folded (a part of a message that is about to go), claimed, sent, skipped, failed or
    unknown (Teams: may or may not have arrived)."""
    reason: str = ""
    released: bool = False
    """A facilitator approved it or asked for it now."""
    card: dict[str, object] | None = optional_json_field()
    """A `Card` as JSON, written at once (a note); empty when the message is composed at send time."""
    bundle_id: int | None = Field(default=None, index=True)
    """Row id of the message that it is, or was, a part of."""
    sending_since: datetime | None = None
    """Set, and committed, just before the platform is called: from here on it may have been posted."""
    sent_at: datetime | None = None
    message: dict[str, object] | None = optional_json_field()
    """Where it stands: tenant, conversation, message; and what it was `about`, where its card says so."""
    told_at: datetime | None = None
    """When facilitators were told that it failed; they hear of each failure once."""
    created_at: datetime


class Edition(SQLModel, table=True):
    """A facilitator's own words for a group of nudges, in one language: they stand in place of the
    composed title and text; what is personal in the message stays. Without a text the message has its own."""

    __table_args__ = (UniqueConstraint("group", "language"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    group: str
    language: str
    title: str
    text: str
    edited_by_id: int = Field(foreign_key="person.id")
    edited_at: datetime
    revision: int = 1
    title_before: str = ""
    text_before: str = ""
    """What stood there before the newest edit, for its Undo."""


class Job(Retried, table=True):
    """One thing to do on a platform that is not a message: open a channel, invite, pin, open groups."""

    __table_args__ = (Index("ix_job_state_due_at", "state", "due_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    kind: str
    details: dict[str, object] = json_field()
    due_at: datetime
    state: str = "planned"
    """planned, claimed, done or failed."""
    reason: str = ""
    told_at: datetime | None = None
    """When somebody was told that it failed."""
    created_at: datetime


class LatestDeed(SQLModel, table=True):
    """When somebody last answered a question or came and went, by the platform's own clock: what happened
    before it and is delivered after it counts no more."""

    topic: str = Field(primary_key=True)
    """A digest of person and question; it tells neither."""
    happened_at: datetime = Field(index=True)


class InboxEvent(Leased, table=True):
    """An event that a door verified and recorded before acknowledging it."""

    __table_args__ = (
        Index("ix_inboxevent_state_received_at", "state", "received_at"),
        Index("ix_inboxevent_state_lease_until", "state", "lease_until"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """platform, tenant and the platform's own event key."""
    received_at: datetime
    event: dict[str, object] | None = optional_json_field()
    """The event as JSON; emptied once it is done, so that nobody's words stay here."""
    state: str = "received"
    """received, handled (its effect is committed, the reply is not delivered yet) or done."""
    reply: dict[str, object] | None = optional_json_field()
    failure: str = ""
    """Name of the error that ended it, never its text."""


async def note_latest(db: AsyncSession, topic: str, happened_at: datetime) -> bool:
    """Note that this happened last of its topic. False, and nothing is changed, when something later has
    been noted already; of two processes at once the later one stands."""
    into = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    noted = into(LatestDeed).values(topic=topic, happened_at=happened_at)
    result = await db.execute(
        noted.on_conflict_do_update(
            index_elements=["topic"],
            set_={"happened_at": noted.excluded.happened_at},
            where=col(LatestDeed.happened_at) <= noted.excluded.happened_at,
        )
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
