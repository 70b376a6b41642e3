"""What is installed from a wheel, as the Dockerfile does, holds every file that a checkout has."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapters", "bot", "prompts", "storage")
FOR_DEVELOPERS = {".md", ".mako"}
"""Notes, and the pattern that a new migration is written by."""


@pytest.mark.slow
def test_a_wheel_carries_pages_styles_words_and_licences(tmp_path: Path) -> None:
    """Without them `throughline run` ends with a missing template wherever it is not run from a checkout."""
    source = tmp_path / "source"
    known = _output("git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES).splitlines()
    for name in (*known, "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    _output(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
        "--wheel-dir", str(tmp_path), str(source),
    )  # fmt: skip
    carried = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {name for name in known if (ROOT / name).is_file() and Path(name).suffix not in FOR_DEVELOPERS}
    assert wanted - carried == set()


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
