"""Makes and updates a language's `.po` files from the messages in `prompts/words/`.

A message keeps its translation by its id (the entry's context), whatever happens to its English: where the
English changed, the translation stays beside the old English and is marked fuzzy until a translator has
looked at it. A translation whose message is gone stays at the end of its file as an obsolete entry; where a
new message has the same English, it is offered there, marked fuzzy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from prompts.catalog import FOLDER, SOURCE_LANGUAGE, Message, all_messages

PROJECT = "Throughline"
TEMPLATE_WORDS = ("ORGANIZATION", "FIRST AUTHOR", "FULL NAME", "EMAIL@ADDRESS", "LL@li.org", "VERSION")
"""What Babel writes where nobody told it better: such a header is replaced."""
BY_ITSELF = "Automatically generated"
"""gettext's own words for a file that no translator has opened yet."""

Id = str | tuple[str, ...]


@dataclass
class Update:
    """What became of the entries, and the files that were written (none where nothing changed)."""

    kept: int = 0
    changed: list[str] = field(default_factory=list)
    """Translations to look at again, now fuzzy: their English changed, or a message that is gone had it."""
    new: list[str] = field(default_factory=list)
    """Messages without a translation."""
    obsolete: int = 0
    files: list[str] = field(default_factory=list)


def update_words(language: str, now: datetime, folder: Path = FOLDER, translator: str = "") -> Update:
    """Make or update ``folder/<language>/*.po``. `now` is aware; `translator`, ``Name <address>``, stands in
    the header of what is written.

    Raises `babel.UnknownLocaleError` (ValueError for what is no code at all) where Unicode knows no such
    language, and ValueError for English, which stands in the code.
    """
    if language == SOURCE_LANGUAGE:
        raise ValueError("English stands in prompts/words/: there is nothing to translate")
    locale = Locale.parse(language, sep="-")
    files = {path.stem: _read(path, locale) for path in sorted((folder / language).glob("*.po"))}
    old = [(name, entry) for name, file in files.items() for entry in file if entry.id]
    gone = [(name, entry) for name, file in files.items() for entry in file.obsolete.values()]
    messages = _in_order([str(entry.context) for _, entry in old])
    told, offered = _by_context(entry for _, entry in old), _by_english(messages, [*old, *gone])
    told = _by_context(entry for _, entry in gone) | told
    update, made = Update(), {name: _headed(locale, files.get(name), now, translator) for name in files}
    for message in messages:
        name = message.id.partition(".")[0]
        catalog = made.setdefault(name, _headed(locale, files.get(name), now, translator))
        entry = _entry(message, told.get(message.id), offered, catalog.num_plurals, update)
        catalog[entry.id] = entry
    current = {message.id for message in messages}
    for name, entry in [*gone, *old]:
        if entry.context not in current and any(_strings(entry)):
            made[name].obsolete[str(entry.context)] = entry
    update.obsolete = sum(len(catalog.obsolete) for catalog in made.values())
    (folder / language).mkdir(parents=True, exist_ok=True)
    for name, catalog in sorted(made.items()):
        _write(folder / language / f"{name}.po", catalog, files.get(name), update)
    return update


def _in_order(ids: Iterable[str]) -> list[Message[Any]]:
    """Every message: in the order of the files, each new one after the one that it is declared after."""
    declared = all_messages()
    order = [one for one in dict.fromkeys(ids) if one in declared]
    placed, after = set(order), 0
    for one in declared:
        if one not in placed:
            order.insert(after, one)
        after = order.index(one) + 1
    return [declared[one] for one in order]


def _read(path: Path, locale: Locale) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _by_context(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {str(entry.context): entry for entry in entries}


def _by_english(messages: Iterable[Message[Any]], entries: Iterable[tuple[str, Entry]]) -> dict[Id, Entry]:
    """Translations of messages that are gone, by their English."""
    current = {message.id for message in messages}
    return {
        _english(entry): entry
        for _, entry in entries
        if entry.context not in current and any(_strings(entry))
    }


def _entry(
    message: Message[Any], before: Entry | None, offered: Mapping[Id, Entry], forms: int, update: Update
) -> Entry:
    """The message's entry: its own translation, that of one with the same English, or none."""
    found = before if before is not None and any(_strings(before)) else offered.get(message.msgid)
    if found is None:
        update.new.append(message.id)
        return Entry(message.msgid, _in_shape(message, ("",), forms), context=message.id)
    own = found is before and _english(found) == message.msgid
    entry = Entry(
        message.msgid,
        _in_shape(message, _strings(found), forms),
        user_comments=found.user_comments,
        context=message.id,
    )
    entry.flags.discard("python-format")  # Babel takes "50 % of" for one
    if own and not found.fuzzy and all(_strings(entry)):
        update.kept += 1
        return entry
    entry.flags.add("fuzzy")
    entry.auto_comments = list(found.auto_comments) if own else [_before(found)]
    update.changed.append(message.id)
    return entry


def _before(found: Entry) -> str:
    english = _english(found)
    told = english if isinstance(english, str) else " | ".join(english)
    return f"{found.context} said before: {told}"


def _in_shape(message: Message[Any], strings: tuple[str, ...], forms: int) -> str | tuple[str, ...]:
    """As many texts as the message takes in this language: the only one there was stands for each."""
    if isinstance(message.msgid, str):
        return strings[-1]
    return strings * forms if len(strings) == 1 else (*strings, *("",) * forms)[:forms]


def _english(entry: Entry) -> Id:
    return entry.id if isinstance(entry.id, str) else tuple(entry.id)


def _strings(entry: Entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


def _headed(locale: Locale, before: Catalog | None, now: datetime, translator: str) -> Catalog:
    """An empty catalogue with a true header; what a translator wrote in the old one stays."""
    kept = _true(before.last_translator if before else None)
    team = _true(before.language_team if before else None)
    catalog = Catalog(
        locale=locale,
        header_comment=_comment(locale, before),
        project=PROJECT,
        version="messages",  # no number: a release alone changes no file
        creation_date=now,
        revision_date=before.revision_date if before and kept and not translator else now,
        last_translator=translator or kept or BY_ITSELF,
        language_team=team or "none",
        fuzzy=False,
    )
    if before is not None:
        catalog.mime_headers = [("Plural-Forms", before.plural_forms)]
    catalog.msgid_bugs_address = _true(before.msgid_bugs_address if before else None)
    return catalog


def _comment(locale: Locale, before: Catalog | None) -> str:
    kept = _true(before.header_comment if before else None)
    told = f"# {locale.english_name} translations for {PROJECT}.\n"
    return kept or f"{told}# This file is distributed under the same license as {PROJECT}."


def _true(told: str | None) -> str:
    return "" if not told or any(word in told for word in TEMPLATE_WORDS) else told


def _write(path: Path, catalog: Catalog, before: Catalog | None, update: Update) -> None:
    """Write the file where an entry or the header changed; a date alone is no change."""
    text = _text(catalog)
    if before is not None and _undated(text) == _undated(path.read_text(encoding="utf-8")):
        return
    path.write_text(text, encoding="utf-8")
    update.files.append(path.name)


def _text(catalog: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalog, width=0)
    return written.getvalue().decode("utf-8")


def _undated(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(('"POT-Creation', '"Generated-By'))]
