"""What is drawn once for a community, so that of two equal counts nobody knows which one was small."""

from __future__ import annotations

from storage.base import opaque_id
from storage.people import Community

_DRAW = "report_draw"
"""In the community's settings."""


def known_draw(community: Community) -> str | None:
    """None while nothing has been drawn."""
    found = community.settings.get(_DRAW)
    return str(found) if found else None


def draw_of(community: Community, fresh: str = "") -> str:
    """The same from now on, in reports and wherever else answers are told; `fresh` where none is known. The
    community must be of a session that writes."""
    draw = known_draw(community)
    if draw is None:
        draw = fresh or opaque_id()
        community.settings = {**community.settings, _DRAW: draw}
    return draw
