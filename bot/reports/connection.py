"""Who has been in a group with whom, and which themes surfaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

from bot.statistics.formulas import Share


@dataclass(frozen=True)
class Home:
    """Where a person works; None is unknown."""

    state: str | None = None
    organisation: str | None = None


@dataclass(frozen=True)
class ConnectionFigures:
    """Distinct pairs who have been in a group together, of the possible ones.

    Of those pairs, `across_states` and `across_organisations` count the ones from two different places; their
    n are the pairs in which both places are known. `pairs` holds how often each pair met, for the drawing.
    """

    connected: Share
    across_states: Share
    across_organisations: Share
    pairs: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class ThemeShare:
    """A theme and the sessions in which it surfaced, of the sessions that were coded."""

    theme: str
    sessions: Share


def connection(groups: Iterable[Collection[str]], people: Mapping[str, Home]) -> ConnectionFigures:
    """Over all groups of all rounds; `people` are those who count, others in a group (staff) are ignored."""
    met: Counter[tuple[str, str]] = Counter()
    for group in groups:
        met.update(combinations(sorted(set(group) & people.keys()), 2))
    states = [(people[a].state, people[b].state) for a, b in met]
    organisations = [(people[a].organisation, people[b].organisation) for a, b in met]
    return ConnectionFigures(
        connected=Share(len(met), comb(len(people), 2)),
        across_states=_across(states),
        across_organisations=_across(organisations),
        pairs=dict(sorted(met.items())),
    )


def theme_shares(themes_by_session: Mapping[str, Collection[str]]) -> tuple[ThemeShare, ...]:
    """Sessions with the theme ÷ sessions coded, most frequent first.

    Give every coded session, also one coded with no theme; leave out those not coded yet.
    """
    counts = Counter(theme for themes in themes_by_session.values() for theme in set(themes))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ThemeShare(theme, Share(count, len(themes_by_session))) for theme, count in ordered)


def _across(places: Collection[tuple[str | None, str | None]]) -> Share:
    known = [(a, b) for a, b in places if a is not None and b is not None]
    return Share(sum(a != b for a, b in known), len(known))
