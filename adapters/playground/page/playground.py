"""`Playground`: the page's routes, its JSON interface and its stream of changes."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.playground.ledger import LedgerPost
from adapters.playground.page.actions import SlackDeeds, TeamsDeeds, done
from adapters.playground.page.dial import FaultDial
from adapters.playground.page.guard import PageGuard
from adapters.playground.page.hints import CommandHint
from adapters.playground.page.read_marks import ReadMarks
from adapters.playground.page.skips import PersonCard, Skips
from adapters.playground.page.slack_seen import SlackSeen
from adapters.playground.page.stream import Stream
from adapters.playground.page.teams_seen import TeamsSeen
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.slack import SlackSide
from adapters.playground.teams import TeamsPlaygroundError as TeamsError
from adapters.playground.teams import TeamsSide
from bot.core.clock import MovedClock

LOOPBACK = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Playground:
    """The page over two far sides and one clock. Use it from the event loop that the Slack side lives in.

    `hints` are suggested in the composer; `people` tell more about the accounts, found by e-mail.
    """

    def __init__(
        self,
        slack: SlackSide,
        teams: TeamsSide,
        clock: MovedClock,
        *,
        skips: Skips | None = None,
        hints: Iterable[CommandHint] = (),
        people: Iterable[PersonCard] = (),
    ) -> None:
        self.slack = slack
        self.teams = teams
        self.clock = clock
        self.skips = skips or Skips()
        self.guard = PageGuard()
        self.dial = FaultDial(slack.faults, teams.faults)
        self.stream = Stream(slack, teams, clock)
        hints = list(hints)
        self._marks = ReadMarks(_newest(slack, teams))
        self._slack_seen = SlackSeen(slack, self._marks, hints)
        self._teams_seen = TeamsSeen(teams, self._marks, hints)
        self._deeds = {
            "slack": SlackDeeds(self._slack_seen).deeds(),
            "teams": TeamsDeeds(self._teams_seen).deeds(),
        }
        self._cards = {card.email.lower(): card for card in people}
        self._skipping = asyncio.Lock()

    def mount(self, app: web.Application, prefix: str = "/playground") -> None:
        """Add the page to an application, under `prefix` ("" or "/" for its root)."""
        base = prefix.rstrip("/")
        guard = self.guard

        async def index(_: web.Request) -> web.Response:
            return self._index(base)

        async def without_slash(_: web.Request) -> web.Response:
            return web.Response(status=308, headers={"Location": f"{base}/"})

        app.router.add_get(f"{base}/", guard(index))
        if base:
            app.router.add_get(base, guard(without_slash))
        app.router.add_get(f"{base}/static/{{path:.+}}", guard(self._static))
        app.router.add_get(f"{base}/api/people", guard(self._people))
        app.router.add_get(f"{base}/api/clock", guard(self._clock))
        app.router.add_post(f"{base}/api/clock", guard(self._move))
        app.router.add_get(f"{base}/api/faults", guard(self._faults))
        app.router.add_post(f"{base}/api/faults", guard(self._switch))
        app.router.add_get(f"{base}/api/changes", guard(self.stream.handle))
        app.router.add_get(f"{base}/api/files/{{team}}/{{file}}", guard(self._file))
        app.router.add_get(
            f"{base}/api/{{platform:slack|teams}}/{{what:state|place|home}}", guard(self._look)
        )
        app.router.add_post(f"{base}/api/{{platform:slack|teams}}/read", guard(self._read))
        app.router.add_post(f"{base}/api/{{platform:slack|teams}}/{{deed}}", guard(self._do))
        app.on_shutdown.append(self._stop)

    async def _stop(self, _: web.Application) -> None:
        self.stream.stop()

    # -- what is served ----------------------------------------------------------------------------

    def _index(self, base: str) -> web.Response:
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        page = page.replace("{{base}}", html.escape(base)).replace("{{token}}", html.escape(self.guard.token))
        return web.Response(text=page, content_type="text/html")

    async def _static(self, request: web.Request) -> web.Response:
        path = (STATIC / request.match_info["path"]).resolve()
        if not path.is_relative_to(STATIC) or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8")

    async def _file(self, request: web.Request) -> web.Response:
        workspace = self.slack.workplace.workspaces.get(request.match_info["team"])
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        if file is None or file.data is None or not file.shared:
            raise web.HTTPNotFound
        picture = PICTURES.get(Path(file.name).suffix.lower())
        name = "".join(letter for letter in file.name if letter.isalnum() or letter in "._- ") or "file"
        response = web.Response(body=file.data, content_type=picture or "application/octet-stream")
        shown = "inline" if picture else "attachment"
        response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{_percent(name)}"
        return response

    # -- looking -----------------------------------------------------------------------------------

    async def _people(self, _: web.Request) -> web.Response:
        both = {"slack": self._slack_seen.people(), "teams": self._teams_seen.people()}
        for person in [*both["slack"], *both["teams"]]:
            card = self._cards.get(str(person["email"] or "").lower())
            if card is not None:
                person.update({name: value for name, value in asdict(card).items() if value})
        return web.json_response(both)

    async def _look(self, request: web.Request) -> web.Response:
        seen: Any = self._slack_seen if request.match_info["platform"] == "slack" else self._teams_seen
        what, person = request.match_info["what"], request.query.get("person", "")
        try:
            if what == "place":
                how = {"phone": True} if "phone" in request.query else {}
                return web.json_response(seen.place(person, request.query.get("place", ""), **how))
            return web.json_response(getattr(seen, what)(person))
        except (SlackError, TeamsError, AttributeError, TypeError) as problem:
            return web.json_response({"problem": str(problem)}, status=404)

    async def _clock(self, _: web.Request) -> web.Response:
        stops = await self.skips.sessions() if self.skips.sessions else []
        return web.json_response(
            {
                "now": self.clock.now().timestamp() * 1000,
                "next": self.skips.to_next_nudge is not None,
                "sessions": [asdict(stop) for stop in stops] if self.skips.to_after_session else [],
            }
        )

    async def _faults(self, _: web.Request) -> web.Response:
        return web.json_response(self.dial.told())

    async def _switch(self, request: web.Request) -> web.Response:
        sent = await _body(request)
        try:
            self.dial.switch(str(sent.get("name")), sent.get("on") is True)
        except LookupError:
            return web.json_response({"problem": "There is no such fault."}, status=404)
        return web.json_response({"faults": self.dial.told()})

    # -- doing -------------------------------------------------------------------------------------

    async def _read(self, request: web.Request) -> web.Response:
        sent = await _body(request)
        platform, person, place = request.match_info["platform"], str(sent["person"]), str(sent["place"])
        seen = self._slack_seen if platform == "slack" else self._teams_seen
        try:
            news = self._marks.mark(platform, person, place, seen.newest(person, place))
        except (SlackError, TeamsError) as problem:
            return web.json_response({"problem": str(problem)}, status=404)
        return web.json_response({"news": news})

    async def _do(self, request: web.Request) -> web.Response:
        sent = await _body(request)
        deed = self._deeds[request.match_info["platform"]].get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        status, told = await done(deed, str(sent.get("person", "")), sent)
        return web.json_response(told, status=status)

    async def _move(self, request: web.Request) -> web.Response:
        """Move the clock and tell what was sent on the way, as the platforms accepted it."""
        sent = await _body(request)
        async with self._skipping:
            before = [len(ledger) for ledger in self._ledgers()]
            began = self.clock.now()
            if not await self._skip(sent):
                return web.json_response({"problem": "There is no such skip."}, status=400)
            await self.slack.settle()
            posts = [
                post
                for ledger, seen in zip(self._ledgers(), before, strict=True)
                for post in ledger.posts[seen:]
            ]
        self.stream.tell({"kind": "clock", "now": self.clock.now().timestamp() * 1000})
        return web.json_response(
            {
                "from": began.timestamp() * 1000,
                "now": self.clock.now().timestamp() * 1000,
                "sent": [self._sent(post) for post in posts],
            }
        )

    async def _skip(self, sent: dict[str, Any]) -> bool:
        hours = sent.get("hours")
        if isinstance(hours, int) and 0 < hours <= 24 * 366:
            if self.skips.by is not None:
                await self.skips.by(timedelta(hours=hours))
            else:
                self.clock.advance(timedelta(hours=hours))
            return True
        if sent.get("to") == "nudge" and self.skips.to_next_nudge is not None:
            await self.skips.to_next_nudge()
            return True
        number = sent.get("session")
        if isinstance(number, int) and self.skips.to_after_session is not None:
            await self.skips.to_after_session(number)
            return True
        return False

    def _ledgers(self) -> list[Any]:
        return (
            [self.slack.ledger]
            if self.slack.ledger is self.teams.ledger
            else [self.slack.ledger, self.teams.ledger]
        )

    def _sent(self, post: LedgerPost) -> dict[str, Any]:
        names = [self._name(post, recipient) for recipient in post.recipients]
        place = self._place_name(post)
        return {
            "platform": post.platform,
            "to": place or ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else ""),
            "text": as_read(post)[:200],
            "at": post.at.timestamp() * 1000,
        }

    def _place_name(self, post: LedgerPost) -> str:
        if post.platform == "slack":
            workspace = self.slack.workplace.workspaces.get(post.workspace)
            channel = workspace.channels.get(post.conversation) if workspace else None
            return f"#{channel.name}" if channel and channel.kind in ("public", "private") else ""
        found = self.teams.workplace.channel(post.conversation)
        return f"#{found.name}" if found else ""

    def _name(self, post: LedgerPost, recipient: str) -> str:
        if post.platform == "slack":
            workspace = self.slack.workplace.workspaces.get(post.workspace)
            account = workspace.users.get(recipient) if workspace else None
            return account.real_name if account else recipient
        user = self.teams.workplace.user(recipient)
        return user.name if user else recipient


def as_read(post: LedgerPost) -> str:
    """A message's words without the backslashes that Markdown on Teams takes away."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", post.text) if post.platform == "teams" else post.text


@asynccontextmanager
async def serve_playground(playground: Playground, *, port: int = 0, prefix: str = "/") -> AsyncIterator[str]:
    """Serve the page alone on 127.0.0.1 (port 0: any free one) and yield its address."""
    app = web.Application(client_max_size=1024 * 1024)
    playground.mount(app, prefix)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}{prefix.rstrip('/')}/"
    finally:
        await runner.cleanup()


async def _body(request: web.Request) -> dict[str, Any]:
    with suppress(ValueError):  # no JSON, no text, or a number of thousands of digits
        body = await request.json()
        if isinstance(body, dict):
            return body
    raise web.HTTPBadRequest


def _percent(name: str) -> str:
    from urllib.parse import quote

    return quote(name)


def _newest(slack: SlackSide, teams: TeamsSide) -> dict[str, float]:
    """The newest position on each platform: what is older counts as read."""
    spoken = [
        float(ts)
        for workspace in slack.workplace.workspaces.values()
        for channel in workspace.channels.values()
        for ts in channel.messages
    ]
    written = [float(post.id) for posts in teams.workplace.posts.values() for post in posts]
    return {"slack": max(spoken, default=0.0), "teams": max(written, default=0.0)}
