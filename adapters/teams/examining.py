"""Whether Microsoft takes the bot's credentials, and whether its signing keys can be read: for
``throughline doctor``."""

from __future__ import annotations

from adapters.sessions import KeptSession
from adapters.teams.config import TeamsConfig
from adapters.teams.graph import PERMISSIONS, Graph, NotInCatalog
from adapters.teams.security import LOOK_SECONDS, KeyRing
from adapters.teams.tokens import AccessTokens
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain


async def problem_with(config: TeamsConfig) -> str:
    """What to do about the app id, its secret and the tenant; empty when all is well."""
    session = KeptSession(LOOK_SECONDS)
    try:
        return await _problem_with(config, session)
    finally:
        await session.close()


async def _problem_with(config: TeamsConfig, session: KeptSession) -> str:
    try:
        await AccessTokens(config, session).fresh(config.connector)
    except Throttled:
        return "Microsoft asks us to wait: try again in a minute"
    except Unavailable as error:
        return f"Microsoft's sign-in cannot be reached ({error}): check the network and its proxy"
    except PlatformError:
        return "check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID: Microsoft refuses them"
    if not await KeyRing(config.openid_url, session=session).readable():
        return "Microsoft's signing keys cannot be read: check the network and its proxy"
    return await _problem_with_graph(config, session) if config.graph else ""


async def _problem_with_graph(config: TeamsConfig, session: KeptSession) -> str:
    """Looks the app up as opening a group chat does; no chat is made."""
    try:
        await Graph(config, AccessTokens(config, session), session).catalog_app()
    except (Throttled, Unavailable, Uncertain):
        return "Microsoft Graph cannot be reached: check the network and its proxy"
    except NotInCatalog as error:
        return str(error)
    except PlatformError as error:
        return f"TEAMS_GRAPH: {error} Grant {', '.join(PERMISSIONS)} as application permissions, with consent"
    return ""
