"""The values that go into a plan and come out of it.

People are ids (strings); the engine never sees a name, an address or a chat platform. Every value is frozen,
and every one that a card or a file shows can be turned into plain JSON with `as_dict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Pair = tuple[str, str]
Group = tuple[str, ...]
Round = tuple[Group, ...]


def pair(a: str, b: str) -> Pair:
    """The two ids in the one order that the engine stores pairs in."""
    return (a, b) if a <= b else (b, a)


def pairs_in(group: Sequence[str]) -> Iterable[Pair]:
    """Every two people of one group, each pair once."""
    return (pair(a, b) for i, a in enumerate(group) for b in group[i + 1 :])


@dataclass(frozen=True)
class Member:
    """One person who may take part: traits are such as state, role, organisation, setting, language."""

    id: str
    traits: Mapping[str, str] = field(default_factory=dict)
    leads: bool = False


@dataclass(frozen=True)
class Rules:
    """What a round must and should look like. Give `size` (people in a group) or `groups` (how many).

    `mix` weighs traits: above 0 spreads equal values over the groups, below 0 brings them together; a weight
    of 1 makes ten pairs of equals cost as much as one repeated meeting. `share` names traits of which a group
    needs one value in common (such as language; "en/es" speaks both), `common` those of which two people
    should have one in common, by the same weights as `mix`. `never` is confidential and mutual: it
    is honoured before everything else and appears in no message, explanation or repr. `apart` (such as
    supervisor and supervisee) may be named. `locks` holds people in the group with that number, from 0.
    """

    size: int | None = None
    groups: int | None = None
    mix: Mapping[str, float] = field(default_factory=dict)
    share: frozenset[str] = frozenset()
    common: Mapping[str, float] = field(default_factory=dict)
    never: frozenset[Pair] = field(default=frozenset(), repr=False)
    apart: frozenset[Pair] = frozenset()
    together: tuple[frozenset[str], ...] = ()
    one_lead_per_group: bool = False
    locks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """What really happened so far: attendance, not plans.

    `meetings` counts how often two people were in one group; `odd` how often someone sat in an odd group;
    `rounds_ago` says how long ago two people last met (1: in the last round), so that a repeat that cannot be
    avoided is at least not "the same partner again".
    """

    meetings: Mapping[Pair, int] = field(default_factory=dict)
    odd: Mapping[str, int] = field(default_factory=dict)
    rounds_ago: Mapping[Pair, int] = field(default_factory=dict)

    def after(self, groups: Sequence[Sequence[str]]) -> History:
        """The history with one more round in it, as it was really attended."""
        meetings = {pair(*key): count for key, count in self.meetings.items()}
        rounds_ago = {pair(*key): ago + 1 for key, ago in self.rounds_ago.items()}
        for group in groups:
            for two in pairs_in(group):
                meetings[two] = meetings.get(two, 0) + 1
                rounds_ago[two] = 1
        odd = dict(self.odd)
        for person in odd_people(groups):
            odd[person] = odd.get(person, 0) + 1
        return History(meetings, odd, rounds_ago)


def odd_groups(groups: Sequence[Sequence[object]]) -> tuple[int, ...]:
    """Which groups are the odd ones: those of the rarer size (the larger size when both are as common)."""
    sizes = [len(group) for group in groups]
    if len(set(sizes)) < 2:
        return ()
    rarest = min(set(sizes), key=lambda size: (sizes.count(size), -size))
    return tuple(i for i, size in enumerate(sizes) if size == rarest)


def odd_people(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Who sits in an odd group."""
    return tuple(sorted(person for i in odd_groups(groups) for person in groups[i]))


@dataclass(frozen=True)
class OddSeat:
    """Someone in the odd group of one round: how often before, and the fewest times anyone present had."""

    person: str
    times_before: int
    fewest_before: int


@dataclass(frozen=True)
class MixShare:
    """Of the pairs formed whose values are both known, how many differ in the trait."""

    weight: float
    differing: int
    known: int

    @property
    def share(self) -> float | None:
        """Differing ÷ known, from 0 to 1; None when nothing is known."""
        return self.differing / self.known if self.known else None


@dataclass(frozen=True)
class Explanation:
    """Why the plan looks as it does, complete enough for a card, a page and a file.

    `repeats` are the meetings of this plan between people who had met already (in it or before it); `bound`
    is a proven lower bound for them and `bound_by` the count that proves it (see `bound.Bound`);
    `out_of_turn` says how many turns in odd groups people had before it was theirs, and `fairness_cost` how
    many repeats fewer the best plan found has that cares for no turns; `new_meetings` are pairs who meet for
    the first time. `odd`, `without_lead`, `share_missed` and `common_missed` (groups in which two people
    have nothing in common) hold one entry per round; `met_pairs` of `possible_pairs` have
    met once the plan is done.
    """

    method: str
    seed: int
    people: int
    sizes: tuple[tuple[int, ...], ...]
    repeats: int
    bound: int
    new_meetings: int
    met_pairs: int
    possible_pairs: int
    mix: Mapping[str, MixShare]
    odd: tuple[tuple[OddSeat, ...], ...]
    without_lead: tuple[tuple[int, ...], ...]
    share_missed: tuple[tuple[int, ...], ...] = ()
    common_missed: tuple[tuple[int, ...], ...] = ()
    bound_by: str = "nothing"
    out_of_turn: int = 0
    fairness_cost: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = asdict(self)
        for trait, mix in self.mix.items():
            plain["mix"][trait]["share"] = mix.share
        return plain


@dataclass(frozen=True)
class Certificate:
    """What somebody else needs to check a plan's figures: they and what the bound rests on besides the
    rounds.

    Confidential rules are no part of it: the bound does not know of them.
    """

    repeats: int
    bound: int
    bound_by: str
    met_before: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Plan:
    """Rounds of groups of ids, why, and a certificate of the figures."""

    rounds: tuple[Round, ...]
    explanation: Explanation
    certificate: Certificate

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        rounds = [[list(group) for group in groups] for groups in self.rounds]
        return {
            "rounds": rounds,
            "explanation": self.explanation.as_dict(),
            "certificate": asdict(self.certificate),
        }


class Clash(ValueError):
    """No plan can keep all the rules.

    `rules` names the kinds of rule that cannot all hold ("together", "apart", "locks", "size", "people",
    "private and other"), `people` only those whose *visible* rules contradict each other by themselves.
    Whenever a confidential rule may play a part, `people` is empty and the text is the same for every cause.
    `nearest` is a set of rules that does work, when one was found, and `dropped` what it leaves out.
    """

    def __init__(
        self,
        reason: str,
        rules: tuple[str, ...],
        people: tuple[str, ...] = (),
        nearest: Rules | None = None,
        dropped: str = "",
    ) -> None:
        offer = f" The nearest that works: {dropped}." if nearest else ""
        super().__init__(reason + offer)
        self.reason = reason
        self.rules = rules
        self.people = people
        self.nearest = nearest
        self.dropped = dropped

    def offering(self, nearest: Rules, dropped: str) -> Clash:
        """The same clash with the nearest rules that do work."""
        return Clash(self.reason, self.rules, self.people, nearest, dropped)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the rules themselves: they hold the confidential ones."""
        return {
            "reason": self.reason,
            "rules": list(self.rules),
            "people": list(self.people),
            "nearest": self.dropped,
        }


def without(rules: Rules, **changes: Any) -> Rules:
    """The rules with some of them changed."""
    return replace(rules, **changes)
