"""From the bytes of a file to a document, by what the file is and not by what its name says."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath

from bot.agendas.calendar_file import is_calendar, read_calendar
from bot.agendas.document import Document
from bot.agendas.drafts import GatheredDraft
from bot.agendas.sheet_file import document_of_rows, read_workbook, separated_rows
from bot.agendas.text_file import read_mail, read_text, text_of_html
from bot.agendas.word_file import read_word
from bot.tables.decoding import LARGEST_FILE, Undecodable, decode

LARGEST_UNPACKED = 60 * 1024 * 1024
"""Bytes that an office file may have once it is unpacked."""


def open_file(content: bytes, name: str) -> Document | GatheredDraft:
    """A document; for a calendar, what was gathered from it. What cannot be read says why."""
    if len(content) > LARGEST_FILE:
        return Document(name=name, unreadable="too_large")
    try:
        if content.startswith(b"PK\x03\x04"):
            return _office(content, name)
        if content.startswith(b"%PDF"):
            return Document(name=name, unreadable="pdf")
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            return Document(name=name, unreadable="old_office")
        return _text(decode(content), content, name)
    except Undecodable as refused:
        return Document(name=name, unreadable=refused.key)
    except Exception:  # a damaged office file makes its library raise almost anything
        return Document(name=name, unreadable="damaged")


def _office(content: bytes, name: str) -> Document:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(one.file_size for one in archive.infolist()) > LARGEST_UNPACKED:
            return Document(name=name, unreadable="too_large")
        inside = archive.namelist()
    if any(part.startswith("word/") for part in inside):
        return read_word(content, name)
    if any(part.startswith("xl/") for part in inside):
        return read_workbook(content, name)
    return Document(name=name, unreadable="not_text")


def _text(text: str, content: bytes, name: str) -> Document | GatheredDraft:
    suffix = PurePath(name).suffix.lower()
    if is_calendar(text):
        return read_calendar(text)
    if suffix == ".eml" or text[:400].lower().startswith(
        ("received:", "mime-version:", "return-path:", "delivered-to:")
    ):
        return read_mail(content, name)
    if suffix in {".html", ".htm"} or text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
        return read_text(text_of_html(text), name)
    if suffix in {".csv", ".tsv"}:
        return document_of_rows(separated_rows(text), name)
    return read_text(text, name)
