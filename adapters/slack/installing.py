"""Installing the app in a workspace by OAuth, with Bolt's own flow.

The state is bound to the browser by a cookie, signed, and good for once: see `adapters.slack.store`. A
workspace gets a community of its own, or joins the one whose administrator gave a link (``?connect=…``).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.dispatcher import Dispatcher
from adapters.slack.app import SlackConfig
from adapters.slack.calls import TIMEOUT
from adapters.slack.manifest import REDIRECT, SCOPES
from adapters.slack.store import STATE_LIFE, CannotInstall, Installations, States
from bot.core.events import Installed, Who
from bot.core.links import BadLink
from bot.installations.connecting import community_to_join
from storage.base import opaque_id
from storage.cells import is_known

log = structlog.get_logger()

INSTALL = "/slack/install"
COOKIE = "throughline-install"

Show = Callable[[str, str, str], str]
"""The page for an outcome: a slug, the workspace's name, and where to start again."""


@dataclass(frozen=True, slots=True)
class OAuthDoor:
    """What the pages need: how they look, where Slack asks people, and under which address we are."""

    show: Show
    public_url: str
    authorize_url: str = ""
    """Slack's page; empty for the real one."""


class Installing:
    """Add `routes` to the application."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        config: SlackConfig,
        door: OAuthDoor,
        states: States,
        installations: Mapping[Dispatcher, Installations],
    ) -> None:
        """`installations` of each database of the process."""
        self._door = door
        self._flow = _Flow(dispatcher, config, door, states, installations)

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.get(INSTALL, self._install), web.get(REDIRECT, self._redirect)]

    async def _install(self, request: web.Request) -> web.Response:
        """To Slack's page, with a fresh state in the address and in the browser."""
        return await self._answered(request, self._flow.handle_installation)

    async def _redirect(self, request: web.Request) -> web.Response:
        """Back from Slack's page."""
        return await self._answered(request, self._flow.handle_callback)

    async def _answered(
        self, request: web.Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
    ) -> web.Response:
        try:
            response = await handle(await to_bolt_request(request))
        except CannotInstall as refusal:
            log.warning("slack_install_refused", reason=refusal.reason)
            response = self._flow.page(409, refusal.reason, refusal.workspace)
        except Exception as error:
            log.error("slack_install_failed", error=type(error).__name__, exc_info=error)
            response = self._flow.page(502, "other")
        answer = await to_aiohttp_response(response)
        for cookie in answer.cookies.values():
            cookie["samesite"] = "Lax"  # Slack sends the browser back from its own site
        return answer


class _Flow(AsyncOAuthFlow):
    def __init__(
        self,
        dispatcher: Dispatcher,
        config: SlackConfig,
        door: OAuthDoor,
        states: States,
        installations: Mapping[Dispatcher, Installations],
    ) -> None:
        self._dispatcher = dispatcher
        self._door = door
        self._states = states
        self._installations = installations
        settings = AsyncOAuthSettings(
            client_id=config.client_id,
            client_secret=config.client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=f"{door.public_url}{REDIRECT}",
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,
            authorization_url=door.authorize_url or None,
            callback_options=AsyncCallbackOptions(success=self._succeeded, failure=self._failed),
            installation_store=installations[dispatcher],
            state_store=states,
            state_cookie_name=COOKIE,
            state_expiration_seconds=int(STATE_LIFE.total_seconds()),
        )
        client = AsyncWebClient(base_url=config.base_url, timeout=TIMEOUT, retry_handlers=[])
        super().__init__(client=client, logger=_silent(), settings=settings)

    async def issue_new_state(self, request: AsyncBoltRequest) -> str:
        connect = (request.query.get("connect") or [""])[0]
        if connect and await self._community(connect) is None:
            raise CannotInstall("link")
        return self._states.issue(connect)

    async def store_installation(self, request: AsyncBoltRequest, installation: SlackInstallation) -> None:
        state = (request.query.get("state") or [""])[0]
        who = Who(platform="slack", tenant=installation.team_id or "", user=installation.user_id)
        joined = await self._community_of(state)
        dispatcher = joined[0] if joined else await self._dispatcher.of(who)
        if joined and await self._lives_elsewhere(who, dispatcher):
            raise CannotInstall("taken", installation.team_name or "")
        await self._installations[dispatcher].save(installation, joined[1] if joined else None)
        happened = Installed(key=f"installed:{opaque_id()}", who=who, name=installation.team_name or "")
        dispatcher.later(await dispatcher.record(happened))

    async def _lives_elsewhere(self, who: Who, dispatcher: Dispatcher) -> bool:
        """Whether another database has that workspace already; there it serves another community."""
        for one in self._dispatcher.all:
            async with one.router.database.read() as db:
                if one is not dispatcher and await is_known(db, who.platform, who.tenant):
                    return True
        return False

    async def _community_of(self, state: str) -> tuple[Dispatcher, int] | None:
        """The community that a state was begun for, whose link must still be good. Raises `CannotInstall`."""
        try:
            connect = self._states.connect_of(state)
        except BadLink:
            raise CannotInstall("state") from None
        if not connect:
            return None
        joined = await self._community(connect)
        if joined is None:
            raise CannotInstall("link")
        return joined

    async def _community(self, connect: str) -> tuple[Dispatcher, int] | None:
        for one in self._dispatcher.all:
            router = one.router
            async with router.database.read() as db:
                found = await community_to_join(db, router.links, connect, router.clock.now())
            if found:
                return one, found[0].id
        return None

    async def _succeeded(self, told: AsyncSuccessArgs) -> BoltResponse:
        return self.page(200, "done", told.installation.team_name or "")

    async def _failed(self, told: AsyncFailureArgs) -> BoltResponse:
        reason = {
            "access_denied": "denied",
            "invalid_browser": "browser",
            "invalid_state": "state",
            "invalid_code": "slack",
        }.get(told.reason, "slack")
        log.info("slack_install_refused", reason=reason)
        return self.page(told.suggested_status_code, reason)

    def page(self, status: int, outcome: str, workspace: str = "") -> BoltResponse:
        """A page of ours; the state's cookie is of no more use."""
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Set-Cookie": [self.settings.state_utils.build_set_cookie_for_deletion()],
        }
        return BoltResponse(status=status, headers=headers, body=self._door.show(outcome, workspace, INSTALL))


def install_address(base_url: str, connect: str = "") -> str:
    """Where a browser begins."""
    return f"{base_url.rstrip('/')}{INSTALL}" + (f"?{urlencode({'connect': connect})}" if connect else "")


def _silent() -> logging.Logger:
    """Bolt would write codes into the log; what happened is logged above, in our own words."""
    logger = logging.getLogger("slack_bolt.throughline.oauth")
    logger.disabled = True
    return logger
