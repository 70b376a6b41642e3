"""What a person's client makes of the bot's answer to an invoke: a dialog, another card, a text, an error."""

from __future__ import annotations

from typing import Any

from adapters.playground.teams.cards import CardRefused, check_card
from adapters.playground.teams.delivery import DeliveryOutcome, ShownInvoke
from adapters.playground.teams.model import ADAPTIVE_CARD, Dialog, Post, TeamsUser
from adapters.playground.teams.workplace import TeamsWorkplace

UNREACHABLE = "Something went wrong. Please try again."
CARD_ERROR = "application/vnd.microsoft.error"
CARD_MESSAGE = "application/vnd.microsoft.activity.message"
OPENABLE = ("https://", "http://127.0.0.1", "http://localhost")
SIZES = ("small", "medium", "large")


def after_card_action(
    workplace: TeamsWorkplace, user: TeamsUser, post: Post, outcome: DeliveryOutcome
) -> ShownInvoke:
    """`adaptiveCard/action`: a card takes the old one's place for this person; a text is a notice."""
    answer: Any = outcome.body
    if outcome.status != 200 or not isinstance(answer, dict):
        return ShownInvoke("error", UNREACHABLE)
    kind, status = answer.get("type"), answer.get("statusCode")
    value: Any = answer.get("value")
    if kind == CARD_ERROR and isinstance(value, dict):
        return ShownInvoke("error", str(value.get("message") or UNREACHABLE))
    if status != 200:
        return ShownInvoke("error", UNREACHABLE)
    if kind == CARD_MESSAGE and isinstance(value, str):
        return ShownInvoke("message", value)
    if kind != ADAPTIVE_CARD:
        return ShownInvoke("error", UNREACHABLE)
    try:
        check_card(value)
    except CardRefused as reason:
        return ShownInvoke("error", f"The answered card cannot be shown: {reason}")
    with workplace.lock:
        post.views[user.teams_id] = value
    workplace.changed("view changed", post.conversation_id, post.id, user.teams_id)
    return ShownInvoke("card", card=value)


def after_dialog_step(
    workplace: TeamsWorkplace,
    user: TeamsUser,
    conversation_id: str,
    opened_from: str | None,
    outcome: DeliveryOutcome,
) -> ShownInvoke:
    """`task/fetch` and `task/submit`: continue opens the next dialog, message or nothing closes it."""
    if outcome.status != 200:
        return ShownInvoke("error", UNREACHABLE)
    task = outcome.body.get("task") if isinstance(outcome.body, dict) else None
    if task is None:
        return _closed(workplace, user, "closed", "")
    if not isinstance(task, dict):
        return ShownInvoke("error", UNREACHABLE)
    if task.get("type") == "message":
        return _closed(workplace, user, "message", str(task.get("value") or ""))
    if task.get("type") != "continue":
        return ShownInvoke("error", UNREACHABLE)
    try:
        dialog = _dialog(user, conversation_id, opened_from, task.get("value"))
    except CardRefused as reason:
        return ShownInvoke("error", f"The dialog cannot be shown: {reason}")
    with workplace.lock:
        workplace.dialogs[user.teams_id] = dialog
    workplace.changed("dialog opened", conversation_id, opened_from, user.teams_id)
    return ShownInvoke("dialog", dialog.title, dialog.card)


def close_dialog(workplace: TeamsWorkplace, user: TeamsUser) -> None:
    """The person's dialog goes away, whoever closed it."""
    with workplace.lock:
        dialog = workplace.dialogs.pop(user.teams_id, None)
    if dialog:
        workplace.changed("dialog closed", dialog.conversation_id, dialog.opened_from, user.teams_id)


def _closed(workplace: TeamsWorkplace, user: TeamsUser, kind: str, text: str) -> ShownInvoke:
    close_dialog(workplace, user)
    return ShownInvoke(kind, text)


def _dialog(user: TeamsUser, conversation_id: str, opened_from: str | None, value: Any) -> Dialog:
    if not isinstance(value, dict):
        raise CardRefused("continue without a value")
    dialog = Dialog(
        user_id=user.teams_id,
        conversation_id=conversation_id,
        title=str(value.get("title") or ""),
        height=_size(value.get("height")),
        width=_size(value.get("width")),
        opened_from=opened_from,
    )
    attachment, url = value.get("card"), value.get("url")
    if isinstance(attachment, dict) and attachment.get("contentType") == ADAPTIVE_CARD:
        check_card(attachment.get("content"))
        dialog.card = attachment["content"]
    elif isinstance(url, str) and url.startswith(OPENABLE):
        dialog.url = url
    else:
        raise CardRefused("neither an Adaptive Card attachment nor a secure address")
    return dialog


def _size(size: Any) -> str | int | None:
    if size is None or size in SIZES or isinstance(size, int):
        return size  # type: ignore[no-any-return]
    raise CardRefused(f"{size!r} is no dialog size")
