"""Whether Slack takes the bot's token, and what the app may do with it: for ``throughline doctor``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import TIMEOUT
from adapters.slack.manifest import SCOPES
from adapters.slack.platform import SLACK
from adapters.slack.sockets import remedy
from prompts.catalog import SOURCE_LANGUAGE
from prompts.text import plain
from prompts.words import platforms as words

GRANTED = "x-oauth-scopes"
"""The header in which Slack names what a token may do."""

ORG_WIDE = (
    "SLACK_BOT_TOKEN is for a whole organisation: install the app in one workspace, and use the token that "
    "it shows there"
)


def is_org_wide(me: Mapping[str, Any]) -> bool:
    """Whether ``auth.test`` tells of a token that belongs to no single workspace."""
    return bool(me.get("is_enterprise_install")) or not me.get("team_id")


async def problem_with_token(token: str, base_url: str = SLACK) -> str:
    """What to do about the bot's token; empty when Slack takes it and it may do all that we need."""
    if not token.startswith("xoxb-"):
        return "set SLACK_BOT_TOKEN to the Bot User OAuth Token of the app; it begins with xoxb-"
    client = AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        answer = await client.auth_test()
    except SlackApiError as refused:
        return _refused(refused)
    except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError) as error:
        return _unreached(error)
    if is_org_wide(_data(answer.data)):
        return ORG_WIDE
    missing = missing_scopes(answer.headers)
    if missing:
        return f"install the app again with the current manifest: it lacks {', '.join(missing)}"
    return ""


async def problem_with_client(client_id: str, client_secret: str, base_url: str = SLACK) -> str:
    """What to do about the app's client id and secret; empty when Slack knows them. It is asked to exchange
    a code that it never gave, and refuses just that."""
    client = AsyncWebClient(base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        await client.oauth_v2_access(client_id=client_id, client_secret=client_secret, code="doctor")
    except SlackApiError as refused:
        code = str(refused.response.get("error") or "")
        if code in ("invalid_client_id", "bad_client_secret"):
            return (
                f"Slack does not know them ({code}): copy SLACK_CLIENT_ID and SLACK_CLIENT_SECRET from the "
                "app's Basic Information"
            )
    except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError) as error:
        return _unreached(error)
    return ""


async def problem_with_socket(token: str, base_url: str = SLACK) -> str:
    """What to do about the app-level token; empty when Slack opens a socket with it."""
    client = AsyncWebClient(base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as refused:
        return remedy(str(refused.response.get("error") or "no reason given"))
    except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError) as error:
        return _unreached(error)
    return ""


def _unreached(error: Exception) -> str:
    return f"Slack cannot be reached ({type(error).__name__}): check the network and its proxy"


def missing_scopes(headers: Mapping[str, str]) -> list[str]:
    """The scopes of the manifest that the token lacks; none where Slack does not name the granted ones."""
    given = next((value for name, value in headers.items() if name.lower() == GRANTED), "")
    granted = {one.strip() for one in given.split(",") if one.strip()}
    return sorted(set(SCOPES) - granted) if granted else []


def _data(answer: object) -> Mapping[str, Any]:
    return answer if isinstance(answer, dict) else {}


def _refused(refused: SlackApiError) -> str:
    response = refused.response
    if getattr(response, "status_code", 0) == 429:
        return "Slack asks us to wait: try again in a minute"
    code = str(_data(getattr(response, "data", None)).get("error") or "")
    if code in words.REMEDIES and code not in ("invalid_auth", "not_authed"):
        return plain(words.remedy(SOURCE_LANGUAGE, code))
    if code == "invalid_auth":
        return "Slack does not know the bot's token: check SLACK_BOT_TOKEN"
    return f"Slack refuses the token ({code or 'no reason given'}): check SLACK_BOT_TOKEN"
