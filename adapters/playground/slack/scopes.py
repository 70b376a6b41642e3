"""Which scopes and which rate tier each Web API method has.

`{kind}` stands for the scope family of the conversation that is asked about: channels, groups, im, mpim. A
method lists alternatives: one of them is enough. Sources: the method pages of Slack's reference.
"""

from dataclasses import dataclass

from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.model import ChannelKind

SCOPE_FAMILY: dict[ChannelKind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}

TIER_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 0: 600}
"""Calls a minute per method and workspace; tier 0 stands for Slack's "special" tier: hundreds."""


@dataclass(frozen=True)
class Rule:
    tier: int
    scopes: tuple[str, ...] = ()


RULES: dict[str, Rule] = {
    "auth.test": Rule(0),
    "auth.revoke": Rule(3),
    "apps.connections.open": Rule(1),
    "team.info": Rule(3, ("team:read",)),
    "users.info": Rule(4, ("users:read",)),
    "users.list": Rule(2, ("users:read",)),
    "users.lookupByEmail": Rule(3, ("users:read.email",)),
    "users.conversations": Rule(3, ("{kind}:read",)),
    "conversations.list": Rule(2, ("{kind}:read",)),
    "conversations.info": Rule(3, ("{kind}:read",)),
    "conversations.members": Rule(4, ("{kind}:read",)),
    "conversations.history": Rule(3, ("{kind}:history",)),
    "conversations.replies": Rule(3, ("{kind}:history",)),
    "conversations.open": Rule(3, ("{kind}:write",)),
    "conversations.create": Rule(2, ("{kind}:manage", "{kind}:write")),
    "conversations.invite": Rule(3, ("{kind}:manage", "{kind}:write", "{kind}:write.invites")),
    "conversations.kick": Rule(3, ("{kind}:manage", "{kind}:write")),
    "conversations.setTopic": Rule(2, ("{kind}:manage", "{kind}:write", "{kind}:write.topic")),
    "conversations.setPurpose": Rule(2, ("{kind}:manage", "{kind}:write", "{kind}:write.topic")),
    "conversations.archive": Rule(2, ("{kind}:manage", "{kind}:write")),
    "conversations.rename": Rule(2, ("{kind}:manage", "{kind}:write")),
    "conversations.join": Rule(3, ("channels:join",)),
    "conversations.leave": Rule(3, ("{kind}:manage", "{kind}:write")),
    "chat.postMessage": Rule(0, ("chat:write",)),
    "chat.postEphemeral": Rule(4, ("chat:write",)),
    "chat.update": Rule(3, ("chat:write",)),
    "chat.delete": Rule(3, ("chat:write",)),
    "chat.scheduleMessage": Rule(3, ("chat:write",)),
    "chat.getPermalink": Rule(0),
    "blocks.validate": Rule(0),
    "views.open": Rule(4),
    "views.update": Rule(4),
    "views.push": Rule(4),
    "views.publish": Rule(4),
    "pins.add": Rule(2, ("pins:write",)),
    "pins.remove": Rule(2, ("pins:write",)),
    "pins.list": Rule(2, ("pins:read",)),
    "bookmarks.add": Rule(2, ("bookmarks:write",)),
    "bookmarks.edit": Rule(2, ("bookmarks:write",)),
    "bookmarks.remove": Rule(2, ("bookmarks:write",)),
    "bookmarks.list": Rule(3, ("bookmarks:read",)),
    "reactions.add": Rule(3, ("reactions:write",)),
    "files.getUploadURLExternal": Rule(4, ("files:write",)),
    "files.completeUploadExternal": Rule(4, ("files:write",)),
    "oauth.v2.access": Rule(4),
}


def require(method: str, granted: list[str], kind: ChannelKind | None = None) -> None:
    """missing_scope, with `needed` and `provided`, unless one of the method's scopes was granted."""
    family = SCOPE_FAMILY[kind] if kind else ""
    needed = [scope.replace("{kind}", family) for scope in RULES[method].scopes]
    if needed and not set(needed) & set(granted):
        raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(granted))


def needs_kind(method: str) -> bool:
    """Whether the scope depends on the kind of the conversation."""
    return any("{kind}" in scope for scope in RULES[method].scopes)
