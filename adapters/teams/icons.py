"""The app's two pictures, drawn here: no binary files to keep in step."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

Pixel = tuple[int, int, int, int]
BLUE: Pixel = (0x1F, 0x5F, 0x8B, 0xFF)
WHITE: Pixel = (0xFF, 0xFF, 0xFF, 0xFF)
CLEAR: Pixel = (0, 0, 0, 0)


def color_icon() -> bytes:
    """192×192: the thread in white on the product's blue, within the middle 96×96: clients cut the rest."""
    return _png(192, lambda x, y: WHITE if _on_thread(2 * x - 0.5, 2 * y - 0.5) else BLUE)


def outline_icon() -> bytes:
    """32×32: the thread in white on nothing, as Teams wants it."""
    return _png(32, lambda x, y: WHITE if _on_thread(x, y) else CLEAR)


def _on_thread(x: float, y: float) -> bool:
    """Three knots on one line, in a unit square."""
    line = 0.18 < x < 0.82 and abs(y - 0.5) < 0.035
    return line or any((x - knot) ** 2 + (y - 0.5) ** 2 < 0.011 for knot in (0.2, 0.5, 0.8))


def _png(size: int, color: Callable[[float, float], Pixel]) -> bytes:
    rows = b"".join(
        b"\0" + b"".join(bytes(color((x + 0.5) / size, (y + 0.5) / size)) for x in range(size))
        for y in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
