"""Installing the app, Socket Mode, the snapshot, and a real Bolt app that cannot tell the difference."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger, LedgerPost
from adapters.playground.slack import PlaygroundError, SlackSide, SlackWorkplace, running
from tests.playground.slack.conftest import (
    Clock,
    button,
    make_side,
    modal,
    sdk_client,
    text_input,
    token_of,
)
from tests.playground.slack.test_conversations import refusal

REDIRECT = "http://127.0.0.1/slack/oauth_redirect"


def authorize_url(side: SlackSide, **changed: str) -> str:
    query = {
        "client_id": side.workplace.app.client_id,
        "scope": "chat:write,commands",
        "redirect_uri": REDIRECT,
        "state": "s-1",
        **changed,
    }
    return f"{side.base_url}/oauth/v2/authorize?{urlencode(query)}"


async def test_the_code_of_an_allowed_app_buys_one_token(served: SlackSide) -> None:
    served.workplace.add_workspace("T0TWO", "Other", [])
    place = served.authorize(authorize_url(served), "T0TWO")
    given = {name: values[0] for name, values in parse_qs(urlparse(place).query).items()}
    assert given["state"] == "s-1"
    client = sdk_client(served, None)
    app = served.workplace.app
    keys: dict[str, Any] = {"client_id": app.client_id, "code": given["code"], "redirect_uri": REDIRECT}
    wrong = await refusal(client.oauth_v2_access(client_secret="guess", **keys))
    assert wrong["error"] == "bad_client_secret"
    answer = await client.oauth_v2_access(client_secret=app.client_secret, **keys)
    assert (answer["team"]["id"], answer["scope"]) == ("T0TWO", "chat:write,commands")
    assert (await sdk_client(served, answer["access_token"]).auth_test())["team_id"] == "T0TWO"
    again = await refusal(client.oauth_v2_access(client_secret=app.client_secret, **keys))
    assert again["error"] == "code_already_used"


async def test_the_page_asks_and_redirects_with_code_and_state_or_the_refusal(served: SlackSide) -> None:
    url = authorize_url(served)
    async with aiohttp.ClientSession() as browser:
        async with browser.get(url) as page:
            assert "Throughline asks for access" in await page.text()
        for decision, expected in (("allow", "code="), ("cancel", "error=access_denied")):
            form = {"team": "T0ONE", "decision": decision}
            async with browser.post(url, data=form, allow_redirects=False) as answer:
                assert answer.status == 302
                assert answer.headers["Location"].startswith(f"{REDIRECT}?")
                assert expected in answer.headers["Location"]
                assert "state=s-1" in answer.headers["Location"]
        async with browser.get(authorize_url(served, redirect_uri="http://evil.example/")) as page:
            assert page.status == 400


async def test_scopes_beyond_the_manifest_cannot_be_asked_for(served: SlackSide) -> None:
    with pytest.raises(PlaygroundError, match="admin"):
        served.authorize(authorize_url(served, scope="admin"), "T0ONE")


async def test_a_restart_keeps_people_messages_and_the_token(
    served: SlackSide, clock: Clock, tmp_path: Path
) -> None:
    client = sdk_client(served, token_of(served))
    await client.chat_postMessage(channel="UPAT", text="kept")
    await client.files_upload_v2(channel=served.dm("UPAT").id, filename="a.bin", content=b"\xff\x00")
    await client.views_publish(user_id="UPAT", view={"type": "home", "blocks": []})
    served.workplace.save(tmp_path / "slack.json")
    again = SlackWorkplace(served.workplace.app, clock.now, clock.monotonic)
    again.load(tmp_path / "slack.json")
    restarted = SlackSide(again, Ledger(), Faults())
    assert token_of(restarted) == token_of(served)
    assert [m.text for m in restarted.inbox("UPAT")] == [m.text for m in served.inbox("UPAT")]
    assert restarted.home_of("UPAT") is not None
    assert again.workspaces == served.workplace.workspaces
    async with running(restarted):
        answer = await sdk_client(restarted, token_of(restarted)).chat_postMessage(channel="UPAT", text="new")
    assert answer["ts"] > restarted.inbox("UPAT")[0].ts


def test_a_ledger_on_a_file_outlives_its_process(clock: Clock, tmp_path: Path) -> None:
    post = LedgerPost("slack", "T0ONE", "D1", ("UPAT",), "n-1", "línea\nnueva", clock.now(), "1.2")
    Ledger(tmp_path / "ledger.jsonl").record(post)
    assert Ledger(tmp_path / "ledger.jsonl").posts == (post,)


def bolt_app(side: SlackSide) -> AsyncApp:
    """A small real Bolt app: a command opens a form, its submission posts, a button answers."""
    app = AsyncApp(
        token=token_of(side),
        signing_secret=side.workplace.app.signing_secret,
        client=sdk_client(side, token_of(side)),
    )

    @app.command("/throughline")
    async def opens(ack: Any, body: Any, client: Any) -> None:
        await ack()
        view = modal(text_input("What?", "what"), callback_id="reflection")
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("reflection")
    async def takes(ack: Any, body: Any, view: Any, client: Any) -> None:
        said = view["state"]["values"]["b_what"]["what"]["value"]
        if said == "nothing":
            await ack(response_action="errors", errors={"b_what": "Say a little more."})
            return
        await ack()
        row = {"type": "actions", "elements": [button("share", "Share")]}
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Noted: {said}", blocks=[row])

    @app.action("share")
    async def shares(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Shared.", replace_original=True)

    @app.event("message")
    async def hears(event: Any, say: Any) -> None:
        await say(f"You said: {event['text']}")

    return app


async def talk(side: SlackSide) -> None:
    """One conversation that goes through every kind of delivery."""
    assert (await side.command("UPAT", None, "/throughline", "reflect")).status == 200
    await side.until(lambda: side.modal_of("UPAT"))
    refused = await side.submit("UPAT", None, {"What?": "nothing"})
    assert refused.errors == {"b_what": "Say a little more."}
    assert (await side.submit("UPAT", None, {"What?": "I listened"})).ok
    await side.until(lambda: [m for m in side.inbox("UPAT") if m.text == "Noted: I listened"])
    assert (await side.press("UPAT", None, "Share")).status == 200
    await side.until(lambda: [m for m in side.inbox("UPAT") if m.text == "Shared."])
    assert (await side.say("UPAT", None, "hello")).status == 200
    await side.until(lambda: [m for m in side.inbox("UPAT") if m.text == "You said: hello"])
    await side.settle()


async def test_a_bolt_app_over_http_cannot_tell_the_difference(served: SlackSide) -> None:
    app = bolt_app(served)
    runner = web.AppRunner(app.server(port=0).web_app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        await talk(served)
        tampered = served.delivery.sent[-1]
        forged = type(tampered)(tampered.url, tampered.headers, tampered.body + b" ")
        assert (await served.delivery.replay(forged)).status == 401
    finally:
        await runner.cleanup()


async def test_a_bolt_app_over_sockets_cannot_tell_the_difference(clock: Clock) -> None:
    side = make_side(clock, socket_mode=True)
    async with running(side):
        client = sdk_client(side, token_of(side))
        handler = AsyncSocketModeHandler(bolt_app(side), side.workplace.app.app_token, web_client=client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            await talk(side)
            await side.sockets.disconnect()
            async with asyncio.timeout(30):
                await side.sockets.connected()
            assert (await side.say("UPAT", None, "still there?")).status == 200
        finally:
            with contextlib.suppress(Exception):
                await handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_socket_needs_the_app_token_and_a_fresh_ticket(clock: Clock) -> None:
    side = make_side(clock, socket_mode=True)
    async with running(side):
        client = sdk_client(side, None)
        wrong = await refusal(client.apps_connections_open(app_token=token_of(side)))
        assert wrong["error"] == "not_allowed_token_type"
        url = (await client.apps_connections_open(app_token=side.workplace.app.app_token))["url"]
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                assert (await socket.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
