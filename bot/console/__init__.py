"""Planned messages in a facilitator's hands: seen before they go, edited, held, moved, sent now."""
