"""A report as CSV for outside readers: the larger k, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from bot.cards import Card
from bot.reports.cells import neutral_text
from prompts.text import plain


def report_csv(card: Card) -> str:
    """The card's own numbers, one a line, so that every surface agrees; UTF-8 with a mark for Excel."""
    written = io.StringIO()
    lines = csv.writer(written)
    facts = [("", fact) for fact in card.facts]
    facts += [(section.title, fact) for section in card.sections for fact in section.facts]
    for heading, fact in facts:
        lines.writerow([neutral_text(plain(text)) for text in (heading, fact.label, fact.value)])
    return "\ufeff" + written.getvalue()
