"""The small part of Microsoft Graph that the bot may use with application permissions.

Application tokens cannot post messages through Graph, so no route here takes one. Installing into a chat
that Graph created is its own call, as for a real app.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.playground.teams.model import JsonObject, TeamsUser
from adapters.playground.teams.tokens import GRAPH_AUDIENCE, TokenDesk, TokenRefused
from adapters.playground.teams.workplace import TeamsWorkplace

ALL_PERMISSIONS = frozenset(
    {
        "AppCatalog.Read.All",
        "Channel.Create",
        "Chat.Create",
        "TeamsAppInstallation.ReadWriteSelfForChat.All",
        "TeamsAppInstallation.ReadWriteSelfForUser.All",
        "User.Read.All",
    }
)
NAME_LENGTH = 50
FORBIDDEN_IN_NAMES = set("~#%&*{}+/\\:<>?|'\"")
MOST_PRIVATE_MEMBERS = 200
EXTERNAL = re.compile(r"externalId eq '([^']+)'")
BIND = re.compile(r"/users\(?['/]([^'\")/]+)'?\)?$")

Installed = Callable[[str], Awaitable[None]]


class GraphRefusal(Exception):
    """A call that Graph does not accept."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class GraphSide:
    """Answers below `/graph/v1.0`. `on_install` is told a person or chat that now has the bot."""

    def __init__(self, workplace: TeamsWorkplace, ctx: TokenDesk, on_install: Installed) -> None:
        self.workplace = workplace
        self.ctx = ctx
        self.on_install = on_install

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        served: list[tuple[str, str, str, Callable[[web.Request], Awaitable[web.Response]]]] = [
            ("GET", "/users/{id}", "User.Read.All", self.user),
            ("GET", "/appCatalogs/teamsApps", "AppCatalog.Read.All", self.catalog),
            ("POST", "/chats", "Chat.Create", self.create_chat),
            ("POST", "/teams/{id}/channels", "Channel.Create", self.create_channel),
            (
                "POST",
                "/users/{id}/teamwork/installedApps",
                "TeamsAppInstallation.ReadWriteSelfForUser.All",
                self.install_for_user,
            ),
            (
                "POST",
                "/chats/{id}/installedApps",
                "TeamsAppInstallation.ReadWriteSelfForChat.All",
                self.install_for_chat,
            ),
        ]
        return [web.route(verb, prefix + path, self._allowed(need, do)) for verb, path, need, do in served]

    def _allowed(
        self, permission: str, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                claims = self.ctx.check_access(request.headers.get("Authorization"), GRAPH_AUDIENCE)
                if permission not in claims.get("roles", []):
                    raise GraphRefusal(403, "Forbidden", f"Missing role permissions: {permission}.")
                return await handler(request)
            except TokenRefused as reason:
                return _error(401, "InvalidAuthenticationToken", str(reason))
            except GraphRefusal as refusal:
                return _error(refusal.status, refusal.code, str(refusal))

        return answer

    async def user(self, request: web.Request) -> web.Response:
        """A person of the directory, by object id or principal name."""
        user = self._person(request.match_info["id"])
        return web.json_response(
            {
                "id": user.aad_object_id,
                "displayName": user.name,
                "mail": user.email,
                "userPrincipalName": user.email,
                "preferredLanguage": user.locale,
            }
        )

    async def create_chat(self, request: web.Request) -> web.Response:
        """A group chat of at least two people, without the bot until it is installed."""
        asked = await _json(request)
        people = self._bound_people(asked)
        if asked.get("chatType") != "group" or len(people) < 2:
            raise GraphRefusal(400, "BadRequest", "A group chat needs chatType group and two members.")
        for user, member in zip(people, asked["members"], strict=True):
            if (member.get("roles") == ["guest"]) is not user.is_guest:
                raise GraphRefusal(400, "BadRequest", f"Invalid role specified for member {user.name}.")
        chat = self.workplace.add_group_chat(people, topic=asked.get("topic"))
        body = {"id": chat.id, "chatType": "group", "topic": chat.topic, "tenantId": chat.tenant_id}
        return web.json_response(body, status=201)

    async def create_channel(self, request: web.Request) -> web.Response:
        """A standard or private channel of a team."""
        asked = await _json(request)
        key = request.match_info["id"]
        team = next((t for t in self.workplace.teams.values() if key in (t.aad_group_id, t.id)), None)
        if team is None:
            raise GraphRefusal(404, "NotFound", "No team found with that id.")
        name = str(asked.get("displayName") or "")
        _check_channel_name(name, [channel.name for channel in team.channels])
        kind = asked.get("membershipType", "standard")
        if kind not in ("standard", "private"):
            raise GraphRefusal(400, "BadRequest", f"membershipType {kind} is not served here.")
        people = self._bound_people(asked)
        if kind == "private":
            _check_private_members(asked, people)
            strangers = [user.name for user in people if user.teams_id not in team.member_ids]
            if strangers:
                raise GraphRefusal(400, "BadRequest", "Members must belong to the team first.")
        channel = self.workplace.add_channel(team, name, private=kind == "private", members=people)
        body = {"id": channel.id, "displayName": channel.name, "membershipType": kind}
        return web.json_response(body, status=201)

    async def catalog(self, request: web.Request) -> web.Response:
        """The organisation's apps; the one filter that is served is by the id of their registration."""
        found = EXTERNAL.fullmatch(request.query.get("$filter", ""))
        if found is None:
            raise GraphRefusal(400, "BadRequest", "Filter by externalId.")
        ours = self.workplace.catalog_app_id if found[1] == self.workplace.app_id else ""
        value = [{"id": ours, "externalId": found[1], "distributionMethod": "organization"}] if ours else []
        return web.json_response({"value": value})

    async def _must_be_known(self, request: web.Request) -> None:
        bound = str((await _json(request)).get("teamsApp@odata.bind", ""))
        known = self.workplace.catalog_app_id
        if not known or not bound.endswith(f"/appCatalogs/teamsApps/{known}"):
            raise GraphRefusal(400, "BadRequest", "The app is not found in the organization's catalog.")

    async def install_for_user(self, request: web.Request) -> web.Response:
        """Put the bot into a person's personal scope; the bot hears of it as of any installation."""
        await self._must_be_known(request)
        user = self._person(request.match_info["id"])
        if user.teams_id in self.workplace.personal_installs:
            raise GraphRefusal(409, "Conflict", "App is already installed in the user's personal scope.")
        await self.on_install(user.teams_id)
        return web.Response(status=201)

    async def install_for_chat(self, request: web.Request) -> web.Response:
        """Put the bot into a group chat."""
        await self._must_be_known(request)
        chat = self.workplace.chats.get(request.match_info["id"])
        if chat is None or chat.kind != "groupChat":
            raise GraphRefusal(404, "NotFound", "No chat found with that id.")
        if chat.bot_installed:
            raise GraphRefusal(409, "Conflict", "App is already installed in the chat.")
        await self.on_install(chat.id)
        return web.Response(status=201)

    def _person(self, key: str) -> TeamsUser:
        user = self.workplace.user(key)
        if user is None or key not in (user.aad_object_id, user.email):
            raise GraphRefusal(404, "Request_ResourceNotFound", f"Resource '{key}' does not exist.")
        return user

    def _bound_people(self, asked: JsonObject) -> list[TeamsUser]:
        people = []
        for member in asked.get("members") or []:
            found = BIND.search(str(member.get("user@odata.bind", "")))
            if not found:
                raise GraphRefusal(400, "BadRequest", "A member without a readable user@odata.bind.")
            people.append(self._person(found.group(1)))
        return people


def _check_channel_name(name: str, taken: list[str]) -> None:
    if not name or len(name) > NAME_LENGTH:
        raise GraphRefusal(400, "BadRequest", f"Channel names have 1 to {NAME_LENGTH} characters.")
    if FORBIDDEN_IN_NAMES & set(name) or name[0] in "._" or name[-1] == ".":
        raise GraphRefusal(400, "BadRequest", "Channel name contains characters that are not allowed.")
    if name.casefold() in (other.casefold() for other in taken):
        raise GraphRefusal(400, "BadRequest", "Channel name already existed, please use other name.")


def _check_private_members(asked: JsonObject, people: list[TeamsUser]) -> None:
    owners = [member for member in asked.get("members") or [] if "owner" in (member.get("roles") or [])]
    if not owners:
        raise GraphRefusal(400, "BadRequest", "A private channel made by an app needs an owner.")
    if len(people) > MOST_PRIVATE_MEMBERS:
        raise GraphRefusal(400, "BadRequest", f"At most {MOST_PRIVATE_MEMBERS} members.")


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


async def _json(request: web.Request) -> JsonObject:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise GraphRefusal(400, "BadRequest", "Unable to read JSON request payload.") from None
    if not isinstance(body, dict):
        raise GraphRefusal(400, "BadRequest", "The payload is no object.")
    return body
