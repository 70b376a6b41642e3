"""Read every tracked file for what must not be in the repository.

Secrets (tokens, keys, passwords), hosts of package registries, paths of one machine, and words about
how the work was organised. A line that must show such a thing, made up, ends with `scan: example`.
Prints file, line and kind, never the secret; exit 1 when anything is found.
"""

import argparse
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ALLOWED = "scan: example"

SECRETS = {
    "Slack token": r"\bxox[abeoprs]-(?:\d-)?\d{8,}-[\w-]{20,}|\bxapp-\d-[A-Z0-9]{8,}-\d{8,}-\w{20,}",
    "Slack webhook": r"hooks\.slack\.com/(?:services|workflows)/T\w+/\w+/\w+",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "Azure client secret": r"(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}(?![\w~.-])",
    "AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "GitHub token": r"\bgh[oprsu]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{40,}",
    "AI service key": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}",
    "signed token": r"\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}",
    "password in an address": r"\b[a-z][a-z0-9+]*://[^\s:/@\"']+:(?!throughline@|postgres@)[^\s@/$<{\"']{3,}@",
}
ASSIGNED = re.compile(
    r"(?i)(?:secret|password|passwd|token|api_?key|access_?key)\w*[\"']?\s*[:=]\s*[\"']?(?P<value>[\w+/~.=-]{24,})"
)
MADE_UP = re.compile(r"(?i)example|sample|test|fake|dummy|placeholder|not-|made-?up|playground")

WORDS = {
    "registry host": r"(?i)\bpypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|proxy\.golang",
    "image registry": r"(?i)\b(?:docker|quay|ghcr|gcr)\.io/",
    "path of one machine": r"(?<![\w.])/(?:work|root)/|(?<![\w.])/(?:home|Users)/[a-z]\w*/",
    "working arrangements": r"(?i)\bsub-?agents?\b|\bissue #?\d+\b|\bissues show\b",
}
SECRET_PATTERNS = {kind: re.compile(pattern) for kind, pattern in SECRETS.items()}
WORD_PATTERNS = {kind: re.compile(pattern) for kind, pattern in WORDS.items()}


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; random base-64 is near 6 when long, words are near 3.5."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def looks_random(value: str) -> bool:
    """Whether a value given to something called a secret looks like a real one."""
    mixed = re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    return bool(mixed) and not MADE_UP.search(value) and not value.count(".") > 1 and entropy(value) >= 3.5


def findings(line: str, vendored: bool = False) -> list[str]:
    """The kinds of unwanted things in one line; in vendored files only secrets count."""
    if ALLOWED in line:
        return []
    kinds = [kind for kind, pattern in SECRET_PATTERNS.items() if pattern.search(line)]
    if not vendored:
        if not kinds and any(looks_random(match["value"]) for match in ASSIGNED.finditer(line)):
            kinds.append("secret given in plain")
        kinds += [kind for kind, pattern in WORD_PATTERNS.items() if pattern.search(line)]
    return kinds


def tracked_files(root: Path) -> Iterator[Path]:
    """Every file that git tracks below `root` and that still stands there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            yield root / name


def main() -> int:
    """Print each finding; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent)
    root: Path = parser.parse_args().root

    found = files = 0
    for path in tracked_files(root):
        content = path.read_bytes()
        files += 1
        if b"\0" in content[:8000]:
            continue
        vendored = any(part in {"vendor", "vendored"} for part in path.parts)
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            for kind in findings(line, vendored):
                found += 1
                print(f"{path.relative_to(root)}:{number}: {kind}")
    print(f"scan: {found} findings in {files} tracked files")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
