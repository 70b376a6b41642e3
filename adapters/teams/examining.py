"""Whether Microsoft takes the bot's credentials, and whether its signing keys can be read: for
``throughline doctor``."""

from __future__ import annotations

from adapters.teams.config import TeamsConfig
from adapters.teams.security import KeyRing
from adapters.teams.tokens import CONNECTOR, AccessTokens
from bot.core.platform import PlatformError, Throttled, Unavailable


async def problem_with(config: TeamsConfig) -> str:
    """What to do about the app id, its secret and the tenant; empty when all is well."""
    try:
        await AccessTokens(config).fresh(CONNECTOR)
    except Throttled:
        return "Microsoft asks us to wait: try again in a minute"
    except Unavailable as error:
        return f"Microsoft's sign-in cannot be reached ({error}): check the network and its proxy"
    except PlatformError:
        return "check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID: Microsoft refuses them"
    if not await KeyRing(config.openid_url).readable():
        return "Microsoft's signing keys cannot be read: check the network and its proxy"
    return ""
