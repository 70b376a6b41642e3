"""``throughline doctor --blocks``: plays the sample series, and asks Slack about each kind of message and
form that came up in it. Nothing is posted."""

from __future__ import annotations

import tempfile
from typing import Any

from adapters.doctor.finding import Finding
from adapters.settings import Settings
from bot.core.platform import PlatformError


async def blocks_finding(settings: Settings, base_url: str) -> Finding:
    """What Slack says of our renderings, with the bot's own token."""
    from adapters.slack.app import one_token
    from adapters.slack.validating import problems_with_blocks

    what = "what we send to Slack, one of each kind"
    if not settings.slack_bot_token:
        return Finding(what, "set SLACK_BOT_TOKEN first: Slack is asked with it")
    shown = await renderings_of_the_sample()
    try:
        asked, problems = await problems_with_blocks(one_token(settings.slack_bot_token), shown, base_url)
    except PlatformError as error:
        return Finding(what, f"Slack cannot be asked: {error}")
    return Finding(f"{what}: {asked} looked at", "\n  ".join(problems))


async def renderings_of_the_sample() -> list[tuple[str, Any]]:
    """One rendering of each kind of message, form and home that the sample series shows: a minute or two."""
    from adapters.demo.script import play_series
    from adapters.demo.story import Story, cast_for, commands
    from adapters.playground.environment import running_town
    from adapters.playground.server import BEGIN
    from adapters.slack.validating import shape_of
    from bot.core.clock import MovedClock
    from storage.database import Database
    from storage.migrating import migrate

    with tempfile.TemporaryDirectory(prefix="throughline-blocks-") as folder:
        database = Database(f"sqlite:///{folder}/sample.db", durable=False, alone=True)
        await migrate(database)
        try:
            async with running_town(
                database, MovedClock(BEGIN), "slack", secrets=["the doctor's own links"]
            ) as environment:
                kinds: dict[str, tuple[str, Any]] = {}

                def take(name: str, rendering: Any) -> None:
                    kinds.setdefault(shape_of(rendering), (name, rendering))

                environment.slack.workplace.looked_at = take
                await play_series(Story(environment, cast_for(environment, "slack"), commands()))
        finally:
            await database.close()
    return list(kinds.values())
