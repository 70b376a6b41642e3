"""What Slack and Microsoft say of our credentials, and whether their clocks agree with ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from adapters.doctor.email import email_findings
from adapters.doctor.finding import Finding
from adapters.server import Doors, email_config, teams_config
from adapters.settings import Settings
from adapters.slack.examining import problem_with_client, problem_with_socket, problem_with_token
from adapters.teams.examining import problem_with

MOST_SECONDS_OFF = 60
"""Slack's signatures end after 300 s (its documentation, Verifying requests); a minute leaves room."""


async def platform_findings(settings: Settings, doors: Doors | None) -> AsyncIterator[Finding]:
    """Of each platform that has credentials."""
    doors = doors or Doors()
    if settings.slack_bot_token:
        yield Finding(
            "the Slack bot token", await problem_with_token(settings.slack_bot_token, doors.slack_url)
        )
    if settings.slack_client_id:
        yield Finding(
            "the Slack client id and secret",
            await problem_with_client(
                settings.slack_client_id, settings.slack_client_secret, doors.slack_url
            ),
        )
    if settings.slack_bot_token or settings.slack_client_id:
        yield await _same_time("Slack", doors.slack_url)
    if settings.slack_app_token:
        yield Finding(
            "Slack's Socket Mode", await problem_with_socket(settings.slack_app_token, doors.slack_url)
        )
    if settings.teams_app_id:
        config = (doors.teams or teams_config)(settings)
        yield Finding("the Teams credentials", await problem_with(config))
        yield await _same_time("Microsoft", config.openid_url)
    if settings.smtp_url:
        async for finding in email_findings(settings, email_config(settings), doors.nameservers):
            yield finding


async def _same_time(who: str, url: str) -> Finding:
    """By the Date of any answer; one that cannot be reached is told of beside its credentials."""
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as answer:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
        return Finding(f"{who}'s clock was not asked")
    off = abs((datetime.now(UTC) - theirs).total_seconds())
    if off > MOST_SECONDS_OFF:
        return Finding(
            f"our clock and {who}'s are {off:.0f} s apart",
            "set the machine's clock by a time server (timedatectl set-ntp true): signatures end after 300 s",
        )
    return Finding(f"our clock agrees with {who}'s")
