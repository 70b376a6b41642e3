"""Honest experiments with a nudge: who gets which wording is drawn anew for each person and occasion.

Off unless a facilitator turns one on; never for safety, times or places. `design` draws and says the power
beforehand, `analysis` says what came of it, or that it may not say.
"""
