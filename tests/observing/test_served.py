"""What a served bot tells of itself: who may read it, what it counts, and the spans it sends."""

from __future__ import annotations

import gzip
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from adapters.observing.calls import METHODS, WatchedPlatforms
from adapters.observing.declared import METRICS
from adapters.observing.meters import Meters
from adapters.observing.tracing import spans_of
from adapters.observing.watch import Watch
from adapters.playground.slack import SlackSide, running
from adapters.server import CannotStart, Doors, OpenHouse, open_house, serve
from adapters.settings import read_settings
from adapters.settings_error import SettingsError
from bot.core.platform import (
    Address,
    CannotLookUp,
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)
from bot.nudges.outbox import Outcome
from storage.nudges import Nudge, NudgeState
from tests.adapters.test_serving import settings_in, slack_side
from tests.architecture.imports import ROOT
from tests.support.stage import START

TOKEN = "read-the-metrics-" * 2


@asynccontextmanager
async def serving(folder: Path, **more: object) -> AsyncIterator[tuple[OpenHouse, SlackSide]]:
    """A real bot before a Slack of our own; Ada has asked it for help."""
    side, bot_token = slack_side(socket_mode=False)
    keys = {"slack_bot_token": bot_token, "slack_signing_secret": side.workplace.app.signing_secret}
    async with running(side), open_house(
        settings_in(folder, **keys, **more), Doors(f"{side.base_url}/api/")
    ) as house:  # fmt: skip
        side.connect(f"{house.address}/slack/events")
        await side.command("UADA", None, "/throughline", "help")
        await house.application.dispatcher.drain()
        yield house, side


@pytest.fixture
def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def read(url: str, token: str = "") -> tuple[int, str]:
    async with ClientSession() as http:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with http.get(url, headers=headers) as response:
            return response.status, await response.text()


async def test_metrics_are_told_to_who_has_the_token_and_to_nobody_else(tmp_path: Path) -> None:
    """And every metric that is declared is there, with what has just happened counted."""
    async with serving(tmp_path, metrics_token=TOKEN) as (house, _):
        url = f"{house.address}/metrics"
        assert [(await read(url, token))[0] for token in ("", "x", TOKEN + "x", TOKEN[:-1])] == [401] * 4
        status, text = await read(url, TOKEN)
    assert status == 200
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {one.name.removesuffix("_total") for one in METRICS} <= families.keys()
    values = {(s.name, *sorted(s.labels.values())): s.value for f in families.values() for s in f.samples}
    assert values["throughline_answer_seconds_count", "answered", "command", "slack"] == 1
    assert values["throughline_platform_calls_total", "answer", "ok", "slack"] == 1
    assert values["throughline_platform_call_seconds_count", "answer", "slack"] == 1
    assert values["throughline_database_statement_seconds_count", "insert", "main"] >= 1
    assert values["throughline_messages_total", "failed"] == 0, "an alert sees increases from 0 alone"
    assert values["throughline_oldest_seconds", "events", "main"] == 0
    assert "process_resident_memory_bytes" in families


async def test_on_a_port_of_their_own_they_are_there_alone(tmp_path: Path, free_port: int) -> None:
    async with serving(tmp_path, metrics_port=free_port) as (house, _):
        own = f"http://127.0.0.1:{free_port}"
        assert (await read(f"{own}/metrics"))[0] == 200
        assert (await read(f"{own}/slack/events"))[0] == 404
        assert (await read(f"{house.address}/metrics"))[0] == 404


async def test_without_port_and_token_there_are_none(tmp_path: Path) -> None:
    async with serving(tmp_path) as (house, _):
        assert (await read(f"{house.address}/metrics"))[0] == 404


