"""Build the wheel twice, hold both against each other and the checkout, install it and write its SBOM.

The wheel and the list of what it needs (CycloneDX) end in `dist/`. Its `throughline` plays the first session
of the demo in an empty environment with the locked dependencies; with `--every-python` also on each supported
Python that is here, as `uvx --from FILE` runs it: with the newest dependencies that the ranges allow.
Exit 1 when a byte differs, a file is missing or the demo does not end well.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
BIN = ROOT / ".venv/bin"
PACKAGES = ("adapters", "bot", "prompts", "storage")
BESIDE = ("pyproject.toml", "README.md", "LICENSE")
FOR_DEVELOPERS = {".md", ".mako"}
"""Notes, and the pattern that a new migration is written by."""
PYTHONS = ("3.11", "3.12", "3.13")
DEMO = ("demo", "--platform", "both", "--sessions", "1", "--quiet")


def output(*command: str | Path, **environment: str) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def packaged_files() -> list[str]:
    """What git knows, or would take, of the packages."""
    listed = output("git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES)
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def built(folder: Path, zone: str) -> Path:
    """The wheel, built in a copy of the checkout under `folder`, on a clock of this zone."""
    for name in (*packaged_files(), *BESIDE):
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / "source" / name)
    made = output("git", "log", "-1", "--format=%ct")
    output(
        BIN / "python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
        "--wheel-dir", folder, folder / "source", SOURCE_DATE_EPOCH=made, TZ=zone,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def missing(wheel: Path) -> set[str]:
    """Files of the checkout that the wheel lacks."""
    carried = set(zipfile.ZipFile(wheel).namelist())
    return {name for name in packaged_files() if Path(name).suffix not in FOR_DEVELOPERS} - carried


def found_pythons() -> Iterator[tuple[str, str]]:
    """Version and path of each supported Python that runs here."""
    for version in PYTHONS:
        kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for path in (shutil.which(f"python{version}"), *map(str, kept)):
            if path and not subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode:
                yield version, path
                break


def locked_environment(folder: Path, wheel: Path) -> Path:
    """The Python of an environment that holds the wheel and what the lock says, nothing else."""
    uv, python = BIN / "uv", folder / "locked/bin/python"
    output(uv, "venv", "--quiet", "--no-config", "--python", sys.executable, folder / "locked")
    output(uv, "pip", "sync", "--quiet", "--no-config", "--python", python, "requirements/run.lock")
    output(uv, "pip", "install", "--quiet", "--no-config", "--python", python, "--no-deps", wheel)
    return python


def newest(wheel: Path, python: str) -> list[str | Path]:
    """The command that runs the wheel as a stranger would, in an environment made for it."""
    options = ("--quiet", "--isolated", "--no-config", "--python", python)
    return [BIN / "uv", "tool", "run", *options, "--from", wheel, "throughline"]


def play_the_demo(command: list[str | Path], folder: Path) -> str:
    """The demo's closing line, said far from the checkout."""
    told = subprocess.run(
        [*command, *DEMO], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise SystemExit(f"wheel: the demo ended with {told.returncode}\n{told.stdout}{told.stderr}")
    return told.stdout.strip().splitlines()[-1]


def write_sbom(wheel: Path, python: Path) -> Path:
    """What the locked environment holds, as CycloneDX; the same bytes for the same lock."""
    file = wheel.with_name(wheel.stem + ".cdx.json")
    output(
        BIN / "cyclonedx-py", "environment", "--pyproject", "pyproject.toml", "--mc-type", "application",
        "--output-reproducible", "--of", "JSON", "--sv", "1.6", "--output-file", file, python,
    )  # fmt: skip
    return file


def main() -> int:
    """Do it, a line for each thing that holds; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every-python", action="store_true", help="install it on each Python that is here")
    every: bool = parser.parse_args().every_python
    os.umask(0o022)  # a wheel keeps the rights of its files
    with tempfile.TemporaryDirectory(prefix="throughline-wheel-") as name:
        folder = Path(name)
        first, again = built(folder / "first", "UTC"), built(folder / "again", "Asia/Kathmandu")
        if digest(first) != digest(again):
            print(f"wheel: two builds differ: {digest(first)} {digest(again)}")
            return 1
        if lacking := missing(first):
            print("wheel: lacks " + ", ".join(sorted(lacking)))
            return 1
        DIST.mkdir(exist_ok=True)
        wheel = Path(shutil.copy(first, DIST))
        print(f"wheel: {wheel.name}, {wheel.stat().st_size:,} bytes, the same twice: {digest(wheel)}")
        python = locked_environment(folder, wheel)
        print(f"wheel: what it needs: {write_sbom(wheel, python).name}")
        print(f"wheel: with its locks: {play_the_demo([python.with_name('throughline')], folder)}")
        here = dict(found_pythons()) if every else {}
        for version, path in here.items():
            print(
                f"wheel: by uvx on Python {version}: {play_the_demo(newest(wheel, path), folder)}", flush=True
            )
        if every and (absent := [version for version in PYTHONS if version not in here]):
            print(f"left out: the wheel on Python {', '.join(absent)} (not installed here)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
