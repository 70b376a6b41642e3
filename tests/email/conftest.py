"""A cohort whose participants have e-mail only, on the real adapters; staff are on Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from adapters.demo import pages
from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from tests.stories.towns import quiet_town


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with quiet_town("email", tmp_path) as story:
        yield story
        subjects = {letter.subject for letter in story.environment.mail.letters}
        assert not subjects & {"A message for you", "Un mensaje para usted"}


@pytest.fixture
def ana(story: Story) -> OnEmail:
    """Somebody with a mailbox and an invitation in it."""
    found = next(one for one in story.people("participant") if one.language == "en")
    assert isinstance(found, OnEmail)
    return found


async def asked(
    method: str, address: str, data: dict[str, str] | None = None, language: str = "en"
) -> tuple[int, pages.ShownPage]:
    headers = {"Accept-Language": language}
    async with (
        aiohttp.ClientSession() as client,
        client.request(method, address, data=data, headers=headers) as answer,
    ):
        return answer.status, pages.read(await answer.text())
