"""Message ids that we know again: ``<mark.proof.tenant@domain>``.

The proof binds mark and tenant to the address that was written to. The same message has the same id each time
it is sent; a reply or bounce that names an id proves that it is about a message of ours to that very address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.links import Links

_OURS = re.compile(r"<([A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]{16})\.([a-z0-9-]{1,40})@[A-Za-z0-9.-]{1,253}>")


@dataclass(frozen=True, slots=True)
class MailMark:
    """A message of ours: its mark, and the tenant that sent it."""

    mark: str
    tenant: str


def message_id(links: Links, mark: MailMark, address: str, domain: str) -> str:
    return f"<{mark.mark}.{links.proof(_bound(mark, address))}.{mark.tenant}@{domain}>"


def mark_in(links: Links, text: str, address: str) -> MailMark | None:
    """The message of ours to this address that `text` names; None when it names none."""
    for mark, proof, tenant in _OURS.findall(text[:20_000]):
        found = MailMark(mark, tenant)
        if links.proves(proof, _bound(found, address)):
            return found
    return None


def _bound(mark: MailMark, address: str) -> str:
    return f"message|{mark.mark}|{mark.tenant}|{address.casefold()}"
