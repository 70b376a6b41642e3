"""What people type in Slack, as they meant it: mentions, links and escapes undone."""

from __future__ import annotations

import re

_MARK = re.compile(r"<([^<>]*)>")


def meant(text: str) -> str:
    """``<@U1|ana>`` becomes ``user:U1``, a link its address, ``&lt;`` a ``<``."""
    return _unescape(_MARK.sub(_shown, text))


def without_mention(text: str, bot: str) -> str:
    """The text of an app_mention without the bot's name, wherever it stands."""
    return re.sub(rf"<@{re.escape(bot)}(\|[^>]*)?>[,:]?", " ", text, count=1).strip() if bot else text


def mentions(text: str, bot: str) -> bool:
    return bool(bot) and re.search(rf"<@{re.escape(bot)}(\||>)", text) is not None


def without_quote(text: str) -> str:
    """The text without the lines that it quotes at its beginning; all of it when it is nothing else."""
    lines = text.splitlines()
    while lines and lines[0].startswith(_QUOTE):
        lines.pop(0)
    return "\n".join(lines).strip() or text


_QUOTE = ("&gt;", ">")


def _shown(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target.startswith("@"):
        return f"user:{target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or target[1:].partition("^")[0]
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:")
    return target


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
