"""The series file: one series without its people, to be run again here or in another centre.

What `throughline export series` writes and `throughline import series` reads. Days are counted from the
first session, times are wall-clock times, so that whoever imports it chooses the first day and the time
zone. Texts may lack a language: that blocks publishing, not importing. Nothing in it names a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.transfer.community_file import ClockTime, FileCompletion, FileResource
from prompts.library import LanguageCode, Strict, Words

FORMAT = "throughline-series/1"
LONGEST_MINUTES = 1440
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
NO_WORDS = Words({})


class Page(Strict):
    """A resource page's draft. Its pictures and files are not part of the series file."""

    title: Words = NO_WORDS
    text: Words = NO_WORDS


class SharedObjective(Strict):
    """`on_form`: whether the session's form asks about it."""

    text: Words
    on_form: bool = False


class SharedPreWork(Strict):
    """`resource` is the id of a resource of the same session."""

    text: Words = NO_WORDS
    minutes: int = Field(0, ge=0, le=LONGEST_MINUTES)
    resource: Name | None = None


class SharedSegment(Strict):
    """One part of the run of show."""

    kind: Literal["plenary", "didactic", "breakout", "case"]
    minutes: Minutes
    title: Words = NO_WORDS


class Breakout(Strict):
    """What the groups of a session are asked, and of how many people they are."""

    prompt: Words = NO_WORDS
    group_size: int | None = Field(None, ge=2, le=50)


class Named(Strict):
    """A theme, or a commitment to choose from."""

    id: Name
    text: Words


class SharedKeyIdea(Strict):
    """A takeaway; `stick_days` says how many days after the last session it comes back."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,80}$")] = ""
    stick_days: int | None = Field(None, ge=1, le=400)
    idea: Words = NO_WORDS
    question: Words = NO_WORDS
    answer: Words = NO_WORDS
    use: Words = NO_WORDS
    by_role: dict[Name, Words] = Field(default_factory=dict)
    by_setting: dict[Name, Words] = Field(default_factory=dict)


class SharedSession(Strict):
    """One live event: `day` 0 is the first day of the series, `start` a wall-clock time."""

    id: Name | None = None
    title: Words
    day: int = Field(ge=0, le=3650)
    start: ClockTime
    minutes: Minutes
    objectives: tuple[SharedObjective, ...] = ()
    pre_work: SharedPreWork | None = None
    segments: tuple[SharedSegment, ...] = ()
    breakout: Breakout | None = None
    themes: tuple[Named, ...] = ()
    key_ideas: tuple[SharedKeyIdea, ...] = ()
    resources: tuple[FileResource, ...] = ()
    commitments: tuple[Named, ...] = ()
    page: Page | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _unique((theme.id for theme in self.themes), "theme")
        _unique((commitment.id for commitment in self.commitments), "commitment")
        resources = [one.id for one in self.resources]
        _unique(resources, "resource")
        wanted = self.pre_work.resource if self.pre_work else None
        if wanted and wanted not in resources:
            raise ValueError(f"there is no resource {wanted} in this session")
        return self


class SharedSeries(Strict):
    """What holds for all sessions. `cadence` and `instruments` are there where they are the series' own."""

    id: Name
    title: Words
    summary: Words = NO_WORDS
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    goals: tuple[Words, ...] = ()
    completion: FileCompletion = FileCompletion(percent=75)
    needs_approval: bool = False
    partner_weeks: int | None = Field(None, ge=0, le=52)
    cadence: tuple[dict[str, Any], ...] | None = None
    instruments: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    page: Page | None = None

    @model_validator(mode="after")
    def _can_be_called(self) -> Self:
        if self.id.isdecimal():
            raise ValueError("the id of a series needs a letter")
        return self


class SeriesFile(Strict):
    """The whole file."""

    format: Literal["throughline-series/1"]
    series: SharedSeries
    sessions: tuple[SharedSession, ...] = ()

    @model_validator(mode="after")
    def _starts_on_its_first_day(self) -> Self:
        if self.sessions and min(session.day for session in self.sessions) != 0:
            raise ValueError("the first session is on day 0")
        return self


def _unique(ids: Iterable[str], noun: str) -> None:
    if twice := [entry for entry, count in Counter(ids).items() if count > 1]:
        raise ValueError(f"the {noun} {twice[0]} stands here twice")
