"""The facilitator's story in chat: ask for a round, look at it, change it, open it, call back, harvest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.breakouts.late import seat_late
from bot.core.context import Context
from bot.core.events import Command, Who
from storage.breakouts import HarvestNote
from storage.people import Community, Identity, Person, Workspace
from storage.series import CohortChannel
from storage.sessions import Session
from tests.breakouts.rooms import LEAD, NAMES, RoomPlatform, Scene, groups_shown, scene, sizes
from tests.communities.support import rows
from tests.support.stage import Stage, text_of


async def test_23_people_in_threes_make_five_threes_and_two_fours(stage: Stage) -> None:
    """Same seed, same groups; the card says sizes, repeats, seed and who sits in the other size and why."""
    room = await scene(stage, 23)
    await room.begin_session(NAMES[:23])
    first = await room.typed("breakout 3 10 seed=7 What helped you last week?")
    assert sizes(groups_shown(first)) == [3, 3, 3, 3, 3, 4, 4]
    shown = text_of(first)
    assert "23 people: 5 × 3 and 2 × 4." in shown
    assert "Meet again: nobody meets someone again" in shown
    assert "In a group of another size (4)" in shown
    assert "It is their turn" in shown
    assert "Seed 7" in shown
    for button in ("Open groups", "Reshuffle", "Swap", "Lock", "File for Zoom rooms", "Cancel"):
        assert f"[{button}]" in shown
    again = await room.typed("breakout 3 10 seed=7")
    assert groups_shown(again) == groups_shown(first)
    assert groups_shown(await room.typed("breakout 3 10 seed=8")) != groups_shown(first)


async def test_a_late_arrival_is_seated_and_nobody_else_moves(stage: Stage) -> None:
    """23 + 1 → four threes and three fours; the newcomer is told, and the group's conversation is new."""
    room = await scene(stage, 24)
    await room.begin_session(NAMES[:23])
    await room.pressed(await room.typed("breakout 3 10 seed=7"), "Open groups")
    before = await room.seated()
    await room.deliver()
    told = await room.typed("breakout late P24")
    assert "P24 is in group" in text_of(told)
    after = await room.seated()
    assert sizes(after) == [3, 3, 3, 3, 4, 4, 4]
    joined = next(group for group in after if "p24" in group)
    assert [group - {"p24"} for group in after] == before
    await room.deliver()
    assert sorted(joined) in room.platform.groups.values()
    assert any("You are in group" in text for text in room.platform.heard("D-p24"))
    assert "sits in group" in text_of(await room.typed("breakout late P24"))


async def test_checking_in_late_seats_at_once(stage: Stage) -> None:
    """What the check-in calls: it answers with the seat, and with nothing when no groups are open."""
    room = await scene(stage, 10)
    session = await room.begin_session(NAMES[:9])
    late = room.people["p10"]
    assert await _check_in(room, session.id, late.id) is None
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    seat = await _check_in(room, session.id, late.id)
    assert seat is not None
    assert "group" in seat
    assert sizes(await room.seated()) == [3, 3, 4]
    assert await _check_in(room, session.id, late.id) is None


async def _check_in(room: Scene, session_id: int, person_id: int) -> str | None:
    stage = room.stage
    async with stage.database.write() as db:
        ctx = Context(
            db,
            stage.clock.now(),
            Command(key="late", who=Who(platform="slack", tenant="T1", user="p10"), text="here"),
            await db.get_one(Community, 1),
            await db.get_one(Workspace, 1),
            room.people["p10"],
            stage.links,
            stage.router.kinds,
        )
        return await seat_late(ctx, session_id, person_id)


async def test_twelve_in_pairs_over_four_sessions_never_repeat(stage: Stage) -> None:
    """What was opened counts as met; previews that were not opened do not."""
    room = await scene(stage, 12)
    met: list[frozenset[str]] = []
    for _ in range(4):
        await room.begin_session(NAMES[:12])
        await room.typed("breakout 2 10")
        await room.typed("breakout open")
        groups = await room.seated()
        assert sizes(groups) == [2] * 6
        met += [frozenset(group) for group in groups]
        await room.pass_minutes(15)
    assert len(set(met)) == 24


async def test_thirteen_in_pairs_rotate_the_trio(stage: Stage) -> None:
    """Five pairs and a trio each time; nobody is in the trio twice."""
    room = await scene(stage, 13)
    in_trio: list[str] = []
    for _ in range(4):
        await room.begin_session(NAMES[:13])
        await room.typed("breakout 2 10")
        await room.typed("breakout open")
        groups = await room.seated()
        assert sizes(groups) == [2, 2, 2, 2, 2, 3]
        in_trio += next(group for group in groups if len(group) == 3)
        await room.pass_minutes(15)
    assert len(in_trio) == len(set(in_trio)) == 12


