"""Slack's far side: workspaces, Web API, events, Socket Mode, and the people who use them."""

from adapters.playground.slack.answer import Answer
from adapters.playground.slack.app import create_app, running
from adapters.playground.slack.errors import PlaygroundError
from adapters.playground.slack.identity import new_app
from adapters.playground.slack.model import Channel, MessageChange, SlackApp, SlackMessage, User, View
from adapters.playground.slack.outcome import CallOutcome
from adapters.playground.slack.side import SlackSide
from adapters.playground.slack.workplace import SlackWorkplace

__all__ = [
    "Answer",
    "CallOutcome",
    "Channel",
    "MessageChange",
    "PlaygroundError",
    "SlackApp",
    "SlackMessage",
    "SlackSide",
    "SlackWorkplace",
    "User",
    "View",
    "create_app",
    "new_app",
    "running",
]
