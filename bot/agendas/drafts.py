"""What has been read so far: sessions in the making, and what holds for the whole series."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.agendas.days import AgendaDay
from bot.agendas.hours import Hour
from bot.agendas.parts import WrittenSegment
from bot.agendas.rhythm import Rhythm
from bot.agendas.zones_said import Zone


@dataclass
class Moment:
    """A time of day with the zone beside it."""

    hour: Hour
    zone: Zone | None = None


@dataclass
class Draft:
    """A session in the making: everything that was said of it, contradictions too."""

    where: str
    number: int | None = None
    days: list[AgendaDay] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    title: str = ""
    title_open: bool = False
    presenters: list[str] = field(default_factory=list)
    presenters_open: bool = False
    facilitators: list[str] = field(default_factory=list)
    objectives: list[str] = field(default_factory=list)
    told_parts: list[WrittenSegment] = field(default_factory=list)
    half: str = ""
    cancelled: bool = False
    no_session: bool = False
    moved: bool = False
    date_open: bool = False
    time_open: bool = False
    link: str = ""
    inline: bool = False
    """Told in one line: what follows, without a label, is no longer about it."""
    level: int = 0
    said: str = ""
    utc: object = None
    """For a calendar's moment without a zone: the moment itself."""

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.moments or self.title or self.presenters or self.objectives)


@dataclass
class GatheredDraft:
    """All that one file says."""

    language: str = "en"
    drafts: list[Draft] = field(default_factory=list)
    titles: list[tuple[int, str]] = field(default_factory=list)
    """Candidates for the series' title with how much speaks for each."""
    every: Draft = field(default_factory=lambda: Draft("series"))
    """What holds for every session."""
    dates: list[AgendaDay] = field(default_factory=list)
    dates_where: str = ""
    range_days: list[AgendaDay] = field(default_factory=list)
    skips: list[AgendaDay] = field(default_factory=list)
    cancelled: list[AgendaDay] = field(default_factory=list)
    """Days whose session a sentence cancels."""
    rhythms: list[Rhythm] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    roster_file: str = ""
    endless: str = ""
    """The name of a meeting in a calendar that repeats without an end."""
    lines_read: int = 0
    closed: bool = False
    """After "Thanks," only days still count."""
