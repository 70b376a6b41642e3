"""Modals and home tabs: who has what open, with which values typed in."""

from typing import Any

from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.identity import new_id
from adapters.playground.slack.model import SlackWorkspace, View
from adapters.playground.slack.state import initial_values
from adapters.playground.slack.workplace import SlackWorkplace

MODAL_STACK = 3


def open_modal(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user_id: str, content: dict[str, Any]
) -> View:
    """Open a first modal in front of this person; one that was open is gone."""
    _check_external_id(workspace, content, own=None)
    view = _new_view(workplace, workspace, user_id, content)
    workspace.modals[user_id] = [view]
    workplace.publish("view", workspace.id, user_id=user_id, item=view.id)
    return view


def push_modal(
    workplace: SlackWorkplace, workspace: SlackWorkspace, user_id: str, content: dict[str, Any]
) -> View:
    """Put a modal on top of the open one; push_limit_reached beyond three, not_found without one."""
    stack = workspace.modals.get(user_id, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MODAL_STACK:
        raise SlackError("push_limit_reached")
    _check_external_id(workspace, content, own=None)
    view = _new_view(workplace, workspace, user_id, content, below=stack[-1])
    stack.append(view)
    workplace.publish("view", workspace.id, user_id=user_id, item=view.id)
    return view


def update_view(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    view: View,
    content: dict[str, Any],
    hash_: str | None,
) -> View:
    """Change an open view in place; what was typed stays where block and action keep their ids.

    hash_conflict where `hash_` is given and is not the view's own any more.
    """
    if hash_ is not None and hash_ != view.hash:
        raise SlackError("hash_conflict")
    _check_external_id(workspace, content, own=view.id)
    typed = view.values
    view.content = content
    view.values = initial_values(content["blocks"])
    for block_id, actions in view.values.items():
        for action_id in actions:
            if action_id in typed.get(block_id, {}):
                actions[action_id] = typed[block_id][action_id]
    view.errors = {}
    view.hash = _new_hash(workplace)
    view.seq = workplace.next_seq()
    workplace.publish("view", workspace.id, user_id=view.user_id, item=view.id)
    return view


def publish_home(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user_id: str,
    content: dict[str, Any],
    hash_: str | None,
) -> View:
    """Replace a person's home tab."""
    home = workspace.homes.get(user_id)
    if home is None:
        home = _new_view(workplace, workspace, user_id, content)
        workspace.homes[user_id] = home
        workplace.publish("view", workspace.id, user_id=user_id, item=home.id)
        return home
    return update_view(workplace, workspace, home, content, hash_)


def find_view(workspace: SlackWorkspace, view_id: str | None, external_id: str | None) -> View:
    """An open view by either id; not_found."""
    for view in _open_views(workspace):
        if view_id and view.id == view_id:
            return view
        if external_id and view.content.get("external_id") == external_id:
            return view
    raise SlackError("not_found")


def close_top(workplace: SlackWorkplace, workspace: SlackWorkspace, user_id: str) -> None:
    stack = workspace.modals.get(user_id, [])
    if stack:
        closed = stack.pop()
        workplace.publish("view_closed", workspace.id, user_id=user_id, item=closed.id)


def close_all(workplace: SlackWorkplace, workspace: SlackWorkspace, user_id: str) -> None:
    while workspace.modals.get(user_id):
        close_top(workplace, workspace, user_id)


def view_json(workspace: SlackWorkspace, app_id: str, view: View) -> dict[str, Any]:
    """The view as it stands in answers and payloads."""
    installation = workspace.installation
    content = view.content
    return {
        "id": view.id,
        "team_id": workspace.id,
        "app_id": app_id,
        "app_installed_team_id": workspace.id,
        "bot_id": installation.bot_id if installation else "",
        "type": view.type,
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }


def _open_views(workspace: SlackWorkspace) -> list[View]:
    modals = [view for stack in workspace.modals.values() for view in stack]
    return modals + list(workspace.homes.values())


def _check_external_id(workspace: SlackWorkspace, content: dict[str, Any], own: str | None) -> None:
    external_id = content.get("external_id")
    if external_id and any(
        view.content.get("external_id") == external_id and view.id != own for view in _open_views(workspace)
    ):
        raise SlackError("duplicate_external_id")


def _new_view(
    workplace: SlackWorkplace,
    workspace: SlackWorkspace,
    user_id: str,
    content: dict[str, Any],
    below: View | None = None,
) -> View:
    view_id = new_id("V")
    return View(
        id=view_id,
        team_id=workspace.id,
        user_id=user_id,
        type=content["type"],
        content=content,
        hash=_new_hash(workplace),
        root_view_id=below.root_view_id if below else view_id,
        previous_view_id=below.id if below else None,
        values=initial_values(content["blocks"]),
        seq=workplace.next_seq(),
    )


def _new_hash(workplace: SlackWorkplace) -> str:
    return f"{int(workplace.now().timestamp())}.{new_id('').lower()}"
