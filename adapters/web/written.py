"""What people wrote on a resource page, as HTML: the small Markdown that the form promises.

`markdown-it` reads it without raw HTML and pictures; `nh3` then lets only the tags below through, whatever
the reader made of it. Headings begin below the page's own title.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "h2", "h3", "br", "hr"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block"])


def written(text: str) -> Markup:
    """Bold, italic, lists, headings, quotes and links; everything else stands as it was typed."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
    html = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(nh3.clean(html, tags=TAGS, url_schemes={"http", "https", "mailto"}, link_rel="noreferrer"))  # noqa: S704 - cleaned