async def test_who_was_absent_did_not_meet(stage: Stage) -> None:
    """Attendance counts, not plans: marked absent, their meetings are new again."""
    room = await scene(stage, 4)
    await room.begin_session([])
    everyone = await room.pressed(await room.typed("breakout 4 10"), "Everyone enrolled")
    await room.pressed(everyone, "Open groups")
    await room.deliver()
    await room.check_in("p04", there=False)
    await room.typed("breakout close")
    await room.begin_session(NAMES[:4])
    assert "New meetings: 3" in text_of(await room.typed("breakout 4 10"))


async def test_the_groups_hear_start_two_minutes_and_back(stage: Stage) -> None:
    """Each group has a conversation of its own, and each message goes there once, at its time."""
    room = await scene(stage, 7)
    await room.begin_session(NAMES[:7])
    await room.pressed(await room.typed("breakout 3 10 What helped?"), "Open groups")
    await room.deliver()
    groups = await room.seated()
    assert sorted(room.platform.groups.values()) == sorted(map(sorted, groups))
    for conversation, users in room.platform.groups.items():
        (start,) = room.platform.heard(conversation)
        assert "What helped?" in start
        assert "[Share our insight]" in start
        assert all(user.title() in start for user in users)
        assert ("did not come out even" in start) == (len(users) == 4)
    await room.pass_minutes(8)
    await room.pass_minutes(2)
    for conversation in room.platform.groups:
        _, two, back = room.platform.heard(conversation)
        assert "Two minutes left" in two
        assert "Time is up" in back


async def test_an_insight_goes_to_the_cohort_when_the_round_is_over(stage: Stage) -> None:
    """Any member shares or rewrites it until then; what comes later is posted at once."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    await room.deliver()
    first, second = [sorted(group) for group in await room.seated()]
    form = (await stage.command(first[0], "harvest")).form
    assert form is not None
    assert form.name == "harvest"
    await stage.submit(first[0], "harvest", form.context, text="Ask *first*.")
    assert "goes to the cohort" in text_of(await stage.command(first[1], "harvest Ask, then tell."))
    await room.pass_minutes(10)
    assert "C-spring" not in room.platform.said
    await room.pass_minutes(3)
    (posted,) = room.platform.heard("C-spring")
    assert "Ask, then tell." in posted
    assert "Ask *first*." not in posted
    assert "Group 1" in posted
    assert "posted to the cohort" in text_of(await stage.command(second[0], "harvest Keep it short."))
    await room.deliver()
    assert "Keep it short." in room.platform.heard("C-spring")[-1]
    assert "already" in text_of(await stage.command(second[1], "harvest Another one."))


async def test_only_a_group_shares_for_itself_and_nothing_about_clients(stage: Stage) -> None:
    room = await scene(stage, 7)
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    first, second = [sorted(group) for group in await room.seated()]
    form = (await stage.command(first[0], "harvest")).form
    assert form is not None
    foreign = await stage.submit(second[0], "harvest", form.context, text="Mine")
    assert "Only the people of this group" in text_of(foreign)
    assert "in no group" in text_of(await stage.command("p07", "harvest Mine"))
    slip = await stage.submit(first[0], "harvest", form.context, text="My client Maria called 503-555-0142")
    assert "client" in slip.errors["text"]
    assert await rows(stage, HarvestNote) == []


async def test_calling_back_early_posts_and_says_back_once(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    opened = await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    await room.deliver()
    closed = await room.pressed(opened, "Call back now")
    assert "called back" in text_of(closed)
    await room.deliver()
    await room.pass_minutes(20)
    for conversation in room.platform.groups:
        assert [("Time is up" in text) for text in room.platform.heard(conversation)] == [False, True]
    assert "over" in text_of(await room.pressed(opened, "Call back now"))
    assert "6 people" in text_of(await room.pressed(closed, "Next round"))


async def test_opening_twice_opens_once(stage: Stage) -> None:
    """A double click, and a card from before a reshuffle, change nothing."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    first = await room.typed("breakout 3 10")
    second = await room.pressed(first, "Reshuffle")
    assert "have changed" in text_of(await room.pressed(first, "Open groups"))
    await room.pressed(second, "Open groups")
    again = await room.pressed(second, "Open groups")
    assert "open already" in text_of(again)
    assert "open already" in text_of(await room.pressed(second, "Reshuffle"))
    assert len(await room.seated()) == 2
    await room.pressed(again, "Call back now")
    over = await room.pressed(again, "Call back now")
    assert "is over" in text_of(over)
    assert "6 people" in text_of(await room.pressed(over, "Next round")), "the next step is still offered"


