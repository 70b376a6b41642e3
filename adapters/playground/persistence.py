"""What a playground keeps between two runs: its clock, both workplaces, and what they accepted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.background import ended
from adapters.playground.mail import MailSide, letters
from adapters.playground.slack import SlackWorkplace
from adapters.playground.teams import TeamsWorkplace
from bot.core.clock import MovedClock

SAVE_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SavedState:
    """Where things stood: the playground's time, and the port of the Teams side (addresses of chats name
    it, so it must stay the same)."""

    now: datetime
    teams_port: int


class Snapshot:
    """One folder. The database of the playground stands beside the files of the far sides. The file
    `everybody_joined` says that
    the joining of the first start is over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.slack = folder / "slack.json"
        self.teams = folder / "teams.json"
        self.mail = folder / "mail.jsonl"
        self.ledger = folder / "accepted.jsonl"
        self.standing_file = folder / "standing.json"
        self.everybody_joined = folder / "everybody_joined"
        self.database_file = folder / "throughline.db"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.database_file}"

    def prepare(self) -> None:
        """Make the folder; clear away what a first start that was cut off has left behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.standing() is None:
            for file in self.folder.glob("throughline.db*"):
                file.unlink()
            for file in (self.slack, self.teams, self.mail, self.ledger, self.everybody_joined):
                file.unlink(missing_ok=True)

    def standing(self) -> SavedState | None:
        """None before the first save. `ValueError` when the file cannot be read."""
        if not self.standing_file.is_file():
            return None
        found = json.loads(self.standing_file.read_text(encoding="utf-8"))
        return SavedState(datetime.fromisoformat(found["now"]), int(found["teams_port"]))

    def save(
        self, clock: MovedClock, slack: SlackWorkplace, teams: TeamsWorkplace, mail: MailSide, teams_port: int
    ) -> None:
        """Write everything; each file is whole or not there. The standing comes last: it says that the
        others are."""
        slack.save(self.slack)
        draft = self.teams.with_suffix(".new")
        teams.save(draft)
        draft.replace(self.teams)
        letters.save(self.mail, mail.letters)
        draft = self.standing_file.with_suffix(".new")
        draft.write_text(json.dumps({"now": clock.now().isoformat(), "teams_port": teams_port}))
        draft.replace(self.standing_file)


@asynccontextmanager
async def kept(
    snapshot: Snapshot,
    clock: MovedClock,
    slack: SlackWorkplace,
    teams: TeamsWorkplace,
    mail: MailSide,
    teams_port: int,
) -> AsyncIterator[None]:
    """Save now, at the end of the block, and in between every few seconds in which anything changed."""

    async def save_forever() -> None:
        seen = (slack.seq, teams.changes, len(mail.letters))
        while True:
            await asyncio.sleep(SAVE_EVERY_SECONDS)
            if (slack.seq, teams.changes, len(mail.letters)) != seen:
                seen = (slack.seq, teams.changes, len(mail.letters))
                snapshot.save(clock, slack, teams, mail, teams_port)

    snapshot.save(clock, slack, teams, mail, teams_port)
    saving = asyncio.create_task(save_forever())
    try:
        yield
    finally:
        await ended(saving)
        snapshot.save(clock, slack, teams, mail, teams_port)
