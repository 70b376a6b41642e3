"""What a bot is watched with: its meters, and spans where tracing is on."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from adapters.observing.meters import Meters


class Span(Protocol):
    """Opens a span for the time of a block; one that is opened inside it is its child. `marks` are names and
    row numbers, never words."""

    def __call__(self, name: str, **marks: str | int) -> AbstractContextManager[None]: ...


def no_span(name: str, **marks: str | int) -> AbstractContextManager[None]:
    """Tracing is off."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Watch:
    meters: Meters = field(default_factory=Meters)
    span: Span = no_span
