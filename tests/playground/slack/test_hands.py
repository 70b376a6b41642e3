"""What people do: commands, buttons, menus, forms, home; and what Slack makes of the bot's answers."""

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import PlaygroundError, SlackSide
from tests.playground.slack.conftest import Clock, RecordingBot, button, modal, section, text_input
from tests.playground.slack.test_conversations import refusal

SELECT = {
    "type": "input",
    "block_id": "b_size",
    "optional": True,
    "label": {"type": "plain_text", "text": "Group size"},
    "element": {
        "type": "static_select",
        "action_id": "size",
        "options": [
            {"text": {"type": "plain_text", "text": "Pairs"}, "value": "2"},
            {"text": {"type": "plain_text", "text": "Threes"}, "value": "3"},
        ],
    },
}


async def open_form(side: SlackSide, bot: RecordingBot, client: AsyncWebClient, view: dict[str, Any]) -> None:
    """Pat types the command, and the bot opens a form with its trigger_id."""
    await side.command("UPAT", None, "/throughline", "reflect")
    await client.views_open(trigger_id=bot.payloads[-1]["trigger_id"], view=view)


async def test_a_command_carries_its_place_and_its_answer_is_shown_to_one(
    served: SlackSide, bot: RecordingBot
) -> None:
    bot.answer = lambda payload: web.Response(text="Here is what I can do.")
    outcome = await served.command("UPAT", "general", "/throughline", "help & more")
    form = bot.payloads[0]
    assert (form["command"], form["text"], form["channel_name"]) == (
        "/throughline",
        "help &amp; more",
        "general",
    )
    assert [message.text for message in outcome.shown if hasattr(message, "text")] == [
        "Here is what I can do."
    ]
    assert served.inbox("UFAYE") == []


async def test_an_unknown_command_never_leaves_slack(served: SlackSide, bot: RecordingBot) -> None:
    with pytest.raises(PlaygroundError, match="not a valid command"):
        await served.command("UPAT", "general", "/other")
    assert bot.received == []


async def test_a_failed_command_says_so(served: SlackSide, bot: RecordingBot) -> None:
    bot.answer = lambda payload: web.Response(status=500)
    outcome = await served.command("UPAT", None, "/throughline")
    assert (outcome.ok, outcome.failure, outcome.status) == (False, "http_error", 500)
    assert len(bot.received) == 1


async def test_a_response_url_serves_five_times_and_thirty_minutes(
    served: SlackSide, bot: RecordingBot, clock: Clock
) -> None:
    await served.command("UPAT", "general", "/throughline", "help")
    url = bot.payloads[0]["response_url"]
    async with aiohttp.ClientSession() as session:

        async def answer(**body: Any) -> tuple[int, str]:
            async with session.post(url, json=body) as response:
                return response.status, await response.text()

        for number in range(5):
            assert await answer(text=f"answer {number}") == (200, "ok")
        assert "used_url" in (await answer(text="too many"))[1]
        await served.command("UPAT", "general", "/throughline", "help")
        url = bot.payloads[1]["response_url"]
        assert (await answer(text="for all", response_type="in_channel"))[0] == 200
        clock.move(minutes=31)
        assert "expired_url" in (await answer(text="too late"))[1]
    assert [message.text for message in served.inbox("UFAYE", "general")] == ["for all"]


async def test_a_button_tells_who_pressed_it_where_and_with_which_value(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    row = {
        "type": "actions",
        "elements": [button("rsvp", "Yes", value="y"), button("rsvp_no", "No", value="n")],
    }
    await client.chat_postMessage(channel="UPAT", text="Coming?", blocks=[section("Coming?"), row])
    await served.settle()
    message = served.inbox("UPAT")[-1]
    await served.press("UPAT", message, "Yes")
    payload = bot.payloads[-1]
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "UPAT"
    assert payload["container"]["message_ts"] == message.ts
    assert payload["actions"][0]["value"] == "y"
    with pytest.raises(PlaygroundError, match="does not see"):
        await served.press("UFAYE", message, "rsvp")
    with pytest.raises(PlaygroundError, match="there are"):
        await served.press("UPAT", message, "maybe")


async def test_a_stale_screen_can_still_be_pressed(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    row = {"type": "actions", "elements": [button("join", value="s1")]}
    posted = await client.chat_postMessage(channel="UPAT", text="x", blocks=[row])
    stale = served.inbox("UPAT")[-1]
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="cancelled", blocks=[])
    await served.press("UPAT", stale, "join")
    assert bot.payloads[-1]["actions"][0]["value"] == "s1"
    with pytest.raises(PlaygroundError):
        await served.press("UPAT", None, "join")


async def test_a_trigger_opens_one_view_within_three_seconds(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient, clock: Clock
) -> None:
    view = modal(text_input("What?", "what"))
    await open_form(served, bot, client, view)
    used = bot.payloads[-1]["trigger_id"]
    assert (await refusal(client.views_open(trigger_id=used, view=view)))["error"] == "exchanged_trigger_id"
    await served.command("UPAT", None, "/throughline")
    clock.real += 3.5
    late = bot.payloads[-1]["trigger_id"]
    assert (await refusal(client.views_open(trigger_id=late, view=view)))["error"] == "expired_trigger_id"
    assert (await refusal(client.views_open(trigger_id="1.2.x", view=view)))["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    "more",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": {"type": "plain_text", "text": "x" * 25}},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [section()] * 101},
        {"blocks": [text_input("x" * 2001, "a")]},
        {"type": "home"},
        {"colour": "red"},
    ],
)
async def test_a_view_beyond_a_limit_is_refused(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient, more: dict[str, Any]
) -> None:
    await served.command("UPAT", None, "/throughline")
    trigger = bot.payloads[-1]["trigger_id"]
    view = {**modal(text_input("What?", "what")), **more}
    body = await refusal(client.views_open(trigger_id=trigger, view=view))
    assert body["error"] == "invalid_arguments"
    assert served.modal_of("UPAT") is None


