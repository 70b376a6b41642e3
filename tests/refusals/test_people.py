"""Whoever comes: nobody becomes a second person because a platform was busy, no bot takes a seat, and what a
platform tells of accounts later is followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.playground.people import SamplePerson
from storage.people import Identity, Person
from storage.series import Cohort, CohortChannel, Enrollment
from tests.refusals.place import Place, placed

ANN = "U0003SAMPLE"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path) as made:
        yield made


@pytest.fixture
async def on_teams(tmp_path: Path) -> AsyncIterator[Place]:
    async with placed(tmp_path, "teams") as made:
        yield made


async def link(place: Place, channel: str, platform: str = "slack", **reference: str) -> int:
    """Make a conversation the channel of the sample's cohort."""
    workspace, cohort = await place.workspace(platform), await place.cohort()
    async with place.database.write() as db:
        db.add(
            CohortChannel(
                cohort_id=cohort.id,
                workspace_id=workspace.id,
                conversation=channel,
                reference=reference,
                name="spring",
            )
        )
    return cohort.id


async def nameless(place: Place) -> list[str]:
    return [
        one.name
        for one in await place.people()
        if not one.name or one.name[0].isdigit() or "SAMPLE" in one.name
    ]


@pytest.mark.parametrize("fault", ["429", "503", "internal_error"])
async def test_a_failed_look_up_makes_nobody_and_is_made_again(place: Place, fault: str) -> None:
    before, faults = len(await place.people()), place.environment.faults
    if fault == "429":
        faults.rate_limit("users.info", 30)
    elif fault == "503":
        faults.status("users.info", 503)
    else:
        faults.refuse("users.info", "internal_error", times=1)
    await place.environment.slack.say(ANN, None, "me")
    await place.environment.settle()
    assert await place.identities() == []
    assert len(await place.inbox("received")) == 1
    await place.later(minutes=1)
    assert [one.platform_user for one in await place.identities()] == [ANN]
    assert len(await place.people()) == before
    assert [one for one in place.environment.slack.inbox(ANN) if one.bot_id]


async def test_a_hundred_and_fifty_at_once_are_a_hundred_and_fifty(place: Place) -> None:
    side = place.environment.slack
    channel = side.create_channel(ANN, "spring")
    await link(place, channel.id)
    team = side.user(ANN).team_id
    users = [
        side.workplace.add_person(
            team, SamplePerson(f"UNEW{number:03d}", f"New {number}", f"n{number}@example.org", None, None, "")
        )
        for number in range(150)
    ]
    before = len(await place.people())
    await asyncio.gather(*(side.join(user, channel) for user in users))
    await place.environment.settle()
    await place.later(minutes=10)
    assert len(await place.people()) == before + 150
    assert await nameless(place) == []
    assert await place.inbox("received", "handled") == []


async def test_thirty_members_of_one_event_are_read_together(on_teams: Place) -> None:
    side = on_teams.environment.teams
    await on_teams.environment.settle()
    first = next(iter(side.workplace.users.values()))
    new = [side.workplace.add_user(f"Max Muster {n}", tenant_id=first.tenant_id) for n in range(30)]
    team = side.team("Steady Teams")
    team.member_ids += [one.teams_id for one in new]
    before = len(await on_teams.people())
    event = side.forms.members_changed(first, team.id, added=[one.teams_id for one in new])
    await side.deliver(event)
    await on_teams.environment.settle()
    await on_teams.later(minutes=2)
    assert len(await on_teams.people()) == before + 30
    assert await nameless(on_teams) == []
    assert on_teams.environment.faults.early == 0


async def test_who_was_not_told_is_told_at_the_next_contact_and_is_one_person(place: Place) -> None:
    place.environment.faults.refuse("users.info", "missing_scope", times=1)
    await place.environment.slack.say(ANN, None, "me")
    await place.environment.settle()
    [identity] = await place.identities()
    assert not identity.complete
    ghost = identity.person_id
    await place.later(hours=2)
    await place.environment.slack.say(ANN, None, "me")
    await place.environment.settle()
    [identity] = await place.identities()
    assert identity.complete
    assert identity.person_id != ghost
    async with place.database.read() as db:
        assert (await db.get_one(Person, ghost)).deleted_at is not None
        assert (await db.get_one(Person, identity.person_id)).email


