"""Run the fast tests with other versions than the locked ones on the oldest Python: the lowest that
`pyproject.toml` admits, and the locked ones on each newer Python.

Each stands in an empty environment that is thrown away. Exit 1 when any fails. A Python that is not here is
named; with none of them here, exit 77.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from build_wheel import PYTHONS, found_pythons

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv/bin/uv"
OLDEST, *NEWER = PYTHONS


def done(*command: str | Path) -> bool:
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def lowest(folder: Path) -> Path:
    """The lowest versions of what the product names itself; what these need is as new as it may be."""
    made = folder / "lowest.txt"
    command: list[str | Path] = [
        UV,
        "pip",
        "compile",
        "--quiet",
        "--no-config",
        "--no-header",
        "--no-annotate",
    ]
    command += ["--python-version", OLDEST, "--resolution", "lowest-direct", "--extra", "dev"]
    subprocess.run([*command, "pyproject.toml", "-o", made], cwd=ROOT, check=True, capture_output=True)
    return made


def passes(python: str, requirements: Path, folder: Path) -> bool:
    """Whether the fast tests pass there."""
    there = folder / "bin/python"
    return (
        done(UV, "venv", "--quiet", "--no-config", "--python", python, folder)
        and done(UV, "pip", "sync", "--quiet", "--no-config", "--python", there, requirements)
        and done(there, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "--fast")
    )


def main() -> int:
    locked = ROOT / "requirements/dev.lock"
    failed = tried = 0
    here = dict(found_pythons())
    with TemporaryDirectory(prefix="throughline-versions-") as place:
        turns = [(OLDEST, "lowest versions", lowest(Path(place)))]
        turns += [(python, "locked versions", locked) for python in NEWER]
        for number, (python, name, requirements) in enumerate(turns):
            if python not in here:
                print(f"left out: Python {python} (not here)", flush=True)
                continue
            tried += 1
            well = passes(here[python], requirements, Path(place) / str(number))
            failed += not well
            print(f"versions: Python {python}, {name}: {'well' if well else 'FAILED'}", flush=True)
    return 1 if failed else 0 if tried else 77


if __name__ == "__main__":
    sys.exit(main())
