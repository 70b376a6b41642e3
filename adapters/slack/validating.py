"""Whether Slack takes what we render: for ``throughline doctor --blocks``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.slack.calls import SlackRefusal
from adapters.slack.platform import SLACK, SlackPlatform, Tokens
from bot.core.platform import PlatformError, Throttled

LONGEST_WAIT = 120.0
"""Seconds that Slack may ask us to wait before we give up."""
MOST_TOLD = 20


def shape_of(rendering: Any) -> str:
    """What two renderings have in common that differ only in their words."""
    return json.dumps(_without_words(rendering), sort_keys=True)


def _without_words(node: Any, key: str = "") -> Any:
    if isinstance(node, Mapping):
        return {name: _without_words(value, name) for name, value in node.items()}
    if isinstance(node, list):
        kinds = {json.dumps(_without_words(one), sort_keys=True): one for one in node}
        return [json.loads(kind) for kind in sorted(kinds)]
    return node if key in ("type", "style") or isinstance(node, bool) else ""


async def problems_with_blocks(
    token: Tokens, renderings: Iterable[tuple[str, Any]], base_url: str = SLACK
) -> tuple[int, list[str]]:
    """Ask Slack about each (``blocks`` or ``view``, what was rendered). How many were asked about, and what
    Slack says of those that it would refuse. Raises `PlatformError` when it cannot be asked."""
    platform = SlackPlatform(token, base_url)
    problems: list[str] = []
    asked = 0
    try:
        for name, rendering in renderings:
            asked += 1
            if (problem := await _problem(platform, name, rendering)) and len(problems) < MOST_TOLD:
                problems.append(problem)
    finally:
        await platform.close()
    return asked, problems


async def _problem(platform: SlackPlatform, name: str, rendering: Any) -> str:
    try:
        await platform.call("", "blocks.validate", **{name: rendering})
    except Throttled as wait:
        if wait.retry_after > LONGEST_WAIT:
            raise
        await asyncio.sleep(wait.retry_after)
        return await _problem(platform, name, rendering)
    except SlackRefusal as refusal:
        if refusal.code != f"invalid_{name}":
            raise PlatformError(str(refusal)) from refusal
        return f"{refusal.code}: {json.dumps(refusal.details.get('errors'))} in {json.dumps(rendering)[:300]}"
    return ""
