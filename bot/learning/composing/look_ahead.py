"""The look ahead, three days before a session: what for, with whom, what to do before, when."""

from __future__ import annotations

from bot.core.cards import Card, Section
from bot.learning.composing.meeting import Meeting, bullets, pre_work, said_in, when_and_who
from prompts.words import learning as words


def compose_look_ahead(meeting: Meeting, language: str, zone: str) -> Card | None:
    """The post; None when there is neither an objective nor pre-work (the time alone comes a day before).

    Raises `MissingTranslation` when a text lacks `language`.
    """
    if not meeting.objectives and not meeting.pre_work:
        return None
    sections = []
    if meeting.objectives:
        lines = [said_in(objective, language) for objective in meeting.objectives]
        sections.append(Section(title=words.objectives_title(language), text=bullets(lines)))
    if before := pre_work(meeting, language):
        sections.append(Section(text=before))
    return Card(
        title=words.ahead_title(language, session=said_in(meeting.title, language)),
        text=when_and_who(meeting, language, zone),
        sections=tuple(sections),
    )
