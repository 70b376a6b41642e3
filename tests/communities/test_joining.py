"""Joining, leaving, seats, the waiting list, and who appears in the channel."""

from datetime import timedelta

import pytest

from bot.core.events import Left, Who
from storage.series import Enrollment, Series
from tests.communities.support import (
    CHANNEL,
    channel_for,
    elsewhere,
    enroll,
    enrollment_status,
    errands_of,
    furnish,
    rows,
)
from tests.support.stage import START, TENANT, Stage, text_of


async def test_a_code_asks_for_consent_and_agreeing_takes_the_seat(stage: Stage) -> None:
    """Nothing is kept before the person agrees; then the channel invitation is on its way."""
    await furnish(stage)
    asked = text_of(await stage.command("ana", "join hjkm npqr"))
    assert "Take part in Steady Teams?" in asked
    assert "Your employer can learn that you came" in asked
    assert await rows(stage, Enrollment) == []

    assert "You are in" in text_of(await stage.press("ana", "join.agree", "HJKMNPQR"))
    [enrollment] = await rows(stage, Enrollment)
    assert (enrollment.status, enrollment.consented_at) == ("active", START)
    assert len(await errands_of(stage, "channel_invite")) == 1


async def test_agreeing_twice_changes_nothing(stage: Stage) -> None:
    await furnish(stage)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    assert "already take part" in text_of(await stage.press("ana", "join.agree", "HJKMNPQR"))
    assert len(await rows(stage, Enrollment)) == 1
    assert len(await errands_of(stage, "channel_invite")) == 1


@pytest.mark.parametrize("code", ["WRONG", "1", "' OR 1=1", "*bold* <!channel>", "x" * 3001])
async def test_an_unknown_code_says_what_to_do(stage: Stage, code: str) -> None:
    await furnish(stage)
    assert "ask your facilitator" in text_of(await stage.command("ana", f'join "{code}"'))
    assert await rows(stage, Enrollment) == []


async def test_a_guessed_cohort_id_is_not_found_without_an_invitation(stage: Stage) -> None:
    """Only a code opens the door to somebody for whom no seat is kept."""
    cohort = await furnish(stage)
    assert "cannot find" in text_of(await stage.press("ana", "join.agree", str(cohort.id)))
    assert await rows(stage, Enrollment) == []


async def test_another_communitys_code_and_ids_are_not_found(stage: Stage) -> None:
    theirs = await elsewhere(stage)
    assert "do not know the code" in text_of(await stage.command("ana", f"join {theirs.join_code}"))
    for action in ("join", "join.agree", "leave", "leave.undo", "channel.again"):
        assert "cannot find" in text_of(await stage.press("ana", action, str(theirs.id))), action
    assert await rows(stage, Enrollment) == []


@pytest.mark.parametrize("value", ["", "0", "-1", "999", "９", "1e9", "9" * 40, "None"])
async def test_a_forged_button_value_is_not_found(stage: Stage, value: str) -> None:
    await furnish(stage)
    assert "cannot find" in text_of(await stage.press("ana", "join.agree", value))


async def test_a_full_cohort_puts_people_on_the_waiting_list(stage: Stage) -> None:
    """The next in line is written to when a seat becomes free, and it is kept for them."""
    cohort = await furnish(stage, capacity=1)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    assert "waiting list" in text_of(await stage.press("ben", "join.agree", "HJKMNPQR"))
    assert "waiting list" in text_of(await stage.command("ben", "join HJKMNPQR"))
    assert await enrollment_status(stage, "ben") == "waiting"

    await stage.command("ana", "leave")
    assert await enrollment_status(stage, "ben") == "invited"
    [note] = await stage.nudges("planned")
    assert "A seat in" in str(note.card)
    assert "waiting list" in text_of(await stage.press("cam", "join.agree", "HJKMNPQR"))
    assert "You are in" in text_of(await stage.press("ben", "join.agree", str(cohort.id)))


