"""Refusals with the bodies that the Bot Connector and Graph give them."""

from __future__ import annotations

import math

from aiohttp import web


class TeamsPlaygroundError(Exception):
    """A person tried what Teams' own screens would not let them do."""


class ConnectorRefusal(Exception):
    """A call that the connector does not accept; `retry_after` is in seconds."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """`{"error": {"code", "message"}}`, with `Retry-After` where there is a time to wait."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        body = {"error": {"code": self.code, "message": self.message}}
        return web.json_response(body, status=self.status, headers=headers)


FAULT_CODES = {
    412: ("PreconditionFailed", "Precondition failed, please try again."),
    429: ("Throttled", "Too many requests."),
    500: ("ServiceError", "An internal error occurred."),
    502: ("ServiceError", "The service is unavailable."),
    503: ("ServiceError", "The service is unavailable."),
    504: ("GatewayTimeout", "The gateway did not answer in time."),
}


TOKEN_CODES = frozenset(
    {
        "invalid_client", "invalid_grant", "invalid_request", "invalid_resource", "invalid_scope",
        "server_error", "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type",
    }
)  # fmt: skip
"""The login's words for a refusal, which has a shape of its own."""


def refuse(status: int, retry_after: float | None, said: str) -> web.Response:
    """How a planned fault of this status looks on Teams; `said` is its code where one was asked for."""
    if said in TOKEN_CODES:
        return web.json_response({"error": said, "error_description": "AADSTS: planned."}, status=status)
    code, message = FAULT_CODES.get(status, ("ServiceError", "The request could not be served."))
    return ConnectorRefusal(status, said or code, message, retry_after).response()


def unauthorized(reason: str) -> ConnectorRefusal:
    return ConnectorRefusal(401, "Unauthorized", f"Authorization has been denied for this request: {reason}")


def no_conversation() -> ConnectorRefusal:
    return ConnectorRefusal(404, "ConversationNotFound", "Conversation not found.")


def no_activity() -> ConnectorRefusal:
    return ConnectorRefusal(
        404,
        "ActivityNotFoundInConversation",
        "The message ID provided could not be found in the conversation.",
    )


def bot_not_in_roster() -> ConnectorRefusal:
    return ConnectorRefusal(
        403, "BotNotInConversationRoster", "The bot is not part of the conversation roster."
    )


def bad(message: str, code: str = "BadSyntax") -> ConnectorRefusal:
    return ConnectorRefusal(400, code, message)
