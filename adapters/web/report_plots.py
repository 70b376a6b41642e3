"""Plots of a report as SVG, drawn here and now: no script, no picture file, no library.

Every plot has a title and a description that says all its numbers; a hidden number is a striped box with
the word beside it, so that nothing is told by colour alone. Colours, and light and dark, are the style
sheet's. Measures are in the plot's own units; a browser scales them to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from markupsafe import Markup

from bot.reports.document import Figure, NetworkDrawing, Table, Value
from bot.reports.entries import value_text
from prompts.words import report_page as words

WIDTH = 400
ROW = 40
MOST_ROWS = 12
"""More than these make a plot that nobody reads; the table beneath has all."""
MOST_GROUPS = 16
MOST_TIE_NUMBERS = 14
LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Point:
    """What one mark stands for; `value` is None where it is hidden."""

    label: str
    value: float | None
    shown: str


def plot_of(table: Table, language: str) -> Markup | None:
    """The table's first number column drawn; None for a table that is only read, or hidden altogether."""
    draw = _DRAWINGS.get(table.plot)
    points = points_of(table, language)
    if draw is None or all(point.value is None for point in points):
        return None
    shown = points[:MOST_ROWS]
    told = "; ".join(str(words.plot_says(language, label=one.label, value=one.shown)) for one in shown)
    height, inner = draw(table.key, shown, language)
    return _svg(table.key, table.title, told, WIDTH, height, inner)


def points_of(table: Table, language: str) -> list[Point]:
    """Rows as points of the first column in which a number stands."""
    column = number_column(table)
    if column is None:
        return []
    hidden = str(words.hidden_short(language))
    return [
        Point(
            str(row[0]),
            value if isinstance(value := row[column], int | float) else None,
            hidden if value is None else value_text(language, value),
        )
        for row in table.rows
    ]


def number_column(table: Table) -> int | None:
    """The first column after the labels that holds numbers and nothing else, hidden ones aside."""
    for column in range(1, len(table.headings)):
        values = [row[column] for row in table.rows]
        if any(_is_number(value) for value in values) and not any(isinstance(one, str) for one in values):
            return column
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float)


def interval_of(figure: Figure) -> Markup | None:
    """A share and its 95 % interval on a line from 0 to 1. The figure's text says the same in words."""
    if figure.number is None or figure.low is None or figure.high is None or not 0 <= figure.number <= 1:
        return None
    low, at, high = (4 + 152 * min(max(end, 0), 1) for end in (figure.low, figure.number, figure.high))
    return Markup(
        '<svg class="interval" viewBox="0 0 160 16" preserveAspectRatio="xMinYMid" aria-hidden="true">'
        '<line class="track" x1="4" x2="156" y1="8" y2="8"/>'
        '<line class="span" x1="{}" x2="{}" y1="8" y2="8"/><circle class="mark" cx="{}" cy="8" r="5"/></svg>'
    ).format(_n(low), _n(high), _n(at))


# --- bars, ratios, lines ----------------------------------------------------------------------------------


def _bars(key: str, points: Sequence[Point], _: str) -> tuple[int, Markup]:
    most = max((point.value or 0 for point in points), default=0) or 1
    rows = [
        _labelled(place, point) + _bar(key, place * ROW + 20, WIDTH * max(point.value or 0, 0) / most, point)
        for place, point in enumerate(points)
    ]
    return len(points) * ROW, _hatch(key) + Markup("").join(rows)


def _bar(key: str, top: float, length: float, point: Point) -> Markup:
    if point.value is None:
        return _hidden_box(key, 0, top, WIDTH, 12)
    track = Markup('<rect class="track" x="0" y="{}" width="{}" height="12" rx="3"/>').format(top, WIDTH)
    bar = Markup('<rect class="bar" x="0" y="{}" width="{}" height="12" rx="3"/>')
    return track + bar.format(top, _n(length))