async def test_a_platform_that_breaks_while_opening_is_asked_again(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    room.platform.breaks_at = "open_group"
    await room.deliver()
    await room.deliver()
    assert [len(room.platform.heard(one)) for one in room.platform.groups] == [1, 1]


async def test_what_a_platform_refuses_for_good_is_told_to_the_facilitator(stage: Stage) -> None:
    room = await scene(stage, 3)
    await room.begin_session(NAMES[:3])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    room.platform.refuses = "the app lacks a permission"
    await room.deliver()
    assert all("You are a group" in room.platform.heard(f"D-{name}")[0] for name in NAMES[:3])
    room.stage.clock.move_to(room.stage.clock.now() + timedelta(minutes=1))
    await room.deliver()
    (told,) = room.platform.heard(f"D-{LEAD}")
    assert "P01 (group 1), P02 (group 1), and P03 (group 1)" in told
    assert "the app lacks a permission" in told


async def test_a_cancelled_session_opens_nothing(stage: Stage) -> None:
    room = await scene(stage, 6)
    session = await room.begin_session(NAMES[:6])
    card = await room.typed("breakout 3 10")
    async with stage.database.write() as db:
        (await db.get_one(type(session), session.id)).status = "cancelled"
    assert "cancelled" in text_of(await room.pressed(card, "Open groups"))
    assert await stage.jobs() == []


async def test_without_check_ins_the_facilitator_says_who_is_here(stage: Stage) -> None:
    room = await scene(stage, 9)
    await room.begin_session([])
    asked = await room.typed("breakout 3 10")
    assert "9 people are enrolled" in text_of(asked)
    context = str((await room.rounds())[-1].id)
    picked = [f"user:{name}" for name in NAMES[:6]]
    shown = await stage.submit(LEAD, "breakout-who", context, who=picked)
    assert groups_shown(shown)
    assert sizes(groups_shown(shown)) == [3, 3]


async def test_the_form_asks_for_everything_a_command_can_say(stage: Stage) -> None:
    room = await scene(stage, 8)
    await room.begin_session(NAMES[:8])
    form = (await room.typed("breakout")).form
    assert form is not None
    assert [field.name for field in form.fields] == [
        "size",
        "groups",
        "minutes",
        "prompt",
        "prompt_es",
        "mix",
        "match",
        "who",
    ]
    shown = await stage.submit(
        LEAD, "breakout", form.context, size=4, minutes=12, prompt="How?", mix=["state"], match=[]
    )
    assert sizes(groups_shown(shown)) == [4, 4]
    assert "by state: 100%" in text_of(shown)
    both = await stage.submit(
        LEAD, "breakout", form.context, size=4, minutes=12, mix=["state"], match=["state"]
    )
    assert "state" in both.errors["match"]


async def test_groups_read_the_sessions_prompt_in_the_language_of_their_series(stage: Stage) -> None:
    """Whatever language the facilitator reads, typed or in the form, which shows what groups will read."""
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    async with stage.database.write() as db:
        session = await db.get_one(Session, room.sessions[-1].id)
        session.breakout_prompt = {"es": "¿Qué te ayudó?", "en": "What helped you?"}
        (await db.scalars(select(Person).where(Person.name == LEAD.title()))).one().language = "es"
    form = (await room.typed("breakout")).form
    assert form is not None
    assert next(field.initial for field in form.fields if field.name == "prompt") == "What helped you?"
    await room.pressed(await room.typed("breakout 3 10"), "Abrir grupos")
    await room.deliver()
    heard = [text for place in room.platform.groups for text in room.platform.heard(place)]
    assert sum("What helped you?" in text for text in heard) == 2
    assert not any("¿Qué" in text for text in heard)


async def test_equals_are_brought_together_on_request(stage: Stage) -> None:
    room = await scene(stage, 8)
    await room.begin_session(NAMES[:8])
    shown = await room.typed("breakout 2 10 match=state")
    assert "by state: 0%" in text_of(shown)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("breakout 1 10", "size: Please give a number from 2 to 50"),
        ("breakout 0 10", "size: Please give a number from 2 to 50"),
        ("breakout -3 10", "size: Please give a number from 2 to 50"),
        ("breakout 3 0", "minutes: Please give a number from 1 to 180"),
        ("breakout 3 999", "minutes: Please give a number from 1 to 180"),
        ("breakout three 10", "size: Please give a whole number"),
        ("breakout 3 10 mix=shoe", "shoe"),
        ("breakout 3 10 mix=state match=state", "both mixed and brought together"),
        ("breakout open", "no preview"),
        ("breakout undo", "no preview"),
        ("breakout close", "No groups are open"),
        ("breakout late P01", "No groups are open"),
        ("breakout again", "no round yet"),
        ("harvest", "no round yet"),
    ],
)
async def test_what_cannot_be_done_is_answered_and_changes_nothing(
    stage: Stage, text: str, answer: str
) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    assert answer in text_of(await room.typed(text))
    assert await room.rounds() == []


