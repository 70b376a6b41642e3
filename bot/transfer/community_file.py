"""The community file: what one YAML file may say about a community, its series and their sessions.

The comment at the top of `prompts/sample/community.yaml` explains the format to people; these types are
its exact statement, and `bot.transfer.community_reader` reads it. A translation or an alt text may be
missing: that blocks publishing, not importing (see `prompts.library.missing_texts`). Dates and times are
wall-clock values in the cohort's anchor zone; nothing here knows UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from prompts.library import LanguageCode, Slug, Strict, Worded, Words
from prompts.time_zones import UnknownZone, load_zone

JobRole = Literal["clinician", "peer_specialist", "supervisor", "leader", "other"]
Setting = Literal["community_clinic", "school", "tribal_health", "hospital", "telehealth", "other"]
Minutes = Annotated[int, Field(ge=1, le=480)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://\S+$")]
JoinLink = Annotated[str, Field(pattern=r"^https://\S+$", max_length=2000)]


def _zone(name: str) -> str:
    try:
        load_zone(name)
    except UnknownZone as error:
        raise ValueError(f"{name} is not an IANA time zone, such as America/Boise") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def _hours_and_minutes(value: object) -> object:
    if isinstance(value, dt.time) or (isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value)):
        return value
    raise ValueError("write the time with hours and minutes, such as 12:00")


ClockTime = Annotated[dt.time, BeforeValidator(_hours_and_minutes)]


class SmallestCell(Strict):
    """The smallest count shown inside the community and to the outside; 0 is always shown, and of two people
    each would know the other."""

    inside: int = Field(5, ge=3)
    outside: int = Field(11, ge=3)

    @model_validator(mode="after")
    def _no_laxer_outside(self) -> Self:
        if self.outside < self.inside:
            raise ValueError("outside may not be smaller than inside")
        return self


class FileCommunity(Strict):
    """The programme itself. A text that lacks one of `languages` cannot be published in it."""

    id: Slug
    name: Words
    states: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(min_length=1)
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    smallest_cell: SmallestCell = SmallestCell(inside=5, outside=11)


class FileProjectYear(Strict):
    """A funding year; both days are part of it."""

    id: Slug
    label: str = Field(min_length=1)
    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"project year {self.id} ends before it starts")
        return self


class FileProject(Strict):
    """A funded line of work, over one or more project years."""

    id: Slug
    title: Words
    funder: str
    project_years: tuple[Slug, ...] = Field(min_length=1)


class FileObjective(Strict):
    """A measurable statement; `on_form` ones are asked about on the session's form."""

    id: Slug
    text: Words
    on_form: bool = False


class FilePreWork(Strict):
    """What to do beforehand, in at most ten minutes."""

    minutes: int = Field(ge=1, le=10)
    text: Words
    resource: Slug | None = None


class FileSegment(Strict):
    """One part of a session's agenda."""

    kind: Literal["plenary", "didactic", "breakout", "case"]
    minutes: Minutes
    title: Words
    presenters: tuple[Email, ...] = ()
    group_size: int | None = Field(None, ge=2, le=12)
    prompt: Words | None = None

    @model_validator(mode="after")
    def _only_breakouts_have_groups(self) -> Self:
        if (self.kind == "breakout") != (self.group_size is not None and self.prompt is not None):
            raise ValueError("a breakout, and only a breakout, has a group_size and a prompt")
        return self


class FileTheme(Worded):
    """A topic; the same id is the same theme in every session and series."""


class FileKeyIdea(Strict):
    """A takeaway. `question` is asked first; `answer` and the rest stay hidden until asked for."""

    id: Slug
    question: Words
    answer: Words
    idea: Words
    use: Words
    by_role: dict[JobRole, Words] = Field(default_factory=dict)
    by_setting: dict[Setting, Words] = Field(default_factory=dict)

    def use_for(self, job_role: str | None, setting: str | None) -> Words:
        """The way to use it for this reader: by role, else by setting, else the one for anyone."""
        ways = {str(key): words for key, words in (*self.by_setting.items(), *self.by_role.items())}
        return ways.get(job_role or "") or ways.get(setting or "") or self.use


class FileResource(Strict):
    """A link of a session, with what there is to see told in words."""

    id: Slug
    type: Literal["link", "video", "audio", "worksheet", "slides"]
    minutes: Minutes
    title: Words
    url: dict[LanguageCode, WebAddress]
    alt: Words | None = None