async def test_a_form_is_filled_by_label_and_its_values_arrive(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("What?", "what"), SELECT, private_metadata="p1"))
    outcome = await served.submit("UPAT", None, {"What?": "I listened", "b_size/size": "Threes"})
    assert (outcome.ok, outcome.status) == (True, 200)
    view = bot.payloads[-1]["view"]
    assert view["state"]["values"]["b_what"]["what"]["value"] == "I listened"
    assert view["state"]["values"]["b_size"]["size"]["selected_option"]["value"] == "3"
    assert view["private_metadata"] == "p1"
    assert served.modal_of("UPAT") is None


async def test_slacks_own_screen_holds_back_an_incomplete_form(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("What?", "what")))
    heard = len(bot.received)
    outcome = await served.submit("UPAT", None, {})
    assert outcome.errors == {"b_what": "Please complete this required field."}
    long = await served.submit("UPAT", None, {"what": "x" * 3001})
    assert "shorten" in long.errors["b_what"]
    assert (outcome.status, len(bot.received)) == (None, heard)


async def test_the_bots_errors_stay_on_the_form_that_stays_open(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("When?", "when")))
    bot.answer = lambda payload: web.json_response(
        {"response_action": "errors", "errors": {"b_when": "This hour does not exist that day."}}
    )
    outcome = await served.submit("UPAT", None, {"when": "02:30"})
    assert outcome.errors == {"b_when": "This hour does not exist that day."}
    view = served.modal_of("UPAT")
    assert view is not None
    assert view.errors == outcome.errors
    assert view.values["b_when"]["when"]["value"] == "02:30"


async def test_errors_for_a_field_that_is_not_there_are_the_bots_failure(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("When?", "when")))
    bot.answer = lambda payload: web.json_response({"response_action": "errors", "errors": {"other": "no"}})
    outcome = await served.submit("UPAT", None, {"when": "02:30"})
    assert outcome.failure is not None
    assert served.modal_of("UPAT") is not None


async def test_an_answer_may_update_push_or_clear_the_forms(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("What?", "what")))
    second = modal(text_input("So what?", "so"), title={"type": "plain_text", "text": "Second"})
    bot.answer = lambda payload: web.json_response({"response_action": "push", "view": second})
    await served.submit("UPAT", None, {"what": "a"})
    top = served.modal_of("UPAT")
    assert top is not None
    assert top.title == "Second"
    assert top.previous_view_id is not None
    third = {**second, "title": {"type": "plain_text", "text": "Third"}}
    bot.answer = lambda payload: web.json_response({"response_action": "update", "view": third})
    await served.submit("UPAT", None, {"so": "b"})
    top = served.modal_of("UPAT")
    assert top is not None
    assert (top.title, top.values["b_so"]["so"]["value"]) == ("Third", "b")
    bot.answer = lambda payload: web.json_response({"response_action": "clear"})
    await served.submit("UPAT", None)
    assert served.modal_of("UPAT") is None


async def test_closing_a_form_is_told_only_where_asked_for(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await open_form(served, bot, client, modal(text_input("What?", "what")))
    await served.close("UPAT")
    assert bot.payloads[-1].get("type") != "view_closed"
    await open_form(served, bot, client, modal(text_input("What?", "what"), notify_on_close=True))
    await served.close("UPAT")
    assert (bot.payloads[-1]["type"], bot.payloads[-1]["is_cleared"]) == ("view_closed", False)
    assert served.modal_of("UPAT") is None


async def test_home_is_published_to_one_person_and_a_stale_hash_conflicts(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await served.open_home("UPAT")
    assert bot.events("app_home_opened")[0]["user"] == "UPAT"
    home = {"type": "home", "blocks": [section("What's next for me")]}
    first = await client.views_publish(user_id="UPAT", view=home)
    await client.views_publish(user_id="UPAT", view=home, hash=first["view"]["hash"])
    body = await refusal(client.views_publish(user_id="UPAT", view=home, hash=first["view"]["hash"]))
    assert body["error"] == "hash_conflict"
    assert served.home_of("UFAYE") is None
    await served.open_home("UPAT")
    assert bot.events("app_home_opened")[1]["view"]["type"] == "home"


async def test_a_menu_and_a_shortcut_reach_the_bot(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(
        channel="UPAT",
        text="x",
        blocks=[section(accessory={**SELECT["element"]})],  # type: ignore[dict-item]
    )
    await served.settle()
    await served.press("UPAT", None, "size", "2")
    assert bot.payloads[-1]["actions"][0]["selected_option"]["text"]["text"] == "Pairs"
    with pytest.raises(PlaygroundError, match="no option"):
        await served.press("UPAT", None, "size", "9")
    await served.shortcut("UPAT", "reflect_on", served.inbox("UPAT")[-1])
    assert (bot.payloads[-1]["type"], bot.payloads[-1]["callback_id"]) == ("message_action", "reflect_on")


async def test_an_external_menu_asks_the_bot_what_to_offer(
    served: SlackSide, bot: RecordingBot, client: AsyncWebClient
) -> None:
    menu = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    await client.chat_postMessage(channel="UPAT", text="x", blocks=[section(accessory=menu)])
    await served.settle()
    option = {"text": {"type": "plain_text", "text": "Ann"}, "value": "p1"}
    bot.answer = lambda payload: web.json_response({"options": [option]})
    assert await served.options("UPAT", None, "who", "An") == [option]
    assert bot.payloads[-1]["value"] == "An"
