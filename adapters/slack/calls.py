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

from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain

TIMEOUT = 15
"""Seconds for one call."""
SETTLES_WITHIN = 60.0
"""Seconds for which a call that we broke off may still be at work there."""
ODD = (ValueError, TypeError, AttributeError, LookupError)
"""What the SDK ends with when an answer is no JSON object."""

NOT_ACCEPTED = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
MAYBE_ACCEPTED = frozenset({"internal_error", "fatal_error"})
UNREACHABLE = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
ADVICE = {
    "account_inactive": "the app was removed from the workspace, or its bot account is off: install it again",
    "cannot_dm_bot": "this account is a bot and cannot be written to",
    "channel_not_found": "the bot is not in that channel, or the channel is gone: invite the bot there",
    "cant_invite": "this person may not be in that channel (a guest, perhaps): ask a Slack administrator",
    "invalid_auth": "Slack does not know the bot's token: check SLACK_BOT_TOKEN",
    "is_archived": "the channel is archived: unarchive it or link another one",
    "messages_tab_disabled": "the app's Messages tab is off: switch it on under App Home",
    "missing_scope": "the app lacks a permission: install it again with the current manifest",
    "name_taken": "a channel of that name exists already",
    "not_in_channel": "the bot is not in that channel: invite it there",
    "restricted_action": "the workspace does not let apps do this: ask a Slack administrator",
    "token_revoked": "the app was removed from the workspace: install it again",
    "user_disabled": "this account is switched off",
    "user_not_found": "Slack does not know this account in the workspace",
}


class SlackRefusal(PlatformError):
    """Slack answered no. `code` is its own word for why; the text says what to do."""

    def __init__(self, method: str, code: str, details: Mapping[str, Any]) -> None:
        advice = ADVICE.get(code, "see Slack's description of this error")
        needed = f" (needs {details['needed']})" if details.get("needed") else ""
        super().__init__(f"Slack refused {method}: {code}{needed}. {advice[0].upper()}{advice[1:]}.")
        self.code = code
        self.details = details


class SlackUnreachable(SlackRefusal):
    """This person cannot be written to: the account is off, gone, or a bot."""


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
    kind = SlackUnreachable if code in UNREACHABLE else SlackRefusal
    return kind(method, code, details)


def wait_of(headers: Mapping[str, Any]) -> float:
    """Seconds of the Retry-After header; a minute where it is missing or unreadable."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(0.0, float(value[0] if isinstance(value, list) else value))
            except ValueError:
                break
    return 60.0
