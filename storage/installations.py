"""Where the bot is installed on Slack: each workspace's token, encrypted, and installations under way."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class Installation(SQLModel, table=True):
    """The bot's token in one Slack workspace. The row goes the moment the app is removed there."""

    id: int | None = Field(default=None, primary_key=True)
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


class InstallationState(SQLModel, table=True):
    """One installation that a browser began and that is not finished: OAuth's ``state``, good for once."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    """SHA-256 of the state: whoever reads the table cannot finish somebody's installation."""
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    """The community that the workspace will serve; empty for a community of its own."""
    expires_at: datetime
    used_at: datetime | None = None
