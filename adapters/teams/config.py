"""What the Teams adapter needs to know before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.teams.clouds import PUBLIC, Cloud

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """`app_id`, `app_password` and `tenant_id` are the bot registration's (single tenant).

    `cloud` says where Microsoft is; the `…_url` values point elsewhere, at the playground on loopback.
    `graph` says that an administrator granted the Graph permissions for group chats; `catalog_app_id` is
    the app's id in the organisation's app catalogue (empty: it is looked up).
    """

    app_id: str
    app_password: str
    tenant_id: str
    cloud: Cloud = PUBLIC
    allowed_hosts: frozenset[str] = frozenset()
    """Empty: the cloud's."""
    service_url: str = ""
    openid_url: str = ""
    token_url: str = ""
    """Where access tokens come from; empty: Microsoft's endpoint of the tenant."""
    graph: bool = False
    graph_url: str = ""
    catalog_app_id: str = ""

    def __post_init__(self) -> None:
        # An empty app id makes botbuilder accept every activity unsigned.
        if not self.app_id or not self.app_password or not self.tenant_id:
            raise ValueError("Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID")
        cloud = self.cloud
        for name, usual in (
            ("allowed_hosts", cloud.hosts),
            ("service_url", cloud.service_url),
            ("openid_url", cloud.openid_url),
            ("graph_url", f"{cloud.graph_audience}/v1.0"),
        ):
            object.__setattr__(self, name, getattr(self, name) or usual)

    @property
    def issuer(self) -> str:
        """Who signs what comes in."""
        return self.cloud.issuer

    @property
    def connector(self) -> str:
        """What a token for the Bot Connector is for."""
        return self.cloud.issuer

    @property
    def graph_audience(self) -> str:
        """What a token for Microsoft Graph is for."""
        return self.cloud.graph_audience

    @property
    def login_url(self) -> str:
        """The tenant's sign-in."""
        return f"{self.cloud.login_url}{self.tenant_id}"

    @property
    def where_tokens_come_from(self) -> str:
        return self.token_url or f"{self.login_url}/oauth2/v2.0/token"

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
