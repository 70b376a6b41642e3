"""Resource pages of a series and of each session: the draft, its pictures, and every published version."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field


class ResourcePage(SQLModel, table=True):
    """The draft. `title` and `text` by language; the page of the series itself has no session."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    series_id: int = Field(foreign_key="series.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    title: dict[str, str] = json_field()
    text: dict[str, str] = json_field()
    open_to_all: bool = False
    """Whether whoever holds the open link may read it; else only members."""
    revision: int = 1
    """Grows with every edit; an edit names the revision it saw."""
    updated_at: datetime
    updated_by_id: int | None = Field(default=None, foreign_key="person.id")


class PagePicture(SQLModel, table=True):
    """A picture or a file of a page. `alt` says by language what the picture shows, or what the file is."""

    id: int = Field(default=None, primary_key=True)
    page_id: int = Field(foreign_key="resourcepage.id", index=True)
    name: str
    media_type: str
    content: bytes
    alt: dict[str, str] = json_field()
    added_at: datetime


class PageEdition(SQLModel, table=True):
    """One published version of a page in one language; the highest version is what readers see."""

    __table_args__ = (UniqueConstraint("page_id", "language", "version"),)

    id: int = Field(default=None, primary_key=True)
    page_id: int = Field(foreign_key="resourcepage.id", index=True)
    language: str
    version: int
    content: dict[str, object] = json_field()
    """title, text, links (title and url), pictures (id and alt) and files (id and alt), as published."""
    published_at: datetime
    published_by_id: int | None = Field(default=None, foreign_key="person.id")
