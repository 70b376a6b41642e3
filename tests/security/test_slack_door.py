"""Threats 1 to 3 at Slack's door: forged, replayed and malformed requests."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, func, select

from adapters.playground.slack.delivery import DeliveredPayload, sign
from adapters.slack.guard import MOST_BYTES, WINDOW, Guard
from storage.nudges import InboxEvent
from tests.adapters.slack.world import World, shown

FUZZED = 5_000


async def captured(world: World) -> DeliveredPayload:
    """A genuine request, byte for byte, that was answered."""
    await world.side.say("UPAT", None, "greet Bo")
    await world.settle()
    (sent,) = [one for one in world.side.delivery.sent if b"greet Bo" in one.body]
    return sent


async def post(http: aiohttp.ClientSession, sent: DeliveredPayload) -> int:
    async with http.post(sent.url, data=sent.body, headers=sent.headers) as response:
        return response.status


async def effects(world: World) -> tuple[int, int, int]:
    """Events recorded, events that reached a feature, messages that stand in Pat's chat."""
    await world.settle()
    async with world.database.read() as db:
        rows = (await db.scalars(select(func.count(col(InboxEvent.id))))).one()
    return rows, len(world.heard), len(world.side.inbox("UPAT"))


async def test_no_flipped_byte_of_body_signature_or_time_is_accepted(world: World) -> None:
    sent = await captured(world)
    before = await effects(world)
    signature = sent.headers["X-Slack-Signature"]
    stamp = sent.headers["X-Slack-Request-Timestamp"]
    async with aiohttp.ClientSession() as http:
        for place in range(len(sent.body)):
            flipped = bytearray(sent.body)
            flipped[place] ^= 1 + place % 255
            assert await post(http, replace(sent, body=bytes(flipped))) == 401, place
        for name, value in (("X-Slack-Signature", signature), ("X-Slack-Request-Timestamp", stamp)):
            for place in range(len(value)):
                changed = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
                assert await post(http, replace(sent, headers={**sent.headers, name: changed})) == 401
            without = {key: given for key, given in sent.headers.items() if key != name}
            assert await post(http, replace(sent, headers=without)) == 401
    assert await effects(world) == before


async def test_another_secret_and_an_old_signature_are_refused(world: World) -> None:
    sent = await captured(world)
    app = world.side.workplace.app
    async with aiohttp.ClientSession() as http:
        stale = {**sent.headers, **sign(app, sent.body, int(time.time()) - WINDOW - 5)}
        early = {**sent.headers, **sign(app, sent.body, int(time.time()) + WINDOW + 5)}
        other = {**sent.headers, **sign(replace(app, signing_secret="guessed"), sent.body)}
        for headers in (stale, early, other):
            assert await post(http, replace(sent, headers=headers)) == 401


async def test_the_same_bytes_a_hundred_times_have_one_effect(world: World) -> None:
    sent = await captured(world)
    before = await effects(world)
    async with aiohttp.ClientSession() as http:
        answers = await asyncio.gather(*(post(http, sent) for _ in range(100)))
    assert set(answers) == {200}
    assert await effects(world) == before


async def test_the_same_event_under_fresh_signatures_has_one_effect(world: World) -> None:
    """As when Slack sends again, or somebody could sign: the event's own id counts."""
    sent = await captured(world)
    before = await effects(world)
    app = world.side.workplace.app
    async with aiohttp.ClientSession() as http:
        for age in range(100):
            fresh = sign(app, sent.body, int(time.time()) - age)
            assert await post(http, replace(sent, headers={**sent.headers, **fresh})) == 200
    assert await effects(world) == before


async def test_a_command_replayed_is_not_done_twice(world: World) -> None:
    await world.side.command("UPAT", None, "/greet", "Ana")
    sent = world.side.delivery.sent[-1]
    assert b"command=%2Fgreet" in sent.body
    await world.settle()
    before = await effects(world)
    app = world.side.workplace.app
    async with aiohttp.ClientSession() as http:
        for age in range(20):
            fresh = sign(app, sent.body, int(time.time()) - age)
            assert await post(http, replace(sent, headers={**sent.headers, **fresh})) == 200
    assert await effects(world) == before


async def test_malformed_requests_never_break_the_door(world: World) -> None:
    """Bodies cut, joined and stirred; half of them signed, so that they reach the parsers too."""
    sent = await captured(world)
    await world.side.command("UPAT", None, "/greet", "Ana")
    await world.side.press("UPAT", None, "Count")
    await world.settle()
    genuine = [one.body for one in world.side.delivery.sent]
    dice = random.Random(20270201)
    app = world.side.workplace.app
    kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data"]
    async with aiohttp.ClientSession() as http:
        for number in range(FUZZED):
            body = stirred(dice, dice.choice(genuine))
            headers = {"Content-Type": dice.choice(kinds)}
            headers |= sign(app, body) if number % 2 else nonsense(dice, sent)
            status = await post(http, DeliveredPayload(sent.url, headers, body))
            assert status < 500, (status, headers, body)
            assert number % 2 or status == 401
    await world.side.say("UFAYE", None, "greet Zoe")  # Pat's chat may have had all that it may have a minute
    assert shown(await world.newest("UFAYE")).startswith("hello Zoe")