async def test_bots_take_no_seat(place: Place) -> None:
    side = place.environment.slack
    channel = side.create_channel(ANN, "spring")
    await link(place, channel.id)
    people, seats = len(await place.people()), await enrollments(place)
    await side.add_other_bot(channel)
    await place.environment.settle()
    assert len(await place.people()) == people
    assert await enrollments(place) == seats


async def enrollments(place: Place) -> int:
    async with place.database.read() as db:
        return len((await db.scalars(select(Enrollment))).all())


async def test_a_form_of_another_organisation_is_kept(place: Place) -> None:
    """With Slack Connect the payload's team is theirs."""
    side = place.environment.slack
    side.user(ANN).home_team = "T0THEIRS"
    await side.command(ANN, "general", "/throughline", "settings")
    await place.environment.settle()
    opened = side.modal_of(ANN)
    assert opened is not None
    outcome = await side.submit(ANN, values={"language": "es"})
    assert outcome.errors == {}
    await place.environment.settle()
    assert (await place.person(ANN)).language == "es"


async def test_a_form_from_an_unknown_workspace_is_not_closed(place: Place) -> None:
    side = place.environment.slack
    await side.command(ANN, "general", "/throughline", "settings")
    await place.environment.settle()
    workspace = await place.workspace()
    async with place.database.write() as db:
        found = await db.get_one(type(workspace), workspace.id)
        found.tenant = "T0ELSE"
    outcome = await side.submit(ANN, values={"language": "es"})
    assert "not installed" in str(outcome.errors)
    assert side.modal_of(ANN) is not None


async def test_who_is_switched_off_is_unreachable_and_reachable_again(place: Place) -> None:
    side = place.environment.slack
    await side.say(ANN, None, "me")
    await place.environment.settle()
    await side.deactivate(ANN)
    await place.environment.settle()
    assert [one.reachable for one in await place.identities()] == [False]
    await side.change_profile(ANN, deleted=False)
    await place.environment.settle()
    assert [one.reachable for one in await place.identities()] == [True]


async def test_what_the_platform_changes_is_followed_and_what_a_person_chose_stays(place: Place) -> None:
    side = place.environment.slack
    await side.say(ANN, None, "me")
    await place.environment.settle()
    zone = (await place.person(ANN)).zone
    await side.change_profile(ANN, tz="America/Boise", real_name="Ann Other")
    await place.environment.settle()
    changed = await place.person(ANN)
    assert (changed.zone, zone != "America/Boise") == ("America/Boise", True)
    await side.say(ANN, None, "settings zone=Anchorage")
    await place.environment.settle()
    await side.change_profile(ANN, tz="America/Denver")
    await place.environment.settle()
    assert (await place.person(ANN)).zone == "America/Anchorage"


async def test_a_newcomer_gets_the_invitation_that_did_not_find_them_and_nobody_else_is_kept(
    place: Place,
) -> None:
    side = place.environment.slack
    user = side.user(ANN)
    del side.workplace.workspaces[user.team_id].users[ANN]
    fae = "U0001SAMPLE"
    await side.say(fae, None, "me")
    await place.environment.settle()
    await place.make_facilitator(fae)
    await side.say(fae, None, "invite")
    await place.environment.settle()
    await side.press(fae, None, "invite.send")
    await place.later(minutes=3)
    before = len(await place.identities())
    email = user.email or ""
    await side.arrive(user.team_id, SamplePerson("UNOBODY", "No Body", "nobody@example.org", None, None, ""))
    await place.environment.settle()
    assert len(await place.identities()) == before
    await side.arrive(user.team_id, SamplePerson(ANN, user.real_name, email, user.tz, user.locale, ""))
    await place.environment.settle()
    await place.later(minutes=1)
    assert any(one.bot_id for one in side.inbox(ANN))
    assert len(await place.identities()) == before + 1


