"""The two private notices: about client information, and about where to find help at once."""

from __future__ import annotations

from bot.core.cards import Card, Section
from prompts.library import read_library
from prompts.words import privacy as words


def client_card(language: str) -> Card:
    """Tells the author, and only the author, to look again. Holds nothing of what they wrote."""
    notice = read_library().notice("client_information_nudge")
    return Card(
        title=notice.title.say(language),
        text=notice.text.say(language),
        context=words.no_compliance(language),
    )


def crisis_section(language: str) -> Section:
    """988 and the plain statement that nobody watches."""
    notice = read_library().notice("crisis")
    return Section(title=notice.title.say(language), text=notice.text.say(language))


def crisis_card(language: str) -> Card:
    """The same where nothing else is to be said."""
    section = crisis_section(language)
    return Card(title=section.title, text=section.text)
