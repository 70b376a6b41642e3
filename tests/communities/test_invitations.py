"""Invitations, introductions and the welcome."""

import pytest

from bot.communities.inviting import not_found
from bot.communities.welcoming import welcome
from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.platform import Profile
from bot.core.reply import Skip
from bot.transfer import apply_roster, read_roster
from storage.nudges import Nudge
from storage.people import Community, Identity, Person
from storage.series import Cohort, Enrollment
from tests.communities.platform import SmallPlatform, run_errands
from tests.communities.support import channel_for, elsewhere, enroll, errands_of, furnish, rows
from tests.support.stage import START, Stage, text_of

ROSTER = "name,email,language\nAna,ana@example.org,\nLuz,luz@example.org,es\nUnknown,who@example.org,\n"


@pytest.fixture
async def cohort(stage: Stage) -> Cohort:
    await stage.person("fay", "facilitator")
    cohort = await furnish(stage)
    async with stage.database.write() as db:
        await apply_roster(db, cohort, read_roster(ROSTER), START)
    return cohort


async def test_invitations_are_previewed_sent_once_and_lead_to_joining(stage: Stage, cohort: Cohort) -> None:
    """People are found by their address; who cannot be found is counted for the facilitator."""
    platform = SmallPlatform(
        users={
            "ana@example.org": Profile("UANA", "Ana", zone="America/Boise"),
            "luz@example.org": Profile("ULUZ", "Luz"),
        }
    )
    preview = text_of(await stage.command("fay", "invite"))
    assert "Not invited yet: 3" in preview
    assert "You are invited to Steady Teams" in preview
    assert await stage.jobs() == []

    assert "I look for 3 people by their addresses" in text_of(
        await stage.press("fay", "invite.send", str(cohort.id))
    )
    assert "already" in text_of(await stage.press("fay", "invite.send", str(cohort.id)))
    await run_errands(stage, platform)
    await run_errands(stage, platform)
    ana, luz, told = await stage.nudges()
    assert told.kind == "invitations_not_found"
    async with stage.database.read() as db:
        community, fay = await db.get_one(Community, 1), await db.get_one(Person, told.person_id)
        reading = ComposeContext(db, START, told, fay, "en", "America/Boise", community, stage.links)
        card = await not_found(reading)
    assert isinstance(card, Card)
    assert card.title == "One person of Spring got no invitation"
    assert "You are invited to **Steady Teams**" in str(ana.card)
    assert "Tiene una invitación a **Equipos firmes**" in str(luz.card)
    assert "Not found on a chat platform yet: 1" in text_of(await stage.command("fay", "members"))

    assert "Take part in" in text_of(await stage.press("UANA", "join", str(cohort.id)))
    assert "You are in" in text_of(await stage.press("UANA", "join.agree", str(cohort.id)))
    assert (await rows(stage, Person))[1].zone == "America/Boise"


async def test_a_reminder_goes_to_those_who_have_not_joined_once_a_day(stage: Stage, cohort: Cohort) -> None:
    await stage.press("fay", "invite.send", str(cohort.id))
    assert "[Remind 3 people]" in text_of(await stage.command("fay", "invite"))
    await stage.press("fay", "invite.again", str(cohort.id))
    await stage.press("fay", "invite.again", str(cohort.id))
    assert len(await errands_of(stage, "invite")) == 6


async def test_an_account_of_somebody_else_is_not_taken_over(stage: Stage, cohort: Cohort) -> None:
    """A platform that names a known account for another address links nobody."""
    await stage.press("fay", "invite.send", str(cohort.id))
    platform = SmallPlatform(users={"ana@example.org": Profile("fay", "Fay")})
    await run_errands(stage, platform)
    assert len(await rows(stage, Identity)) == 1
    assert [one.kind for one in await stage.nudges()] == ["invitations_not_found"]


async def test_nobody_to_invite_says_what_to_do(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await furnish(stage)
    assert "Import a roster first" in text_of(await stage.command("fay", "invite"))


# --- introduce yourself -----------------------------------------------------------------------------------


async def test_an_introduction_is_posted_only_when_its_writer_says_so(stage: Stage) -> None:
    cohort = await furnish(stage)
    channel = await channel_for(stage, cohort)
    await enroll(stage, cohort, await stage.person("ana"))
    values = {
        "called": "Annie <!channel>",
        "job_role": "clinician",
        "state": "ID",
        "hope": "*rest*",
    }
    assert "posted nothing" in text_of(await stage.submit("ana", "introduce", str(cohort.id), **values))
    assert await stage.nudges() == []
    for _ in range(2):
        await stage.submit("ana", "introduce", str(cohort.id), **values, share=True)
    [post] = await stage.nudges()
    assert post.channel_id == channel.id
    assert "<!channel>" not in str(post.card)
    assert "Clinician" in str(post.card)
    ana = (await rows(stage, Person))[0]
    assert (ana.job_role, ana.state, ana.name) == ("clinician", "ID", "Ana")


@pytest.mark.parametrize(
    ("field", "value"),
    [("called", ""), ("called", "x" * 121), ("hope", "x" * 3001), ("job_role", "king"), ("state", "TX")],
)
async def test_an_answer_that_does_not_fit_is_told_there(stage: Stage, field: str, value: str) -> None:
    cohort = await furnish(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    values = {"called": "Ana", field: value}
    assert field in (await stage.submit("ana", "introduce", str(cohort.id), **values)).errors
    assert (await rows(stage, Enrollment))[0].introduction == {}


async def test_only_people_of_the_cohort_introduce_themselves_there(stage: Stage) -> None:
    cohort, theirs = await furnish(stage), await elsewhere(stage)
    assert "do not take part" in text_of(await stage.submit("ana", "introduce", str(cohort.id), called="A"))
    assert "cannot find" in text_of(await stage.submit("ana", "introduce", str(theirs.id), called="A"))


# --- the welcome ------------------------------------------------------------------------------------------


async def test_the_welcome_holds_norms_the_notice_and_two_things_to_do(stage: Stage) -> None:
    """In the reader's language, and only while they take part."""
    cohort = await furnish(stage)
    luz = await stage.person("luz", language="es")
    await enroll(stage, cohort, luz)
    out = await stage.person("out")
    nudge = Nudge(key="w", community_id=1, kind="welcome", due_at=START, created_at=START)
    nudge.cohort_id = cohort.id
    async with stage.database.read() as db:
        community = await db.get_one(Community, 1)

        def reading(reader: Person) -> ComposeContext:
            return ComposeContext(
                db, START, nudge, reader, reader.language, "America/Boise", community, stage.links
            )

        card = await welcome(reading(luz))
        assert not isinstance(card, Skip)
        said = text_of(card)
        assert "Le damos la bienvenida a Equipos firmes" in said
        assert "[Presentarme]" in said
        assert "Siempre puede pasar" in said
        assert await welcome(reading(out)) == Skip("not_enrolled")
