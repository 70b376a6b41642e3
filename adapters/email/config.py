"""Where mail is handed over, and in whose name."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from adapters.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class EmailConfig:
    """`url` is ``smtp://host:587`` (STARTTLS) or ``smtps://host:465`` (TLS from the start), with a login;
    `sender` an address with or without a name. `per_hour` bounds all mail, `per_domain` the mail to one
    domain in a minute. `takes_replies`: an answer by e-mail is read."""

    url: str
    sender: str
    per_hour: float = 1000
    per_domain: float = 60
    takes_replies: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or (465 if self.tls_at_once else 587)

    @property
    def tls_at_once(self) -> bool:
        return urlsplit(self.url).scheme == "smtps"

    @property
    def must_encrypt(self) -> bool:
        """Only a relay on this machine is spoken to in the clear."""
        return not is_loopback(self.host)

    @property
    def login(self) -> tuple[str, str] | None:
        parts = urlsplit(self.url)
        return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None

    @property
    def address(self) -> Address:
        name, spec = parseaddr(self.sender)
        return Address(name or "Throughline", addr_spec=spec)

    @property
    def domain(self) -> str:
        return str(self.address.domain)