async def test_a_taken_port_for_metrics_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotStart, match="choose another METRICS_PORT"):
            async with serving(tmp_path, metrics_port=taken.getsockname()[1]):
                pass


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"metrics_token": "short"}, "METRICS_TOKEN"),
        ({"metrics_port": 8700, "port": 8700}, "METRICS_PORT"),
        ({"otel_exporter_otlp_endpoint": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        read_settings(_env_file=None, **wrong)


class Refusing:
    """A platform on which each call ends in its own way."""

    name = "slack"

    def __init__(self, ending: Exception | None) -> None:
        self.ending = ending

    async def send(self, *_: object, **__: object) -> str:
        if self.ending is not None:
            raise self.ending
        return "sent"


@pytest.mark.parametrize(
    ("ending", "result"),
    [
        (None, "ok"),
        (Throttled(3), "throttled"),
        (Uncertain("broke"), "uncertain"),
        (Unavailable("503"), "unavailable"),
        (WorkspaceRefused("revoked", "token_revoked"), "workspace_refused"),
        (Unreachable("gone"), "unreachable"),
        (CannotLookUp("no way"), "cannot_look_up"),
        (PlatformError("no"), "refused"),
        (KeyError("ts"), "defect"),
    ],
)
async def test_each_ending_of_a_call_is_counted_under_its_own_name(
    ending: Exception | None, result: str
) -> None:
    """And is passed on as it was."""
    assert "send" in METHODS
    assert "name" not in METHODS
    watch = Watch()
    platform = WatchedPlatforms({"slack": Refusing(ending)}, watch)["slack"]  # type: ignore[dict-item]
    if ending is None:
        assert await platform.send(Address("T", "C"), None, mark="", users={}, language="en") == "sent"  # type: ignore[arg-type, comparison-overlap]
    else:
        with pytest.raises(type(ending)):
            await platform.send(Address("T", "C"), None, mark="", users={}, language="en")  # type: ignore[arg-type]
    counted = watch.meters.registry.get_sample_value
    labels = {"platform": "slack", "method": "send", "result": result}
    assert counted("throughline_platform_calls_total", labels) == 1


@pytest.mark.parametrize(("minutes_put_off", "in_a_minute"), [(0, 1), (10, 0)])
def test_lateness_is_from_the_first_time_that_was_meant(minutes_put_off: int, in_a_minute: int) -> None:
    """A platform that asks to wait moves a message's time; its lateness is from the time before."""
    meters, now = Meters(), START
    due = now - timedelta(seconds=20)
    nudge = Nudge(key="", community_id=1, kind="note", due_at=due, created_at=now)
    nudge.put_off_since = now - timedelta(minutes=minutes_put_off) if minutes_put_off else None
    meters.ended(nudge, Outcome(NudgeState.PLANNED), now)
    meters.ended(nudge, Outcome(NudgeState.SENT), now)
    read = meters.registry.get_sample_value
    assert read("throughline_due_to_sent_seconds_count") == 1
    assert read("throughline_due_to_sent_seconds_bucket", {"le": "60.0"}) == in_a_minute
    assert read("throughline_messages_total", {"result": "planned"}) == 1
    assert b"_created" not in generate_latest(meters.registry)


# --- spans ---------------------------------------------------------------------------------------------


async def test_an_event_is_one_trace_with_its_handling_and_its_calls(tmp_path: Path) -> None:
    """Names and row numbers only; of an error its type."""
    kept = InMemorySpanExporter()
    span, end = spans_of(SimpleSpanProcessor(kept))
    with pytest.raises(KeyError), span("event", platform="slack"), span("handle", inbox=7):
        raise KeyError("what Ada said")
    inner, outer = kept.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id
    assert (outer.name, inner.name) == ("event", "handle")
    assert dict(inner.attributes or {}) == {"inbox": 7, "error.type": "KeyError"}
    assert not inner.events
    assert "Ada" not in inner.to_json()
    end()


class Collector:
    """An OTLP collector: keeps what is sent to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        return web.Response(body=b"", content_type="application/x-protobuf")

    def spans(self) -> dict[str, list[str]]:
        """Each span's name, with the names of those below it."""
        found = {}
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found.update({one.span_id: one for one in scope.spans})
        below: dict[str, list[str]] = {}
        for one in found.values():
            parent = found[one.parent_span_id].name if one.parent_span_id else ""
            below.setdefault(parent, []).append(one.name)
        return below


async def test_spans_reach_a_collector_over_otlp(tmp_path: Path) -> None:
    """The real exporter, to an address of the settings; nothing that was typed is in it."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    async with TestServer(app) as server:
        async with serving(tmp_path, otel_exporter_otlp_endpoint=str(server.make_url("/"))) as (_, side):
            await side.command("UADA", None, "/throughline", "reflect Hermeline heard this")
        spans = collector.spans()
    assert spans[""].count("event") >= 2
    assert sorted(set(spans["event"])) == ["handle", "platform call"]
    assert not any(word in body for body in collector.bodies for word in (b"Hermeline", b"UADA", b"Ada"))


@pytest.fixture
def without_opentelemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra was not installed."""
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)


@pytest.mark.usefixtures("without_opentelemetry")
async def test_spans_without_the_extra_end_the_start_with_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(
        tmp_path, teams_app_id="a", teams_app_password="b", teams_tenant_id="c",
        otel_exporter_otlp_endpoint="http://127.0.0.1:9",
    )  # fmt: skip
    assert await serve(settings) == 1
    assert "pip install 'throughline-bot[otel]'" in capsys.readouterr().err


def test_one_file_imports_opentelemetry_and_only_when_it_is_used() -> None:
    importing = [
        (str(file.relative_to(ROOT)), line)
        for folder in ("adapters", "bot", "storage", "prompts")
        for file in (ROOT / folder).rglob("*.py")
        for line in re.findall(r"(?m)^\s*from opentelemetry.*|^\s*import opentelemetry.*", file.read_text())
    ]
    assert {file for file, _ in importing} == {"adapters/observing/tracing.py"}
    assert all(line.lstrip("\n").startswith("    ") for _, line in importing)
