"""What lists call each kind of message: the message ``title_of_<slug>`` of whichever words it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from prompts.catalog import Message, all_messages
from prompts.text import Marked, marked

_MARK = ".title_of_"


@cache
def kind_titles() -> Mapping[str, Message[[]]]:
    """By slug. Raises `ValueError` where two words have a title for one kind."""
    titles: dict[str, Message[[]]] = {}
    for name, message in all_messages().items():
        _, mark, slug = name.partition(_MARK)
        if mark and titles.setdefault(slug, message) is not message:
            raise ValueError(f"two words have a title for {slug}")
    return titles


def kind_title(language: str, slug: str) -> Marked:
    """One that nobody declares any more goes by its slug."""
    title = kind_titles().get(slug)
    return title(language) if title else marked(slug.replace("_", " "))
