"""What the Teams adapter needs to know before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

TEAMS_HOSTS = frozenset({"smba.trafficmanager.net"})
"""The Bot Connector of the public cloud. Exact names: anybody can register under trafficmanager.net."""

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """`app_id`, `app_password` and `tenant_id` are the bot registration's (single tenant).

    The `…_url` values point at the playground on loopback, or at another cloud. `graph` says that an
    administrator granted the Graph permissions for group chats; `catalog_app_id` is the app's id in the
    organisation's app catalogue, which installing the bot into such a chat needs.
    """

    app_id: str
    app_password: str
    tenant_id: str
    allowed_hosts: frozenset[str] = TEAMS_HOSTS
    service_url: str = "https://smba.trafficmanager.net/teams/"
    """Where to speak to people who have not written yet."""
    openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    token_url: str = ""
    """Where access tokens come from; empty: Microsoft's endpoint of the tenant."""
    graph: bool = False
    graph_url: str = "https://graph.microsoft.com/v1.0"
    catalog_app_id: str = ""

    def __post_init__(self) -> None:
        # An empty app id makes botbuilder accept every activity unsigned.
        if not self.app_id or not self.app_password or not self.tenant_id:
            raise ValueError("Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID")

    @property
    def where_tokens_come_from(self) -> str:
        return self.token_url or f"https://login.microsoftonline.com/{self.tenant_id}/oauth2/v2.0/token"

    def may_speak_to(self, service_url: str) -> bool:
        """Whether a service URL is one that a token of ours may be sent to: its host is on the list, over
        https (plain http on loopback only), without a user part and on the usual port."""
        try:
            parts = urlsplit(service_url)
            port = parts.port
        except ValueError:
            return False
        if parts.hostname not in self.allowed_hosts or "@" in parts.netloc or "\\" in service_url:
            return False
        if parts.hostname in LOOPBACK:
            return parts.scheme in {"http", "https"}
        return parts.scheme == "https" and port in {None, 443}
