"""The look back, one day after a session, with the look ahead to the next: forty seconds to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.cards import Card, Section
from bot.learning.composing.meeting import (
    Meeting,
    ResourceLink,
    Texts,
    bullets,
    pre_work,
    resource_line,
    said_in,
    when_and_who,
)
from prompts.text import Marked, marked
from prompts.words import learning as words

MOST_IDEAS = 3
MOST_THEMES = 3
MOST_VOICES = 2
"""Shared reflections and notes from the groups together; more of them nobody reads."""
MOST_RESOURCES = 2
LONGEST_VOICE = 140
"""Characters of one shared reflection."""
CATCH_UP_MINUTES = 5


@dataclass(frozen=True, slots=True)
class LookBack:
    """What is to be told. `ideas` are approved ones only, `shared` and `harvest` what their authors shared
    with the cohort. `attended` is None where nobody took attendance. `following` is the next session;
    `last` says that there is none to come."""

    title: Texts
    ideas: tuple[Texts, ...] = ()
    themes: tuple[Texts, ...] = ()
    resources: tuple[ResourceLink, ...] = ()
    shared: tuple[str, ...] = ()
    harvest: tuple[str, ...] = ()
    following: Meeting | None = None
    last: bool = False
    attended: bool | None = None
    recall: Section | None = None
    """A question on the session before, which comes first: recalling beats reading."""


def compose_look_back(told: LookBack, language: str, zone: str) -> Card | None:
    """The message for one reader; None when there is nothing to say: no idea, no theme, no next session.

    Raises `MissingTranslation` when a text lacks `language`.
    """
    if not told.ideas and not told.themes and told.following is None:
        return None
    opening = {True: words.look_back_attended, False: words.look_back_missed, None: words.look_back_anybody}
    sections = (
        told.recall,
        _ideas(told, language),
        _themes(told, language),
        _voices(told, language),
        _resources(told, language),
        _ahead(told, language, zone),
    )
    return Card(
        title=words.look_back_title(language, session=said_in(told.title, language)),
        text=opening[told.attended](language),
        sections=tuple(section for section in sections if section is not None),
    )


def _ideas(told: LookBack, language: str) -> Section | None:
    lines = [said_in(idea, language) for idea in told.ideas[:MOST_IDEAS]]
    return Section(title=words.ideas_title(language), text=bullets(lines)) if lines else None


def _themes(told: LookBack, language: str) -> Section | None:
    names = [said_in(theme, language) for theme in told.themes[:MOST_THEMES]]
    text = Marked(" · ").join(names)
    return Section(title=words.surfaced_title(language), text=text) if names else None


def _voices(told: LookBack, language: str) -> Section | None:
    """One shared reflection before one note of a group, and so on: neither crowds out the other."""
    lines = [_quote(voice) for voice in _in_turns(told.shared, told.harvest)[:MOST_VOICES]]
    return Section(title=words.voices_title(language), text=Marked("\n").join(lines)) if lines else None


def _in_turns(first: Sequence[str], second: Sequence[str]) -> list[str]:
    longest = max(len(first), len(second))
    return [part[place] for place in range(longest) for part in (first, second) if place < len(part)]


def _quote(voice: str) -> Marked:
    """One line, cut at a word."""
    line = " ".join(voice.split())
    if len(line) > LONGEST_VOICE:
        line = line[:LONGEST_VOICE].rsplit(" ", 1)[0] + " …"
    return Marked("> ") + marked(line)


def _resources(told: LookBack, language: str) -> Section | None:
    missed = told.attended is False
    chosen = catch_up(told.resources) if missed else told.resources[:MOST_RESOURCES]
    if not chosen:
        return None
    title = words.catch_up_title(language) if missed else words.resources_title(language)
    return Section(title=title, text=bullets(resource_line(resource, language) for resource in chosen))


def catch_up(resources: Iterable[ResourceLink]) -> list[ResourceLink]:
    """What fits into five minutes, shortest first; the shortest one alone when nothing fits."""
    shortest_first = sorted(resources, key=lambda resource: resource.minutes)
    chosen: list[ResourceLink] = []
    for resource in shortest_first:
        if sum(one.minutes for one in chosen) + resource.minutes <= CATCH_UP_MINUTES:
            chosen.append(resource)
    return chosen or shortest_first[:1]


def _ahead(told: LookBack, language: str, zone: str) -> Section | None:
    following = told.following
    if following is None:
        if not told.last:
            return None
        return Section(title=words.last_title(language), text=words.last_text(language))
    lines = [when_and_who(following, language, zone)]
    if following.objectives:
        lines.append(words.ahead_goal(language, text=said_in(following.objectives[0], language)))
    if before := pre_work(following, language):
        lines.append(before)
    return Section(
        title=words.ahead_title(language, session=said_in(following.title, language)),
        text=Marked("\n").join(lines),
    )
