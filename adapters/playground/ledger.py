"""What the far side accepted, written down by the far side: the independent count of lost and doubled."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class LedgerPost:
    """One message that a platform accepted. `at` is the platform's clock, aware, UTC."""

    platform: str
    workspace: str
    conversation: str
    recipients: tuple[str, ...]
    nudge: str | None
    text: str
    at: datetime
    message: str


class Ledger:
    """Every accepted post, in the order of acceptance.

    With a `path`, each post is also appended to that file before the answer leaves, and a new ledger on the
    same path starts with what stands there: so the count outlives a killed process.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._posts: list[LedgerPost] = []
        if path is not None and path.exists():
            self._posts = [_read(line) for line in path.read_text(encoding="utf-8").splitlines() if line]

    def record(self, post: LedgerPost) -> None:
        """Write down one accepted post; call it at the moment of acceptance, before any fault is played."""
        self._posts.append(post)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({**asdict(post), "at": post.at.isoformat()}) + "\n")

    @property
    def posts(self) -> tuple[LedgerPost, ...]:
        return tuple(self._posts)

    def of_nudge(self, nudge: str) -> list[LedgerPost]:
        """The posts that carried this nudge's opaque id."""
        return [post for post in self._posts if post.nudge == nudge]

    def to(self, recipient: str) -> list[LedgerPost]:
        """The posts that this person could see in a direct message, or as a member of the conversation."""
        return [post for post in self._posts if recipient in post.recipients]

    def lost(self, expected: Iterable[str]) -> set[str]:
        """The nudges among `expected` that were never accepted."""
        return set(expected) - {post.nudge for post in self._posts if post.nudge}

    def duplicated(self) -> dict[str, int]:
        """The nudges that were accepted more than once, with how often."""
        counts = Counter(post.nudge for post in self._posts if post.nudge)
        return {nudge: count for nudge, count in counts.items() if count > 1}

    def __len__(self) -> int:
        return len(self._posts)


def _read(line: str) -> LedgerPost:
    fields = json.loads(line)
    fields["recipients"] = tuple(fields["recipients"])
    fields["at"] = datetime.fromisoformat(fields["at"])
    return LedgerPost(**fields)
