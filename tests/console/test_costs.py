"""`cost`: what messages cost people, by kind and by place, with a warning and nobody to be found in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.console.feature import FEATURE as CONSOLE
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.series import Cohort
from tests.communities.support import enroll
from tests.learning.support import FIRST, series_with_sessions
from tests.support.stage import START, Stage, staged, text_of


async def got(stage: Stage, cohort: Cohort, kind: str, people: list[Person], stopped: int) -> None:
    """Two messages of a kind to each person; some stop it after the second."""
    async with stage.database.write() as db:
        for number, person in enumerate(people):
            for days in (3, 2):
                sent = FIRST - timedelta(days=days)
                db.add(
                    Nudge(
                        key=f"{kind}|{person.id}|{days}", community_id=1, kind=kind, cohort_id=cohort.id,
                        person_id=person.id, state="sent", due_at=sent, sent_at=sent, created_at=START,
                    )
                )  # fmt: skip
            if number < stopped:
                after = FIRST - timedelta(days=2) + timedelta(hours=1)
                db.add(OptOut(person_id=person.id, kind=kind, since=after))


async def test_rates_have_n_and_interval_a_warning_above_two_and_hide_few_people(tmp_path: Path) -> None:
    async with staged(f"sqlite:///{tmp_path}/t.db", (COMMUNITIES, CONSOLE)) as stage:
        cohort, _ = await series_with_sessions(stage)
        await stage.person("fay", "facilitator")
        people = [await stage.person(f"p{number}") for number in range(30)]
        for person in people:
            await enroll(stage, cohort, person)
        for kind, stopped in (("look_back", 6), ("form_reminder", 3), ("partner_check", 7), ("welcome", 0)):
            await got(stage, cohort, kind, people, stopped)
        said = text_of(await stage.command("fay", "cost"))
        by_kind, _, by_place = said.partition("By place in the series")
        assert "Too many: send fewer" in by_kind
        assert "11.7 (5.8–22.2) of 60" in by_kind, "seven of sixty"
        assert by_kind.count("hidden, of 60") == 2, "the three people, and the next kind beside them"
        assert "0.0 (0.0–6.0) of 60" in by_kind
        assert "of 240" in by_place
