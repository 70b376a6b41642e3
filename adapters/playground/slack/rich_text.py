"""What Slack accepts inside a rich_text block: every element, its properties and its styles.

Source: Slack's Block Kit reference, "Rich text block". Nothing unknown passes: Slack answers invalid_blocks
for an empty text, a style that is none, or one property too many.
"""

import re
from collections.abc import Callable
from typing import Any

from adapters.playground.slack.elements import URL
from adapters.playground.slack.findings import Findings

MOST_ELEMENTS = 100
MOST_INDENT = 8
_STYLES = frozenset({"bold", "italic", "strike", "code", "underline"})
_OF_MENTIONS = frozenset({"bold", "italic", "strike", "highlight", "client_highlight", "unlink"})
_DATE_TOKEN = re.compile(
    r"\{(date_num|date|date_short|date_long|date_pretty|date_short_pretty|date_long_pretty|date_long_full|"
    r"day_divider_pretty|time|time_secs|ago)\}"
)
_INLINE: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "text": ({"type", "text", "style"}, ("text",)),
    "link": ({"type", "url", "text", "unsafe", "style"}, ("url",)),
    "user": ({"type", "user_id", "style"}, ("user_id",)),
    "usergroup": ({"type", "usergroup_id", "style"}, ("usergroup_id",)),
    "team": ({"type", "team_id", "style"}, ("team_id",)),
    "channel": ({"type", "channel_id", "style"}, ("channel_id",)),
    "broadcast": ({"type", "range", "style"}, ("range",)),
    "emoji": ({"type", "name", "unicode", "skin_tone", "style"}, ("name",)),
    "color": ({"type", "value", "style"}, ("value",)),
    "date": ({"type", "timestamp", "format", "url", "fallback", "style"}, ("timestamp", "format")),
}
"""By type: the properties there are, and those that must be there."""


def check_rich_text(found: Findings, block: dict[str, Any], where: str) -> None:
    """The sections, lists, quotes and code of a block."""
    for number, part in enumerate(found.array(block, where, "elements", MOST_ELEMENTS)):
        place = f"{where}/elements/{number}"
        check = _PARTS.get(str(part.get("type"))) if isinstance(part, dict) else None
        if check is None:
            found.add(f"{place}/type", "unsupported rich text element")
        else:
            check(found, part, place)


def _check_section(found: Findings, part: dict[str, Any], where: str) -> None:
    found.keys(part, where, {"type", "elements"})
    _check_inline(found, part, where, frozenset(_INLINE))


def _check_quote(found: Findings, part: dict[str, Any], where: str) -> None:
    found.keys(part, where, {"type", "elements", "border"})
    _check_number(found, part, where, "border", 1)
    _check_inline(found, part, where, frozenset(_INLINE))


def _check_code(found: Findings, part: dict[str, Any], where: str) -> None:
    found.keys(part, where, {"type", "elements", "border", "language"})
    _check_number(found, part, where, "border", 1)
    _check_inline(found, part, where, frozenset({"text", "link", "emoji", "user", "channel"}))


def _check_list(found: Findings, part: dict[str, Any], where: str) -> None:
    found.keys(part, where, {"type", "style", "elements", "indent", "offset", "border"}, ("style",))
    if part.get("style") not in ("bullet", "ordered", None):
        found.add(f"{where}/style", "must be one of bullet, ordered")
    _check_number(found, part, where, "indent", MOST_INDENT)
    _check_number(found, part, where, "offset", 10_000)
    _check_number(found, part, where, "border", 1)
    for number, item in enumerate(found.array(part, where, "elements", MOST_ELEMENTS)):
        place = f"{where}/elements/{number}"
        if isinstance(item, dict) and item.get("type") == "rich_text_section":
            _check_section(found, item, place)
        else:
            found.add(f"{place}/type", "must be rich_text_section")


_PARTS: dict[str, Callable[[Findings, dict[str, Any], str], None]] = {
    "rich_text_section": _check_section,
    "rich_text_quote": _check_quote,
    "rich_text_preformatted": _check_code,
    "rich_text_list": _check_list,
}


def _check_inline(found: Findings, part: dict[str, Any], where: str, allowed: frozenset[str]) -> None:
    for number, element in enumerate(found.array(part, where, "elements", 10_000, least=0)):
        place = f"{where}/elements/{number}"
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            found.add(f"{place}/type", f"unsupported type: {kind}")
            continue
        keys, needed = _INLINE[kind]
        found.keys(element, place, keys, needed)
        for key in sorted(keys - {"type", "style", "timestamp", "unsafe", "skin_tone"}):
            found.string(element, place, key, URL if key == "url" else 100_000, least=1)
        _check_style(found, element, place)
        if kind == "date":
            _check_date(found, element, place)
        if kind == "broadcast" and element.get("range") not in ("here", "channel", "everyone"):
            found.add(f"{place}/range", "must be one of here, channel, everyone")


def _check_style(found: Findings, element: dict[str, Any], where: str) -> None:
    style = element.get("style")
    if style is None:
        return
    if not isinstance(style, dict):
        found.add(f"{where}/style", "must be an object")
        return
    mentions = element["type"] in ("user", "usergroup", "team", "channel", "broadcast")
    found.keys(style, f"{where}/style", set(_OF_MENTIONS if mentions else _STYLES))
    for name in style:
        found.flag(style, f"{where}/style", name)


def _check_date(found: Findings, element: dict[str, Any], where: str) -> None:
    moment = element.get("timestamp")
    if moment is not None and (not isinstance(moment, int) or isinstance(moment, bool)):
        found.add(f"{where}/timestamp", "must be an integer")
    shown = element.get("format")
    if isinstance(shown, str) and not _DATE_TOKEN.search(shown):
        found.add(f"{where}/format", "must contain a date token")


def _check_number(found: Findings, part: dict[str, Any], where: str, key: str, most: int) -> None:
    value = part.get(key)
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        found.add(f"{where}/{key}", f"must be between 0 and {most}")


def letters(node: Any) -> int:
    """The characters that blocks show, wherever they stand in them."""
    if isinstance(node, list):
        return sum(map(letters, node))
    if not isinstance(node, dict):
        return 0
    own = sum(len(node[key]) for key in ("text", "fallback") if isinstance(node.get(key), str))
    return own + sum(letters(value) for value in node.values())
