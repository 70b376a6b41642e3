"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and the remedy: what to do about it, empty when it is well."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"PROBLEM  {self.what}\n         {self.remedy}" if self.remedy else f"ok       {self.what}"
