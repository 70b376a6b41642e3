"""Cards as Block Kit: messages and the home tab. No Block Kit is born outside this module and `modal`.

Whatever a card holds, the result is within Slack's limits: texts are divided or cut, and where something had
to go a last line says so and links to `Card.more_url`.
"""

from __future__ import annotations

from typing import Any

from adapters.slack import limits
from adapters.slack.limits import cut
from adapters.slack.rich import (
    Element,
    Users,
    break_line,
    escape,
    length,
    line_of,
    mrkdwn,
    on_whose_clock,
    rich_text,
    section,
)
from bot.core.cards import Button, Card, Fact, Picture, Section
from prompts.text import plain
from prompts.words import slack as words

LINK = "link:"
"""Begins the action id of a button that is only a link: Slack reports the press, and nobody acts on it."""
FORM = "form:"
"""Begins the action id of a button that opens a form."""


def message(card: Card, users: Users, language: str) -> dict[str, Any]:
    """`blocks` and the plain `text` that stands in notifications and for screen readers."""
    blocks = card_blocks(card, users, language, limits.MESSAGE_BLOCKS)
    return {"text": fallback(card, language), "blocks": blocks}


def home(card: Card, users: Users, language: str) -> dict[str, Any]:
    """The view of the home tab."""
    return {"type": "home", "blocks": card_blocks(card, users, language, limits.VIEW_BLOCKS)}


def fallback(card: Card, language: str) -> str:
    """The card as escaped plain text, never empty."""
    parts = [card.title, plain(card.text), *map(_fact_line, card.facts)]
    for one in card.sections:
        parts += [one.title, plain(one.text), *map(_fact_line, one.facts)]
    text = "\n".join(part for part in parts if part.strip()) or str(words.update(language))
    return _escaped_to_fit(text, limits.FALLBACK)


def card_blocks(card: Card, users: Users, language: str, most: int) -> list[Element]:
    """All blocks of a card, at most `most`, of at most `MESSAGE_TEXT` characters; never none."""
    blocks = header(card.title)
    blocks += _body(card.text, card.facts, users)
    blocks += [picture_block for one in card.pictures for picture_block in _picture(one)]
    for number, one in enumerate(card.sections):
        blocks += [{"type": "divider"}] if blocks and (number or card.text or card.facts) else []
        blocks += _section(one, users, language)
    blocks = on_whose_clock(blocks, words.your_time(language))
    last = buttons(card.buttons, language) + _context(card, users)
    if not blocks and not last:
        return rich_text(words.update(language), users)
    return _fitting(blocks, last, card, language, most)


def header(title: str) -> list[Element]:
    if not title.strip():
        return []
    return [{"type": "header", "text": plain_text(title, limits.HEADER)}]


def plain_text(text: str, most: int) -> Element:
    """A text object without markup; ``:names:`` in people's words stay letters."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def _body(text: str, facts: tuple[Fact, ...], users: Users) -> list[Element]:
    return rich_text(text, users) + _facts(facts, users)


def _facts(facts: tuple[Fact, ...], users: Users) -> list[Element]:
    blocks: list[Element] = []
    for fact in facts:
        label = {"type": "text", "text": f"{plain(fact.label)}: ", "style": {"bold": True}}
        row = section(label, *line_of(fact.value, users), break_line())
        if length(row) > limits.RICH_TEXT:
            row = section(label, {"type": "text", "text": cut(plain(fact.value), limits.RICH_TEXT // 2)})
        if not blocks or sum(map(length, blocks[-1]["elements"])) + length(row) > limits.RICH_TEXT:
            blocks.append({"type": "rich_text", "elements": []})
        blocks[-1]["elements"].append(row)
    return blocks


def _section(one: Section, users: Users, language: str) -> list[Element]:
    title = {"type": "text", "text": cut(one.title, limits.HEADER), "style": {"bold": True}}
    heading = [{"type": "rich_text", "elements": [section(title)]}] if one.title.strip() else []
    return heading + _body(one.text, one.facts, users) + buttons(one.buttons, language)


def _picture(one: Picture) -> list[Element]:
    if not one.url.startswith(("https://", "http://")) or len(one.url) > limits.URL:
        return []
    return [{"type": "image", "image_url": one.url, "alt_text": cut(one.alt, limits.ALT_TEXT)}]


def _context(card: Card, users: Users) -> list[Element]:
    marked = mrkdwn(card.context, users)
    if not marked.strip():
        return []
    if len(marked) > limits.CONTEXT:
        short = plain_text(plain(card.context), limits.CONTEXT)
        return [{"type": "context", "elements": [short]}]
    element = {"type": "mrkdwn", "text": marked, "verbatim": True}
    return [{"type": "context", "elements": [element]}]


def buttons(given: tuple[Button, ...], language: str) -> list[Element]:
    """Rows of buttons. Two buttons of one action in a row are told apart by a number after ``#``."""
    rows: list[Element] = []
    shown = [button for button in given if _can_stand(button)]
    for start in range(0, len(shown), limits.ACTIONS):
        taken: set[str] = set()
        elements = []
        for button in shown[start : start + limits.ACTIONS]:
            action = _unlike(_action(button), taken)
            taken.add(action)
            elements.append(_button(button, action, language))
        rows.append({"type": "actions", "elements": elements})
    return rows


