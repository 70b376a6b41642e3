"""The rows of the pairing benchmark, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.breakouts.engine import Rules
from bot.breakouts.engine.sizes import group_count, group_sizes

QUICK = (
    "5-3-7", "6-3-8", "8-4-10", "6-6-4", "10-5-9", "25-4-8", "100-5-8",
    "15p-4-3", "17p-4-3", "17p-4-3, 2 absent", "23p-4-4", "29p-5-5", "31p-5-6",
)  # fmt: skip
FULL = (
    "50-2-99", "500-2-999", "5-3-7", "6-3-8", "7-3-10", "8-3-11", "10-3-14", "6-4-7", "7-4-8", "7-4-9",
    "8-4-8", "8-4-9", "8-4-10", "9-4-11", "6-5-6", "10-5-9", "6-6-3", "6-6-4", "6-6-6", "25-4-8", "100-5-8",
    "400-5-12", "1000-5-8", "15p-4-3", "17p-4-3", "17p-4-3, 2 absent", "23p-4-4", "29p-5-5", "31p-5-6",
    "32p-5-6", "33p-5-6", "33p-5-6, 6 groups",
)  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """A room: people, rules, rounds, and who is absent in which round."""

    name: str
    people: int
    rules: Rules
    rounds: int
    absent: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """p0000, p0001, …"""
        return [f"p{i:04d}" for i in range(self.people)]

    @property
    def present(self) -> list[list[str]]:
        """Who is there, round by round."""
        return [[p for p in self.ids if p not in self.absent.get(turn, ())] for turn in range(self.rounds)]

    @property
    def sizes(self) -> list[tuple[int, ...]]:
        """Group sizes, round by round."""
        counts = [len(here) for here in self.present]
        return [group_sizes(here, group_count(here, self.rules)) for here in counts]

    @property
    def never(self) -> list[tuple[int, int]]:
        """The never-pairs by number."""
        return [(int(a[1:]), int(b[1:])) for a, b in sorted(self.rules.never)]


def instance(name: str) -> Instance:
    """A row by its name. 31p-5-6 has six pairs who must never meet."""
    shape, _, more = name.partition(", ")
    first, size, rounds = (int(part.rstrip("p")) for part in shape.split("-"))
    people = first if "p" in shape else first * size
    never = (
        frozenset((f"p{2 * i:04d}", f"p{2 * i + 1:04d}") for i in range(6)) if people == 31 else frozenset()
    )
    groups = int(more.split()[0]) if more.endswith("groups") else None
    rules = Rules(size=None if groups else size, groups=groups, never=never)
    absent = {1: frozenset({"p0003", "p0008"})} if more.endswith("absent") else {}
    return Instance(name, people, rules, rounds, absent)
