"""Check everything that a release needs; then date the changelog, keep the migrations, commit and tag.

Run on a commit that `.ci/run` has passed. `--dry-run` checks the same and changes nothing. What cannot be
tried on this machine is left out, with a line that says so.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG, CITATION = ROOT / "CHANGELOG.md", ROOT / "CITATION.cff"
MIGRATIONS = ROOT / "storage/migrations/versions"
RELEASED = ROOT / "storage/migrations/released.txt"
"""A line for each migration that a release has: the release, the file, its SHA-256; they are kept."""
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
MOST_CHARACTERS = 400
"""Of a line of the changelog; who wants more reads the page that it names."""
ENTRY = re.compile(r"^- .+?(?=\n- |\n\n|\Z)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def output(*command: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def sections(changelog: str, name: str) -> dict[str, str]:
    """What stands below `## [name]`, by the section that it is in."""
    below = re.search(rf"^## \[{re.escape(name)}\].*?(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    parts = re.split(r"^### (.+)$", below[0] if below else "", flags=re.MULTILINE)[1:]
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def to_release(changelog: str) -> dict[str, str]:
    """What the release's section will say: what stands there, then what is unreleased."""
    said = sections(changelog, version())
    for title, text in sections(changelog, "Unreleased").items():
        said[title] = f"{said.get(title, '')}\n\n{text}".strip()
    return said


def released_changelog(changelog: str, day: str) -> str:
    """The changelog with everything below the release's dated heading, and nothing unreleased."""
    start = changelog.index("## [Unreleased]")
    older = re.search(rf"^## \[(?!Unreleased|{re.escape(version())})", changelog, re.MULTILINE)
    told = "\n\n".join(f"### {title}\n\n{text}" for title, text in to_release(changelog).items() if text)
    rest = changelog[older.start() :] if older else ""
    return (
        f"{changelog[:start]}## [Unreleased]\n\n## [{version()}] - {day}\n\n{told}\n\n{rest}".rstrip() + "\n"
    )


def problems_of_changelog() -> Iterator[str]:
    said = to_release(CHANGELOG.read_text())
    entries = [" ".join(entry.split()) for text in said.values() for entry in ENTRY.findall(text)]
    if not entries:
        yield f"CHANGELOG.md: nothing is told of {version()}"
    for title in said.keys() - SECTIONS:
        yield f"CHANGELOG.md: ### {title} is none of {', '.join(sorted(SECTIONS))}"
    for entry in entries:
        if len(entry) > MOST_CHARACTERS:
            yield f"CHANGELOG.md: {len(entry)} characters, {MOST_CHARACTERS} at most: {entry[:60]} ..."


def problems_of_versions() -> Iterator[str]:
    for name, wanted in (
        ("CITATION.cff", f"version: {version()}"),
        ("docs/deploy/kubernetes.yaml", f"image: throughline:{version()}"),
        ("README.md", f"throughline_bot-{version()}-py3-none-any.whl"),
        ("docs/upgrading.md", f"## {version()}"),
    ):
        if wanted not in (ROOT / name).read_text():
            yield f"{name}: does not say {wanted}"


def problems_of_tag() -> Iterator[str]:
    if output("git", "status", "--porcelain"):
        yield "git: something is not committed"
    if output("git", "tag", "--list", f"v{version()}"):
        yield f"git: v{version()} is tagged already: raise the version in pyproject.toml"


def digests() -> dict[str, str]:
    """Of each migration, by its file's name."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(MIGRATIONS.glob("0*.py"))}


def problems_of_migrations() -> Iterator[str]:
    now = digests()
    for release, name, digest in (line.split() for line in RELEASED.read_text().splitlines()):
        if now.get(name) != digest:
            yield f"storage/migrations/versions/{name}: is not as {release} has it: write a new one"


def problems_of_docs() -> Iterator[str]:
    for name in output("git", "ls-files", ":(glob)*.md", "docs/*.md", ".github/*.md").splitlines():
        page = ROOT / name
        for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
            if not (page.parent / target).exists():
                yield f"{name}: leads to {target}, which is not there"


LOOKS: dict[str, Callable[[], Iterator[str]]] = {
    "versions": problems_of_versions,
    "changelog": problems_of_changelog,
    "tag": problems_of_tag,
    "migrations": problems_of_migrations,
    "docs": problems_of_docs,
}
TRIES = {
    "wheel and SBOM": (sys.executable, ".ci/build_wheel.py", "--every-python"),
    "lowest versions, newer Pythons": (sys.executable, ".ci/try_versions.py"),
    "image": (".ci/image",),
    "bare Debian": (".ci/bare-debian",),
}


def tried(name: str, command: tuple[str, ...]) -> bool:
    """Whether it went well, or cannot be tried here (exit 77)."""
    status = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    print(f"release: {name}: {({0: 'well', 77: 'left out'}).get(status, 'FAILED')}", flush=True)
    return status in {0, 77}


def release() -> None:
    """Date the changelog, keep the migrations as they are, commit and tag."""
    day = datetime.now(UTC).date().isoformat()
    CHANGELOG.write_text(released_changelog(CHANGELOG.read_text(), day))
    lines = RELEASED.read_text().splitlines()
    kept = {line.split()[1] for line in lines}
    lines += [f"{version()} {name} {digest}" for name, digest in digests().items() if name not in kept]
    RELEASED.write_text("".join(f"{line}\n" for line in lines))
    citation = re.sub(r"^date-released:.*\n", "", CITATION.read_text(), flags=re.MULTILINE)
    CITATION.write_text(
        citation.replace(f"version: {version()}\n", f"version: {version()}\ndate-released: {day}\n")
    )
    output("git", "commit", "--all", "--message", f"Release {version()}")
    output("git", "tag", "--annotate", f"v{version()}", "--message", f"Throughline {version()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="check only")
    parser.add_argument("--look-only", action="store_true", help="build and try nothing; implies --dry-run")
    given = parser.parse_args()
    problems = [problem for look in LOOKS.values() for problem in look()]
    for problem in problems:
        print(f"release: {problem}")
    if problems:
        return 1
    print(f"release: {', '.join(LOOKS)}: well", flush=True)
    if given.look_only:
        return 0
    if not all(tried(name, command) for name, command in TRIES.items()):
        return 1
    if given.dry_run:
        print(f"release: {version()} is ready; nothing was changed")
        return 0
    release()
    print(f"release: v{version()} is tagged: `git push --follow-tags`, and the files of dist/ beside it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
