"""Email addresses as people paste them: ``Ana Ruiz <ana@example.org>``, ``mailto:``, several in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\.]+(\.[^@\s<>(),;:\"\\.]+)+")
_APART = re.compile(r"[\s<>()\[\],;|\"“”]+|/(?=[^/]*@)")
_MAILBOX = re.compile(
    r"\"?(?P<name>[^<>@\";]{0,200}?)\"?\s*<\s*(?:mailto:)?(?P<email>[^<>\s]{1,254}@[^<>\s]{1,254})\s*>"
)
_APPEARS = re.compile(r"<?\s*(?:mailto:)?(?P<email>[^\s<>;,\"]{1,254}@[^\s<>;,\"]{1,254})\s*>?[;,\s]*")
_GUEST = re.compile(r"(?P<local>.+)_(?P<domain>[^_@]+\.[^_@]+)#ext#@.+", re.IGNORECASE)
_NOBODYS = frozenset({"anonymous", "anonimo"})


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a cell in lower case, each once; `name` is the one told beside a single address.
    `unread`: something in it looks like an address and is none."""

    emails: tuple[str, ...] = ()
    name: str = ""
    unread: bool = False


def is_email(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and bool(_EMAIL.fullmatch(text))


def read_addresses(cell: str) -> Addresses:
    """Every address in a cleaned cell. A guest's account of another tenant is told as their own address."""
    if cell.casefold() in _NOBODYS:
        return Addresses()
    found, wrong = [], False
    for token in _APART.split(cell):
        told = re.sub(r"^mailto:", "", token.strip("'`.:"), flags=re.IGNORECASE).partition("?")[0]
        if "@" not in told:
            continue
        if guest := _GUEST.fullmatch(told):
            told = f"{guest['local']}@{guest['domain']}"
        if is_email(told):
            found.append(told.casefold())
        else:
            wrong = True
    emails = tuple(dict.fromkeys(found))
    box = _MAILBOX.search(cell)
    name = box["name"].strip(" '") if box and len(emails) == 1 else ""
    return Addresses(emails, name, wrong or (bool(cell) and not emails))


def pasted_people(text: str) -> list[tuple[str, str]]:
    """(name, address) of each person in a pasted list of recipients: ``Ana Ruiz <ana@example.org>; …``."""
    people, begins = [], 0
    for found in _APPEARS.finditer(text):
        people.append((text[begins : found.start()].strip(" ,;<\"'\n\t"), found["email"].strip("'")))
        begins = found.end()
    return people
