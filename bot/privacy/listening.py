"""The first to see every message: client information and crisis words get one private note, nothing else.

The words of such a message are taken out of its event before it is written down anywhere, and the message
goes no further: it is not saved as a reflection either. Neither the audit nor the log learns what was found,
or that anything was.
"""

from __future__ import annotations

from bot.cards import Card
from bot.desk import Desk
from bot.events import Said
from bot.feature import Reply
from bot.privacy.detectors import signs_of_client_information, sounds_like_crisis
from bot.privacy.notices import client_card, crisis_section

CLIENT, CRISIS = "client", "crisis"


def without_words_to_guard(said: Said) -> Said:
    """The message itself when it looks harmless; else one that says why it lost its words and files."""
    client, crisis = bool(signs_of_client_information(said.text)), sounds_like_crisis(said.text)
    withheld = tuple(name for name, found in ((CLIENT, client), (CRISIS, crisis)) if found)
    return said.model_copy(update={"text": "", "files": (), "withheld": withheld}) if withheld else said


async def words_seen(desk: Desk) -> Reply | None:
    """A listener. The router handles an event once, so that there is one note for a message."""
    event = desk.event
    if not isinstance(event, Said) or not event.withheld:
        return None
    say, crisis = desk.language, CRISIS in event.withheld
    if CLIENT not in event.withheld:
        section = crisis_section(say)
        return Reply(card=Card(title=section.title, text=section.text))
    card = client_card(say)
    return Reply(card=card.model_copy(update={"sections": (crisis_section(say),)}) if crisis else card)
