"""Cards as Adaptive Cards, within what Teams shows: version 1.5, six buttons a row, 80 KB a message.

Sources: Microsoft's pages on cards for bots (1.5, `Action.Execute` with `Action.Submit` as fallback) and on
message size (100 KB, 80 KB safe).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adapters.teams.markdown import Mentions, escaped, markdown
from adapters.teams.translate import OURS
from bot.core.cards import Button, Card, Fact, Picture, Section
from bot.core.forms import Form, Value
from prompts.text import plain
from prompts.words import teams as words

Json = dict[str, Any]

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"
BUTTONS_IN_A_ROW = 6
LARGEST = 72 * 1024
"""Bytes of a card; the rest of a message's 80 KB is for its envelope and summary."""
LONGEST_TEXT = 8000
MOST_GIVEN = 4000
"""Characters of typed values that an "open form" button carries."""


def render(card: Card, users: dict[int, str], language: str) -> Json:
    """The card as JSON, cut from its end when it is too large, with a word that the rest is left out."""
    shown = _whole(card, card.sections, users, language, cut=False)
    kept = list(card.sections)
    while size_of(shown) > LARGEST and kept:
        kept = kept[: len(kept) * 2 // 3]
        shown = _whole(card, kept, users, language, cut=True)
    if size_of(shown) > LARGEST:
        head = Card(title=card.title[:200], text=card.text, more_url=card.more_url)
        shown = _whole(head, (), users, language, cut=True)
    return shown


def summary(card: Card) -> str:
    """One plain line for notifications and screen readers; never empty."""
    text = " ".join(part for part in (card.title, plain(card.text)) if part)
    if not text:
        text = " ".join(part.title or plain(part.text) for part in card.sections) or plain(card.context)
    return " ".join(text.split())[:240] or "Throughline"


def attachment(card: Json) -> Json:
    return {"contentType": ADAPTIVE_CARD, "content": card}


def size_of(card: Json) -> int:
    """Bytes on the wire, whether or not the sender escapes what is not ASCII."""
    return len(json.dumps(card).encode())


def open_form_card(form: Form, language: str, given: dict[str, Value]) -> Json:
    """A message cannot bring its dialog along: it has a button that asks for it."""
    ours: Json = {"form": form.name, "value": form.context}
    if given and len(json.dumps(given, default=str)) <= MOST_GIVEN:
        ours["given"] = json.loads(json.dumps(given, default=str))
    data = {OURS: ours, "msteams": {"type": "task/fetch"}}
    button = {"type": "Action.Submit", "title": plain(words.open_form(language)), "data": data}
    mentions = Mentions()
    body = [_title(form.title), *_text(form.intro, mentions), {"type": "ActionSet", "actions": [button]}]
    return envelope(body, mentions)


def envelope(body: list[Json], mentions: Mentions) -> Json:
    """An Adaptive Card around its elements."""
    card: Json = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "body": body,
        "msteams": {"width": "Full"},
    }
    if entities := mentions.entities():
        card["msteams"]["entities"] = entities
    return card


def text_block(text: str, **looks: object) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True, **looks}


def _whole(
    card: Card, sections: Sequence[Section], users: dict[int, str], language: str, *, cut: bool
) -> Json:
    mentions = Mentions(users)
    body = [_title(card.title)] if card.title else []
    body += _text(card.text, mentions) + _facts(card.facts, mentions)
    body += [_picture(one) for one in card.pictures if _opens(one.url)]
    for part in sections:
        body.append(_section(part, mentions, language))
    body += _buttons(card.buttons, language)
    if cut:
        body.append(text_block(_rest(card.more_url, language), isSubtle=True))
    elif card.more_url and not cut:
        body.append(text_block(f"[{escaped(plain(words.more(language)))}]({card.more_url})", size="Small"))
    if card.context:
        body += [{**one, "isSubtle": True, "size": "Small"} for one in _text(card.context, mentions)]
    return envelope(body or [text_block("…")], mentions)


def _rest(url: str, language: str) -> str:
    if url:
        return f"[{escaped(plain(words.rest_is_here(language)))}]({url})"
    return escaped(plain(words.rest_left_out(language)))


def _title(title: str) -> Json:
    return text_block(escaped(title), size="Large", weight="Bolder", style="heading")


def _text(text: str, mentions: Mentions) -> list[Json]:
    shown = markdown(_shortened(text), mentions)
    return [text_block(shown)] if shown else []


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return text[:LONGEST_TEXT].rstrip("\\") + " …"


def _facts(facts: Sequence[Fact], mentions: Mentions) -> list[Json]:
    if not facts:
        return []
    rows = [
        {
            "title": markdown(_shortened(fact.label), mentions) or " ",
            "value": markdown(_shortened(fact.value), mentions) or "–",
        }
        for fact in facts
    ]
    return [{"type": "FactSet", "facts": rows}]


def _picture(picture: Picture) -> Json:
    return {"type": "Image", "url": picture.url, "altText": picture.alt, "size": "Stretch"}


def _section(part: Section, mentions: Mentions, language: str) -> Json:
    items = [text_block(escaped(part.title), weight="Bolder")] if part.title else []
    items += _text(part.text, mentions) + _facts(part.facts, mentions) + _buttons(part.buttons, language)
    return {
        "type": "Container",
        "separator": True,
        "spacing": "Medium",
        "items": items or [text_block(" ")],
    }


def _buttons(buttons: Sequence[Button], language: str) -> list[Json]:
    actions = [action for button in buttons if (action := _action(button, language))]
    rows = range(0, len(actions), BUTTONS_IN_A_ROW)
    return [{"type": "ActionSet", "actions": actions[at : at + BUTTONS_IN_A_ROW]} for at in rows]


def _action(button: Button, language: str) -> Json | None:
    title, style = button.label[:75] or "…", _STYLES[button.style]
    if button.url:
        opens = {"type": "Action.OpenUrl", "title": title, "url": button.url, **style}
        return opens if _opens(button.url) else None
    ours = {"action": button.action, "value": button.value}
    if button.form:
        data = {OURS: {**ours, "form": button.form}, "msteams": {"type": "task/fetch"}}
        return {"type": "Action.Submit", "title": title, "data": data, **style}
    if button.confirm:
        # Adaptive Cards have no "are you sure": the button unfolds the question with the button that does it.
        does = _execute({**ours}, plain(words.yes(language, label=button.label))[:75], style)
        asked = {"type": "AdaptiveCard", "body": [text_block(escaped(button.confirm))], "actions": [does]}
        return {"type": "Action.ShowCard", "title": title, "card": asked, **style}
    return _execute(ours, title, style)


def _execute(ours: Json, title: str, style: Json) -> Json:
    data = {OURS: ours}
    fallback = {"type": "Action.Submit", "title": title, "data": data, **style}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": ours["action"] or "press",
        "data": data,
        "fallback": fallback,
        **style,
    }


_STYLES: dict[str, Json] = {
    "default": {},
    "primary": {"style": "positive"},
    "danger": {"style": "destructive"},
}


def _opens(url: str) -> bool:
    """Teams opens https and mail addresses; plain http is for the playground on this machine."""
    return url.startswith(("https://", "mailto:", "http://127.0.0.1", "http://localhost"))
