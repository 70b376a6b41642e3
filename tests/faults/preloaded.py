"""What the fork server imports before it forks: the processes that live and die have all of it, and need not
search for garbage among it."""

from __future__ import annotations

from adapters.garbage import look_less_often
from tests.faults import moves, served, worker

__all__ = ["moves", "served", "worker"]

look_less_often()