def _ratios(key: str, points: Sequence[Point], language: str) -> tuple[int, Markup]:
    """Each value as a mark on a line, with its distance from 1."""
    most = max(2.0, *(point.value or 0 for point in points)) * 1.05
    one = WIDTH / most
    rows = []
    for place, point in enumerate(points):
        middle = place * ROW + 26
        rows.append(_labelled(place, point))
        if point.value is None:
            rows.append(_hidden_box(key, 0, middle - 6, WIDTH, 12))
            continue
        at = WIDTH * max(point.value, 0) / most
        rows.append(
            Markup(
                '<line class="track" x1="0" x2="{}" y1="{}" y2="{}"/>'
                '<line class="span" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<circle class="mark" cx="{}" cy="{}" r="6"/>'
            ).format(WIDTH, middle, middle, _n(one), _n(at), middle, middle, _n(at), middle)
        )
    bottom = len(points) * ROW
    line = Markup('<line class="reference" x1="{}" x2="{}" y1="16" y2="{}"/>').format(
        _n(one), _n(one), bottom
    )
    said = Markup('<text class="quiet" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        _n(min(max(one, 130), WIDTH - 130)), bottom + 16, words.reference_line(language)
    )
    return bottom + 24, _hatch(key) + line + Markup("").join(rows) + said


