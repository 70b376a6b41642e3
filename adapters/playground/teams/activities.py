"""Activities as Teams sends them to a bot, built from what the workplace knows. Pure: nothing is sent."""

from __future__ import annotations

import html
import uuid
from collections.abc import Sequence
from datetime import datetime

from adapters.playground.teams.model import JsonObject, Post, TeamsUser, channel_of
from adapters.playground.teams.workplace import TeamsWorkplace
from prompts.time_zones import load_zone


class ActivityForms:
    """Fills in who, where and when; `service_url` is where the bot is to answer."""

    def __init__(self, workplace: TeamsWorkplace) -> None:
        self.workplace = workplace
        self.service_url = ""

    def message(
        self,
        user: TeamsUser,
        conversation_id: str,
        text: str,
        *,
        activity_id: str,
        mention: bool = False,
        naming: Sequence[TeamsUser] = (),
        quoting: Post | None = None,
    ) -> JsonObject:
        """Something said. A mention stands in front as `<at>`, with its entity and the HTML beside it; so
        does each of `naming` where ``@Name`` stands. What is quoted stands before it, in the text as well."""
        activity = self._envelope("message", user, conversation_id, activity_id)
        name = self.workplace.bot_name
        activity["textFormat"] = "plain"
        shown = _as_html(text, name, mention)
        for one in naming:
            text = text.replace(f"@{one.name}", _at(one.name))
            activity["entities"].append(_mention_of(one.teams_id, one.name))
        activity["text"] = f"{_at(name)}&nbsp;{text}\n" if mention else text
        if quoting is not None:
            author = self._name(quoting.sender_id)
            words = " ".join(quoting.text.split())[:100]
            activity["text"] = f"{author}\r\n{words}\r\n\r\n{activity['text']}"
            shown = _quoted(quoting.id, author, words) + shown
        activity["attachments"] = [{"contentType": "text/html", "content": shown}]
        if mention:
            activity["entities"].append(_mention_of(self.workplace.bot_id, name))
        return activity

    def edited(self, user: TeamsUser, conversation_id: str, text: str, *, activity_id: str) -> JsonObject:
        """`messageUpdate`: the same message, under the same id, in other words."""
        activity = self.message(user, conversation_id, text, activity_id=activity_id)
        activity["channelData"]["eventType"] = "editMessage"
        return {**activity, "type": "messageUpdate"}

    def submitted(
        self, user: TeamsUser, conversation_id: str, value: object, *, reply_to: str, activity_id: str
    ) -> JsonObject:
        """The message without text that `Action.Submit` sends."""
        activity = self._envelope("message", user, conversation_id, activity_id)
        return {**activity, "value": value, "replyToId": reply_to}

    def invoke(
        self, user: TeamsUser, conversation_id: str, name: str, value: JsonObject, *, reply_to: str | None
    ) -> JsonObject:
        """A request that waits for its answer: `adaptiveCard/action`, `task/fetch`, `task/submit`."""
        activity = self._envelope("invoke", user, conversation_id, f"f:{uuid.uuid4()}")
        activity["channelData"]["source"] = {"name": "message"}
        activity |= {"name": name, "value": value}
        return {**activity, "replyToId": reply_to} if reply_to else activity

    def installation(self, user: TeamsUser, conversation_id: str, action: str) -> JsonObject:
        """`installationUpdate`; `action` is add or remove."""
        activity = self._envelope("installationUpdate", user, conversation_id, f"f:{uuid.uuid4()}")
        activity["channelData"]["settings"] = {"selectedChannel": {"id": conversation_id}}
        return {**activity, "action": action}

    def members_changed(
        self,
        user: TeamsUser,
        conversation_id: str,
        *,
        added: Sequence[str] = (),
        removed: Sequence[str] = (),
    ) -> JsonObject:
        """`conversationUpdate` with who came or went, by Teams id (the bot's own id included). Of those who
        went Teams tells no other id."""
        activity = self._envelope("conversationUpdate", user, conversation_id, f"f:{uuid.uuid4()}")
        if added:
            activity["membersAdded"] = [self._member(person) for person in added]
        if removed:
            activity["membersRemoved"] = [{"id": person} for person in removed]
        if "team" in activity["channelData"]:
            activity["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
        return activity

    def place_changed(self, user: TeamsUser, team_id: str, event: str, channel_id: str = "") -> JsonObject:
        """`conversationUpdate` of a channel or a team itself: ``channelDeleted``, ``teamArchived`` …"""
        activity = self._envelope("conversationUpdate", user, team_id, f"f:{uuid.uuid4()}")
        activity["channelData"]["eventType"] = event
        if channel_id:
            activity["channelData"]["channel"] = {"id": channel_id}
        return activity

    def reaction(
        self, user: TeamsUser, conversation_id: str, post_id: str, kind: str, *, added: bool
    ) -> JsonObject:
        """`messageReaction` on one of the bot's messages."""
        activity = self._envelope("messageReaction", user, conversation_id, f"f:{uuid.uuid4()}")
        activity["reactionsAdded" if added else "reactionsRemoved"] = [{"type": kind}]
        return {**activity, "replyToId": post_id}

    def _member(self, person: str) -> JsonObject:
        user = self.workplace.users.get(person)
        return {"id": person, "aadObjectId": user.aad_object_id} if user else {"id": person}

    def _name(self, sender: str) -> str:
        user = self.workplace.users.get(sender)
        return user.name if user else self.workplace.bot_name

    def _envelope(self, kind: str, user: TeamsUser, conversation_id: str, activity_id: str) -> JsonObject:
        now = self.workplace.now()
        activity: JsonObject = {
            "type": kind,
            "id": activity_id,
            "timestamp": _iso(now),
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": user.teams_id, "name": user.name, "aadObjectId": user.aad_object_id},
            "recipient": {"id": self.workplace.bot_id, "name": self.workplace.bot_name},
            "conversation": self._conversation(conversation_id),
            "channelData": self._channel_data(conversation_id),
            "locale": user.locale,
            "entities": [self._client(user)],
        }
        if user.timezone:
            activity["localTimezone"] = user.timezone
            activity["localTimestamp"] = now.astimezone(load_zone(user.timezone)).isoformat()
        return activity

    def _client(self, user: TeamsUser) -> JsonObject:
        client = {"type": "clientInfo", "locale": user.locale, "platform": "Web"}
        country = user.locale.partition("-")[2]
        if country:
            client["country"] = country
        if user.timezone:
            client["timezone"] = user.timezone
        return client

    def _conversation(self, conversation_id: str) -> JsonObject:
        chat = self.workplace.chats.get(conversation_id)
        kind = chat.kind if chat else "channel"
        conversation: JsonObject = {
            "id": conversation_id,
            "conversationType": kind,
            "tenantId": self.workplace.tenant_of(conversation_id),
        }
        if kind != "personal":
            conversation["isGroup"] = True
        return conversation

    def _channel_data(self, conversation_id: str) -> JsonObject:
        data: JsonObject = {"tenant": {"id": self.workplace.tenant_of(conversation_id)}}
        channel = self.workplace.channel(conversation_id)
        if channel:
            team = self.workplace.teams[channel.team_id]
            data["channel"] = {"id": channel.id}
            data["team"] = {"id": team.id, "name": team.name, "aadGroupId": team.aad_group_id}
            data["teamsChannelId"], data["teamsTeamId"] = channel_of(conversation_id), team.id
        return data


def _at(name: str) -> str:
    return f"<at>{name}</at>"


def _mention_of(account: str, name: str) -> JsonObject:
    return {"type": "mention", "text": _at(name), "mentioned": {"id": account, "name": name}}


def _as_html(text: str, bot_name: str, mention: bool) -> str:
    words = html.escape(text)
    if not mention:
        return f"<p>{words}</p>"
    who = f'<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">{bot_name}</span>'
    return f"<p>{who}&nbsp;{words}</p>"


def _quoted(post_id: str, author: str, words: str) -> str:
    return (
        f'<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="{post_id}">'
        f'<strong itemprop="mri">{html.escape(author)}</strong>'
        f'<span itemprop="time" itemid="{post_id}"></span>'
        f'<p itemprop="preview">{html.escape(words)}</p></blockquote>'
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
