"""Where Microsoft's clouds are: their hosts, who signs there, and where tokens come from.

Sources: Microsoft's own SDK for agents (service hosts) and its pages on bots for government tenants.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """`hosts` are exact names: anybody can register under trafficmanager.net. `issuer` signs what comes in,
    and is what our own tokens are for."""

    hosts: frozenset[str]
    service_url: str
    """Where to speak to people who have not written yet."""
    openid_url: str
    issuer: str
    login_url: str
    graph_audience: str


PUBLIC = Cloud(
    frozenset(
        {
            "smba.trafficmanager.net",
            "smba.onyx.prod.teams.trafficmanager.net",
            "smba.infra.gcc.teams.microsoft.com",
        }
    ),
    "https://smba.trafficmanager.net/teams/",
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "https://api.botframework.com",
    "https://login.microsoftonline.com/",
    "https://graph.microsoft.com",
)
"""GCC, without High, is served from here."""
_GOVERNMENT_KEYS = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
GCC_HIGH = Cloud(
    frozenset({"smba.infra.gov.teams.microsoft.us"}),
    "https://smba.infra.gov.teams.microsoft.us/teams/",
    _GOVERNMENT_KEYS,
    "https://api.botframework.us",
    "https://login.microsoftonline.us/",
    "https://graph.microsoft.us",
)
DOD = Cloud(
    frozenset({"smba.infra.dod.teams.microsoft.us"}),
    "https://smba.infra.dod.teams.microsoft.us/teams/",
    _GOVERNMENT_KEYS,
    "https://api.botframework.us",
    "https://login.microsoftonline.us/",
    "https://dod-graph.microsoft.us",
)
CLOUDS = {"public": PUBLIC, "gcc-high": GCC_HIGH, "dod": DOD}
"""By the name in ``TEAMS_CLOUD``."""
