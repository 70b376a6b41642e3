"""The doors: Slack, Teams, web, playground and terminal. Translate in, render out, wire together."""
