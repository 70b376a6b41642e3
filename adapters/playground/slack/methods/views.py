"""views.*: modals, opened with a trigger_id, and home tabs."""

from typing import Any

from adapters.playground.slack.blocks import Surface, accept_view
from adapters.playground.slack.call import Call, missing
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.model import View
from adapters.playground.slack.screens import (
    find_view,
    open_modal,
    publish_home,
    push_modal,
    update_view,
    view_json,
)


def views_open(call: Call) -> dict[str, Any]:
    content = _content(call, "modal")
    trigger = call.workplace.use_trigger(call.workspace.id, call.args.text("trigger_id"))
    return _answer(call, open_modal(call.workplace, call.workspace, trigger.user_id, content))


def views_push(call: Call) -> dict[str, Any]:
    content = _content(call, "modal")
    trigger = call.workplace.use_trigger(call.workspace.id, call.args.text("trigger_id"))
    return _answer(call, push_modal(call.workplace, call.workspace, trigger.user_id, content))


def views_update(call: Call) -> dict[str, Any]:
    view_id, external_id = call.args.optional("view_id"), call.args.optional("external_id")
    if view_id is None and external_id is None:
        raise missing("view_id")
    view = find_view(call.workspace, view_id, external_id)
    content = _content(call, "modal" if view.type == "modal" else "home")
    return _answer(
        call, update_view(call.workplace, call.workspace, view, content, call.args.optional("hash"))
    )


def views_publish(call: Call) -> dict[str, Any]:
    user = call.user(call.args.text("user_id"))
    content = _content(call, "home")
    if user.is_bot or user.deleted:
        raise SlackError("not_enabled")
    home = publish_home(call.workplace, call.workspace, user.id, content, call.args.optional("hash"))
    return _answer(call, home)


def _content(call: Call, surface: Surface) -> dict[str, Any]:
    view = call.args.structure("view", "invalid_arguments")
    if view is None:
        raise missing("view")
    accepted = accept_view(view, surface)
    call.workplace.looked_at("view", view)
    return accepted


def _answer(call: Call, view: View) -> dict[str, Any]:
    return {"view": view_json(call.workspace, call.workplace.app.app_id, view)}


METHODS = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
