"""What people see: rooms, inboxes, mentions, and the feed of changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.playground.teams.errors import TeamsPlaygroundError
from adapters.playground.teams.model import Post, PostChange, TeamsUser, channel_of
from adapters.playground.teams.workplace import TeamsWorkplace


@dataclass(frozen=True)
class TeamsRoom:
    """A conversation as its members see it; `posts` are the messages that stand, in order."""

    id: str
    name: str
    posts: list[Post]

    @property
    def threads(self) -> dict[str, list[Post]]:
        """The posts by the root of their reply chain (channels only)."""
        found: dict[str, list[Post]] = {}
        for post in self.posts:
            if post.thread_id:
                found.setdefault(post.thread_id, []).append(post)
        return found


def room(workplace: TeamsWorkplace, conversation_id: str) -> TeamsRoom:
    """A channel, group chat or personal chat with what stands in it."""
    place = channel_of(conversation_id)
    channel = workplace.channel(place)
    name = channel.name if channel else (workplace.chats[place].topic or "")
    return TeamsRoom(place, name, standing(workplace, place))


def standing(workplace: TeamsWorkplace, place: str) -> list[Post]:
    """The messages of a conversation that were not deleted."""
    return [post for post in workplace.posts.get(place, []) if not post.deleted]


def places_of(workplace: TeamsWorkplace, user: TeamsUser) -> list[str]:
    """The conversations that this person is in: chats, and the channels of their teams."""
    chats = [chat.id for chat in list(workplace.chats.values())]
    channels = [channel.id for team in list(workplace.teams.values()) for channel in team.channels]
    return [place for place in chats + channels if user in (workplace.members(place) or [])]


def inbox(workplace: TeamsWorkplace, user: TeamsUser) -> list[Post]:
    """All that this person can read, their own words included, oldest first."""
    places = places_of(workplace, user)
    return _in_order([post for place in places for post in standing(workplace, place)])


def received(workplace: TeamsWorkplace, user: TeamsUser) -> list[Post]:
    """What the bot sent this person in their own chat and in group chats, in order."""
    return [
        post for post in inbox(workplace, user) if post.from_bot and post.conversation_id in workplace.chats
    ]


def mentions(workplace: TeamsWorkplace, user: TeamsUser) -> list[Post]:
    """The messages anywhere that mention this person, in order (the activity feed)."""
    posts = [post for place in list(workplace.posts) for post in standing(workplace, place)]
    return _in_order([post for post in posts if user.teams_id in post.mentioned_ids])


def find_post(workplace: TeamsWorkplace, activity_id: str, *, deleted_too: bool = False) -> Post:
    """A message by its id, wherever it is."""
    for posts in list(workplace.posts.values()):
        for post in posts:
            if post.id == activity_id and (deleted_too or not post.deleted):
                return post
    raise TeamsPlaygroundError(f"no message {activity_id} stands anywhere")


def _in_order(posts: list[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: int(post.id))


@contextmanager
def watching(workplace: TeamsWorkplace) -> Iterator[asyncio.Queue[PostChange]]:
    """A queue of the running loop that receives every change, also those of the server's thread."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[PostChange] = asyncio.Queue()

    def pass_on(change: PostChange) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, change)

    stop = workplace.listen(pass_on)
    try:
        yield queue
    finally:
        stop()
