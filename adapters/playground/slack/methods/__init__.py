"""The Web API's methods, by family: each takes a call and returns the answer's fields."""

from adapters.playground.slack.methods import (
    chat,
    conversations,
    files,
    history,
    keepsakes,
    membership,
    users,
    views,
)

METHODS = {
    **users.METHODS,
    **conversations.METHODS,
    **membership.METHODS,
    **history.METHODS,
    **chat.METHODS,
    **views.METHODS,
    **keepsakes.METHODS,
    **files.METHODS,
}
