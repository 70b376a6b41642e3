"""The Bot Connector: the REST side that a bot's replies and proactive messages go to."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from adapters.playground.ledger import Ledger
from adapters.playground.ledger import LedgerPost as LedgerPost
from adapters.playground.teams.errors import (
    ConnectorRefusal,
    bad,
    bot_not_in_roster,
    no_activity,
    no_conversation,
    unauthorized,
)
from adapters.playground.teams.limits import READS, TENANT, WRITES, RateLimits, Window
from adapters.playground.teams.messages import check_message, mentioned_people, plain_text
from adapters.playground.teams.model import JsonObject, Post, Team, TeamsUser, channel_of, thread_of
from adapters.playground.teams.tokens import CONNECTOR_AUDIENCE, TokenDesk, TokenRefused
from adapters.playground.teams.workplace import TeamsWorkplace

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SMALLEST_PAGE, LARGEST_PAGE, USUAL_PAGE = 50, 500, 200


class ConnectorSide:
    """Answers `/v3/…` under the service URL; every accepted post is written to the ledger first."""

    def __init__(self, workplace: TeamsWorkplace, ctx: TokenDesk, limits: RateLimits, ledger: Ledger) -> None:
        self.workplace = workplace
        self.ctx = ctx
        self.limits = limits
        self.ledger = ledger

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`, the path of the service URL."""
        conversation = f"{prefix}/v3/conversations/{{conversation}}"
        served: list[tuple[str, str, Handler]] = [
            ("POST", f"{prefix}/v3/conversations", self.create_conversation),
            ("POST", f"{conversation}/activities", self.send),
            ("POST", f"{conversation}/activities/{{activity}}", self.send),
            ("PUT", f"{conversation}/activities/{{activity}}", self.update),
            ("DELETE", f"{conversation}/activities/{{activity}}", self.delete),
            ("GET", f"{conversation}/members", self.members),
            ("GET", f"{conversation}/pagedmembers", self.paged_members),
            ("GET", f"{conversation}/members/{{member}}", self.member),
            ("GET", f"{prefix}/v3/teams/{{team}}", self.team),
            ("GET", f"{prefix}/v3/teams/{{team}}/conversations", self.team_channels),
        ]
        return [web.route(method, path, self._guarded(handler)) for method, path, handler in served]

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                self.ctx.check_access(request.headers.get("Authorization"), CONNECTOR_AUDIENCE)
                return await handler(request)
            except TokenRefused as reason:
                return unauthorized(str(reason)).response()
            except ConnectorRefusal as refusal:
                return refusal.response()

        return answer

    # Writing ------------------------------------------------------------------------------------

    async def create_conversation(self, request: web.Request) -> web.Response:
        """A personal chat, or a new reply chain in a channel; group chats are not a bot's to make."""
        asked = await _json(request)
        channel = (asked.get("channelData") or {}).get("channel") or {}
        with self.workplace.lock:
            if channel.get("id"):
                self._admit(str(channel["id"]), WRITES)
                if thread_of(str(channel["id"])) or not self.workplace.channel(str(channel["id"])):
                    raise no_conversation()
                post = self._accept(str(channel["id"]), asked.get("activity"))
                answer = {"id": f"{post.conversation_id};messageid={post.id}", "activityId": post.id}
                return web.json_response(answer, status=201)
            return web.json_response(self._open_personal_chat(asked), status=201)

    def _open_personal_chat(self, asked: JsonObject) -> JsonObject:
        members = asked.get("members") or []
        if asked.get("isGroup") or len(members) != 1:
            raise bad("Incorrect conversation creation parameters: one member, isGroup false.")
        tenant = asked.get("tenantId") or ((asked.get("channelData") or {}).get("tenant") or {}).get("id")
        if not tenant:
            raise bad("Incorrect conversation creation parameters: tenant id is missing.")
        user = self.workplace.user(str(members[0].get("id")))
        if user is None or user.tenant_id != tenant:
            raise ConnectorRefusal(404, "UserNotFound", "The user was not found in the tenant.")
        if not self.workplace.bot_reaches(user.teams_id):
            raise ConnectorRefusal(
                403, "ForbiddenOperationException", "The bot is not installed in the user's personal scope."
            )
        chat = self.workplace.personal_chat(user)
        self._admit(chat.id, WRITES)
        answer = {"id": chat.id}
        if asked.get("activity"):
            answer["activityId"] = self._accept(chat.id, asked["activity"]).id
        return answer

    async def send(self, request: web.Request) -> web.Response:
        """A message into a conversation; the id of an unknown activity to reply to is ignored."""
        conversation_id = request.match_info["conversation"]
        activity = await _json(request)
        with self.workplace.lock:
            self._admit(conversation_id, WRITES)
            activity = check_message(activity)
            if activity["type"] == "typing":
                return web.json_response({}, status=202)
            replied_to = self.workplace.post(conversation_id, request.match_info.get("activity", ""))
            if replied_to and replied_to.thread_id and not thread_of(conversation_id):
                conversation_id = f"{conversation_id};messageid={replied_to.thread_id}"
            post = self._accept(conversation_id, activity)
        return web.json_response({"id": post.id}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        """Put another text or card in the place of one of the bot's own messages."""
        activity = await _json(request)
        with self.workplace.lock:
            post = self._own_post(request)
            post.activity = check_message(activity)
            post.mentioned_ids = mentioned_people(activity, self._people(post.conversation_id))
            post.text = str(activity.get("text") or "")
            post.updated_at = self.workplace.now().isoformat()
            post.views.clear()
        self.workplace.changed("updated", post.conversation_id, post.id)
        return web.json_response({"id": post.id})

    async def delete(self, request: web.Request) -> web.Response:
        """Take one of the bot's own messages away."""
        with self.workplace.lock:
            post = self._own_post(request)
            post.deleted = True
        self.workplace.changed("deleted", post.conversation_id, post.id)
        return web.Response(status=200)

    def _own_post(self, request: web.Request) -> Post:
        conversation_id = request.match_info["conversation"]
        self._admit(conversation_id, WRITES)
        post = self.workplace.post(conversation_id, request.match_info["activity"])
        if post is None:
            raise no_activity()
        if post.sender_id != self.workplace.bot_id:
            raise ConnectorRefusal(403, "NotEnoughPermissions", "A bot changes its own messages only.")
        return post

    def _accept(self, conversation_id: str, activity: Any) -> Post:
        activity = check_message(activity)
        people = self._people(conversation_id)
        mentioned = mentioned_people(activity, people)
        post = self.workplace.add_post(
            conversation_id, self.workplace.bot_id, activity, mentioned_ids=mentioned
        )
        self.ledger.record(
            LedgerPost(
                platform="teams",
                workspace=self.workplace.tenant_of(conversation_id) or "",
                conversation=conversation_id,
                recipients=tuple(user.teams_id for user in people),
                nudge=(activity.get("channelData") or {}).get("nudge"),
                text=plain_text(activity),
                at=self.workplace.now(),
                message=post.id,
            )
        )
        return post

    # Reading ------------------------------------------------------------------------------------

    async def members(self, request: web.Request) -> web.Response:
        """The whole roster at once (Teams discourages it; it works)."""
        with self.workplace.lock:
            return web.json_response([account(user) for user in self._roster(request)])

    async def paged_members(self, request: web.Request) -> web.Response:
        """The roster in pages of 50 to 500; other sizes are drawn to the nearest of these."""
        try:
            size = int(request.query.get("pageSize") or USUAL_PAGE)
            start = _position(request.query.get("continuationToken"))
        except ValueError:
            raise bad("pageSize or continuationToken is malformed.") from None
        size = min(max(size, SMALLEST_PAGE), LARGEST_PAGE)
        with self.workplace.lock:
            people = self._roster(request)
        page: JsonObject = {"members": [account(user) for user in people[start : start + size]]}
        if start + size < len(people):
            page["continuationToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        return web.json_response(page)

    async def member(self, request: web.Request) -> web.Response:
        """One person of the conversation, by Teams id, Entra object id or user principal name."""
        wanted = request.match_info["member"]
        with self.workplace.lock:
            for user in self._roster(request):
                if wanted in (user.teams_id, user.aad_object_id, user.email):
                    return web.json_response(account(user))
        raise ConnectorRefusal(404, "MemberNotFoundInConversation", "Member not found in conversation.")

    async def team(self, request: web.Request) -> web.Response:
        """Name, group id and counts of a team in which the bot is installed."""
        with self.workplace.lock:
            team = self._team(request)
            return web.json_response(
                {
                    "id": team.id,
                    "name": team.name,
                    "aadGroupId": team.aad_group_id,
                    "channelCount": len(team.channels),
                    "memberCount": len(team.member_ids),
                }
            )

    async def team_channels(self, request: web.Request) -> web.Response:
        """The channels of a team; General comes without a name and private ones not at all."""
        with self.workplace.lock:
            team = self._team(request)
            channels = [channel for channel in team.channels if not channel.private]
        named = [{"id": c.id} if c.id == team.id else {"id": c.id, "name": c.name} for c in channels]
        return web.json_response({"conversations": named})

    def _team(self, request: web.Request) -> Team:
        team = self.workplace.teams.get(request.match_info["team"])
        if team is None:
            raise ConnectorRefusal(404, "TeamNotFound", "The team was not found.")
        self._admit(team.id, READS)
        return team

    def _roster(self, request: web.Request) -> list[TeamsUser]:
        conversation_id = request.match_info["conversation"]
        self._admit(conversation_id, READS)
        return self._people(conversation_id)

    def _people(self, conversation_id: str) -> list[TeamsUser]:
        people = self.workplace.members(conversation_id)
        if people is None:
            raise no_conversation()
        return people

    def _admit(self, conversation_id: str, windows: tuple[Window, ...]) -> None:
        tenant = self.workplace.tenant_of(conversation_id)
        if tenant is None:
            raise no_conversation()
        root = thread_of(conversation_id)
        if root and self.workplace.post(conversation_id, root) is None:
            raise no_conversation()
        if not self.workplace.bot_may_write(conversation_id):
            raise bot_not_in_roster()
        kind = "write" if windows is WRITES else "read"
        wait = self.limits.wait(
            {f"{kind} {channel_of(conversation_id)}": windows, f"tenant {tenant}": TENANT}
        )
        if wait > 0:
            raise ConnectorRefusal(429, "Throttled", "Too many requests.", retry_after=wait)


def account(user: TeamsUser) -> JsonObject:
    """A person as the roster shows them: no locale and no zone stand there."""
    given, _, surname = user.name.partition(" ")
    return {
        "id": user.teams_id,
        "name": user.name,
        "objectId": user.aad_object_id,
        "aadObjectId": user.aad_object_id,
        "givenName": given,
        "surname": surname,
        "email": user.email,
        "userPrincipalName": _principal(user),
        "tenantId": user.home_tenant or user.tenant_id,
        "userRole": "guest" if user.is_guest else "user",
    }


def _principal(user: TeamsUser) -> str:
    return f"{user.email.replace('@', '_')}#EXT#@tenant.example" if user.is_guest else user.email


def _position(token: str | None) -> int:
    return int(base64.urlsafe_b64decode(token.encode())) if token else 0


async def _json(request: web.Request) -> JsonObject:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise bad("The body is no JSON.") from None
    if not isinstance(body, dict):
        raise bad("The body is no object.")
    return body
