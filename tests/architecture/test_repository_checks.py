"""The checks of `.ci` turn red for what they look for; each planted thing is put together here."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.architecture.imports import ROOT

SCAN = ROOT / ".ci/scan_tracked_files.py"
AUDIT = ROOT / ".ci/audit_dependencies.py"

LETTERS = "aB3dE6gH9jK2mN5pQ8sT1vW4"
PLANTED = {
    "Slack token": "xoxb" + "-123456789012-123456789012-" + LETTERS,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "Azure client secret": "client = abc" + "8Q~" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0bC12",
    "AWS key": "AKIA" + "IOSFODNN7QWERTYU",
    "GitHub token": "ghp_" + LETTERS + "xY7zA0cD3fG6",
    "password in an address": "postgresql://admin:" + "hunter22@db.internal/app",
    "secret given in plain": "SLACK_SIGNING_" + "SECRET = '" + "8f742231b10e8888abcd99d2f3a185a5'",
    "registry host": "--index-url https://" + "py" + "pi.org/simple",
    "image registry": "FROM docker" + ".io/library/python:3.11",
    "path of one machine": "cd /" + "work/main",
    "working arrangements": "see is" + "sue #3",
}
HARMLESS = """
SLACK_BOT_TOKEN=xoxb-your-token
SLACK_SIGNING_SECRET=
signing_secret="not-a-secret-only-for-tests-12345"
DATABASE_URL=postgresql://throughline:throughline@localhost/throughline
token = request.headers.get("Authorization", "").removeprefix("Bearer ")
WORKDIR /app
"""


def scan(root: Path) -> subprocess.CompletedProcess[str]:
    """Scan the repository at `root`."""
    return subprocess.run([sys.executable, SCAN, root], capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one harmless tracked file, `settings.txt`."""
    (tmp_path / "settings.txt").write_text(HARMLESS)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "settings.txt"], check=True)
    return tmp_path


def test_the_repository_holds_nothing_unwanted() -> None:
    """No secret, registry host, machine path or working note stands in a tracked file."""
    done = scan(ROOT)
    assert done.returncode == 0, done.stdout


def test_empty_settings_and_made_up_values_are_no_secrets(repository: Path) -> None:
    """Examples that a reader must see do not turn the scan red."""
    assert scan(repository).stdout == "scan: 0 findings in 1 tracked files\n"


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_thing_turns_the_scan_red_and_is_not_repeated(repository: Path, kind: str) -> None:
    """The scan names file, line and kind, and does not print the secret itself."""
    (repository / "settings.txt").write_text("first line\n" + PLANTED[kind] + "\n")
    done = scan(repository)
    assert done.returncode == 1
    assert f"settings.txt:2: {kind}\n" in done.stdout
    assert PLANTED[kind] not in done.stdout


def test_a_line_marked_as_an_example_is_left_alone(repository: Path) -> None:
    """A document may show the shape of a token when it says that it is made up."""
    (repository / "settings.txt").write_text(PLANTED["Slack token"] + "  # scan: example\n")
    assert scan(repository).returncode == 0


async def _advise(request: web.Request) -> web.Response:
    # An advisory service that knows one hole, in aiohttp.
    asked = json.loads(await request.text())["package"]["name"]
    if asked != "aiohttp":
        return web.json_response({})
    hole = {
        "id": "PLANTED-1",
        "published": "2024-01-01T00:00:00Z",
        "summary": "made up",
        "affected": [{"package": {"name": "aiohttp", "ecosystem": "PyPI"}, "versions": ["0"]}],
    }
    return web.json_response({"vulns": [hole]})


async def test_a_dependency_with_a_known_hole_turns_the_audit_red() -> None:
    """The package, its version and the advisory are named."""
    application = web.Application()
    application.router.add_post("/v1/query", _advise)
    async with TestServer(application) as server:
        address = str(server.make_url("/v1/query"))
        audit = await asyncio.create_subprocess_exec(
            sys.executable, AUDIT, "--advisories", address, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await audit.communicate()
    assert audit.returncode == 1
    assert "aiohttp" in output.decode()
    assert "PLANTED-1" in output.decode()


def test_an_audit_without_the_advisory_service_says_so() -> None:
    """It is never silently green: a note tells that only the offline checks were made."""
    done = subprocess.run(
        [sys.executable, AUDIT, "--advisories", "http://127.0.0.1:1/v1/query"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "note: audit: the advisory service is not reached" in done.stdout
