"""Who has met whom: a picture, and the same in words for whoever does not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

from bot.breakouts.engine.model import Pair, pair

LABELLED_MOST = 40
LINES_MOST = 4_000
SIDE = 720


@dataclass(frozen=True)
class NetworkLabels:
    """The words around the picture; another language passes its own. Braces are filled in by name."""

    title: str = "Who has met whom"
    summary: str = "{people} people; {met} of {possible} pairs have met."
    has_met: str = "{name} has met {others}."
    nobody: str = "{name} has met nobody yet."
    often: str = "{name} ({count} times)"
    comma: str = ", "


@dataclass(frozen=True)
class Network:
    """The picture as SVG, and a text equivalent with one line per person."""

    svg: str
    text: str
    met: int
    possible: int


def network(
    people: Sequence[str],
    meetings: Mapping[Pair, int],
    names: Mapping[str, str] | None = None,
    words: NetworkLabels | None = None,
) -> Network:
    """Draw the people on a circle with a line between two who have met, thicker the more often.

    Whoever has met nobody is an empty ring. Names default to the ids and are escaped. Above forty people the
    labels give way to tooltips; the text always names everybody.
    """
    says = words or NetworkLabels()
    ordered = sorted(set(people))
    called = {person: (names or {}).get(person, person) for person in ordered}
    counts = {
        pair(*two): count
        for two, count in meetings.items()
        if count > 0 and two[0] != two[1] and two[0] in called and two[1] in called
    }
    possible = len(ordered) * (len(ordered) - 1) // 2
    summary = says.summary.format(people=len(ordered), met=len(counts), possible=possible)
    lines = _lines(ordered, called, counts, says)
    svg = _svg(ordered, called, counts, says.title, summary)
    return Network(svg, "\n".join([summary, *lines]), len(counts), possible)


def _lines(
    ordered: Sequence[str], called: Mapping[str, str], counts: Mapping[Pair, int], says: NetworkLabels
) -> list[str]:
    """One sentence per person."""
    mates: dict[str, list[tuple[str, int]]] = {person: [] for person in ordered}
    for (a, b), count in sorted(counts.items()):
        mates[a].append((b, count))
        mates[b].append((a, count))
    lines = []
    for person in ordered:
        others = says.comma.join(
            called[mate] if count == 1 else says.often.format(name=called[mate], count=count)
            for mate, count in sorted(mates[person])
        )
        said = says.has_met if others else says.nobody
        lines.append(said.format(name=called[person], others=others))
    return lines


def _svg(
    ordered: Sequence[str],
    called: Mapping[str, str],
    counts: Mapping[Pair, int],
    title: str,
    summary: str,
) -> str:
    """The picture; lines beyond the first few thousand are left out, the oftenest drawn first."""
    middle, radius = SIDE / 2, SIDE / 2 - 110
    at = {
        person: (middle + radius * cos(angle), middle + radius * sin(angle))
        for person, angle in ((p, 2 * pi * i / max(1, len(ordered)) - pi / 2) for i, p in enumerate(ordered))
    }
    drawn = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:LINES_MOST]
    lines = [
        f'<line x1="{at[a][0]:.1f}" y1="{at[a][1]:.1f}" x2="{at[b][0]:.1f}" y2="{at[b][1]:.1f}" '
        f'stroke-width="{min(6.0, 0.6 + 0.9 * count):.1f}"/>'
        for (a, b), count in drawn
    ]
    met = {person for two in counts for person in two}
    dots = [
        _dot(called[person], at[person], person in met, len(ordered) <= LABELLED_MOST) for person in ordered
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" '
            'aria-labelledby="network-title network-desc">',
            f'<title id="network-title">{escape(title)}</title>',
            f'<desc id="network-desc">{escape(summary)}</desc>',
            f'<rect width="{SIDE}" height="{SIDE}" fill="#ffffff"/>',
            '<g stroke="#1f4e79" stroke-opacity="0.55">',
            *lines,
            "</g>",
            '<g font-family="sans-serif" font-size="13" fill="#1a1a1a">',
            *dots,
            "</g>",
            "</svg>",
        ]
    )


def _dot(name: str, at: tuple[float, float], has_met: bool, labelled: bool) -> str:
    """One person: a disc, or a ring for somebody who has met nobody; the label points outwards."""
    x, y = at
    fill = "#1f4e79" if has_met else "#ffffff"
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="#1f4e79" stroke-width="2">'
    disc += f"<title>{escape(name)}</title></circle>"
    if not labelled:
        return disc
    middle = SIDE / 2
    anchor = "middle" if abs(x - middle) < 20 else ("start" if x > middle else "end")
    out_x = x + (0 if anchor == "middle" else 12 if x > middle else -12)
    out_y = y + 4 if anchor != "middle" else (y - 12 if y < middle else y + 22)
    return f'{disc}<text x="{out_x:.1f}" y="{out_y:.1f}" text-anchor="{anchor}">{escape(name)}</text>'
