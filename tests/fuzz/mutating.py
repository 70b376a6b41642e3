# ruff: noqa: E501 - strange pieces, many a line
"""Genuine inputs made strange: bytes, JSON by its values, and the parts of a packed file."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

STRANGE = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\t", b" ", b",", b";", b"|", b'"', b"'", b"''",
    b"\\", b"/", b":", b"::", b"=", b"<", b">", b"(", b")", b"[", b"]", b"{", b"}", b"*", b"&", b"%", b"#", b"@", b"-", b"+-",
    b"--1", b"-1", b"0", b"00", b"1e999", b"nan", b"99999999999999999999", b"1" * 400, b"\xc2\xa0", b"\xe2\x80\xae",
    b"\xe2\x80\x8b", b"\xf0\x9f\x91\xa9", b"\xed\xa0\x80", b"\xd9\xa3", b"\xc2\xb2", b"\xe2\x91\xa0", b"\xef\xbc\x91", b"\xe0\xa5\xa7",
    b"9999-12-31", b"0001-01-01", b"31/02/2027", b"24:00", b"25:61", b"99:99 pm", b"P1D", b"PT0S", b"UTC+99", b"null",
    b"true", b"None", b"=?utf-8?b?/w==?=", b"=?x?q?y?=", b"charset=x", b"x" * 500,
)  # fmt: skip
"""Signs that readers trip over: ends, quotes, numbers that are none, digits of other scripts, half characters."""
NUMBERS = (
    b"0", b"-1", b"+-1", b"00", b"29", b"31", b"32", b"60", b"99", b"366", b"1900", b"9999", b"10000", b"2147483648",
    b"9" * 20, b"9" * 400, b"9" * 5000, "²".encode(), "①".encode(), "٣".encode(), "９".encode(), b"1.5", b"1,5", b"1e9", b"",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "\0", "\ud800", "x" * 5000, "٣", "+-5", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", [], {}, [None], [[]], {"": None}, {"id": []}, {"id": {}}, [7], "null", 1e308,
)  # fmt: skip


def mutated(data: bytes, shape: str, seeds: Sequence[bytes], words: Sequence[bytes], chance: Random) -> bytes:
    """One to a few changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        if shape == "json" and chance.random() < 0.85:
            data = _json(data, chance)
        elif shape == "zip" and chance.random() < 0.9:
            data = _packed(data, words, chance)
        else:
            data = _bytes(data, seeds, words, chance)
    return data


def _bytes(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], chance: Random) -> bytes:
    first, last = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    last = min(last, first + chance.choice((1, 4, 16, 64, 100_000)))
    piece = data[first:last]
    way = chance.randrange(8)
    if way == 0:
        return data[:first] + data[last:]
    if way == 1:
        return data[:last] + piece * chance.choice((1, 2, 8)) + data[last:]
    if way == 2 and seeds:
        other = chance.choice(seeds)
        start = chance.randrange(len(other) + 1)
        return data[:first] + other[start : start + chance.choice((8, 64, 512))] + data[last:]
    if way == 3 and words:
        return data[:first] + chance.choice(words) + data[first if chance.random() < 0.5 else last :]
    if way == 4 and piece:
        return data[:first] + bytes(chance.randrange(256) for _ in piece[:8]) + data[first + len(piece[:8]) :]
    if way == 6 and (numbers := list(_NUMBER.finditer(data))):
        number = chance.choice(numbers)
        return data[: number.start()] + chance.choice(NUMBERS) + data[number.end() :]
    if way == 5:
        lines = data.splitlines(keepends=True)
        chance.shuffle(lines)
        return b"".join(lines)
    return data[:first] + chance.choice(STRANGE) + data[first if chance.random() < 0.5 else last :]


def _json(data: bytes, chance: Random) -> bytes:
    """Another value, no value, or a value of another place, somewhere in the tree."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(_places(tree))
    if not places:
        return json.dumps(chance.choice(VALUES)).encode()
    parent, key = chance.choice(places)
    way = chance.randrange(5)
    if way == 0:
        del parent[key]
    elif way == 1:
        parent[key] = chance.choice(places)[0] if len(data) < 8192 else None
        try:
            return json.dumps(tree).encode()
        except (ValueError, RecursionError):
            return data  # it stood inside itself
    elif way == 2 and isinstance(parent[key], str):
        text = parent[key].encode(errors="surrogatepass")
        parent[key] = _bytes(text, (), (), chance).decode(errors="replace")
    else:
        parent[key] = chance.choice(VALUES)
    return json.dumps(tree).encode()


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        found += [(one, key) for key in keys]
        waiting += [one[key] for key in keys]
    return found


def _packed(data: bytes, words: Sequence[bytes], chance: Random) -> bytes:
    """One part of a packed file changed, with its length and check sum made true again."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = {one.filename: archive.read(one) for one in archive.infolist()}
    except (BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, EOFError, zlib.error):
        return data
    if not parts:
        return data
    name = chance.choice(list(parts))
    if chance.random() < 0.05:
        del parts[name]
    else:
        parts[name] = _bytes(parts[name], list(parts.values()), words, chance)
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for one, content in parts.items():
            archive.writestr(ZipInfo(one), content, ZIP_DEFLATED)  # a name alone would bring the time of day
    return packed.getvalue()
