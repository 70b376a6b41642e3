"""A session as a message tells of it, and the resources that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prompts import dates
from prompts.catalog import MissingTranslation
from prompts.text import Marked, link
from prompts.words import learning as words

Texts = Mapping[str, str]
"""One text by language."""


@dataclass(frozen=True, slots=True)
class ResourceLink:
    """A link, with the whole minutes that it takes."""

    title: Texts
    url: Texts
    minutes: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session to come. `starts_at` and `moved_from` are aware; `moved_from` is where it stood before."""

    title: Texts
    starts_at: datetime
    moved_from: datetime | None = None
    presenters: tuple[str, ...] = ()
    objectives: tuple[Texts, ...] = ()
    pre_work: Texts = field(default_factory=dict)
    pre_work_minutes: int = 0
    pre_work_resource: ResourceLink | None = None


def said_in(texts: Texts, language: str) -> str:
    """The text in `language`. Raises `MissingTranslation` where there is none: never another language."""
    text = texts.get(language, "").strip()
    if not text:
        raise MissingTranslation(f"a text has no {language}")
    return text


def bullets(lines: Iterable[str]) -> Marked:
    """One list item a line; plain strings are escaped."""
    return Marked("\n").join([Marked("- ") + line for line in lines])


def when_and_who(meeting: Meeting, language: str, zone: str) -> Marked:
    """When on the reader's clock, where it stood before if it moved, and with whom."""
    lines = [words.ahead_when(language, when=dates.when(language, meeting.starts_at, zone))]
    if meeting.moved_from is not None and meeting.moved_from != meeting.starts_at:
        lines.append(words.ahead_moved(language, was=dates.when(language, meeting.moved_from, zone)))
    if meeting.presenters:
        lines.append(words.ahead_with(language, names=dates.series_of(language, list(meeting.presenters))))
    return Marked("\n").join(lines)


def pre_work(meeting: Meeting, language: str) -> Marked | None:
    """What to do beforehand, how long it takes, and the link; None when there is nothing to do."""
    if not meeting.pre_work:
        return None
    time = dates.minutes(language, meeting.pre_work_minutes)
    line = words.ahead_pre_work(language, time=time, text=said_in(meeting.pre_work, language))
    if meeting.pre_work_resource is None:
        return line
    return line + Marked("\n") + resource_line(meeting.pre_work_resource, language)


def resource_line(resource: ResourceLink, language: str) -> Marked:
    """A link with its minutes."""
    shown = link(said_in(resource.title, language), said_in(resource.url, language))
    return words.resource_line(language, resource=shown, time=dates.minutes(language, resource.minutes))
