"""The kinds of message that the outbox itself writes, and when in the morning people are written to."""

from __future__ import annotations

BUNDLE = "bundle"
"""A message with parts: what is due for one person within the same part of a day."""
NOTE = "note"
"""A card written at once about something that has just happened."""

MORNING_MINUTES = 120
"""How long the morning is over which people are written to, from nine on."""
APART_MINUTES = 20
"""People of a cohort are written to so many minutes apart, in turns over the morning."""