async def test_one_person_two_people_and_a_size_beyond_the_room(stage: Stage) -> None:
    room = await scene(stage, 3)
    await room.begin_session(NAMES[:1])
    assert "only one is here" in text_of(await room.typed("breakout 3 10"))
    await room.check_in("p02")
    two = await room.typed("breakout 2 10")
    assert sizes(groups_shown(two)) == [2]
    await room.check_in("p03")
    wide = await room.typed("breakout 8 10")
    assert sizes(groups_shown(wide)) == [3]
    assert "That makes one group" in text_of(wide)


async def test_participants_and_other_communities_may_not(stage: Stage) -> None:
    room = await scene(stage, 6)
    await room.begin_session(NAMES[:6])
    card = await room.typed("breakout 3 10")
    assert card.card is not None
    for text in ("breakout 3 10", "breakout open", "pair rules"):
        assert "can do" in text_of(await stage.command("p01", text)) or "facilitator" in text_of(
            await stage.command("p01", text)
        )
    button = next(one for one in card.card.buttons if one.label == "Open groups")
    await stage.press("p01", button.action, button.value)
    assert [one.status for one in await room.rounds()] == ["preview"]
    assert "do not know this round" in text_of(await stage.press(LEAD, "breakout.open", "999:1"))
    assert "do not know this round" in text_of(await stage.press(LEAD, "breakout.open", "‮x"))


async def test_participants_read_their_own_language(stage: Stage) -> None:
    """A group hears the cohort's language; a direct message, a form and an answer are in the reader's."""
    room = await scene(stage, 7, language="es")
    await room.begin_session(NAMES[:6])
    await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    await room.deliver()
    await room.typed("breakout late P07")
    await room.deliver()
    assert any("Usted está en el grupo" in text for text in room.platform.heard("D-p07"))
    form = (await stage.command("p07", "cosecha")).form
    assert form is not None
    assert form.title == "Nuestra idea"
    assert "Gracias" in text_of(await stage.command("p07", "cosecha Preguntar primero."))
    assert "Anotado" in text_of(await stage.command("p07", "evitar P01"))


async def test_a_group_across_two_workspaces_has_a_conversation_in_each(stage: Stage) -> None:
    """Members on Slack and on Teams sit in one group; each is written to where they are."""
    room = await scene(stage, 4)
    teams = RoomPlatform(name="teams", can_open_groups=False)
    async with stage.database.write() as db:
        workspace = Workspace(
            community_id=1, platform="teams", tenant="M1", name="Northwest", installed_at=stage.clock.now()
        )
        db.add(workspace)
        await db.flush()
        for name in ("p01", "p02"):
            db.add(
                Identity(
                    workspace_id=workspace.id,
                    person_id=room.people[name].id,
                    platform_user=f"m-{name}",
                )
            )
        db.add(CohortChannel(cohort_id=room.cohort.id, workspace_id=workspace.id, conversation="19:spring"))
    room.others["teams"] = teams
    await room.begin_session(NAMES[:4])
    await room.pressed(await room.typed("breakout 4 10"), "Open groups")
    await room.deliver()
    assert list(room.platform.groups.values()) == [["p03", "p04"]]
    assert list(teams.groups.values()) == [["m-p01", "m-p02"]]
    (start,) = teams.heard("G-m-p01-m-p02")
    assert all(name in start for name in ("P01", "P02", "P03", "P04"))


async def test_nobody_without_an_account_is_forgotten(stage: Stage) -> None:
    """They sit in a group like everybody; the facilitator is told whom to tell by word of mouth."""
    room = await scene(stage, 6)
    async with stage.database.write() as db:
        for identity in await db.scalars(select(Identity).where(Identity.person_id == room.people["p06"].id)):
            await db.delete(identity)
    await room.begin_session(NAMES[:6])
    opened = await room.pressed(await room.typed("breakout 3 10"), "Open groups")
    assert "One person has no way into a group: P06" in text_of(opened)
    await room.deliver()
    assert sorted(map(len, room.platform.groups.values())) == [2, 3]
