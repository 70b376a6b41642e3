"""Plays the demo and tells what came of it: the transcript, a table by kind, and the far sides' own count."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from sqlmodel import select

from adapters.demo.figures import Figures
from adapters.demo.first_session import FirstSession, play_first_session
from adapters.demo.reckoning import figures_of
from adapters.demo.replay.page import replay_page
from adapters.demo.replay.recording import recording_of
from adapters.demo.script import play_series
from adapters.demo.story import Story, cast_for, commands
from adapters.demo.transcript import TranscriptLine, lines_of, print_transcript
from adapters.garbage import look_less_often
from adapters.logs import set_up_logs
from adapters.playground.environment import Environment, running_town
from adapters.playground.sample import HOMES
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Job, JobState, Nudge, NudgeState

LATE = timedelta(minutes=5)
OPEN = ("planned", "held", "folded", "claimed")


@dataclass
class NudgeKind:
    """What became of the messages of one kind."""

    sent: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    answered: int = 0


@dataclass
class Reckoning:
    """The outbox against the ledger. `lost`: said to be sent and not accepted, failed, or overdue.
    `doubled`: accepted more than once. `late`: accepted more than five minutes after they first fell due."""

    planned: int = 0
    sent: int = 0
    skipped: int = 0
    still_to_come: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    kinds: dict[str, NudgeKind] = field(default_factory=dict)
    errands_failed: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.late)

    def __str__(self) -> str:
        return (
            f"demo: {self.planned} planned, {self.sent} sent, {self.skipped} skipped, "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.late)} late"
        )


async def play(
    platform: str,
    json_file: Path | None,
    quiet: bool,
    sessions: int | None = None,
    html_file: Path | None = None,
) -> int:
    """Play the sample series, or only so many of its sessions; a whole one on both platforms with the first
    session of a mixed cohort. Returns 0, or 1 when anything was lost, doubled or late, or that session did
    not go well."""
    set_up_logs()
    look_less_often()
    began = monotonic()
    home = HOMES[platform]
    with tempfile.TemporaryDirectory(prefix="throughline-demo-") as folder:
        database = Database(f"sqlite:///{folder}/demo.db", durable=False, alone=True)
        await migrate(database)
        try:
            async with running_town(
                database, MovedClock(BEGIN), home, secrets=["the demo's own links"]
            ) as environment:
                story = Story(environment, cast_for(environment, home), commands())
                await play_series(story, sessions)
                account = await reckon(story)
                figures = await figures_of(story)
                lines = lines_of(environment)
                recording = await recording_of(environment) if html_file is not None else None
        finally:
            await database.close()
        first = await _first_session(Path(folder)) if platform == "both" and sessions is None else None
    if not quiet:
        print_transcript(lines, story.cast.values())
    _print_account(account, story, monotonic() - began)
    if sessions is None:
        print("\n" + "\n".join(f"  {line}" for line in figures.lines()) + "\n")
    if first is not None:
        print(f"  {first}\n")
    if html_file is not None and recording is not None:
        _write_page(html_file, recording)
    if json_file is not None:
        _write_json(json_file, account, story, lines, figures, first)
    print(account)
    return 0 if account.well and (first is None or first.well) else 1


async def _first_session(folder: Path) -> FirstSession:
    database = Database(f"sqlite:///{folder}/first.db", durable=False, alone=True)
    await migrate(database)
    try:
        return await play_first_session(database)
    finally:
        await database.close()


async def reckon(story: Story) -> Reckoning:
    """Hold the outbox against what the far sides accepted."""
    environment = story.environment
    async with environment.application.database.read() as db:
        nudges = list(await db.scalars(select(Nudge)))
        jobs = list(await db.scalars(select(Job).where(Job.state == JobState.FAILED)))
    accepted = Counter(post.nudge for post in environment.ledger.posts if post.nudge)
    account = Reckoning(planned=len(nudges), doubled=sorted(environment.ledger.duplicated()))
    marks: dict[int | None, str] = {nudge.id: nudge.mark for nudge in nudges}
    for nudge in nudges:
        mark = marks.get(nudge.bundle_id, nudge.mark) if nudge.state == NudgeState.SENT else nudge.mark
        _count(account, nudge, accepted[mark], story)
    account.late = sorted(_late(environment, story, nudges))
    runs = {kind for feature in all_features() for kind in feature.jobs}
    account.errands_failed = [f"{job.kind}: {job.reason}" for job in jobs if job.kind in runs]
    for name, count in story.answered.items():
        account.kinds.setdefault(name, NudgeKind()).answered = count
    return account


def _count(account: Reckoning, nudge: Nudge, accepted: int, story: Story) -> None:
    kind = account.kinds.setdefault(nudge.kind, NudgeKind())
    if nudge.state == NudgeState.SENT:
        account.sent += 1
        kind.sent += 1
        if not accepted:
            account.lost.append(f"{nudge.kind}: said to be sent, not accepted")
    elif nudge.state == NudgeState.SKIPPED:
        account.skipped += 1
        kind.skipped[nudge.reason or "no reason"] += 1
    elif nudge.state in OPEN and nudge.due_at > story.now:
        account.still_to_come += 1
        account.planned -= 1
    else:
        kind.failed[nudge.reason or nudge.state] += 1
        account.lost.append(f"{nudge.kind}: {nudge.state} {nudge.reason}".strip())


def _late(environment: Environment, story: Story, nudges: Iterable[Nudge]) -> Iterable[str]:
    by_mark = {nudge.mark: nudge for nudge in nudges}
    for post in environment.ledger.posts:
        nudge = by_mark.get(post.nudge or "")
        if nudge is None:
            continue
        due = story.due.get(nudge.mark, nudge.due_at)
        if post.at > due + LATE:
            yield f"{nudge.kind}: due {due:%Y-%m-%d %H:%M}, accepted {post.at:%Y-%m-%d %H:%M}"


def _print_account(account: Reckoning, story: Story, seconds: float) -> None:
    print(f"\n{'message':<24}{'sent':>6}{'answered':>10}{'skipped':>9}  why skipped or failed")
    for name, kind in sorted(account.kinds.items(), key=lambda item: -item[1].sent):
        reasons = [f"{reason} {count}" for reason, count in (kind.skipped + kind.failed).most_common()]
        skipped = sum(kind.skipped.values())
        print(f"{name:<24}{kind.sent:>6}{kind.answered:>10}{skipped:>9}  {', '.join(reasons)}")
    print(f"\n{len(story.environment.ledger)} messages accepted by the platforms, {seconds:.0f} s")
    for what, problems in (
        ("not done", [f"{act} ({count}x)" for act, count in story.undone.most_common()]),
        ("job failed", account.errands_failed),
        ("lost", account.lost),
        ("doubled", account.doubled),
        ("late", account.late),
    ):
        for problem in problems[:20]:
            print(f"  {what}: {problem}")
    if account.still_to_come:
        print(f"  {account.still_to_come} messages fall due after the demo's end and are not counted")


def _write_page(file: Path, recording: dict[str, Any]) -> None:
    file.write_text(replay_page(recording), encoding="utf-8")
    print(f"  the whole series to read, without a network: {file}\n")


def _write_json(
    file: Path,
    account: Reckoning,
    story: Story,
    lines: Iterable[TranscriptLine],
    figures: Figures,
    first: FirstSession | None,
) -> None:
    told = {
        "figures": figures.as_json(),
        "first_session": first.as_json() if first is not None else None,
        "line": str(account),
        "planned": account.planned,
        "sent": account.sent,
        "skipped": account.skipped,
        "lost": account.lost,
        "doubled": account.doubled,
        "late": account.late,
        "kinds": {
            name: {
                "sent": kind.sent,
                "answered": kind.answered,
                "skipped": dict(kind.skipped),
                "failed": dict(kind.failed),
            }
            for name, kind in account.kinds.items()
        },
        "errands_failed": account.errands_failed,
        "not_done": dict(story.undone),
        "written": [asdict(one) for one in story.written],
        "transcript": [asdict(line) | {"at": line.at.isoformat()} for line in lines],
    }
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
