"""Calls to the Bot Connector through botbuilder's client: one try each, and every failure named."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakSet

import requests
from botbuilder.integration.aiohttp import CloudAdapter
from msrest.exceptions import ClientException, ClientRequestError, HttpOperationError
from msrest.universal_http.requests import ClientRetryPolicy

from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import AccessTokens
from adapters.waiting import seconds_of
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain, Unreachable, WorkspaceRefused

Answer = TypeVar("Answer")

MAY_HAVE_HAPPENED = frozenset({408, 412, 500, 502, 504})
"""Answers after which a message may stand all the same (Teams names 412, 502 and 504 as such)."""
TIMEOUT = 15
"""Seconds without a byte; and a call may not take longer than:"""
LONGEST_CALL = 20.0
SETTLES_WITHIN = 60.0
"""Seconds for which a call that we broke off may still be at work there."""
NOT_CONNECTED = ("NewConnectionError", "NameResolutionError")
"""urllib3's words for a connection that was never made."""
ODD = (ValueError, TypeError, AttributeError, LookupError)
"""What the client ends with when an answer has not the shape it knows."""
THREADS = 64
"""The client waits for each call in a thread: a conversation that hangs must not use up all of them."""


# botbuilder makes a client, and with it this policy, for every activity that comes in, and the policy looks
# up a thousand status codes: in a list that takes 3 ms each time, in a set 0.05 ms.
ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]


class Refused(PlatformError):
    """The connector said no, for good; `code` is its own word for why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(_advice(status, code))
        self.status = status
        self.code = code


PERSON = frozenset({"ForbiddenOperationException", "MessageWritesBlocked", "UserNotFound"})
"""This one person cannot be written to: the app is not there for them, or they have blocked it."""


class NobodyThere(Refused, Unreachable):
    """Nobody is there to be written to."""


class NotAccepted(Refused):
    """Our token is not accepted; nothing was done."""


class Connector:
    """One client for each service URL. A token leaves only for a host that is on the list."""

    def __init__(self, config: TeamsConfig, adapter: CloudAdapter, tokens: AccessTokens) -> None:
        self._config = config
        self._adapter = adapter
        self._tokens = tokens
        self._clients: dict[str, Any] = {}

    async def call(
        self, service_url: str, ask: Callable[[Any], Awaitable[Answer]], *, creates: bool = False
    ) -> Answer:
        """Ask the connector once. `creates`: a broken answer leaves open whether something now stands.

        A token that it does not take is replaced once, and the call made again: nothing was done."""
        try:
            return await self._call(service_url, ask, creates)
        except NotAccepted:
            self._tokens.forget(self._config.connector)
        try:
            return await self._call(service_url, ask, creates)
        except NotAccepted as error:
            raise WorkspaceRefused(_advice(401, error.code), "teams_unauthorized") from None

    async def _call(self, service_url: str, ask: Callable[[Any], Awaitable[Answer]], creates: bool) -> Answer:
        client = await self._client(service_url)
        try:
            async with asyncio.timeout(LONGEST_CALL):
                answer = await ask(client.conversations)
        except HttpOperationError as error:
            raise named(error, creates=creates) from None
        except ClientRequestError as error:
            raise _broken(error, creates=creates) from None
        except TimeoutError:
            raise _unclear(creates, f"none within {LONGEST_CALL:g} s") from None
        except (ClientException, *ODD) as error:
            raise _unclear(creates, type(error).__name__) from error
        if answer is None and creates:
            raise _unclear(creates, "an empty one")
        return answer

    async def _client(self, service_url: str) -> Any:
        if not self._config.may_speak_to(service_url):
            raise PlatformError("the conversation's service URL is not one that Teams uses")
        await self._tokens.fresh(self._config.connector)
        if service_url not in self._clients:
            me = self._adapter.create_claims_identity(self._config.app_id)
            factory = self._adapter.bot_framework_authentication.create_connector_factory(me)
            client = await factory.create(service_url, self._config.connector)
            _never_again(client.config.retry_policy)
            client.config.connection.timeout = TIMEOUT
            _widen_threads()
            self._clients[service_url] = client
        return self._clients[service_url]


def _widen_threads() -> None:
    """Python's own choice is a handful, by the number of processors."""
    loop = asyncio.get_running_loop()
    if loop not in _WIDENED:
        loop.set_default_executor(ThreadPoolExecutor(THREADS, "teams"))
        _WIDENED.add(loop)


_WIDENED: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def _unclear(creates: bool, why: str) -> PlatformError:
    """The request left, and no answer came back that says what was done."""
    if creates:
        told = f"Teams' answer was none ({why}): the message may have arrived"
        return Uncertain(told, settles_within=SETTLES_WITHIN)
    return Unavailable(f"Teams' answer was none ({why})")


def _never_again(policy: Any) -> None:
    """Switch the client's own repeats off: they sleep in its thread for as long as a Retry-After says, and
    hide from us what was asked how often."""
    policy.retries = 0
    policy.policy.status_forcelist = ()
    policy.policy.respect_retry_after_header = False


def named(error: HttpOperationError, *, creates: bool) -> PlatformError:
    """What an HTTP refusal means for the caller."""
    status = int(error.response.status_code)
    if status == 401:
        return NotAccepted(status, _code(error))
    if status == 429:
        return Throttled(max(1.0, seconds_of(error.response.headers.get("Retry-After"), otherwise=5.0)))
    if creates and status in MAY_HAVE_HAPPENED:
        return Uncertain(f"Teams answered {status}: the message may have arrived")
    if status >= 500 or status in MAY_HAVE_HAPPENED:
        return Unavailable(f"Teams answered {status}")
    code = _code(error)
    if code == "BotDisabledByAdmin":
        return WorkspaceRefused(_advice(status, code), code)
    return (NobodyThere if code in PERSON else Refused)(status, code)


def _broken(error: ClientRequestError, *, creates: bool) -> PlatformError:
    cause = error.inner_exception
    # Refused before anything was sent; every other break may have come after the request arrived.
    refused = isinstance(cause, requests.ConnectTimeout) or any(one in repr(cause) for one in NOT_CONNECTED)
    if isinstance(cause, requests.Timeout) and not refused:
        return _unclear(creates, f"none within {TIMEOUT} s")
    if creates and not refused:
        return Uncertain("the connection to Teams broke: the message may have arrived")
    return Unavailable("no connection to Teams")


def _code(error: HttpOperationError) -> str:
    inner = getattr(getattr(error, "error", None), "error", None)
    return str(getattr(inner, "code", "") or "")


def _advice(status: int, code: str) -> str:
    if status == 401:
        return f"Teams does not accept the bot's token ({code}): check TEAMS_APP_ID and TEAMS_APP_PASSWORD."
    if status == 403:
        return f"Teams: the bot is not in that conversation ({code}). Add the app there, then try again."
    if status == 404:
        return f"Teams: that conversation or person is not there any more ({code})."
    return f"Teams refused it ({status} {code})."