def _can_stand(button: Button) -> bool:
    if button.url:
        return button.url.startswith(("https://", "http://")) and len(button.url) <= limits.URL
    return bool(button.action or button.form) and len(button.value) <= limits.BUTTON_VALUE


def _action(button: Button) -> str:
    if button.url:
        return f"{LINK}{cut(button.label, limits.BUTTON_TEXT)}"
    return f"{FORM}{button.form}" if button.form else button.action


def _unlike(action: str, taken: set[str]) -> str:
    name, number = action, 1
    while name in taken:
        number += 1
        name = f"{action}#{number}"
    return name


def _button(button: Button, action: str, language: str) -> Element:
    element: Element = {
        "type": "button",
        "text": plain_text(button.label, limits.BUTTON_TEXT),
        "action_id": action,
    }
    if button.value and not button.url:
        element["value"] = button.value
    if button.url:
        element["url"] = button.url
    if button.style != "default":
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = {
            "title": plain_text(words.confirm_title(language), limits.BUTTON_TEXT),
            "text": plain_text(button.confirm, limits.CONFIRM_TEXT),
            "confirm": plain_text(button.label, limits.CONFIRM_BUTTON),
            "deny": plain_text(words.cancel(language), limits.CONFIRM_BUTTON),
        }
    return element


def _fitting(
    blocks: list[Element], last: list[Element], card: Card, language: str, most: int
) -> list[Element]:
    """Everything, or as much as fits with the card's own buttons and a line that says what is missing."""
    last = last[:most]
    room = limits.MESSAGE_TEXT - sum(map(length, last))
    if len(blocks) + len(last) <= most and sum(map(length, blocks)) <= room:
        return blocks + last
    notice = _cut_notice(card, language)
    last = (notice + last)[:most]
    kept: list[Element] = []
    room -= sum(map(length, notice))
    for block in blocks:
        if len(kept) + len(last) >= most or length(block) > room:
            break
        kept.append(block)
        room -= length(block)
    while kept and kept[-1]["type"] == "divider":
        kept.pop()
    return kept + last


def _cut_notice(card: Card, language: str) -> list[Element]:
    notice: list[Element] = [
        {"type": "text", "text": plain(words.cut_here(language)), "style": {"italic": True}}
    ]
    if card.more_url.startswith(("https://", "http://")) and len(card.more_url) <= limits.URL:
        notice += [
            {"type": "text", "text": " "},
            {"type": "link", "url": card.more_url, "text": plain(words.read_on(language))},
        ]
    return [{"type": "rich_text", "elements": [section(*notice)]}]


def _fact_line(fact: Fact) -> str:
    return f"{plain(fact.label)}: {plain(fact.value)}"


def _escaped_to_fit(text: str, most: int) -> str:
    """Escaped text of at most `most` characters; no escape is cut in two."""
    short = cut(text, most)
    while len(escape(short)) > most:
        short = cut(short, len(short) - max(1, (len(escape(short)) - most) // 5))
    return escape(short)
