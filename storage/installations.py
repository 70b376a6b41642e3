"""Where the bot is installed on Slack: each workspace's token, encrypted, and what was used to install."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class Installation(SQLModel, table=True):
    """The bot's token in one Slack workspace. The row goes the moment the app is removed there."""

    id: int = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", unique=True)
    sealed_token: str
    """The token under the first of the keys at the time (Fernet); the plain token is nowhere."""
    app: str = ""
    bot: str = ""
    """The bot's id in the workspace (``B…``)."""
    bot_user: str = ""
    installer: str = ""
    """The platform user who allowed it."""
    scopes: list[str] = json_field(list)
    installed_at: datetime


class UsedState(SQLModel, table=True):
    """OAuth's ``state`` of an installation that came back from Slack: good for once, so it is kept until it
    would have expired anyway. One that nobody came back with is kept nowhere: it is signed."""

    id: int = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    """SHA-256 of the state."""
    expires_at: datetime = Field(index=True)
