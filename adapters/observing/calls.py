"""The platforms as the bot sees them: the same, each call counted, timed and spanned.

What a door shows in the response to a request is no call, and is not counted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any, cast

from adapters.observing.declared import CALL_SECONDS, CALLS
from adapters.observing.watch import Watch
from bot.core.platform import (
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)

METHODS = frozenset(name for name, member in vars(ChatPlatform).items() if iscoroutinefunction(member))
RESULTS: tuple[tuple[type[BaseException], str], ...] = (
    (Throttled, "throttled"),
    (Uncertain, "uncertain"),
    (Unavailable, "unavailable"),
    (WorkspaceRefused, "workspace_refused"),
    (Unreachable, "unreachable"),
    (CannotLookUp, "cannot_look_up"),
    (PlatformError, "refused"),
    (Exception, "defect"),
    (BaseException, "broken_off"),
)
"""What the label `result` says beside ``ok``: the first that fits."""


class WatchedPlatforms(Mapping[str, ChatPlatform]):
    """A view of `platforms`, which may grow meanwhile."""

    def __init__(self, platforms: Mapping[str, ChatPlatform], watch: Watch) -> None:
        self._platforms = platforms
        self._watch = watch

    def __getitem__(self, name: str) -> ChatPlatform:
        return cast(ChatPlatform, _Watched(self._platforms[name], self._watch))

    def __iter__(self) -> Iterator[str]:
        return iter(self._platforms)

    def __len__(self) -> int:
        return len(self._platforms)


class _Watched:
    def __init__(self, platform: ChatPlatform, watch: Watch) -> None:
        self._platform = platform
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._platform, name)
        return _timed(member, self._platform.name, name, self._watch) if name in METHODS else member


def _timed(
    call: Callable[..., Awaitable[Any]], platform: str, method: str, watch: Watch
) -> Callable[..., Awaitable[Any]]:
    @wraps(call)
    async def timed(*args: Any, **named: Any) -> Any:
        result, began = "ok", perf_counter()
        try:
            with watch.span("platform call", platform=platform, method=method):
                return await call(*args, **named)
        except BaseException as error:
            result = next(word for kind, word in RESULTS if isinstance(error, kind))
            raise
        finally:
            watch.meters.count(CALLS, platform, method, result)
            watch.meters.observe(CALL_SECONDS, perf_counter() - began, platform, method)

    return timed
