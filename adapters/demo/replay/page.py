"""One page that holds all it needs: the recording, the playground's renderers, a policy of no network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from adapters.playground.page.playground import STATIC

HERE = Path(__file__).parent / "static"
STYLES = (STATIC / "page.css", STATIC / "messages.css", STATIC / "cards.css", HERE / "replay.css")
CARDS = STATIC / "vendor" / "adaptivecards" / "adaptivecards.min.js"
ICON = STATIC / "icon.svg"
IMPORT = re.compile(r"(?m)^import \{[^}]*\} from \"([^\"]+)\";\n")
NAMED = re.compile(r"(?m)^(?:export )?(?:async )?(?:function|const|let|class) (\w+)")


def replay_page(recording: dict[str, Any]) -> str:
    """The whole page. What people wrote stands in it packed, and becomes text nodes in the browser: no markup
    of theirs gets in."""
    packed = gzip.compress(json.dumps(recording, ensure_ascii=False).encode(), compresslevel=9, mtime=0)
    style = "\n".join(file.read_text(encoding="utf-8") for file in STYLES)
    scripts = [CARDS.read_text(encoding="utf-8"), joined(HERE / "replay.js")]
    page = (HERE / "replay.html").read_text(encoding="utf-8")
    values = {
        "policy": _policy(style, scripts),
        "icon": "data:image/svg+xml;base64," + base64.b64encode(ICON.read_bytes()).decode(),
        "style": style,
        "cards": scripts[0],
        "script": scripts[1],
        "recording": base64.b64encode(packed).decode(),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], page)


def joined(file: Path) -> str:
    """A module and all that it imports as one text, each after what it needs. Raises `ValueError` when two
    of them declare the same name."""
    parts: dict[Path, str] = {}
    _gather(file.resolve(), parts, set())
    names: dict[str, Path] = {}
    for path, text in parts.items():
        for name in NAMED.findall(text):
            if name in names:
                raise ValueError(f"{name} is declared in {names[name].name} and in {path.name}")
            names[name] = path
    whole = "\n".join(re.sub(r"(?m)^export ", "", text) for text in parts.values())
    if "</script" in whole.lower() or "<!--" in whole:
        raise ValueError("a script must not hold what ends a script")
    return whole


def _gather(file: Path, parts: dict[Path, str], begun: set[Path]) -> None:
    if file in begun:
        return
    begun.add(file)
    text = file.read_text(encoding="utf-8")
    for other in IMPORT.findall(text):
        _gather((file.parent / other).resolve(), parts, begun)
    parts[file] = IMPORT.sub("", text)


def _policy(style: str, scripts: list[str]) -> str:
    """Only these very texts run, and nothing is fetched or sent."""
    told = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {told}; style-src {_digest(style)}; img-src data:; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
