"""auth.*, team.* and users.*: who is there, and who is calling."""

from typing import Any

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.methods.conversations import listed
from adapters.playground.slack.model import User
from adapters.playground.slack.shapes import user_json


def auth_test(call: Call) -> dict[str, Any]:
    whole = call.installation.org_wide
    return {
        "url": f"https://{call.workspace.domain}.slack.com/",
        **({} if whole else {"team": call.workspace.name, "team_id": call.workspace.id}),
        "user": call.workspace.users[call.bot].name,
        "user_id": call.bot,
        "bot_id": call.installation.bot_id,
        "is_enterprise_install": whole,
    }


def auth_revoke(call: Call) -> dict[str, Any]:
    if call.args.flag("test"):
        return {"revoked": False}
    call.installation.revoked = True
    call.emit(call.workspace, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [call.bot]}})
    call.emit(call.workspace, {"type": "app_uninstalled"})
    return {"revoked": True}


def team_info(call: Call) -> dict[str, Any]:
    workspace = call.workspace
    return {"team": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}}


def users_info(call: Call) -> dict[str, Any]:
    return {"user": _shape(call, call.user(call.args.text("user")))}


def users_list(call: Call) -> dict[str, Any]:
    page, cursor = call.page(list(call.workspace.users.values()), default=1000)
    return {"members": [_shape(call, user) for user in page], "response_metadata": {"next_cursor": cursor}}


def users_lookup_by_email(call: Call) -> dict[str, Any]:
    email = call.args.text("email").lower()
    for user in call.workspace.users.values():
        if user.email and user.email.lower() == email and not user.deleted:
            return {"user": _shape(call, user)}
    raise SlackError("users_not_found")


def users_conversations(call: Call) -> dict[str, Any]:
    user = call.args.optional("user") or call.bot
    call.user(user)
    return listed(call, member=user)


def _shape(call: Call, user: User) -> dict[str, Any]:
    with_email = "users:read.email" in call.installation.scopes
    return user_json(call.workplace, user, with_email, with_locale=call.args.flag("include_locale"))


METHODS = {
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "users.conversations": users_conversations,
}
