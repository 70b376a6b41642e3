"""What each simulated person gets: messages a week, recalls, and what was told against what came."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.message_kinds import MessageKinds
from bot.learning.composing.recall import MOST_CORE, dealt, on_card
from bot.nudges.budget import WEEK
from bot.nudges.load_ahead import SUPPOSED, WITHIN, expected
from bot.nudges.planned import Planned

STICK, CHECK_IN = "make_it_stick", "commitment_check_in"


@dataclass
class People:
    """Of each person of one cohort a start."""

    kinds: MessageKinds
    weeks: list[int] = field(default_factory=list)
    """The messages in their fullest seven days."""
    same_minute: int = 0
    """Messages that a person gets in the minute of another one."""
    check_ins: int = 0
    check_ins_lost: int = 0
    recalls: list[int] = field(default_factory=list)
    """For each core idea (`MOST_CORE` of them), how often the reminders that come ask it."""
    ratios: list[float] = field(default_factory=list)
    """What they got ÷ what they were told at joining."""

    @property
    def told_share(self) -> float:
        """How many got what they were told, within ±20 %."""
        return sum(abs(ratio - 1) <= WITHIN for ratio in self.ratios) / max(1, len(self.ratios))

    def count(self, planned: Sequence[Planned], told: Sequence[Planned], dice: random.Random) -> None:
        """One cohort: as it goes, and as it was expected when people joined."""
        for nudge in planned:
            if nudge.step.kind == CHECK_IN:
                self.check_ins += 1
                self.check_ins_lost += nudge.skip is not None
        foretold = by_person(told)
        for person, nudges in by_person(planned).items():
            self._count_moments(nudges)
            self._count_recalls(nudges)
            if foretold.get(person):
                whole = round(expected(foretold[person], self.kinds))
                self.ratios.append(self._got(nudges, dice) / max(1, whole))

    def _count_moments(self, nudges: Sequence[Planned]) -> None:
        """Parts of one message share its moment; join links are not counted, but no other message may fall
        into their minute."""
        counted = sorted({one.at_utc for one in nudges if not self.kinds[one.step.kind].apart})
        links = [one.at_utc for one in nudges if self.kinds[one.step.kind].apart]
        self.weeks.append(max((sum(at <= one < at + WEEK for one in counted) for at in counted), default=0))
        minutes = [one.replace(second=0, microsecond=0) for one in (*counted, *links)]
        self.same_minute += len(minutes) - len(set(minutes))

    def _count_recalls(self, nudges: Sequence[Planned]) -> None:
        places = [int(one.step.repeat_key) for one in nudges if one.step.kind == STICK]
        if not places:
            return
        deal = dealt(range(MOST_CORE), max(places))
        asked = Counter(idea for place in places for idea in on_card(deal, place))
        self.recalls += [asked[idea] for idea in deal]

    def _got(self, nudges: Sequence[Planned], dice: random.Random) -> int:
        """How many messages came: what only some get is drawn by its share."""
        sent: set[datetime] = set()
        for one in nudges:
            kind = self.kinds[one.step.kind]
            if not kind.apart and dice.random() < kind.chance:
                sent.add(one.at_utc)
        return len(sent)


def by_person(planned: Sequence[Planned]) -> dict[str, list[Planned]]:
    """What is sent to each person, if nothing changes."""
    found: defaultdict[str, list[Planned]] = defaultdict(list)
    for nudge in planned:
        if nudge.person_id is not None and nudge.skip is None:
            found[nudge.person_id].append(nudge)
    return found


def supposed_ids(sessions: int, people: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """(id, session, person) of the plans that everybody is taken to make at the end of each session, when
    they are told at joining what to expect."""
    for session in range(sessions):
        for person in people:
            yield f"{SUPPOSED}{session}{person}", session, person
