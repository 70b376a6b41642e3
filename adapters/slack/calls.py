"""One call of Slack's Web API, with its failures told in the port's own words.

Nothing is repeated here. Whether a call may have been done is the one thing that matters: after a broken
connection or a gateway's error a method that creates something is `Uncertain`, any other `Unavailable`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.waiting import seconds_of
from bot.core.platform import (
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)
from prompts.catalog import SOURCE_LANGUAGE
from prompts.text import plain
from prompts.words import platforms as words

TIMEOUT = 15
"""Seconds for one call."""
SETTLES_WITHIN = 60.0
"""Seconds for which a call that we broke off may still be at work there."""
ODD = (ValueError, TypeError, AttributeError, LookupError)
"""What the SDK ends with when an answer is no JSON object."""

NOT_ACCEPTED = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
MAYBE_ACCEPTED = frozenset({"internal_error", "fatal_error"})
PERSON = frozenset(
    {
        "cannot_dm_bot",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
"""One person cannot be written to."""
WORKSPACE = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "message_limit_exceeded",
        "messages_tab_disabled",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""The bot may do nothing in the whole workspace until an administrator puts it right."""
SPEAKING = frozenset({"chat.postMessage", "conversations.open"})
"""Without the scope of these no message goes out; any other scope concerns one step only."""
PLACE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_not_in_channel",
    }
)
"""Nothing can be shown in that conversation."""


class SlackRefusal(PlatformError):
    """Slack answered no. `code` is its own word for why; the text says what to do."""

    def __init__(self, method: str, code: str, details: Mapping[str, Any]) -> None:
        super().__init__(said(method, code, details))
        self.method = method
        self.code = code
        self.details = details


class SlackUnreachable(SlackRefusal, Unreachable):
    """This person cannot be written to: the account is off, gone, or a bot."""


def said(method: str, code: str, details: Mapping[str, Any]) -> str:
    """The refusal in a sentence: for logs, and for whoever runs the bot."""
    needed = f" (needs {details['needed']})" if details.get("needed") else ""
    return f"Slack refused {method}: {code}{needed}. {plain(words.remedy(SOURCE_LANGUAGE, code))}"


async def call(
    client: AsyncWebClient, method: str, *, creates: bool = False, **arguments: Any
) -> dict[str, Any]:
    """Call `method` once. `creates`: doing it twice would show twice. Raises the port's errors."""
    try:
        answer = await client.api_call(method, data=_form(arguments))
    except SlackApiError as error:
        raise _refused(method, error, creates) from error
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise Unavailable(f"Slack cannot be reached ({type(error).__name__})") from error
    except TimeoutError as error:
        raise broken(creates, "TimeoutError", settles_within=SETTLES_WITHIN) from error
    except (aiohttp.ClientError, OSError) as error:
        raise broken(creates, type(error).__name__) from error
    except (SlackClientError, SlackRequestError, *ODD) as error:
        raise broken(creates, f"an answer to {method} that made no sense") from error
    data = answer.data
    if not isinstance(data, dict):
        raise broken(creates, f"an answer to {method} that made no sense")
    return data


def part(answer: Mapping[str, Any], *names: str, creates: bool = False) -> Any:
    """What an answer of Slack's must hold, `names` deep. An answer without it says nothing of what was
    done."""
    found: Any = answer
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not found:
        raise broken(creates, f"an answer without {'.'.join(names)}")
    return found


def _form(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Form fields: the one shape that every method takes (reading methods refuse JSON)."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
        if value is not None
    }


def broken(creates: bool, why: str, *, settles_within: float = 0) -> PlatformError:
    """The request left and no clear answer came back."""
    if creates:
        told = f"no answer from Slack ({why}): it may have been done"
        return Uncertain(told, settles_within=settles_within)
    return Unavailable(f"no answer from Slack ({why})")


def _refused(method: str, error: SlackApiError, creates: bool) -> PlatformError:
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    details = data if isinstance(data, dict) else {}
    code = str(details.get("error") or "")
    if status == 429 or code in ("ratelimited", "rate_limited"):
        # Slack limits a method for the whole workspace; it does not say when it was only one channel's limit.
        return Throttled(wait_of(getattr(response, "headers", {}) or {}), everywhere=True)
    if code in NOT_ACCEPTED:
        return Unavailable(f"Slack is not available now ({code})")
    if status >= 500 or code in MAYBE_ACCEPTED or not code:
        return broken(creates, code or f"HTTP {status}")
    if code in WORKSPACE or (code in ("missing_scope", "not_allowed_token_type") and method in SPEAKING):
        return WorkspaceRefused(said(method, code, details), code)
    kind = SlackUnreachable if code in PERSON else SlackRefusal
    return kind(method, code, details)


def wait_of(headers: Mapping[str, Any]) -> float:
    """Seconds of the Retry-After header; a minute where it is missing or unreadable."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            return seconds_of(str(value[0] if isinstance(value, list) else value), otherwise=60.0)
    return 60.0
