"""Writes docs/reference.md from the declarations: commands, messages, settings, tables. A test compares."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from adapters.demo.replay.reasons import OF_THEIR_OWN, when_and_to_whom
from adapters.settings import Settings
from bot.core.arguments import usage
from bot.features import all_features, all_kinds
from bot.nudges.default_cadence import DEFAULT_CADENCE
from prompts.text import plain
from storage.tables import row_classes

PAGE = Path(__file__).parent / "reference.md"
EXAMPLE = Path(__file__).parents[1] / ".env.example"
GROUP = re.compile(r"((?:^# (?![A-Z_]+=).+\n)+)((?:^(?:# )?[A-Z_]+=.*\n)+)", re.MULTILINE)
"""Of the example: what stands above some settings, and these."""


def reference() -> str:
    """The whole page."""
    parts = ("# Reference", BEFORE, *_commands(), *_messages(), *_settings(), *_tables())
    return "\n".join(parts) + "\n"


BEFORE = """
Made from the program's own declarations by `docs/generate_reference.py`. [Metrics](operations.md#metrics) and
[log events](operations.md#the-log) stand with what to do about them.
"""


def _commands() -> Iterator[str]:
    yield "## Commands\n\nOn Slack behind `/throughline`, elsewhere as they are.\n"
    yield "| Command | What it does | Who may |\n|---|---|---|"
    commands = [command for feature in all_features() for command in feature.commands]
    for one in sorted(commands, key=lambda command: command.name):
        who = one.may.value.replace("_", " ")
        yield f"| `{_cell(usage(one, 'en'))}` | {_cell(plain(one.summary('en')))} | {who} |"


def _messages() -> Iterator[str]:
    yield "\n## Kinds of message\n"
    yield "The cadence that a series starts with, then what staff get. The lowest rank is kept first.\n"
    yield "| Kind | When, and to whom | Rank |\n|---|---|---|"
    kinds = all_kinds()
    for step in DEFAULT_CADENCE:
        yield f"| `{step.slug}` | {when_and_to_whom(step)} | {kinds[step.kind].rank} |"
    for kind, rule in OF_THEIR_OWN.items():
        yield f"| `{kind}` | {rule.rstrip('.')} | {kinds[kind].rank} |"


def _settings() -> Iterator[str]:
    yield "\n## Settings\n\nVariables of the environment or of `.env`, or files in `SECRETS_DIR`.\n"
    yield "| Setting | Without it | What it is |\n|---|---|---|"
    told = _told()
    for name, field in Settings.model_fields.items():
        default = "" if field.default in ("", None) else f"`{field.default}`"
        yield f"| `{name.upper()}` | {default} | {_cell(told[name.upper()])} |"


def _told() -> dict[str, str]:
    """What the example says of each setting; of several in a row it is said of the first."""
    told: dict[str, str] = {}
    for comment, names in GROUP.findall(EXAMPLE.read_text(encoding="utf-8")):
        first, *rest = re.findall(r"([A-Z_]+)=", names)
        told |= {first: re.sub(r"(?m)^# ", "", comment)} | dict.fromkeys(rest, f"see `{first}`")
    return told


def _tables() -> Iterator[str]:
    yield "\n## Tables\n\nOf the database, by the class of a row.\n"
    yield "| Table | What a row is |\n|---|---|"
    for one in sorted(row_classes(), key=lambda rows: (rows.__module__, rows.__name__)):
        told = inspect.cleandoc(one.__doc__ or "").partition("\n\n")[0]
        yield f"| `{one.__module__}.{one.__name__}` | {_cell(told)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
