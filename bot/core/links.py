"""Links to our own pages: signed, expiring, bound to a purpose, a subject and a person.

The token says everything the page needs; nothing is stored until a link is revoked. Revoking writes a row
(`storage.links.LinkRevocation`) that the page checks. Tokens stay out of logs and referrers: see the web
adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from bot.core.sealing import Sealer

DEFAULT_LIFE = timedelta(days=60)


class BadLink(Exception):
    """The link was edited, has expired, or is for something else."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link allows: `purpose` (a page's name) on `subject` for `person_id` (0: whoever holds it)."""

    purpose: str
    subject: str
    person_id: int
    expires_at: datetime
    made_at: datetime


class Links:
    """Makes and reads links. `secret` must be the same on every process and is rotated by giving several:
    the first signs, all verify."""

    def __init__(self, base_url: str, *secrets: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._signer = URLSafeSerializer(list(reversed(secrets)), salt="throughline.links")
        self.sealer = Sealer(*secrets)
        """The same secrets, for what must not be readable in the database."""

    def to(
        self, purpose: str, subject: object, person_id: int, now: datetime, life: timedelta = DEFAULT_LIFE
    ) -> str:
        """The full address of ``/<purpose>/<token>``."""
        made, expires = int(now.timestamp()), int((now + life).timestamp())
        token = self._signer.dumps([purpose, str(subject), person_id, expires, made])
        return f"{self.base_url}/{purpose}/{token}"

    def read(self, token: str, purpose: str, now: datetime) -> Ticket:
        """Raises `BadLink` when the token is edited, expired or made for another purpose."""
        try:
            found, subject, person_id, expires, made = self._signer.loads(token)
        except (BadData, ValueError, TypeError):
            raise BadLink("edited") from None
        ticket = Ticket(
            found, subject, person_id, datetime.fromtimestamp(expires, UTC), datetime.fromtimestamp(made, UTC)
        )
        if ticket.purpose != purpose:
            raise BadLink("purpose")
        if ticket.expires_at <= now:
            raise BadLink("expired")
        return ticket
