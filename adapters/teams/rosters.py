"""Who is in a conversation, read by as few calls as Teams allows.

Teams lets a bot read one member at a time, fourteen times a second and conversation at most. When thirty
people join at once, their look-ups come together: the first is answered by itself, the others by one paged
reading of the whole roster.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.core.platform import Profile

TOGETHER_SECONDS = 3.0
"""Look-ups that come within this time belong together."""
FRESH_SECONDS = 15.0
"""So long a roster that was read is good for those who come together."""
REMEMBERED = 200

Read = Callable[[], Awaitable[dict[str, Profile]]]


@dataclass
class _Conversation:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked_at: float = float("-inf")
    read_at: float = float("-inf")
    people: dict[str, Profile] = field(default_factory=dict)


class Rosters:
    """One per process; times are the event loop's."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Conversation] = OrderedDict()

    async def look_up(self, conversation: str, user: str, read: Read) -> Profile | None:
        """The person from a roster that was just read for several; None: ask for this one alone."""
        here = self._known.setdefault(conversation, _Conversation())
        self._known.move_to_end(conversation)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        now = asyncio.get_running_loop().time
        alone, here.asked_at = now() - here.asked_at > TOGETHER_SECONDS, now()
        if alone and now() - here.read_at > FRESH_SECONDS:
            return None
        async with here.turn:
            if now() - here.read_at > FRESH_SECONDS:
                here.people, here.read_at = await read(), now()
        return here.people.get(user)
