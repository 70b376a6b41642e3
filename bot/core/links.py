"""Links to our own pages: signed, expiring, bound to a purpose, a subject and a person.

The token says everything the page needs; nothing is stored until a link is revoked. Revoking writes a row
(`storage.links.LinkRevocation`) that the page checks. Tokens stay out of logs and referrers: see the web
adapter.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadData, Signer, URLSafeSerializer

from bot.core.form_keys import FormKeys
from bot.core.sealing import Sealer

DEFAULT_LIFE = timedelta(days=60)
BUTTON = "press"
"""The purpose of a button's link."""
SERIES_PAGE = "series-page"
"""The purpose of a facilitator's link to the page of a cohort; its subject is the cohort's row id."""
SERIES_PAGE_LIFE = timedelta(days=8)
"""From one Monday's message to the next: the page acts for its reader, so an old link opens nothing."""


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
    root: Ticket | None = None
    """The link that this one was reached by. It lives no longer than its root, and is revoked with it."""

    @property
    def source(self) -> Ticket:
        """Where the rights of this link come from: its root, else itself."""
        return self.root or self

    def as_text(self) -> str:
        """For an event's `answer_to`; never a right by itself."""
        return json.dumps([self.purpose, self.subject, self.person_id, *_seconds(self)])

    @classmethod
    def from_text(cls, text: str) -> Ticket:
        return _ticket(*json.loads(text))


def _seconds(ticket: Ticket) -> tuple[int, int]:
    return int(ticket.expires_at.timestamp()), int(ticket.made_at.timestamp())


def _ticket(
    purpose: str, subject: str, person_id: int, expires: int, made: int, root: list[Any] | None = None
) -> Ticket:
    expires_at, made_at = datetime.fromtimestamp(expires, UTC), datetime.fromtimestamp(made, UTC)
    return Ticket(purpose, subject, person_id, expires_at, made_at, _ticket(*root) if root else None)


@dataclass(frozen=True, slots=True)
class ButtonLink:
    """A button of a message that stands as a link: whose account presses it, and what it does."""

    platform: str
    tenant: str
    user: str
    label: str = ""
    action: str = ""
    value: str = ""
    form: str = ""


class Links:
    """Makes and reads links. `keys` must be the same on every process and are rotated by giving several:
    the first signs, all verify."""

    def __init__(self, base_url: str, *keys: str, form_keys: FormKeys | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._root: Ticket | None = None
        self._signer = URLSafeSerializer(list(reversed(keys)), salt="throughline.links")
        self._presses = Signer(list(reversed(keys)), salt="throughline.presses")
        self._keys = [key.encode() for key in keys]
        self._ciphers = [AESGCM(hashlib.sha256(b"throughline.buttons" + key).digest()) for key in self._keys]
        self.sealer = Sealer(*keys)
        """The same secrets, for what must not be readable in the database."""
        self.form_keys = form_keys or FormKeys()

    def to(
        self, purpose: str, subject: object, person_id: int, now: datetime, life: timedelta = DEFAULT_LIFE
    ) -> str:
        """The full address of ``/<purpose>/<token>``."""
        made, expires = int(now.timestamp()), int((now + life).timestamp())
        content: list[object] = [purpose, str(subject), person_id, expires, made]
        if self._root is not None:
            root = self._root
            content[3] = min(expires, int(root.expires_at.timestamp()))
            content.append([root.purpose, root.subject, root.person_id, *_seconds(root)])
        return f"{self.base_url}/{purpose}/{self._signer.dumps(content)}"

    def to_series_page(self, cohort_id: int, person_id: int, now: datetime) -> str:
        """A facilitator's own link to the page of a cohort."""
        return self.to(SERIES_PAGE, cohort_id, person_id, now, SERIES_PAGE_LIFE)

    def under(self, ticket: Ticket) -> Links:
        """The same links for somebody who came by `ticket`: what they get ends and is revoked with it."""
        links = copy.copy(self)
        links._root = ticket.source
        return links

    def press_seal(self, ticket: Ticket, action: str, value: str) -> str:
        """Proves that this button was shown on the page of this link."""
        return self._presses.get_signature(_pressed(ticket, action, value)).decode()

    def is_sealed(self, ticket: Ticket, action: str, value: str, seal: str) -> bool:
        return self._presses.verify_signature(_pressed(ticket, action, value), _bytes(seal))

    def to_button(self, button: ButtonLink, now: datetime, life: timedelta = DEFAULT_LIFE) -> str:
        """The address at which one account presses one button, and nothing else. Account and value are
        encrypted: addresses stand in histories and logs."""
        fields = [getattr(button, name) for name in button.__slots__]
        return self.to(BUTTON, self._hide(json.dumps(fields, ensure_ascii=False)), 0, now, life)

    def button_of(self, ticket: Ticket) -> ButtonLink:
        """Raises `BadLink` when it was hidden with a secret that is gone."""
        return ButtonLink(*json.loads(self._reveal(ticket.subject)))

    def _hide(self, text: str) -> str:
        nonce = secrets.token_bytes(12)
        return urlsafe_b64encode(nonce + self._ciphers[0].encrypt(nonce, text.encode(), None)).decode()

    def _reveal(self, hidden: str) -> str:
        raw = _unpacked(hidden)
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):  # the second: too short
                return cipher.decrypt(raw[:12], raw[12:], None).decode()
        raise BadLink("secret")

    def proof(self, text: str) -> str:
        """16 characters that only this deployment can make for `text`, for where an address is too long."""
        return self._proofs(text)[0]

    def proves(self, proof: str, text: str) -> bool:
        """Whether `proof` was made for `text` with any of our secrets."""
        return any(hmac.compare_digest(_bytes(proof), one.encode()) for one in self._proofs(text))

    def _proofs(self, text: str) -> list[str]:
        digests = [hmac.digest(b"throughline.proof" + one, _bytes(text), "sha256") for one in self._keys]
        return [urlsafe_b64encode(digest[:12]).decode() for digest in digests]

    def read(self, token: str, purpose: str, now: datetime) -> Ticket:
        """Raises `BadLink` when the token is edited, expired or made for another purpose."""
        try:
            ticket = _ticket(*self._signer.loads(token))
        except (BadData, ValueError, TypeError):
            raise BadLink("edited") from None
        if ticket.purpose != purpose:
            raise BadLink("purpose")
        if ticket.expires_at <= now:
            raise BadLink("expired")
        return ticket


def _bytes(text: str) -> bytes:
    """Of any text that somebody sends, one with half a character too: some encodings can write it."""
    return text.encode(errors="surrogatepass")


def _unpacked(hidden: str) -> bytes:
    """Nothing for what was not packed by us."""
    try:
        return urlsafe_b64decode(hidden)
    except ValueError:
        return b""


def _pressed(ticket: Ticket, action: str, value: str) -> bytes:
    return json.dumps([ticket.as_text(), action, value]).encode()
