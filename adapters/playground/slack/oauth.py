"""Installing the app: the page where a person allows it, and the exchange of the code for a token."""

import html
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

from adapters.playground.slack.call import Arguments
from adapters.playground.slack.errors import PlaygroundError, SlackError
from adapters.playground.slack.model import SlackWorkspace
from adapters.playground.slack.workplace import SlackWorkplace

CODE_MINUTES = 10


@dataclass
class _Code:
    team_id: str
    user_id: str
    scopes: list[str]
    redirect_uri: str
    until: datetime
    used: bool = False


@dataclass(frozen=True)
class _Request:
    scopes: list[str]
    redirect_uri: str
    state: str


class OAuth:
    """The codes that were given out and not yet exchanged."""

    def __init__(self, workplace: SlackWorkplace) -> None:
        self._workplace = workplace
        self._codes: dict[str, _Code] = {}

    def page(self, query: dict[str, str]) -> str:
        """The page that asks a person to allow the app in a workspace; PlaygroundError where asked badly."""
        wanted = self._checked(query)
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in query.items()
        )
        teams = "".join(
            f'<option value="{html.escape(team.id)}">{html.escape(team.name)}</option>'
            for team in self._workplace.workspaces.values()
        )
        scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in wanted.scopes)
        name = html.escape(self._workplace.app.name)
        return (
            f"<!doctype html><html lang=en><title>Allow {name}?</title><h1>{name} asks for access</h1>"
            f"<ul>{scopes}</ul><form method=post>{fields}<label>Workspace <select name=team>{teams}</select>"
            "</label> <button name=decision value=allow>Allow</button>"
            "<button name=decision value=cancel>Cancel</button></form></html>"
        )

    def decide(self, query: dict[str, str], team_id: str, user_id: str | None, allow: bool) -> str:
        """Where the browser goes after the decision: redirect_uri with code and state, or with an error."""
        wanted = self._checked(query)
        if not allow:
            return _join(wanted.redirect_uri, {"error": "access_denied", "state": wanted.state})
        workspace = self._workplace.workspaces.get(team_id)
        if workspace is None:
            raise PlaygroundError(f"no workspace {team_id}")
        person = user_id or _administrator(workspace)
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(24)}"
        until = self._workplace.now() + timedelta(minutes=CODE_MINUTES)
        self._codes[code] = _Code(team_id, person, wanted.scopes, wanted.redirect_uri, until)
        return _join(wanted.redirect_uri, {"code": code, "state": wanted.state})

    def decide_url(self, authorize_url: str, team_id: str, user_id: str | None, allow: bool) -> str:
        """The same for a whole authorize address, as a person who followed a link would have it."""
        query = {name: values[0] for name, values in parse_qs(urlparse(authorize_url).query).items()}
        return self.decide(query, team_id, user_id, allow)

    def access(self, args: Arguments, basic: tuple[str, str] | None) -> dict[str, Any]:
        """oauth.v2.access: the bot's token for a code; each code once, within ten minutes."""
        client_id, secret = basic or (args.optional("client_id") or "", args.optional("client_secret") or "")
        app = self._workplace.app
        if client_id != app.client_id:
            raise SlackError("invalid_client_id")
        if not secrets.compare_digest(secret.encode(), app.client_secret.encode()):
            raise SlackError("bad_client_secret")
        code = self._codes.get(args.optional("code") or "")
        if code is None or self._workplace.now() > code.until:
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if (args.optional("redirect_uri") or code.redirect_uri) != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        installation = self._workplace.install(code.team_id, code.scopes)
        workspace = self._workplace.workspaces[code.team_id]
        return {
            "app_id": app.app_id,
            "access_token": installation.bot_token,
            "token_type": "bot",
            "scope": ",".join(installation.scopes),
            "bot_user_id": installation.bot_user_id,
            "team": {"id": workspace.id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": code.user_id},
        }

    def _checked(self, query: dict[str, str]) -> _Request:
        app = self._workplace.app
        if query.get("client_id") != app.client_id:
            raise PlaygroundError("invalid client_id parameter")
        redirect_uri = query.get("redirect_uri") or next(iter(app.redirect_urls), "")
        if not any(redirect_uri.startswith(known) for known in app.redirect_urls):
            raise PlaygroundError("redirect_uri did not match any configured URIs")
        scopes = [scope for scope in query.get("scope", "").replace(" ", ",").split(",") if scope]
        if not scopes:
            raise PlaygroundError("no scopes requested")
        if unknown := sorted(set(scopes) - set(app.scopes)):
            raise PlaygroundError(f"scopes that the app's manifest does not name: {', '.join(unknown)}")
        return _Request(scopes, redirect_uri, query.get("state", ""))


def _join(address: str, query: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _administrator(workspace: SlackWorkspace) -> str:
    people = [user for user in workspace.users.values() if not user.is_bot]
    return next((user.id for user in people if user.is_admin), people[0].id if people else "")
