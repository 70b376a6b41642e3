"""The door of e-mail that comes in: recorded first, then acknowledged, then handled and answered."""

from __future__ import annotations

import base64
import binascii
import hmac

import structlog
from aiohttp import web
from sqlmodel import col, select

from adapters.bodies import capped_body
from adapters.dispatcher import Dispatcher
from adapters.email.platform import EmailPlatform
from adapters.replies.calendar_replies import calendar_reply_in
from adapters.replies.reading import PLATFORM, event_of
from bot.core.events import Command, Event, Said, Uninstalled
from bot.core.platform import Throttled
from bot.core.rate_limits import Limit, RateLimiter
from bot.sessions.invitation_replies import pressed_by
from storage.people import Identity, Person, Workspace

log = structlog.get_logger()

PATH = "/email/inbound"
LARGEST = 2 * 1024 * 1024
"""Bytes of a message; pictures that a reader pastes are not looked at."""
RAW_FIELDS = ("email", "body-mime", "message")
"""Where services that post forms put the whole message (SendGrid's raw mode, Mailgun)."""
MOST_EACH = Limit("", per_minute=0.5, at_once=20)
"""Messages of one sender that are answered: a program that answers our answers ends here."""


class InboundDoor:
    """`take` is given each message as it stood in the mailbox; `routes` let a service post it."""

    def __init__(self, dispatcher: Dispatcher, platform: EmailPlatform, key: str = "") -> None:
        self.dispatcher = dispatcher
        self.router = router = dispatcher.router
        self.platform = platform
        self._key = key
        self._pacer = RateLimiter(router.database, router.clock)

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.posted)] if self._key else []

    async def drain(self) -> None:
        """Wait until everything taken in so far is handled."""
        await self.dispatcher.drain()

    async def take(self, raw: bytes) -> bool:
        """Take in one message. False for what means nothing. Raises the database's error when it cannot be
        recorded: then it has to stay where it is."""
        await self.dispatcher.room()
        event = await self._event(raw)
        if event is None:
            return False
        dispatcher = await self.dispatcher.of(event.who)
        if not await self._known(dispatcher, event):
            return False
        if isinstance(event, Command | Said) and not await self._seldom(event):
            return False
        recorded = await dispatcher.record(event)
        if recorded.new:
            dispatcher.later(recorded)
        return True

    async def posted(self, request: web.Request) -> web.Response:
        """204: taken in, or of no meaning. 401: not the service. 413: too large. 503: post it again."""
        if not self._proven(request.headers.get("Authorization", "")):
            return web.Response(status=401)
        raw = await _message(request)
        if raw is None:
            return web.Response(status=413)
        try:
            await self.take(raw)
        except Exception as error:
            log.error("email_not_recorded", error=type(error).__name__, exc_info=error)
            return web.Response(status=503)
        return web.Response(status=204)

    def _proven(self, header: str) -> bool:
        """``Bearer KEY``, or the key as a password (Basic), as services can send it."""
        scheme, _, given = header.partition(" ")
        if scheme.casefold() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError):
                return False
        return hmac.compare_digest(given.encode(errors="replace"), self._key.encode())

    async def _event(self, raw: bytes) -> Event | None:
        if (replied := calendar_reply_in(raw)) is None:
            return event_of(raw, self.platform.links, self.router.commands)
        for dispatcher in self.dispatcher.all:
            async with dispatcher.router.database.read() as db:
                if press := await pressed_by(db, *replied, platform=PLATFORM):
                    return press
        return None

    async def _known(self, dispatcher: Dispatcher, event: Event) -> bool:
        """Only who has an account is heard: a deleted person is not made anew by an old message, and an
        address is lost once, however many messages to it come back."""
        async with dispatcher.router.database.read() as db:
            found = await db.scalars(
                select(Identity)
                .join(Workspace)
                .join(Person, col(Person.id) == Identity.person_id)
                .where(
                    Workspace.platform == event.who.platform,
                    Workspace.tenant == event.who.tenant,
                    Identity.platform_user == event.who.user,
                    col(Person.deleted_at).is_(None),
                )
            )
            account = found.first()
            return account is not None and (account.reachable or not isinstance(event, Uninstalled))

    async def _seldom(self, event: Event) -> bool:
        sender = self.platform.links.proof(f"email from {event.who.user}")  # the address stands in no table
        limit = Limit(f"email from {sender}", MOST_EACH.per_minute, MOST_EACH.at_once)
        try:
            await self._pacer.take(limit)
        except Throttled:
            log.warning("email_too_often", tenant=event.who.tenant)
            return False
        return True


async def _message(request: web.Request) -> bytes | None:
    """The raw message of a post; None when it is too large."""
    if request.content_type.startswith("multipart/") or request.content_type.endswith("urlencoded"):
        if (request.content_length or 0) > LARGEST:
            return None
        posted = await request.post()
        for name in RAW_FIELDS:
            given = posted.get(name)
            if isinstance(given, web.FileField):
                return given.file.read(LARGEST)
            if given:
                return str(given).encode(errors="replace")
        return b""
    return await capped_body(request, LARGEST)
