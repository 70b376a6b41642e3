"""A run of marked text as HTML, for pages and e-mails alike."""

from __future__ import annotations

from markupsafe import Markup, escape

from prompts.text import TextSpan

LEADS_AWAY = ("http://", "https://", "mailto:")


def span_html(span: TextSpan) -> Markup:
    """Escaped; mentions and moments show their label."""
    shown = escape(span.text)
    if span.address.startswith(LEADS_AWAY):
        shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(span.address, span.text)
    if span.code:
        shown = Markup("<code>{}</code>").format(shown)
    if span.italic:
        shown = Markup("<em>{}</em>").format(shown)
    return Markup("<strong>{}</strong>").format(shown) if span.bold else shown