async def test_a_place_on_the_waiting_list_can_be_given_up(stage: Stage) -> None:
    await furnish(stage, capacity=1)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    await stage.press("ben", "join.agree", "HJKMNPQR")
    await stage.command("ben", "leave")
    assert await enrollment_status(stage, "ben") == "left"
    await stage.command("ana", "leave")
    assert await stage.nudges() == []


async def test_leaving_can_be_undone_while_there_is_a_seat(stage: Stage) -> None:
    cohort = await furnish(stage, capacity=1)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    assert "[Undo]" in text_of(await stage.command("ana", "leave"))
    assert await enrollment_status(stage, "ana") == "left"
    [removal] = await errands_of(stage, "channel_remove")
    assert removal.due_at == START + timedelta(hours=1)
    assert "You are in" in text_of(await stage.press("ana", "leave.undo", str(cohort.id)))
    assert await enrollment_status(stage, "ana") == "active"

    await stage.command("ana", "leave")
    await stage.press("ben", "join.agree", "HJKMNPQR")
    assert "waiting list" in text_of(await stage.press("ana", "leave.undo", str(cohort.id)))


async def test_leaving_twice_says_so(stage: Stage) -> None:
    cohort = await furnish(stage)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    await stage.press("ana", "leave", str(cohort.id))
    assert "already left" in text_of(await stage.press("ana", "leave", str(cohort.id)))
    assert len(await errands_of(stage, "channel_remove")) == 1


async def test_nobody_can_join_a_series_that_is_over(stage: Stage) -> None:
    await furnish(stage)
    async with stage.database.write() as db:
        (await db.get_one(Series, 1)).status = "archived"
    assert "is over" in text_of(await stage.command("ana", "join HJKMNPQR"))
    assert "is over" in text_of(await stage.press("ana", "join.agree", "HJKMNPQR"))


async def test_somebody_who_appears_in_the_channel_is_asked_to_join(stage: Stage) -> None:
    """They hold a seat from then on, but take part only after agreeing."""
    cohort = await furnish(stage)
    await channel_for(stage, cohort)
    await stage.join("ana", CHANNEL.conversation)
    await stage.join("ana", CHANNEL.conversation)
    assert await enrollment_status(stage, "ana") == "invited"
    assert "Would you like to take part" in str((await stage.nudges())[0].card)


async def test_staff_and_members_who_appear_are_left_alone(stage: Stage) -> None:
    cohort = await furnish(stage)
    await channel_for(stage, cohort)
    await stage.person("fay", "facilitator")
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await stage.join("fay", CHANNEL.conversation)
    await stage.join("ana", CHANNEL.conversation)
    assert await stage.nudges() == []


async def test_leaving_the_channel_asks_what_was_meant(stage: Stage) -> None:
    """Leaving the channel is not leaving the cohort."""
    cohort = await furnish(stage)
    await channel_for(stage, cohort)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    who = Who(platform="slack", tenant=TENANT, user="ana")
    await stage.happen(Left(key="left-1", who=who, where=CHANNEL))
    [note] = await stage.nudges()
    assert "You still take part" in str(note.card)
    assert "letting you in" in text_of(await stage.press("ana", "channel.again", str(cohort.id)))
    assert len(await errands_of(stage, "channel_invite")) == 1


async def test_an_old_stop_is_said_to_a_person_who_joins_again(stage: Stage) -> None:
    """`stop` still holds after joining; one press brings the messages back. "opt out" says the same."""
    await furnish(stage)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    await stage.command("ana", "opt out")
    await stage.command("ana", "leave")
    again = await stage.press("ana", "join.agree", "HJKMNPQR")
    assert "You once typed stop, and that still holds" in text_of(again)
    assert again.card is not None
    await stage.press("ana", again.card.buttons[0].action, again.card.buttons[0].value)
    await stage.command("ana", "leave")
    assert "once typed" not in text_of(await stage.press("ana", "join.agree", "HJKMNPQR"))


async def test_a_pause_is_told_in_weeks(stage: Stage) -> None:
    await stage.person("ana")
    assert "Monday, February 15" in text_of(await stage.command("ana", "pause 2 weeks"))
