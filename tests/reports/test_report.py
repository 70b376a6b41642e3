"""Stories of an evaluator and an administrator: the numbers of a report, and what is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cards import Card, Fact
from bot.communities.feature import FEATURE as COMMUNITIES
from bot.evaluations.feature import FEATURE as EVALUATIONS
from bot.reports.exporting import report_csv
from bot.reports.feature import FEATURE as REPORTS
from bot.reports.feature import outside_report
from storage.evaluations import AnonymousAnswer, Evaluation
from storage.sessions import Attendance, Session
from tests.communities.support import enroll, furnish, person_of
from tests.support.stage import START, Stage, staged, text_of

ASKED = {"en": "?"}
LABELS = [ASKED] * 5
FORM: dict[str, object] = {
    "name": "story", "version": 1, "kind": "post_series", "mode": "anonymous", "title": ASKED,
    "items": [
        {"id": "recommend", "kind": "scale5", "measures": "recommendation", "text": ASKED, "labels": LABELS},
        {"id": "skill", "kind": "retrospective", "measures": "retrospective", "text": ASKED,
         "labels": LABELS},
    ],
}  # fmt: skip


async def _reached(stage: Stage, settings: dict[str, int] | None = None) -> None:
    """40 enrolled; 20, 5, 2 and 9 people attend 4, 3, 2 and 1 of four sessions."""
    cohort = await furnish(stage)
    await stage.person("fay", "administrator")
    attends = [4] * 20 + [3] * 5 + [2] * 2 + [1] * 9 + [0] * 4
    async with stage.database.write() as db:
        for number in range(1, 5):
            db.add(
                Session(
                    community_id=1, cohort_id=cohort.id or 0, number=number, title={"en": "S"},
                    starts_at=START, zone="America/Boise", minutes=60, uid=f"s{number}",
                )
            )  # fmt: skip
    for place, times in enumerate(attends):
        person = await stage.person(f"p{place}", setting="Clinic" if place < 33 else "School")
        await enroll(stage, cohort, person)
        async with stage.database.write() as db:
            for session in range(1, times + 1):
                db.add(
                    Attendance(
                        session_id=session, person_id=person.id or 0, minutes=30, source="zoom",
                        recorded_at=START,
                    )
                )  # fmt: skip


async def _answers(stage: Stage, answers: Sequence[Mapping[str, object]]) -> None:
    async with stage.database.write() as db:
        db.add(
            Evaluation(
                key="series:1", community_id=1, cohort_id=1, purpose="series", name="story", version=1,
                mode="anonymous", instrument=FORM, opens_at=START, closes_at=START,
            )
        )  # fmt: skip
        await db.flush()
        db.add_all(AnonymousAnswer(evaluation_id=1, answers=dict(each)) for each in answers)


async def test_story_8_and_9_on_either_database(database_url: str) -> None:
    async with staged(database_url, (COMMUNITIES, EVALUATIONS, REPORTS)) as stage:
        await _reached(stage)
        await _answers(
            stage,
            [{"recommend": 5}] * 14 + [{"recommend": 4}] * 5 + [{"recommend": 2}, {"recommend": 3}]
            + [{"recommend": None}],
        )  # fmt: skip
        said = text_of(await stage.command("fay", "report series"))
        assert "Would recommend it: 90.5% (19 of 21; 95% interval 71.1% to 97.3%)" in said
        assert "People reached: 36" in said
        assert "Times attended: 108" in said
        assert "Completed: 69.4% (25 of 36)" in said
        assert "School: Hidden" in said, "three people"
        assert "Clinic: Hidden" in said, "it would give the other away"


async def test_with_four_responses_everything_is_hidden(tmp_path: Path) -> None:
    async with staged(f"sqlite:///{tmp_path}/t.db", (COMMUNITIES, EVALUATIONS, REPORTS)) as stage:
        await _reached(stage)
        await _answers(stage, [{"recommend": 5, "skill.before": 2, "skill.now": 4}] * 4)
        said = text_of(await stage.command("fay", "report all"))
        assert "Would recommend it: Hidden" in said
        assert "before to now: Hidden" in said
        assert "facilitator" in text_of(await stage.command("p1", "report")).casefold()


async def test_the_download_hides_more_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    async with staged(f"sqlite:///{tmp_path}/t.db", (COMMUNITIES, EVALUATIONS, REPORTS)) as stage:
        await _reached(stage)
        await _answers(stage, [{"recommend": 5, "skill.before": 2, "skill.now": 4}] * 10)
        reply = await stage.command("fay", "report series")
        assert "Would recommend it: 100.0% (10 of 10" in text_of(reply)
        assert reply.card is not None
        assert "/report/" in reply.card.buttons[0].url
        fay, p1 = await person_of(stage, "fay"), await person_of(stage, "p1")
        async with stage.database.read() as db:
            assert await outside_report(db, p1, 1, stage.clock.now()) is None
            card = await outside_report(db, fay, 1, stage.clock.now())
        assert card is not None
        assert "Would recommend it: Hidden: fewer than 11" in text_of(card)
        assert "People reached,36" in report_csv(card)
        assert report_csv(Card(facts=(Fact(label="=1+1", value="-2"),))) == "\ufeff,'=1+1,'-2\r\n"
