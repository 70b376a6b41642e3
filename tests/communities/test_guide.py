"""How I stand, and what is next for me."""

import string
from datetime import timedelta

from bot.communities.feature import FEATURE
from prompts.catalog import all_messages, translations
from storage.people import Duty
from storage.series import Series
from storage.sessions import Session
from tests.communities.support import enroll, furnish
from tests.support.stage import START, Stage, text_of


async def test_status_tells_the_next_session_in_my_zone_and_home_greets(stage: Stage) -> None:
    ana = await stage.person("ana", zone="America/Anchorage")
    cohort = await furnish(stage)
    await enroll(stage, cohort, ana)
    async with stage.database.write() as db:
        for number, days in ((1, -1), (2, 3), (3, 9)):
            db.add(
                Session(
                    community_id=1,
                    cohort_id=cohort.id,
                    number=number,
                    title={"en": f"Talk {number}"},
                    starts_at=START + timedelta(days=days),
                    zone="America/Los_Angeles",
                    minutes=60,
                    uid=str(number),
                )
            )
    said = text_of(await stage.command("ana", "status"))
    assert "Talk 2: Thu, Feb 4, 8:00 AM (Alaska Standard Time)" in said
    assert "Talk 3" not in said
    assert "Steady Teams · you take part" in said
    assert "[My settings]" in said
    assert text_of(await stage.home("ana")).startswith("Hello Ana")


async def test_staff_read_where_they_hold_which_role(stage: Stage) -> None:
    """Also without a seat; what another series of the community is, only by a role that reaches it."""
    await furnish(stage)
    lea = await stage.person("lea", "facilitator")
    async with stage.database.write() as db:
        db.add(Duty(person_id=lea.id, role="presenter", series_id=1))
    said = text_of(await stage.command("lea", "status"))
    assert "Steady Teams · facilitator and presenter" in said
    assert "not in a cohort" not in said
    pat = await stage.person("pat")
    async with stage.database.write() as db:
        first = await db.get_one(Series, 1)
        other = Series(**{**first.model_dump(), "id": None, "slug": "another"})
        db.add(other)
        await db.flush()
        db.add(Duty(person_id=pat.id, role="presenter", series_id=other.id))
    assert "Steady Teams" not in text_of(await stage.command("pat", "status"))


async def test_somebody_new_is_told_how_to_join(stage: Stage) -> None:
    assert "type join and the code" in text_of(await stage.home("ana"))


def test_every_word_of_ours_is_there_in_spanish() -> None:
    """Each message has a Spanish text with the same placeholders."""
    spanish = translations("es")
    ours = [
        one
        for one in all_messages().values()
        if one.id.split(".")[0] in {"communities", "guide", "importing", "desk", "forms", "misread"}
    ]
    assert len(ours) > 250
    for one in ours:
        found = spanish.get(one.msgid, context=one.id)
        assert found is not None, one.id
        texts = [found.string] if isinstance(found.string, str) else list(found.string or ())
        assert all(texts), one.id
        for text in texts:
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert named <= set(one.parameters), one.id


def test_every_command_has_a_form_when_it_needs_more_than_two_words() -> None:
    for spec in FEATURE.commands:
        required = [argument for argument in spec.arguments if argument.required]
        assert len(required) < 2 or spec.form or spec.name == "role take", spec.name
