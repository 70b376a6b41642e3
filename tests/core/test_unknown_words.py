"""A word that the bot does not know: answered to whoever speaks to it, and to nobody else."""

from __future__ import annotations

import pytest

from bot.core.events import Where
from storage.people import Duty
from storage.series import Cohort
from tests.nudges.cohorts import cohort_on
from tests.support.stage import Stage, staged, text_of

DIRECT = Where(conversation="D-ana", kind="direct")
CHANNEL = Where(conversation="C1", kind="channel")


async def answered(stage: Stage, text: str, where: Where) -> str:
    return text_of(await stage.say("ana", text, where))


async def test_a_few_words_in_a_chat_with_the_bot_get_the_nearest_commands(sqlite_url: str) -> None:
    """As a command that was mistyped does; a sentence hears that nobody reads it; silence stays silence."""
    async with staged(sqlite_url) as stage:
        await stage.person("ana")
        for text in ("sesions", "sesion move 2 2027-03-03 12:00"):
            assert "Did you mean session" in await answered(stage, text, DIRECT)
        assert "Type help" in await answered(stage, "xyzzy", DIRECT)
        told = await answered(stage, "Could somebody please tell me where we meet today?", DIRECT)
        assert "nobody reads this chat" in told
        assert await answered(stage, "  ", DIRECT) == ""


async def test_the_nearest_command_is_named_in_the_language_of_who_asks(sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        await stage.person("luz", "facilitator", language="es")
        told = text_of(await stage.command("luz", "integrante"))
        assert "integrantes" in told
        assert "members" not in told


@pytest.mark.parametrize("text", ["sesions", "xyzzy", "See you all on Tuesday at noon, I am glad."])
async def test_what_people_say_to_each_other_in_a_channel_is_left_alone(sqlite_url: str, text: str) -> None:
    """Nearest commands or not."""
    async with staged(sqlite_url) as stage:
        await stage.person("ana")
        assert await answered(stage, text, CHANNEL) == ""


async def test_only_commands_that_one_may_use_are_named(sqlite_url: str) -> None:
    """In a chat with the bot and after a slash; `help` where none is near."""
    async with staged(sqlite_url) as stage:
        await stage.person("ana")
        await stage.person("fay", "facilitator")
        assert "Type help" in text_of(await stage.command("ana", "nudgs")), (
            "and not any word with as many letters"
        )
        for text in ("cohort opn", "nudgs", "sesion move"):
            for told in (text_of(await stage.command("ana", text)), await answered(stage, text, DIRECT)):
                assert not [one for one in ("cohort open", "nudges", "session move") if one in told], told
        assert "Type help" in text_of(await stage.command("ana", "cohort opn"))
        assert "cohort open" in text_of(await stage.command("fay", "cohort opn"))


async def test_who_may_not_is_told_kindly_who_can_by_name_where_they_are_few(sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        await stage.person("ana")
        assert "Please ask one of them" in text_of(await stage.command("ana", "nudges"))
        for name in ("fay", "mai", "lu"):
            await stage.person(name, "facilitator")
        await stage.person("eva", "evaluator")
        told = text_of(await stage.command("ana", "nudges"))
        assert told.startswith("Sorry, I cannot do this for you")
        assert "A facilitator or administrator can do it. Here you can turn to Fay, Lu, and Mai." in told
        await stage.person("mal", "administrator")
        told = text_of(await stage.command("ana", "nudges"))
        assert "Please ask one of them. help shows what you can do yourself." in told


async def test_a_presenter_is_told_who_runs_the_series_they_present_in(sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        pat, fay, other = [await stage.person(name) for name in ("pat", "fay", "other")]
        mine, another = [await cohort_on(stage, slug=slug) for slug in ("steady", "other")]
        async with stage.database.write() as db:
            for person, role, cohort in (
                (pat, "presenter", mine), (fay, "facilitator", mine), (other, "facilitator", another),
            ):  # fmt: skip
                series_id = (await db.get_one(Cohort, cohort)).series_id
                db.add(Duty(person_id=person.id, role=role, series_id=series_id))
        assert "Here you can turn to Fay." in text_of(await stage.command("pat", "nudges"))