async def test_who_leaves_a_team_on_teams_is_the_one_who_was_met(on_teams: Place) -> None:
    side = on_teams.environment.teams
    await on_teams.environment.settle()
    people, accounts = len(await on_teams.people()), len(await on_teams.identities())
    user = list(side.workplace.users.values())[4]
    await side.leave_team(user, "Steady Teams")
    await on_teams.environment.settle()
    assert (len(await on_teams.people()), len(await on_teams.identities())) == (people, accounts)


async def test_who_joins_the_team_is_asked_whichever_channel_is_the_cohorts(on_teams: Place) -> None:
    side = on_teams.environment.teams
    await on_teams.environment.settle()
    first = next(iter(side.workplace.users.values()))
    team = side.team("Steady Teams")
    channel = next(one for one in team.channels if one.id != team.id)
    await link(on_teams, channel.id, "teams", team=team.id, service_url=side.service_url)
    new = side.workplace.add_user("Max Muster", tenant_id=first.tenant_id, email="max@example.org")
    side.workplace.personal_installs.add(new.teams_id)
    await side.join_team(new, team)
    await on_teams.environment.settle()
    [said] = side.received(new)
    assert "Join" in str(said.cards_seen_by(new.teams_id))


async def test_a_locale_of_teams_sets_the_language_of_who_chose_none(on_teams: Place) -> None:
    side = on_teams.environment.teams
    await on_teams.environment.settle()
    first = next(iter(side.workplace.users.values()))
    new = side.workplace.add_user(
        "Maria Sol", tenant_id=first.tenant_id, locale="es-MX", email="m@example.org"
    )
    side.workplace.personal_installs.add(new.teams_id)
    await side.say(new, None, "help")
    await on_teams.environment.settle()
    async with on_teams.database.read() as db:
        found = select(Person).join(Identity).where(col(Identity.platform_user) == new.aad_object_id)
        assert (await db.scalars(found)).one().language == "es"


async def test_who_joins_a_team_of_several_cohorts_is_asked_which(on_teams: Place) -> None:
    """Nobody has a seat before they have chosen; what they press leads to that cohort."""
    side = on_teams.environment.teams
    await on_teams.environment.settle()
    team, first = side.team("Steady Teams"), next(iter(side.workplace.users.values()))
    channel = next(one for one in team.channels if one.id != team.id)
    await link(on_teams, channel.id, "teams", team=team.id, service_url=side.service_url)
    other = side.workplace.add_channel(team, "Autumn")
    async with on_teams.database.write() as db:
        spring = await db.get_one(Cohort, (await on_teams.cohort()).id)
        autumn = Cohort(
            community_id=spring.community_id, series_id=spring.series_id, name="Autumn 2027",
            join_code="AUTUMN", created_at=spring.created_at,
        )  # fmt: skip
        db.add(autumn)
        await db.flush()
        workspace = await on_teams.workspace("teams")
        reference = {"team": team.id, "service_url": side.service_url}
        db.add(
            CohortChannel(
                cohort_id=autumn.id, workspace_id=workspace.id, conversation=other.id, reference=reference,
                name="autumn",
            )
        )  # fmt: skip
    new = side.workplace.add_user("Max Muster", tenant_id=first.tenant_id, email="max@example.org")
    side.workplace.personal_installs.add(new.teams_id)
    await side.join_team(new, team)
    await on_teams.environment.settle()
    [said] = side.received(new)
    shown = str(said.cards_seen_by(new.teams_id))
    assert spring.name in shown
    assert "Autumn 2027" in shown
    async with on_teams.database.read() as db:
        mine = select(Enrollment).join(Identity, col(Identity.person_id) == Enrollment.person_id)
        assert (await db.scalars(mine.where(Identity.platform_user == new.aad_object_id))).all() == []
