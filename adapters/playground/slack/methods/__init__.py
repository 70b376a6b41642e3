"""The Web API's methods, by family: each takes a call and returns the answer's fields."""

from adapters.playground.slack.methods import (
    blocks,
    chat,
    conversations,
    files,
    history,
    membership,
    pins_and_bookmarks,
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
    **pins_and_bookmarks.METHODS,
    **files.METHODS,
    **blocks.METHODS,
}
