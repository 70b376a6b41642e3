"""The pages around installing the app on Slack: where a link begins, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from adapters.web.app import Visit
from adapters.web.html import TEMPLATES
from bot.core.cards import Button, Card
from bot.installations.connecting import community_to_join
from prompts.catalog import SOURCE_LANGUAGE
from prompts.text import Marked
from prompts.words import installations as words
from prompts.words import web as web_words

FAILED: Mapping[str, Callable[[str], Marked]] = {
    "denied": words.failed_denied,
    "browser": words.failed_browser,
    "state": words.failed_state,
    "slack": words.failed_slack,
    "organisation": words.failed_organisation,
    "rotation": words.failed_rotation,
    "link": words.failed_link,
    "other": words.failed_other,
}


async def connect_page(visit: Visit) -> web.StreamResponse:
    """What a link to connect a workspace does, and the way on; dead when its maker administers no more."""
    router, language = visit.router, visit.language
    token = visit.request.match_info["token"]
    async with router.database.read() as db:
        found = await community_to_join(db, router.links, token, router.clock.now())
    if found is None:
        return visit.page(
            "notice.html", words.page_failed_title(language), 403, text=words.failed_link(language)
        )
    button = Button(label=words.go_to_slack(language), url=f"/slack/install?connect={token}")
    card = Card(text=words.connect_page(language, community=found[0].name), buttons=(button,))
    return visit.page("card.html", words.connect_title(language), card=card, svg="", actions=False)


def outcome_page(outcome: str, workspace: str, again: str) -> str:
    """How an installation ended, in the source language: nobody is known yet. `again` is where it begins."""
    language = SOURCE_LANGUAGE
    if outcome == "done":
        return _page(
            words.page_done_title(language), Card(text=words.page_done(language, workspace=workspace))
        )
    text = (
        words.failed_taken(language, workspace=workspace) if outcome == "taken" else FAILED[outcome](language)
    )
    buttons = () if outcome in {"link", "taken"} else (Button(label=words.start_again(language), url=again),)
    return _page(words.page_failed_title(language), Card(text=text, buttons=buttons))


def _page(title: str, card: Card) -> str:
    return TEMPLATES.get_template("card.html").render(
        title=title, language=SOURCE_LANGUAGE, words=web_words, card=card, svg="", actions=False
    )
