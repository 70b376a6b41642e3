"""Reading what a button or a form carries: a few values in one text, ``12:3:es`` (`bot.core.cards.pack`).

Anybody can forge it. What is missing is empty, and what is no row's id is 0, which no row has: the handler
finds nothing, and refuses in its own words.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from bot.core.lookup import row_id

A = TypeVar("A", str, int)
B = TypeVar("B", str, int)
C = TypeVar("C", str, int)
D = TypeVar("D", str, int)


@overload
def unpack(value: str, one: type[A], two: type[B], /) -> tuple[A, B]: ...
@overload
def unpack(value: str, one: type[A], two: type[B], three: type[C], /) -> tuple[A, B, C]: ...
@overload
def unpack(value: str, one: type[A], two: type[B], three: type[C], four: type[D], /) -> tuple[A, B, C, D]: ...
@overload
def unpack(value: str, *kinds: type[str]) -> tuple[str, ...]: ...
def unpack(value: str, *kinds: Any) -> Any:
    """A value of each kind: `int` for a row's id or a revision, else `str`. The last keeps its colons."""
    found = value.split(":", len(kinds) - 1)
    found += [""] * (len(kinds) - len(found))
    return tuple(row_id(one) if kind is int else one for kind, one in zip(kinds, found, strict=True))
