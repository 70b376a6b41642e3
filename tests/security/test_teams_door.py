"""Threats 2 to 5 at Teams' door: forged tokens, replays, malformed bodies, service URLs of others."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlmodel import col, func, select

from adapters.playground.teams import TeamsSide
from adapters.playground.teams.tokens import Forgery
from adapters.teams.config import TeamsConfig
from adapters.teams.security import LARGEST_BODY, REFRESH_AT_MOST
from bot.core.cards import Card
from bot.core.platform import Address, PlatformError
from storage.nudges import InboxEvent
from tests.adapters.teams.house import Application

ANA = "Ana Reyes"
FUZZED = 5_000
FORGERIES = {
    "no header": Forgery(header=""),
    "another scheme": Forgery(header="Basic YTpi"),
    "no token": Forgery(header="Bearer "),
    "no dots": Forgery(header="Bearer abc"),
    "two dots": Forgery(header="Bearer a.b.c"),
    "empty parts": Forgery(header="Bearer .."),
    "another issuer": Forgery(issuer="https://sts.windows.net/other/"),
    "no issuer": Forgery(issuer=None),
    "for another app": Forgery(audience="11111111-2222-3333-4444-555555555555"),
    "for nobody": Forgery(audience=None),
    "ended": Forgery(expires_in=-3600),
    "never ends": Forgery(expires_in=None),
    "not yet": Forgery(not_before_in=3600),
    "unsigned": Forgery(algorithm="none"),
    "signed with a shared key": Forgery(algorithm="HS256"),
    "unknown key": Forgery(kid="0" * 32),
    "no key id": Forgery(kid=None),
    "a stranger's key": Forgery(stranger_key=True),
    "a changed signature": Forgery(flip_signature=True),
    "for another service URL": Forgery(service_url="https://smba.trafficmanager.net/other/"),
    "for no service URL": Forgery(service_url=None),
}
EVIL = [
    "https://evil.example/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://evil.example\\@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "http://smba.trafficmanager.net/",
    "file://smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "https://[::1",
    "",
]


async def recorded(application: Application) -> int:
    await application.door.drain()
    async with application.database.read() as db:
        return (await db.scalars(select(func.count(col(InboxEvent.id))))).one()


async def genuine(application: Application, side: TeamsSide) -> dict[str, Any]:
    """An activity that was accepted, under an id that is still new."""
    outcome = await application.settled(await side.say(ANA, None, "hello"))
    assert outcome.status == 200
    return {**(outcome.activity or {}), "id": "fresh-1"}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_is_refused(application: Application, side: TeamsSide, forgery: Forgery) -> None:
    activity = await genuine(application, side)
    before = await recorded(application)
    assert (await side.deliver(activity, forgery)).status == 401
    assert await recorded(application) == before
    assert (await side.deliver(activity)).status == 200


async def test_nobody_starts_without_an_app_id() -> None:
    """botbuilder would accept everything unsigned then."""
    for missing in (("", "b", "c"), ("a", "", "c"), ("a", "b", "")):
        with pytest.raises(ValueError, match="TEAMS_APP_ID"):
            TeamsConfig(*missing)


async def test_a_new_signing_key_is_learnt_and_an_old_one_forgotten(
    application: Application, side: TeamsSide
) -> None:
    """But not more often than once a minute, whatever ids strangers send."""
    activity = await genuine(application, side)
    keys, moment = application.platform.authentication.keys, [0.0]
    began = keys._now()
    keys._now = lambda: began + moment[0]
    old = side.ctx.keys[0]
    side.ctx.rotate()
    looked = keys.looks
    for _ in range(20):
        assert (await side.deliver(activity)).status == 401
    assert keys.looks <= looked + 1
    moment[0] += REFRESH_AT_MOST + 1
    assert (await side.deliver(activity)).status == 200
    side.ctx.keys = [old]
    assert (await side.deliver({**activity, "id": "fresh-2"})).status == 401


async def test_a_key_that_does_not_speak_for_teams_is_refused(
    application: Application, side: TeamsSide
) -> None:
    activity = await genuine(application, side)
    keys, began = application.platform.authentication.keys, application.platform.authentication.keys._now()
    keys._now = lambda: began + REFRESH_AT_MOST + 1
    side.ctx.rotate(endorsements=["webchat"])
    assert (await side.deliver(activity)).status == 401


@pytest.mark.parametrize("url", EVIL)
async def test_a_service_url_of_others_is_refused_on_receipt(
    application: Application, side: TeamsSide, url: str
) -> None:
    """Even under a token that claims it, as somebody with a bot of their own could get one."""
    activity = {**await genuine(application, side), "serviceUrl": url}
    before = await recorded(application)
    assert (await side.deliver(activity, Forgery(service_url=url))).status in {400, 401}
    assert await recorded(application) == before


async def test_no_token_leaves_for_a_service_url_of_others(application: Application) -> None:
    """A poisoned row of the database is refused as well: nothing is asked there, not even on this machine."""
    asked: list[str] = []

    async def trap(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", trap)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        for url in [*EVIL[:-1], f"http://localhost:{port}/", f"http://127.0.0.2:{port}/"]:
            where = Address(application.tenant, "a:1", {"service_url": url})
            with pytest.raises(PlatformError, match="service URL"):
                await application.platform.send(where, Card(text="x"), mark="m", users={}, language="en")
            with pytest.raises(PlatformError, match="service URL"):
                await application.platform.open_direct(application.tenant, "u", {"service_url": url})
    finally:
        await runner.cleanup()
    assert asked == []


@pytest.mark.parametrize("url", EVIL)
def test_only_the_connector_itself_is_on_the_list(url: str) -> None:
    config = TeamsConfig("a", "b", "c")
    assert not config.may_speak_to(url)
    assert config.may_speak_to("https://smba.trafficmanager.net/amer/")


async def test_the_same_activity_a_hundred_times_has_one_effect(
    application: Application, side: TeamsSide
) -> None:
    activity = await genuine(application, side)
    answers = await asyncio.gather(*(side.deliver(activity) for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    assert await recorded(application) == 2
    assert len(side.received(ANA)) == 2


async def test_malformed_activities_never_break_the_door(application: Application, side: TeamsSide) -> None:
    """Under an honest token, so that they reach the parsers; and with headers that are none."""
    activity = await genuine(application, side)
    dice = random.Random(20270201)
    url = str(side.bot_url)
    token = str(side.ctx.for_event(side.service_url))
    text = json.dumps(activity).encode()
    async with aiohttp.ClientSession() as http:
        for number in range(FUZZED):
            body = stirred(dice, activity, text)
            proof = (
                token if number % 4 else dice.choice(["", "Bearer", "Bearer a.b.c", "x" * 4000, f"{token}x"])
            )
            headers = {"Authorization": proof, "Content-Type": "application/json"}
            async with http.post(url, data=body, headers=headers) as response:
                assert response.status < 500, (response.status, proof[:20], body[:500])
    await application.door.drain()
    assert (await application.settled(await side.say(ANA, None, "hello"))).status == 200


def stirred(dice: random.Random, activity: dict[str, Any], text: bytes) -> bytes:
    """An activity as Teams would never send it."""
    hostile: list[Any] = [
        None,
        7,
        -1,
        "",
        "x" * 300,
        "\x00",
        "\ud800",
        [],
        [[]],
        {},
        {"id": 7},
        {"id": None},
        True,
        1e300,
    ]
    if dice.random() < 0.3:
        changed = bytearray(text)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(changed))
            changed[place : place + dice.randint(0, 20)] = bytes(
                dice.randrange(256) for _ in range(dice.randint(0, 5))
            )
        return bytes(changed)
    if dice.random() < 0.1:
        return dice.choice([b"", b"null", b"[]", b"7", b"{" * 5000, b"[" * 5000, b"\xff", b'{"type":7}'])
    made = json.loads(text)
    made["type"] = dice.choice(
        ["message", "invoke", "conversationUpdate", "installationUpdate", "typing", 7, None, "event"]
    )
    made["name"] = dice.choice(["adaptiveCard/action", "task/fetch", "task/submit", "x", None])
    made["value"] = dice.choice(
        [*hostile, {"data": {"throughline": 7}}, {"action": []}, {"data": {"msteams": 1}}]
    )
    for _ in range(dice.randint(1, 4)):
        key = dice.choice([*activity, "membersAdded", "membersRemoved", "attachments", "localTimezone"])
        if key == "serviceUrl" and dice.random() < 0.8:
            continue
        if isinstance(made.get(key), dict) and dice.random() < 0.5 and made[key]:
            made[key][dice.choice(list(made[key]))] = deepcopy(dice.choice(hostile))
        else:
            made[key] = deepcopy(dice.choice(hostile))
    return json.dumps(made).encode()


async def test_a_body_larger_than_teams_sends_is_not_read(application: Application, side: TeamsSide) -> None:
    big = b"x" * (LARGEST_BODY + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 4096):
            yield big[start : start + 4096]

    headers = {"Authorization": str(side.ctx.for_event(side.service_url))}
    async with aiohttp.ClientSession() as http:
        async with http.post(str(side.bot_url), data=big, headers=headers) as response:
            assert response.status == 413
        async with http.post(str(side.bot_url), data=pieces(), headers=headers) as response:
            assert response.status == 413
