"""Cards, dialogs and mentions through the real CloudAdapter."""

from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, Attachment, ChannelAccount, Mention

from adapters.playground.teams import TeamsPlaygroundError, TeamsSide
from tests.playground.teams.echo_bot import EchoBot

CARD = "application/vnd.microsoft.card.adaptive"
QUESTION: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "How sure are you?", "wrap": True},
        {"type": "Input.Number", "id": "sure", "min": 0, "max": 10, "value": 5},
    ],
    "actions": [
        {
            "type": "Action.Execute",
            "title": "Answer",
            "verb": "answer",
            "data": {"nudge": "n1"},
            "fallback": {"type": "Action.Submit", "title": "Answer", "data": {"nudge": "n1"}},
        },
        {"type": "Action.Submit", "title": "Write", "data": {"msteams": {"type": "task/fetch"}, "form": "x"}},
    ],
}
FORM: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "Input.Text", "id": "what", "label": "What?", "isRequired": True, "maxLength": 20},
        {"type": "Input.Toggle", "id": "share", "title": "Share it"},
    ],
    "actions": [{"type": "Action.Submit", "title": "Send", "data": {"form": "x"}}],
}


def _card(content: dict[str, Any]) -> Activity:
    return Activity(type="message", attachments=[Attachment(content_type=CARD, content=content)])


async def _ask(turn: TurnContext) -> None:
    await turn.send_activity(_card(QUESTION))


async def test_an_execute_button_replaces_the_card_for_the_one_who_pressed(
    side: TeamsSide, bot: EchoBot
) -> None:
    """The inputs travel with the action's data; the other readers keep the old card."""
    await side.add_bot_to_team("Learning")
    bot.on_message = _ask
    thanks = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Thanks"}]}
    bot.on_invoke = lambda name, value: {"statusCode": 200, "type": CARD, "value": thanks}
    await side.mention_bot("Ana Reyes", "Cohort 1", "ask")
    asked = side.channel("Cohort 1").posts[-1]
    outcome = await side.press("Ana Reyes", None, "Answer", values={"sure": 8})
    assert outcome.shown[0].kind == "card"
    assert bot.heard[-1].name == "adaptiveCard/action"
    assert bot.heard[-1].value["action"]["data"] == {"nudge": "n1", "sure": "8"}
    assert asked.cards_seen_by(side.user("Ana Reyes").teams_id) == [thanks]
    assert asked.cards_seen_by(side.user("Ben Ito").teams_id) == [QUESTION]


async def test_an_error_answer_is_shown_and_an_old_client_submits_instead(
    side: TeamsSide, bot: EchoBot
) -> None:
    """application/vnd.microsoft.error comes as its text; without Action.Execute the fallback is sent."""
    await side.install_personal("Ana Reyes")
    bot.on_message = _ask
    await side.say("Ana Reyes", "bot", "ask")
    asked = side.received("Ana Reyes")[-1]
    problem = {"code": "Closed", "message": "This question is closed."}
    bot.on_invoke = lambda name, value: {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": problem,
    }
    outcome = await side.press("Ana Reyes", asked.id, "Answer")
    assert (outcome.shown[0].kind, outcome.shown[0].text) == ("error", "This question is closed.")
    side.buttons.old_client = True
    await side.press("Ana Reyes", asked.id, "Answer")
    assert bot.heard[-1].type == "message"
    assert bot.heard[-1].value == {"nudge": "n1", "sure": "5"}
    assert bot.heard[-1].reply_to_id == asked.id


async def test_a_dialog_opens_checks_its_fields_and_submits(side: TeamsSide, bot: EchoBot) -> None:
    """task/fetch opens it; the client asks for what is required; task/submit closes it with a text."""
    await side.install_personal("Ana Reyes")
    bot.on_message = _ask
    await side.say("Ana Reyes", "bot", "ask")

    def answer(name: str, value: Any) -> Any:
        if name == "task/submit":
            return {"task": {"type": "message", "value": "Saved."}}
        card = {"contentType": CARD, "content": FORM}
        return {"task": {"type": "continue", "value": {"title": "Reflect", "height": "medium", "card": card}}}

    bot.on_invoke = answer
    opened = await side.press("Ana Reyes", side.received("Ana Reyes")[-1].id, "Write")
    assert (opened.shown[0].kind, opened.shown[0].text) == ("dialog", "Reflect")
    refused = await side.submit("Ana Reyes", {"what": ""})
    assert refused.errors == {"what": "an answer is required"}
    dialog = side.dialog_of("Ana Reyes")
    saved = await side.submit("Ana Reyes", {"what": "Pause before I answer"}, check=False)
    assert bot.heard[-1].value["data"] == {
        "form": "x",
        "what": "Pause before I answer",
        "share": "false",
    }
    assert (saved.shown[0].kind, saved.shown[0].text) == ("message", "Saved.")
    assert dialog is not None
    assert side.dialog_of("Ana Reyes") is None


async def test_mentions_in_text_and_in_cards_notify_their_people(side: TeamsSide, bot: EchoBot) -> None:
    """botbuilder's Mention entity and the card's own msteams entities both count; the nudge id stays."""
    await side.add_bot_to_team("Learning")
    ben, chi = side.user("Ben Ito"), side.user("Chi Okafor")
    card = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": "With <at>Chi</at>"}],
        "msteams": {
            "entities": [{"type": "mention", "text": "<at>Chi</at>", "mentioned": {"id": chi.teams_id}}]
        },
    }

    async def call_both(turn: TurnContext) -> None:
        account = ChannelAccount(id=ben.teams_id, name=ben.name)
        await turn.send_activity(
            Activity(
                type="message",
                text="<at>Ben</at>, your group:",
                entities=[Mention(mentioned=account, text="<at>Ben</at>", type="mention")],
                attachments=[Attachment(content_type=CARD, content=card)],
                channel_data={"nudge": "n-3"},
            )
        )

    bot.on_message = call_both
    await side.mention_bot("Ana Reyes", "Cohort 1", "groups")
    assert bot.errors == []
    assert [post.nudge for post in side.ledger.posts] == ["n-3"]
    assert side.mentions(ben) == side.mentions(chi) == [side.channel("Cohort 1").posts[-1]]
    assert side.mentions("Ana Reyes") == []


async def test_a_stale_button_and_a_stale_dialog_can_still_be_used(side: TeamsSide, bot: EchoBot) -> None:
    """A card held from before its message was taken away, and a form of a second window."""
    await side.install_personal("Ana Reyes")
    bot.on_message = _ask
    asked = (await side.say("Ana Reyes", None, "ask")).replies[0]
    held = asked.cards[0]
    asked.deleted = True
    card = {"contentType": CARD, "content": FORM}
    bot.on_invoke = lambda name, value: (
        {"task": {"type": "continue", "value": {"title": "Reflect", "card": card}}}
        if name == "task/fetch"
        else None
    )
    await side.press("Ana Reyes", asked, "Write", card=held)
    dialog = side.dialog_of("Ana Reyes")
    for _ in range(2):
        closed = await side.submit("Ana Reyes", {"what": "x"}, dialog=dialog)
        assert (closed.status, closed.shown[0].kind) == (200, "closed")
    with pytest.raises(TeamsPlaygroundError):
        await side.press("Ana Reyes", asked, "Write")
