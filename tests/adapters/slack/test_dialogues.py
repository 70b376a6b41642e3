"""What is said in Slack and what is answered there, through the real door and the real slack-bolt."""

from __future__ import annotations

import pytest

from bot.core.events import Command, Joined, Press, Submit
from tests.adapters.slack.world import TEAM, World, shown


async def channel(world: World) -> str:
    """A private channel of Faye's with the bot and Pat in it."""
    made = world.side.create_channel("UFAYE", "cohort-1", private=True)
    made.members.append("UPAT")
    return made.id


async def test_a_slash_command_is_answered_to_who_asked_only(world: World) -> None:
    place = await channel(world)
    outcome = await world.side.command("UPAT", place, "/throughline", "greet Ana")
    assert outcome.status == 200
    assert shown(await world.newest("UPAT", place)).startswith("hello Ana")
    assert not [one for one in world.side.inbox("UFAYE", place) if "hello" in shown(one)]


async def test_a_slash_command_of_its_own_says_the_same(world: World) -> None:
    place = await channel(world)
    await world.side.command("UPAT", place, "/greet", "Ana")
    assert shown(await world.newest("UPAT", place)).startswith("hello Ana")
    assert isinstance(world.heard[-1], Command)


async def test_a_direct_message_is_a_command_or_is_heard(world: World) -> None:
    await world.side.say("UPAT", None, "greet Bo")
    assert shown(await world.newest("UPAT")).startswith("hello Bo")
    await world.side.say("UPAT", None, "it went well")
    assert shown(await world.newest("UPAT")).strip() == "you said it went well"


@pytest.mark.parametrize(
    "text",
    [
        "@throughline wave",
        "throughline: wave",
        "Wave!",
        "> How did it go?\nwave",
        "¡wave!",
        "@Throughline wave",
    ],
)
async def test_in_its_own_chat_a_command_is_understood(world: World, text: str) -> None:
    await world.side.say("UPAT", None, text)
    assert "waves" in shown(await world.newest("UPAT"))


async def test_in_a_thread_of_its_own_chat_only_a_bare_command_is_one(world: World) -> None:
    """There a longer text answers what stands above it, whatever it begins with."""
    await world.side.say("UPAT", None, "greet Bo")
    above = await world.newest("UPAT")
    await world.side.say("UPAT", None, "wave", thread=above)
    answer = await world.newest("UPAT")
    assert "waves" in shown(answer)
    assert answer.thread_ts == above.ts
    await world.side.say("UPAT", None, "wave to them all", thread=above)
    assert "you said wave to them all" in shown(await world.newest("UPAT"))


async def test_a_public_answer_to_a_mention_names_the_person(world: World) -> None:
    place = await channel(world)
    await world.side.say("UPAT", place, "@throughline wave")
    await world.settle()
    answer = world.side.inbox("UFAYE", place)[-1]
    assert "waves" in shown(answer)
    assert "'user_id': 'UPAT'" in str(answer.blocks)


async def test_a_refusal_says_what_to_do(world: World) -> None:
    await world.side.say("UPAT", None, "refuse")
    assert "do this instead" in shown(await world.newest("UPAT"))


async def test_a_press_replaces_the_message_it_stands_in(world: World) -> None:
    await world.side.say("UPAT", None, "greet Bo")
    message = await world.newest("UPAT")
    before = len(world.side.inbox("UPAT"))
    await world.side.press("UPAT", message, "Count")
    after = await world.newest("UPAT")
    assert shown(after).startswith("counted 1")
    assert len(world.side.inbox("UPAT")) == before
    assert isinstance(world.heard[-1], Press)


async def test_a_form_keeps_its_errors_and_closes_when_it_is_right(world: World) -> None:
    """Faye can be picked because the bot has met her."""
    await world.side.say("UFAYE", None, "hello")
    await world.settle()
    await world.side.say("UPAT", None, "greet Bo")
    await world.side.press("UPAT", await world.newest("UPAT"), "Ask")
    await world.settle()
    taken = await world.side.submit("UPAT", values={"Name": "taken"})
    assert list(taken.errors.values()) == ["That name is taken."]
    right = await world.side.submit("UPAT", values={"Name": "Cy", "Who": ["UFAYE"]})
    assert right.ok
    assert world.side.modal_of("UPAT") is None
    assert "greeted Cy c1" in shown(await world.newest("UPAT"))
    assert isinstance(world.heard[-1], Submit)


async def test_one_form_may_lead_to_the_next(world: World) -> None:
    await world.side.say("UPAT", None, "greet Bo")
    await world.side.press("UPAT", await world.newest("UPAT"), "Ask")
    await world.settle()
    await world.side.submit("UPAT", values={"Name": "again"})
    await world.side.submit("UPAT", values={"Name": "Di"})
    assert "greeted Di c2" in shown(await world.newest("UPAT"))


async def test_a_command_without_what_it_needs_opens_its_form(world: World) -> None:
    await world.side.command("UPAT", None, "/throughline", "greet")
    await world.settle()
    view = world.side.modal_of("UPAT")
    assert view is not None
    assert "Greet somebody" in str(view)


async def test_the_home_is_shown_and_renewed_after_a_press(world: World) -> None:
    await world.side.open_home("UPAT")
    await world.settle()
    home = world.side.home_of("UPAT")
    assert home is not None
    await world.side.press("UPAT", home, "Count")
    await world.settle()
    assert isinstance(world.heard[-1], Press)
    assert world.heard[-1].where.kind == "home"


async def test_who_joins_a_channel_is_heard_and_the_bot_itself_is_not(world: World) -> None:
    made = world.side.create_channel("UFAYE", "cohort-2")
    await world.settle()
    await world.side.join("UPAT", made.id)
    await world.settle()
    joined = [event for event in world.heard if isinstance(event, Joined)]
    assert [(event.who.user, event.where.conversation) for event in joined] == [("UPAT", made.id)]
    assert joined[0].who.tenant == TEAM


async def test_an_event_delivered_four_times_is_answered_once(world: World) -> None:
    world.side.faults.duplicate_event(copies=4)
    await world.side.say("UPAT", None, "greet Bo")
    await world.settle()
    answers = [one for one in world.side.inbox("UPAT") if "hello Bo" in shown(one)]
    assert len(answers) == 1


async def test_what_people_write_is_never_markup(world: World) -> None:
    await world.side.say("UPAT", None, "greet *<!channel>*<https://evil.example|here>")
    answer = await world.newest("UPAT")
    assert "<!channel>" not in answer.text
    assert "<https" not in answer.text
    assert "'type': 'broadcast'" not in str(answer.blocks)


async def test_socket_mode_says_the_same_without_an_inbound_address(by_socket: World) -> None:
    world = by_socket
    await world.side.say("UPAT", None, "greet Bo")
    message = await world.newest("UPAT")
    assert shown(message).startswith("hello Bo")
    await world.side.press("UPAT", message, "Ask")
    await world.settle()
    taken = await world.side.submit("UPAT", values={"Name": "taken"})
    assert list(taken.errors.values()) == ["That name is taken."]
    await world.side.command("UPAT", None, "/throughline", "greet Ed")
    assert "hello Ed" in shown(await world.newest("UPAT"))
