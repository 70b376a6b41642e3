"""The real sender on a small platform: what went out, to whom and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.platform import Address, Sent
from bot.core.reply import Skip
from bot.learning.feature import FEATURE
from bot.nudges.sender import Sender
from prompts.time_zones import load_zone
from tests.communities.platform import SmallPlatform
from tests.support.kinds import ALL_KINDS, written_by
from tests.support.stage import Stage

PACIFIC = load_zone("America/Los_Angeles")


@dataclass
class Letterbox(SmallPlatform):
    """Keeps what was posted with the conversation, and the stage's moment, at which it was."""

    stage: Stage | None = None
    letters: list[tuple[str, datetime, Card]] = field(default_factory=list)

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        assert self.stage is not None
        self.letters.append((to.conversation, self.stage.clock.now(), card))
        return await super().send(to, card, mark=mark, users=users, language=language)

    def days(self, user: str) -> list[date]:
        """The Pacific days on which somebody was written to directly."""
        return [at.astimezone(PACIFIC).date() for to, at, _ in self.letters if to == f"D-{user}"]

    def cards(self, conversation: str) -> list[Card]:
        return [card for to, _, card in self.letters if to == conversation]


async def post_until(stage: Stage, box: Letterbox, last: date) -> None:
    """Send what is due, day by day at 11:00 Pacific, up to and with `last`; only the learning messages."""
    sender = Sender(stage.database, stage.clock, {"slack": box}, _ONLY, stage.links)
    day = stage.clock.now().astimezone(PACIFIC).date()
    while day <= last:
        moment = datetime.combine(day, time(11), PACIFIC)
        if moment >= stage.clock.now():
            stage.clock.move_to(moment)
            while await sender.send_due():
                pass
        day += timedelta(days=1)


async def _another_tests(reading: ComposeContext) -> Skip:
    return Skip("not_here")


_ONLY = written_by(dict.fromkeys(ALL_KINDS.keys() - {kind.slug for kind in FEATURE.messages}, _another_tests))
"""The feature's own messages; every other one of the cadence is another test's."""
