"""A cohort after its first session, with people who have something to say, and the sending of prompts."""

from __future__ import annotations

from datetime import timedelta

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.forms import Form
from bot.core.reply import Reply, Skip
from bot.nudges.feature import FEATURE as NUDGES
from bot.nudges.outbox import Fold
from bot.nudges.sender import Sender
from bot.reflections.feature import FEATURE as REFLECTIONS
from storage.people import Person
from storage.series import Cohort
from storage.sessions import KeyIdea, Session, SessionExtras
from tests.communities.platform import SmallPlatform
from tests.communities.support import enroll, furnish
from tests.support.kinds import ALL_KINDS, written_by
from tests.support.stage import START, Stage

COMMITMENTS = [
    {"id": "breathe", "en": "Take one slow breath", "es": "Respirar una vez con calma"},
    {"id": "ask", "en": "Ask before I advise", "es": "Preguntar antes de aconsejar"},
    {"id": "thank", "en": "Thank one person", "es": "Dar las gracias a alguien"},
    {"id": "pause", "en": "Pause at noon", "es": "Parar al mediodía"},
]


async def cohort_with_people(stage: Stage, *users: str) -> tuple[Cohort, list[Person]]:
    """A cohort whose first session took place yesterday and whose second comes next week; the users take
    part, and ``fay`` runs it."""
    cohort = await furnish(stage)
    people = [await stage.person(user) for user in users]
    for person in people:
        await enroll(stage, cohort, person)
    await stage.person("fay", "administrator")
    async with stage.database.write() as db:
        for number, days in ((1, -1), (2, 7)):
            session = Session(
                community_id=1,
                cohort_id=cohort.id,
                number=number,
                title={"en": f"Session {number}"},
                starts_at=START + timedelta(days=days),
                zone="America/Los_Angeles",
                minutes=60,
                uid=f"session-{number}",
                extras=SessionExtras(commitments=COMMITMENTS),
            )
            db.add(session)
            await db.flush()
            idea = {"en": {"idea": f"Idea {number}"}, "es": {"idea": f"Idea {number}"}}
            db.add(KeyIdea(session_id=session.id, position=1, text=idea, approved_at=START))
    return cohort, people


async def send_due(stage: Stage, fold: Fold | None = None) -> list[Card]:
    """Send all that is due, with `fold` as one message a person; the cards that went out."""
    platform = SmallPlatform()
    told_here = {kind.slug for kind in (*REFLECTIONS.messages, *NUDGES.messages)}
    kinds = written_by(dict.fromkeys(ALL_KINDS.keys() - told_here, _not_here))
    sender = Sender(stage.database, stage.clock, {"slack": platform}, kinds, stage.links, fold)
    while await sender.send_due():
        pass
    return list(platform.posts.values())


async def _not_here(reading: ComposeContext) -> Skip:
    """The cadence's other messages are not what is told here."""
    return Skip("not_here")


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, reply
    return reply.form


def value_of(reply: Reply | Card, label: str) -> str:
    """What the button with this label carries."""
    card = reply if isinstance(reply, Card) else reply.card
    assert card is not None
    buttons = [*card.buttons, *(button for section in card.sections for button in section.buttons)]
    return next(button.value for button in buttons if button.label.startswith(label))
