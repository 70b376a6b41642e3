"""`.ci/run` runs every check, whatever becomes of the others, and tells of each."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.imports import ROOT

MAKE = """#!/bin/sh
for check; do :; done
echo "this is $check"
[ "$check" != audit ] || echo "note: audit: offline"
[ "$check" != "$BREAKS" ]
"""


def run(folder: Path, breaks: str) -> subprocess.CompletedProcess[str]:
    """All checks of a checkout whose `make` breaks one of them, on a machine without buildah."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", folder / ".ci/run")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "make").write_text(MAKE)
    (programs / "make").chmod(0o755)
    for name in ("bash", "cat", "dirname", "flock", "grep", "mktemp", "rm", "sed", "sh", "touch"):
        (programs / name).symlink_to(str(shutil.which(name)))
    surroundings = {"PATH": str(programs), "BREAKS": breaks, "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    return subprocess.run(
        [folder / ".ci/run"], env=surroundings, capture_output=True, text=True, check=False, timeout=60
    )


def test_all_checks_pass_and_the_summary_says_what_was_left_out(tmp_path: Path) -> None:
    done = run(tmp_path, "nothing")
    assert done.returncode == 0, done.stdout + done.stderr
    summary = done.stdout.partition("== summary")[2]
    told = [line.split()[0] for line in summary.splitlines() if line and not line.startswith(" ")]
    assert told[:-2] == [
        "setup", "lint", "scan", "imports", "types", "audit", "docs", "wheel", "image", "test", "clients",
        "seeds",
    ]  # fmt: skip
    assert "note: audit: offline" in summary
    assert "left out: the image" in summary


@pytest.mark.parametrize("broken", ["lint", "types", "test", "seeds"])
def test_a_check_that_fails_stops_no_other_and_fails_the_run(tmp_path: Path, broken: str) -> None:
    done = run(tmp_path, broken)
    assert done.returncode == 1
    assert done.stdout.count("FAILED") == 2, "the check, and the closing line"
    assert done.stdout.count("\nthis is ") == 11


def test_without_the_tools_nothing_else_is_tried(tmp_path: Path) -> None:
    done = run(tmp_path, "setup")
    assert done.returncode == 1
    assert done.stdout.count("\nthis is ") == 1
