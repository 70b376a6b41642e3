"""For the site: a link to a file that is no page becomes its text. Each file is looked for first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

DOCS = Path(__file__).parent
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+")
NAMELESS = 'data-md-component="search" role="dialog"'
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(((?!https?:|mailto:|#)[^)#\s]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Raises `PluginError` for a link to a file that is not there."""
    folder = (DOCS / page.file.src_uri).parent

    def shown(found: re.Match[str]) -> str:
        target = (folder / found[2]).resolve()
        if not target.exists():
            raise PluginError(f"{page.file.src_uri}: no file {found[2]}")
        is_page = target.suffix == ".md" and target.is_relative_to(DOCS)
        return found[0] if is_page else found[1]

    return LINK.sub(shown, markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """The search gets the name that its theme leaves out.

    Raises `PluginError` for a page that would fetch something from elsewhere."""
    if found := ELSEWHERE.search(output):
        raise PluginError(f"{page.file.src_uri} asks the network: {found[0]}")
    return output.replace(NAMELESS, f'{NAMELESS} aria-label="Search"')
