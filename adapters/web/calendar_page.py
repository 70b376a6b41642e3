"""A cohort's sessions for somebody's own calendar, by the link that they were given.

With ``.ics`` the link is the feed; without, a page that tells each calendar how to subscribe to it.
"""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

from aiohttp import ETag, web
from aiohttp.helpers import ETAG_ANY

from adapters.web.app import Visit
from bot.core.cards import Button, Card
from bot.core.lookup import row_id
from bot.sessions.calendar import feed_for, note_fetched
from prompts.words import sessions as words


async def calendar_page(visit: Visit) -> web.StreamResponse:
    """The feed or the page; dead when the person takes no part any more, or all is long over."""
    feed = None
    if visit.person is not None:
        async with visit.router.database.write() as db:
            now = visit.router.clock.now()
            cohort_id = row_id(visit.ticket.subject)
            feed = await feed_for(db, cohort_id, visit.person, now)
            if feed is not None and visit.request.path.endswith(".ics"):
                await note_fetched(db, cohort_id, visit.person, now)
    if feed is None:
        return visit.dead()
    if not visit.request.path.endswith(".ics"):
        return _ways(visit)
    return _served(visit.request, feed)


def _served(request: web.Request, feed: bytes) -> web.Response:
    """304 for a calendar that has this state already. What changes with every answer (its stamp) counts for
    nothing, so the tag is a weak one, and is compared as such (RFC 9110 §8.8.3, §13.1.2)."""
    said = b"\n".join(line for line in feed.splitlines() if not line.startswith(b"DTSTAMP"))
    tag = ETag(sha256(said).hexdigest()[:24], is_weak=True)
    headers = {"ETag": f'W/"{tag.value}"', "Cache-Control": "private, no-cache"}
    if any(one.value in {tag.value, ETAG_ANY} for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
    return web.Response(body=feed, content_type="text/calendar", charset="utf-8", headers=headers)


def _ways(visit: Visit) -> web.Response:
    """Subscribing in each calendar, and the file. A subscription follows every change; the file does not."""
    language = visit.language
    file = f"{visit.router.links.base_url}{visit.request.path}.ics"
    subscribed = file.replace("https://", "webcal://").replace("http://", "webcal://")
    title = words.calendar_title(language)
    google = f"https://calendar.google.com/calendar/render?cid={quote(subscribed, safe='')}"
    outlook = f"https://outlook.office.com/calendar/0/addfromweb?url={quote(file, safe='')}"
    buttons = (
        Button(label=words.subscribe_here(language), url=subscribed),
        Button(label=words.subscribe_outlook(language), url=outlook),
        Button(label=words.subscribe_google(language), url=google),
        Button(label=words.download_file(language), url=file),
    )
    card = Card(title=title, text=words.calendar_text(language), buttons=buttons)
    return visit.page("card.html", title, card=card, svg="", actions=False)