def stirred(dice: random.Random, body: bytes) -> bytes:
    """A body as no client would send it."""
    hostile = [
        b"", b"{}", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"payload=", b"payload={", b"payload=[]",
        b'payload={"type":"block_actions"}', b'{"type":"event_callback"}',
        b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","event":{"type":"message"},"authorizations":[7]}', b"command=%2Fgreet",
        b'payload={"type":"view_submission","view":{"state":[]},"user":{}}', b"{" * 5000, b"[" * 5000,
        b'{"type":"event_callback","event_id":"\\u0000","event":{"type":"message","text":"\\ud800"}}',
    ]  # fmt: skip
    if dice.random() < 0.3:
        return dice.choice(hostile)
    changed = bytearray(body)
    for _ in range(dice.randint(1, 12)):
        place = dice.randrange(len(changed)) if changed else 0
        what = dice.random()
        if what < 0.4 and changed:
            changed[place] = dice.randrange(256)
        elif what < 0.7:
            changed[place:place] = dice.choice(hostile)[:200]
        else:
            del changed[place : place + dice.randint(1, 40)]
    return bytes(changed)


def nonsense(dice: random.Random, sent: DeliveredPayload) -> dict[str, str]:
    """Headers that sign nothing."""
    stamps = ["", "now", "-1", "1e9", "9" * 40, "0x10", sent.headers["X-Slack-Request-Timestamp"], "٣"]
    marks = ["", "v0=", "v1=" + "0" * 64, "v0=" + "g" * 64, "v0=" + "0" * 63, "ü" * 9, "v0=" + "0" * 64]
    return {
        "X-Slack-Request-Timestamp": dice.choice(stamps),
        "X-Slack-Signature": dice.choice(marks),
        "X-Slack-Retry-Num": dice.choice(["", "x", "9" * 30]),
    }


async def test_a_body_larger_than_slack_sends_is_not_read(world: World) -> None:
    """Also when it comes in pieces and does not say how long it is."""
    url, app = (await captured(world)).url, world.side.workplace.app
    big = b"x" * (MOST_BYTES + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 4096):
            yield big[start : start + 4096]

    async with aiohttp.ClientSession() as http:
        async with http.post(url, data=big, headers=sign(app, big)) as response:
            assert response.status == 413
        async with http.post(url, data=pieces(), headers=sign(app, big)) as response:
            assert response.status == 413
        fits = b"x" * MOST_BYTES
        async with http.post(url, data=fits, headers=sign(app, fits)) as response:
            assert response.status < 500


async def test_the_longest_message_and_the_longest_answers_are_taken(world: World) -> None:
    """Letters beyond ASCII are six bytes in an event, and nine in a form."""
    assert (await world.side.say("UPAT", None, "語" * 40_000)).status == 200
    payload = {"type": "view_submission", "view": {"blocks": "é" * 3000 * 30}}
    form = urlencode({"payload": json.dumps(payload)}).encode()
    assert len(form) > 700_000
    async with (
        aiohttp.ClientSession() as http,
        http.post(world.url, data=form, headers=sign(world.side.workplace.app, form)) as response,
    ):
        assert response.status != 413


async def test_what_cannot_be_recorded_is_not_acknowledged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack sends it again, and then it counts: the refused signature is not taken for a replay."""

    async def full(_: object) -> None:
        raise OperationalError("insert", {}, OSError("disk full"))

    sent = await captured(world)
    app = world.side.workplace.app
    body = sent.body.replace(b'"event_id": "', b'"event_id": "again')
    assert body != sent.body
    fresh = DeliveredPayload(sent.url, {**sent.headers, **sign(app, body)}, body)
    async with aiohttp.ClientSession() as http:
        with monkeypatch.context() as patched:
            patched.setattr(world.router, "record", full)
            assert await post(http, fresh) == 503
        before = await effects(world)
        assert await post(http, fresh) == 200
    assert (await effects(world))[0] == before[0] + 1


def test_the_guard_forgets_signatures_only_after_they_ended() -> None:
    now = [1_000_000.0]
    guard = Guard("secret", lambda: now[0])
    guard.answered("v0=one")
    now[0] += 2 * WINDOW
    assert guard.replayed("v0=one")
    now[0] += 2
    assert not guard.replayed("v0=one")
