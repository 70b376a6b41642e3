"""What the people of the workplace can do, see and not do; and the world on disk."""

import ast
from pathlib import Path

import pytest
from botbuilder.core import TurnContext

from adapters.playground.people import SamplePerson
from adapters.playground.teams import Forgery, TeamsPlaygroundError, TeamsSide, TeamsWorkplace
from tests.playground.teams.conftest import Clock
from tests.playground.teams.echo_bot import TENANT, EchoBot

FAR_SIDE = Path(__file__).parents[3] / "adapters" / "playground" / "teams"


def test_the_far_side_shares_no_code_with_the_bots_sdk() -> None:
    """Nothing of botbuilder, botframework, msal or msrest is imported."""
    found = set()
    for path in FAR_SIDE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    assert found & {"botbuilder", "botframework", "msal", "msrest", "bot", "storage"} == set()


async def test_the_world_survives_a_trip_to_disk(
    side: TeamsSide, bot: EchoBot, tmp_path: Path, clock: Clock
) -> None:
    """People, teams, chats, messages and installs are the same after loading."""
    await side.install_personal("Ana Reyes")
    await side.add_bot_to_team("Learning")
    await side.say("Ana Reyes", "bot", "¿Qué? 🌱")
    side.workplace.save(tmp_path / "world.json")
    loaded = TeamsWorkplace.load(tmp_path / "world.json", now=clock)
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == (tmp_path / "world.json").read_text()
    assert TeamsSide(loaded).inbox("Ana Reyes")[-1].text == "You said: ¿Qué? 🌱"


async def test_a_sample_community_moves_in(side: TeamsSide) -> None:
    """Zone and locale stand as given; a missing zone stays missing."""
    people = [
        SamplePerson("p1", "Eli Fox", "eli@example.org", "America/Adak", "es-US", "participant"),
        SamplePerson("p2", "Fay Lund", "fay@example.org", None, None, "facilitator"),
    ]
    eli, fay = side.populate(people, TENANT)
    assert (eli.timezone, eli.locale, fay.timezone, fay.locale) == ("America/Adak", "es-US", None, "en-US")
    assert side.user("eli@example.org") is eli


async def test_nobody_speaks_where_they_are_not(side: TeamsSide) -> None:
    """Wrong names, foreign conversations, buttons and dialogs that are not there: PlaygroundError."""
    with pytest.raises(TeamsPlaygroundError, match="not in this conversation"):
        await side.say("Dee Stone", "Cohort 1", "hello")
    with pytest.raises(TeamsPlaygroundError, match="nobody here"):
        await side.say("Zed", "bot", "hello")
    with pytest.raises(TeamsPlaygroundError, match="0 conversations"):
        await side.say("Ana Reyes", "Cohort 9", "hello")
    with pytest.raises(TeamsPlaygroundError, match="no dialog"):
        await side.submit("Ana Reyes", {})
    with pytest.raises(TeamsPlaygroundError, match="no message"):
        await side.press("Ana Reyes", "1")


async def test_a_bot_that_is_not_installed_hears_nothing(side: TeamsSide, bot: EchoBot) -> None:
    """The words stand in the channel; the outcome says why nobody answered."""
    outcome = await side.mention_bot("Ana Reyes", "Cohort 1", "help")
    assert outcome.failure == "the bot is not in this conversation"
    assert (bot.heard, len(side.channel("Cohort 1").posts)) == ([], 1)


async def test_people_come_go_and_react(side: TeamsSide, bot: EchoBot) -> None:
    """conversationUpdate and messageReaction reach the bot, with whom and what."""
    await side.add_bot_to_team("Learning")
    await side.join_team("Dee Stone", "Learning")
    await side.leave_team("Ben Ito", "Learning")
    await side.mention_bot("Dee Stone", "Cohort 1", "hi")
    answer = side.channel("Cohort 1").posts[-1]
    await side.react("Ana Reyes", answer.id, "heart")
    joined, left, _, reaction = bot.heard[-4:]
    assert [member.aad_object_id for member in joined.members_added] == [side.user("Dee Stone").aad_object_id]
    assert [member.id for member in left.members_removed] == [side.user("Ben Ito").teams_id]
    assert (reaction.reactions_added[0].type, reaction.reply_to_id) == ("heart", answer.id)
    with pytest.raises(TeamsPlaygroundError, match="already"):
        await side.react("Ana Reyes", answer.id, "heart")


async def test_a_late_event_waits_for_the_worlds_clock(side: TeamsSide, bot: EchoBot, clock: Clock) -> None:
    """Held back until the clock has moved on, then delivered once."""
    await side.install_personal("Ana Reyes")
    side.faults.late_event("message", 90)
    await side.say("Ana Reyes", "bot", "slow")
    assert await side.redeliver() == []
    clock.move(90)
    assert [outcome.status for outcome in await side.redeliver()] == [201]
    assert await side.redeliver() == []


async def test_the_feed_tells_what_changed(side: TeamsSide, bot: EchoBot) -> None:
    """Own words and the bot's answer, in order, also across the server's thread."""
    await side.install_personal("Ana Reyes")
    with side.changes() as queue:
        await side.say("Ana Reyes", None, "hello")
        changes = [await queue.get(), await queue.get()]
    assert [(change.kind, change.user_id) for change in changes] == [
        ("posted", side.user("Ana Reyes").teams_id),
        ("posted", side.workplace.bot_id),
    ]


async def test_an_evil_service_url_comes_under_a_genuine_token(side: TeamsSide, bot: EchoBot) -> None:
    """The hook for the threat: botbuilder itself would accept it, so the bot's own list has to refuse."""

    async def stay_silent(_: TurnContext) -> None:
        """An answer would go to the evil host."""

    bot.on_message = stay_silent
    ana = side.user("Ana Reyes")
    chat = side.conversation_id(ana, "bot")
    message = side.forms.message(ana, chat, "hello", activity_id="7")
    evil = {**message, "serviceUrl": "http://127.0.0.1:9/"}
    await side.deliver(evil)
    assert bot.heard[-1].service_url == "http://127.0.0.1:9/"
    without = {name: value for name, value in message.items() if name != "serviceUrl"}
    await side.deliver(without)
    assert bot.heard[-1].service_url is None
    outcome = await side.deliver(evil, Forgery(service_url=side.service_url))
    assert outcome.status == 401


async def test_the_bot_must_be_on_this_machine(side: TeamsSide) -> None:
    """Any other host is refused before anything is sent."""
    with pytest.raises(TeamsPlaygroundError, match="this machine only"):
        side.connect("https://bot.example.org/api/messages")


async def test_an_outcome_looks_at_the_replies_and_the_inbox_at_everything(
    side: TeamsSide, bot: EchoBot
) -> None:
    """Replies are the bot's since the action; the inbox has one's own words too, in one place or all."""
    await side.install_personal("Ana Reyes")
    await side.add_bot_to_team("Learning")
    await side.say("Ana Reyes", None, "one")
    asked = await side.mention_bot("Ana Reyes", "Cohort 1", "two")
    assert [post.thread_id for post in asked.replies] == [asked.activity_id]
    assert [post.text for post in side.inbox("Ana Reyes", "bot")] == ["one", "You said: one"]
    assert len(side.inbox("Ana Reyes")) == 4
    assert len(side.inbox("Ben Ito")) == 2
