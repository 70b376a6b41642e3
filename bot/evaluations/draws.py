"""What is drawn once for a community, so that of two equal counts nobody knows which one was small."""

from __future__ import annotations

from storage.base import opaque_id
from storage.people import Community


def known_draw(community: Community) -> str | None:
    """None while nothing has been drawn."""
    return community.settings.report_draw or None


def draw_of(community: Community, fresh: str = "") -> str:
    """The same from now on, in reports and wherever else answers are told; `fresh` where none is known. The
    community must be of a session that writes."""
    draw = known_draw(community)
    if draw is None:
        draw = fresh or opaque_id()
        community.settings = community.settings.model_copy(update={"report_draw": draw})
    return draw
