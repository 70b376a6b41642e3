"""Settings, from the environment or `.env`, checked at start with a message that names the variable."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.settings_error import SettingsError
from bot.core.form_keys import FormKeys
from storage.cells import MAIN
from storage.sealing import Seal

DEFAULT_DATABASE = "sqlite:///data/throughline.db"


class Settings(BaseSettings):
    """Every setting has a default that serves the playground on SQLite without credentials."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )
    """SECRETS_DIR names a folder of files that are called like settings (Docker, Kubernetes)."""

    database_url: str = DEFAULT_DATABASE
    databases: str = ""
    """More databases, to which communities can be moved: name=url, separated by spaces or line ends."""
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    public_url: str = ""
    """The address under which people and platforms reach us; empty: http://HOST:PORT."""
    secret_key: str = ""
    """Signs links. Several, separated by commas, rotate it: the first signs, all verify."""
    data_folder: Path = Path("data")
    keys_folder: Path | None = None
    """Where keys stand that must not be in the database's backups; empty: beside the data folder."""
    log_format: str = Field(default="text", pattern="^(text|json)$")
    grace_seconds: float = Field(default=10, gt=0, le=300)

    metrics_port: int = Field(default=0, ge=0, le=65535)
    """/metrics is served there, and there alone."""
    metrics_token: str = ""
    """Who reads /metrics sends it (Authorization: Bearer). With neither of the two there is no /metrics."""
    otel_exporter_otlp_endpoint: str = ""
    """An OpenTelemetry collector that gets spans over HTTP: http://host:4318. Needs the extra `otel`."""

    community_name: str = "Learning communities"
    slack_signing_secret: str = ""
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_client_id: str = ""
    """With SLACK_CLIENT_SECRET: the app can be installed in any workspace at PUBLIC_URL/slack/install."""
    slack_client_secret: str = ""
    throughline_token_keys: str = ""
    """Seal the tokens of installed workspaces. Several, separated by commas, rotate it: the first seals, all
    open; `throughline tokens rotate` brings every token under the first."""
    teams_app_id: str = ""
    teams_app_password: str = ""
    teams_tenant_id: str = ""
    teams_graph: bool = False
    """Whether Graph application permissions were granted, so that group chats can be opened."""
    teams_cloud: Literal["public", "gcc-high", "dod"] = "public"

    smtp_url: str = ""
    """The relay that takes our mail: smtp://host:587 (STARTTLS) or smtps://host:465, with a login."""
    email_from: str = ""
    """In whose name mail is sent, with or without a name: Northwest <hello@example.org>."""
    email_per_hour: float = Field(default=1000, gt=0)
    email_per_domain: float = Field(default=60, gt=0)
    """Messages a minute to one domain."""
    email_inbound_key: str = ""
    """With it a mail service may post replies and bounces to PUBLIC_URL/email/inbound."""
    imap_url: str = ""
    """The mailbox whose replies and bounces are read: imaps://host/INBOX, the login before the host."""

    @field_validator("databases")
    @classmethod
    def _are_databases(cls, given: str) -> str:
        named = [one.partition("=") for one in given.split()]
        for number, (name, _, url) in enumerate(named, 1):
            if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", name) or name == MAIN or "://" not in url:
                raise ValueError(
                    f"looks like west=postgresql://…, with small letters before the sign (entry {number}); "
                    f"{MAIN} is the one of DATABASE_URL"
                )
        if len({name for name, _, _ in named}) < len(named) or len({url for *_, url in named}) < len(named):
            raise ValueError("names a database twice")
        return given

    @field_validator("smtp_url")
    @classmethod
    def _is_relay(cls, url: str) -> str:
        if url and not (urlsplit(url).scheme in {"smtp", "smtps"} and urlsplit(url).hostname):
            raise ValueError(
                "looks like smtp://host:587 or smtps://host:465, with user:password@ before the host"
            )
        return url

    @field_validator("imap_url")
    @classmethod
    def _is_mailbox(cls, url: str) -> str:
        if url and not (urlsplit(url).scheme in {"imap", "imaps"} and urlsplit(url).hostname):
            raise ValueError("looks like imaps://host/INBOX, with user:password@ before the host")
        return url

    @field_validator("email_inbound_key")
    @classmethod
    def _is_long(cls, key: str) -> str:
        if key and len(key) < 24:
            raise ValueError("is shorter than 24 characters: make a long random one")
        return key

    @field_validator("metrics_token")
    @classmethod
    def _is_no_guess(cls, token: str) -> str:
        if token and not (len(token) >= 16 and token.isascii() and token.isprintable() and " " not in token):
            raise ValueError("is no long random text: at least 16 letters and digits")
        return token

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _is_collector(cls, url: str) -> str:
        if url and not (urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname):
            raise ValueError("looks like http://host:4318")
        return url

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, token: str) -> str:
        if token and not token.startswith("xoxb-"):
            raise ValueError("is a bot token: it starts with xoxb- (OAuth & Permissions)")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, token: str) -> str:
        if token and not token.startswith("xapp-"):
            raise ValueError("is an app-level token: it starts with xapp- (Basic Information)")
        return token

    @field_validator("throughline_token_keys")
    @classmethod
    def _are_keys(cls, keys: str) -> str:
        for key in _parts(keys):
            try:
                Seal(key)
            except ValueError:
                raise ValueError(
                    "holds a key that is none: each is 44 characters, as `throughline tokens key` prints them"
                ) from None
        return keys

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        places = [_place(url) for url in self.cells.values()]
        if places[0] in places[1:]:
            raise ValueError("DATABASES names the database of DATABASE_URL again")
        if len({*places}) < len(places):
            raise ValueError("DATABASES names a database twice")
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError(
                "SLACK_SIGNING_SECRET (over HTTP) or SLACK_APP_TOKEN (Socket Mode) is needed beside "
                "SLACK_BOT_TOKEN"
            )
        oauth = (self.slack_client_id, self.slack_client_secret, self.throughline_token_keys)
        if (self.slack_client_id or self.slack_client_secret) and not all(oauth):
            raise ValueError(
                "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and THROUGHLINE_TOKEN_KEYS are needed together: make a "
                "key with `throughline tokens key`"
            )
        if self.slack_client_id and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError("SLACK_SIGNING_SECRET is needed beside SLACK_CLIENT_ID")
        teams = (self.teams_app_id, self.teams_app_password, self.teams_tenant_id)
        if any(teams) and not all(teams):
            raise ValueError("TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID are needed together")
        if bool(self.smtp_url) != bool(self.email_from):
            raise ValueError("SMTP_URL and EMAIL_FROM are needed together")
        if (self.imap_url or self.email_inbound_key) and not self.smtp_url:
            raise ValueError("SMTP_URL is needed beside IMAP_URL or EMAIL_INBOUND_KEY: replies are answered")
        if self.smtp_url and not self.production:
            raise ValueError("SMTP_URL needs Slack or Teams beside it: staff set the community up there")
        if self.metrics_port and self.metrics_port == self.port:
            raise ValueError("METRICS_PORT is PORT: name another one, or set METRICS_TOKEN alone")
        if self.production and self.public_url and not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must start with https://")
        return self

    @property
    def production(self) -> bool:
        """Whether a real platform is configured; else the playground is served."""
        return bool(self.slack_bot_token or self.slack_client_id or self.teams_app_id)

    @property
    def cells(self) -> dict[str, str]:
        """The address of each database by its name, that of DATABASE_URL first."""
        more = (one.partition("=") for one in self.databases.split())
        return {MAIN: self.database_url, **{name: url for name, _, url in more}}

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def keys_in(self) -> Path:
        """The folder of keys: ``data-keys`` beside ``data`` unless KEYS_FOLDER says otherwise."""
        return self.keys_folder or self.data_folder.with_name(f"{self.data_folder.name}-keys")

    def form_keys(self) -> FormKeys:
        return FormKeys(self.keys_in / "forms")

    def link_secrets(self) -> list[str]:
        """The keys that sign links; made once and kept in the folder of keys when SECRET_KEY is not set."""
        return _parts(self.secret_key) or [_kept_secret(self.keys_in / "secret-key")]

    def token_seal(self) -> Seal:
        """Raises `SettingsError` without keys."""
        if not _parts(self.throughline_token_keys):
            raise SettingsError(["THROUGHLINE_TOKEN_KEYS is empty: make a key with `throughline tokens key`"])
        return Seal(*_parts(self.throughline_token_keys))


def _place(url: str) -> str:
    """The same for the same SQLite file, however its path is written."""
    kind, _, path = url.partition(":///")
    return str(Path(path.partition("?")[0]).resolve()) if kind.startswith("sqlite") else url


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _kept_secret(path: Path) -> str:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def read_settings(**given: object) -> Settings:
    """Read and check the settings. Raises `SettingsError` with one sentence for each problem."""
    try:
        return Settings(_secrets_dir=os.environ.get("SECRETS_DIR") or None, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError([_sentence(problem) for problem in error.errors()]) from None


def _sentence(problem: object) -> str:
    assert isinstance(problem, dict)
    name = "_".join(map(str, problem["loc"])).upper()
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name} {text}" if name else text
