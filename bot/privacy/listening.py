"""The first to see every message: client information and crisis words get one private note, nothing else.

Words that may hold client information are taken out of the event before it is written down anywhere. A
message that a note answers goes no further: it is not saved as a reflection either. Neither the audit nor the
log learns what was found, or that anything was.
"""

from __future__ import annotations

from bot.cards import Card
from bot.desk import Desk
from bot.events import Said
from bot.feature import Reply
from bot.privacy.detectors import signs_of_client_information, sounds_like_crisis
from bot.privacy.notices import client_card, crisis_section

CLIENT, CRISIS = "client", "crisis"


def without_client_information(said: Said) -> Said:
    """The message itself when it looks harmless; else one without its words and files."""
    if not signs_of_client_information(said.text):
        return said
    withheld = (CLIENT, CRISIS) if sounds_like_crisis(said.text) else (CLIENT,)
    return said.model_copy(update={"text": "", "files": (), "withheld": withheld})


async def words_seen(desk: Desk) -> Reply | None:
    """A listener. The router handles an event once, so that there is one note for a message."""
    event = desk.event
    if not isinstance(event, Said):
        return None
    client = CLIENT in event.withheld
    crisis = CRISIS in event.withheld or sounds_like_crisis(event.text)
    if not crisis and not client:
        return None
    say = desk.language
    if not client:
        section = crisis_section(say)
        return Reply(card=Card(title=section.title, text=section.text))
    card = client_card(say)
    return Reply(card=card.model_copy(update={"sections": (crisis_section(say),)}) if crisis else card)
