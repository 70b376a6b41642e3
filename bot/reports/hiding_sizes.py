"""Hiding how many people came: below k, with complements over sessions, series, years and projects."""

from __future__ import annotations

from hashlib import blake2b

from bot.reports.counting import Counts
from bot.reports.scopes import Places, Scope
from bot.statistics.protection import Arc, protect


def hide_sizes(
    counts: Counts, places: Places, k: int, secret: str, already: frozenset[Scope] | None = frozenset()
) -> frozenset[Scope] | None:
    """The scopes whose number of people stays hidden; None for all of them.

    Participations add up: sessions to series, series to years and to projects, both to everything.
    """
    if already is None:
        return None
    sizes = {scope: tables["size"] for scope, tables in counts.tables.items() if "size" in tables}
    scopes = sorted(sizes)
    value = {
        scope: sizes[scope]["people" if scope.kind == "session" else "participations"] for scope in scopes
    }
    rank = {scope: blake2b(f"{secret}\n{scope.key}".encode()).digest() for scope in scopes}
    place = {scope: index for index, scope in enumerate(sorted(scopes, key=lambda one: rank[one]))}
    unit, levels = len(scopes) + 1, ("session", "series", "project", "year", "all")
    above = unit * (sum(value.values()) + 1)
    arcs = [
        Arc(
            *_ends(scope, places, counts),
            value[scope],
            None
            if scope.kind == "all"
            else value[scope] * unit + place[scope] + above * levels.index(scope.kind),
        )
        for scope in scopes
    ]
    few = {scopes.index(scope) for scope in scopes if 0 < sizes[scope]["people"] < k}
    known = {scopes.index(scope) for scope in already if scope in sizes}
    if scopes and few & {index for index, scope in enumerate(scopes) if scope.kind == "all"}:
        return None
    hidden = protect(arcs, k, few | known)
    return None if hidden is None else frozenset(scopes[index] for index in hidden) | already


def _ends(scope: Scope, places: Places, counts: Counts) -> tuple[object, object]:
    if scope.kind == "session":
        series = counts.series_of_session[scope.row]
        return ("series", series), ("year", places.year_of[series])
    if scope.kind == "series":
        return ("project", places.project_of[scope.row]), ("series", scope.row)
    if scope.kind == "project":
        return "projects", ("project", scope.row)
    return (("year", scope.row), "years") if scope.kind == "year" else ("years", "projects")