class FileCommitment(Worded):
    """Something small that a person can choose to do."""


class FileSession(Strict):
    """One live event; `date` and `start` are read in the cohort's anchor zone."""

    id: Slug
    title: Words
    date: dt.date
    start: ClockTime
    minutes: Minutes
    themes: tuple[FileTheme, ...] = ()


class ArchivedSession(FileSession):
    """A session that is over."""

    attended: tuple[Email, ...] = ()


class UpcomingSession(FileSession):
    """A session still to come, with everything that is planned for it."""

    join_link: JoinLink | None = None
    objectives: tuple[FileObjective, ...] = ()
    pre_work: FilePreWork | None = None
    segments: tuple[FileSegment, ...] = ()
    key_ideas: tuple[FileKeyIdea, ...] = ()
    resources: tuple[FileResource, ...] = ()
    commitments: tuple[FileCommitment, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        planned = sum(segment.minutes for segment in self.segments)
        if self.segments and planned != self.minutes:
            raise ValueError(f"the segments take {planned} minutes, the session {self.minutes}")
        if sum(objective.on_form for objective in self.objectives) > 2:
            raise ValueError("the form asks about at most two objectives")
        if self.pre_work and self.pre_work.resource:
            _known(self.pre_work.resource, (resource.id for resource in self.resources), "resource")
        return self


class FileCompletion(Strict):
    """Percentage of delivered sessions that a person attends to complete the series."""

    percent: int = Field(75, ge=1, le=100)


class FileCohort(Strict):
    """The people who take the series together: a roster file beside this one, or addresses."""

    id: Slug
    name: Words
    channel: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    capacity: int | None = Field(None, ge=1)
    anchor_zone: Zone
    facilitators: tuple[Email, ...] = Field(min_length=1)
    roster: str | None = None
    enrolled: tuple[Email, ...] = ()


class StickyNote(Strict):
    """Which key idea comes back how many days after the last session."""

    days: int = Field(ge=1, le=365)
    key_idea: Slug


class FileSeries(Strict):
    """What a past and a coming series have in common."""

    id: Slug
    project: Slug
    project_year: Slug
    title: Words
    summary: Words
    goals: tuple[Words, ...] = ()
    completion: FileCompletion = FileCompletion(percent=75)
    cohort: FileCohort


class ArchivedSeries(FileSeries):
    """A series that is over, kept for history."""

    status: Literal["archived"]
    sessions: tuple[ArchivedSession, ...] = Field(min_length=1)


class UpcomingSeries(FileSeries):
    """A series still to come."""

    status: Literal["upcoming"]
    sessions: tuple[UpcomingSession, ...] = Field(min_length=1)
    make_it_stick: tuple[StickyNote, ...] = ()

    @model_validator(mode="after")
    def _notes_name_key_ideas(self) -> Self:
        ideas = [idea.id for session in self.sessions for idea in session.key_ideas]
        _unique(ideas, "key idea")
        for note in self.make_it_stick:
            _known(note.key_idea, ideas, "key idea")
        return self


class CommunityFile(Strict):
    """The whole file."""

    format: Literal["throughline-community/1"]
    community: FileCommunity
    project_years: tuple[FileProjectYear, ...] = Field(min_length=1)
    projects: tuple[FileProject, ...] = Field(min_length=1)
    series: tuple[Annotated[ArchivedSeries | UpcomingSeries, Field(discriminator="status")], ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        years = [year.id for year in self.project_years]
        projects = [project.id for project in self.projects]
        _unique(years, "project year")
        _unique(projects, "project")
        _unique((series.id for series in self.series), "series")
        _unique((series.cohort.id for series in self.series), "cohort")
        _unique((session.id for series in self.series for session in series.sessions), "session")
        for project in self.projects:
            for year in project.project_years:
                _known(year, years, "project year")
        for series in self.series:
            _known(series.project, projects, "project")
            _known(series.project_year, years, "project year")
        return self


def _unique(ids: Iterable[str], noun: str) -> None:
    if twice := [entry for entry, count in Counter(ids).items() if count > 1]:
        raise ValueError(f"the {noun} {twice[0]} stands here twice")


def _known(wanted: str, ids: Iterable[str], noun: str) -> None:
    known = sorted(ids)
    if wanted not in known:
        raise ValueError(f"there is no {noun} {wanted}; this file has: {', '.join(known) or 'none'}")