def _lines(key: str, points: Sequence[Point], _: str) -> tuple[int, Markup]:
    """Values over time, from 0 up. The line breaks where a number is hidden."""
    left, top, bottom = 24, 28, 180
    step = (WIDTH - 2 * left) / max(len(points) - 1, 1)
    most = max((point.value or 0 for point in points), default=0) or 1
    every = 1 + (len(points) - 1) // 6
    marks, path, drawing = [], [], False
    for place, point in enumerate(points):
        x = left + place * step if len(points) > 1 else WIDTH / 2
        if place % every == 0:
            marks.append(_beneath(x, bottom + 20, _cut(point.label, max(int(every * step / 8), 6))))
        if point.value is None:
            marks.append(_hidden_box(key, x - 7, bottom - 14, 14, 14))
            marks.append(_value_over(x, bottom - 20, point.shown))
            drawing = False
            continue
        y = bottom - (bottom - top) * point.value / most
        path.append(f"{'L' if drawing else 'M'}{_n(x)} {_n(y)}")
        drawing = True
        marks.append(Markup('<circle class="mark" cx="{}" cy="{}" r="5"/>').format(_n(x), _n(y)))
        if place % every == 0 or place == len(points) - 1:
            marks.append(_value_over(x, y - 10, point.shown))
    axis = Markup('<line class="track" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, bottom, bottom)
    line = Markup('<path class="line" d="{}"/>').format(" ".join(path))
    return bottom + 28, _hatch(key) + axis + line + Markup("").join(marks)


def _beneath(x: float, y: float, label: str) -> Markup:
    """A label under a point; at the edges it stays inside the drawing."""
    anchor, at = ("start", 0.0) if x < 60 else ("end", float(WIDTH)) if x > WIDTH - 60 else ("middle", x)
    return Markup('<text class="quiet" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        _n(at), _n(y), anchor, label
    )


def _value_over(x: float, y: float, shown: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(_n(x), _n(y), shown)


def _labelled(place: int, point: Point) -> Markup:
    """The label at the left and the value at the right, above what is drawn."""
    return Markup(
        '<text x="0" y="{}">{}</text><text class="value" x="{}" y="{}" text-anchor="end">{}</text>'
    ).format(place * ROW + 14, _cut(point.label), WIDTH, place * ROW + 14, point.shown)


_DRAWINGS: dict[str, Callable[[str, Sequence[Point], str], tuple[int, Markup]]] = {
    "bars": _bars,
    "ratios": _ratios,
    "lines": _lines,
}


# --- the network --------------------------------------------------------------------------------------------

_SIDE, _HIGH, _RADIUS = 400, 380, 125


def network_of(network: NetworkDrawing, language: str) -> Markup | None:
    """Groups on a circle, a line for each tie, the number of pairs beside it. None without a group."""
    if not network.groups:
        return None
    order = sorted(range(len(network.groups)), key=lambda one: (-network.groups[one][1], one))[:MOST_GROUPS]
    kept = sorted(order)
    place = {group: _on_circle(index, len(kept)) for index, group in enumerate(kept)}
    ties = [tie for tie in network.ties if tie[0] in place and tie[1] in place]
    across = sorted((tie for tie in ties if tie[0] != tie[1]), key=lambda tie: -tie[2])
    within = {tie[0]: tie[2] for tie in ties if tie[0] == tie[1]}
    most = max((tie[2] for tie in across), default=1)
    lines = [_tie(place[one], place[other], pairs, most) for one, other, pairs in reversed(across)]
    numbers = [
        _tie_number(place[one], place[other], pairs, index)
        for index, (one, other, pairs) in enumerate(across[:MOST_TIE_NUMBERS])
    ]
    largest = max(network.groups[group][1] for group in kept) or 1
    nodes = [
        _node(place[group], *network.groups[group], largest, within.get(group), language) for group in kept
    ]
    told = "; ".join(_tie_words(network, ties, language))
    inner = Markup("").join([*lines, *nodes, *numbers])
    return _svg("network", network.title, told or network.definition, _SIDE, _HIGH, inner)


def _tie_words(network: NetworkDrawing, ties: Iterable[tuple[int, int, int]], language: str) -> Iterable[str]:
    for one, other, pairs in ties:
        first, second = network.groups[one][0], network.groups[other][0]
        yield str(words.plot_says(language, label=f"{first} – {second}", value=str(pairs)))


def _on_circle(index: int, count: int) -> tuple[float, float]:
    if count == 1:
        return _SIDE / 2, _HIGH / 2
    angle = 2 * pi * index / count - pi / 2
    return _SIDE / 2 + _RADIUS * cos(angle), _HIGH / 2 + _RADIUS * sin(angle)


def _tie(one: tuple[float, float], other: tuple[float, float], pairs: int, most: int) -> Markup:
    return Markup('<line class="tie" x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="{}"/>').format(
        *map(_n, (*one, *other)), _n(1.5 + 8.5 * pairs / most)
    )


def _tie_number(one: tuple[float, float], other: tuple[float, float], pairs: int, index: int) -> Markup:
    """Beside the line's middle, alternately nearer to one end, so that crossing lines keep their numbers."""
    share = 0.42 if index % 2 else 0.58
    x, y = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    wide = 10 + 8 * len(str(pairs))
    return Markup(
        '<rect class="plate" x="{}" y="{}" width="{}" height="18" rx="9"/>'
        '<text class="small" x="{}" y="{}" text-anchor="middle">{}</text>'
    ).format(_n(x - wide / 2), _n(y - 9), wide, _n(x), _n(y + 4.5), pairs)


def _node(
    at: tuple[float, float], label: str, people: int, largest: int, within: int | None, language: str
) -> Markup:
    """The circle with its people on it, and above (upper half) or below it the group's name."""
    x, y = at
    radius = 13 + 15 * sqrt(people / largest)
    first = y - radius - (26 if within else 10) if y < _HIGH / 2 - 1 else y + radius + 18
    node = Markup(
        '<circle class="node" cx="{}" cy="{}" r="{}"/>'
        '<text class="on-node" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>'
    ).format(_n(x), _n(y), _n(radius), _n(x), _n(y + 5), people, _n(x), _n(first), _cut(label, 16))
    if not within:
        return node
    said = words.pairs_within(language, pairs=within)
    return node + Markup('<text class="quiet" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        _n(x), _n(first + 16), said
    )


# --- pieces -------------------------------------------------------------------------------------------------


def _svg(key: str, title: str, told: str, width: int, height: int, inner: Markup) -> Markup:
    return Markup(
        '<svg role="img" viewBox="0 0 {} {}" aria-labelledby="plot-{}-title plot-{}-told">'
        '<title id="plot-{}-title">{}</title><desc id="plot-{}-told">{}</desc>{}</svg>'
    ).format(width, height, key, key, key, title, key, told, inner)


def _hatch(key: str) -> Markup:
    return Markup(
        '<defs><pattern id="stripes-{}" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><line class="stripe" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>'
    ).format(key)


def _hidden_box(key: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup(
        '<rect class="hidden-box" x="{}" y="{}" width="{}" height="{}" rx="3" fill="url(#stripes-{})"/>'
    ).format(_n(x), _n(y), _n(width), _n(height), key)


def _cut(label: str, most: int = LONGEST_LABEL) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    """A coordinate: two places at most, the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
