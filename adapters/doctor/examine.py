"""Looks at everything, in the order in which one would mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from adapters.doctor.data import database_findings
from adapters.doctor.finding import Finding
from adapters.doctor.machine import machine_findings
from adapters.settings import Settings, read_settings
from adapters.settings_error import SettingsError

if TYPE_CHECKING:
    from adapters.server import Doors


async def examine(doors: Doors | None = None, mail_to: str = "", *, blocks: bool = False) -> int:
    """Print each finding; returns 1 when anything needs doing. `doors` are other far sides than the real."""
    try:
        settings = read_settings()
    except SettingsError as error:
        for problem in error.problems:
            print(Finding("a setting is wrong", problem))
        return 1
    found = [finding async for finding in findings(settings, doors)]
    if mail_to:
        found.append(await _test_message(settings, mail_to))
    if blocks:
        found.append(await _looked_at_by_slack(settings, doors))
    for finding in found:
        print(finding)
    wrong = sum(bool(finding.remedy) for finding in found)
    print(f"{len(found)} things looked at, {wrong} to do" if wrong else f"all {len(found)} things are well")
    return 1 if wrong else 0


async def _looked_at_by_slack(settings: Settings, doors: Doors | None) -> Finding:
    from adapters.doctor.blocks import blocks_finding
    from adapters.server import Doors as RealDoors

    return await blocks_finding(settings, (doors or RealDoors()).slack_url)


async def _test_message(settings: Settings, address: str) -> Finding:
    if not settings.smtp_url:
        return Finding("a test message", "set SMTP_URL and EMAIL_FROM first")
    from adapters.doctor.email import send_test
    from adapters.server import email_config

    return await send_test(settings, email_config(settings), address)


async def findings(settings: Settings, doors: Doors | None = None) -> AsyncIterator[Finding]:
    """The machine first, then the data, then the platforms."""
    for finding in machine_findings(settings):
        yield finding
    async for finding in database_findings(settings):
        yield finding
    if not settings.production:
        yield Finding("no platform is configured: throughline run serves the playground")
        return
    # The platforms' libraries are slow to load: only an installation that has one needs them.
    from adapters.doctor.platforms import platform_findings

    async for finding in platform_findings(settings, doors):
        yield finding
