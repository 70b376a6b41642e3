"""What once showed a fault shows none any more; a fault is seen; and no reader of foreign input is left out.

By hand there is as much of it as one likes: ``python -m tests.fuzz``.
"""

from __future__ import annotations

import re
from random import Random
from time import gmtime

import pytest

from tests.fuzz.bounds import LARGEST, MEGABYTES, ROOT, Target, fault_of, megabytes_of
from tests.fuzz.mutating import mutated
from tests.fuzz.running import KEPT, kept, smaller
from tests.fuzz.targets import TARGETS

READERS = (
    "CalamineWorkbook", "Document", "ZipFile", "b64decode", "from_filelike", "from_ical", "fromisoformat",
    "load_workbook", "loads", "message_from_bytes", "model_validate_json", "parse_qsl", "strptime",
    "urlsafe_b64decode",
)  # fmt: skip
"""What turns foreign text into values, by name."""
_CALLED = re.compile(rf"\b(?:csv\.reader|{'|'.join(READERS)})\(")
OWN = {
    "bot/archive/rerun.py": "a button's value that we made; what cannot be read is refused",
    "bot/core/attached.py": "a shape that is matched as a whole before",
    "bot/console/deciding.py": "a form's values after `check`",
    "bot/console/failures.py": "what the note wrote",
    "bot/core/cards.py": "what the outbox stored",
    "bot/core/changes.py": "a button's value, cut before",
    "bot/core/sealing.py": "what we encrypted",
    "bot/evaluations/counted.py": "answers after `check`",
    "bot/identities/merging.py": "what the merge wrote",
    "bot/starting/answering.py": "what the draft holds",
    "bot/transfer/import_commands.py": "what the draft holds",
    "adapters/cli/breakouts_check.py": "a plan of our own, by hand",
    "adapters/replies/door.py": "the key of the service, compared",
    "adapters/slack/sockets.py": "Slack's own socket; tests/refusals/test_sockets.py",
    "adapters/slack/validating.py": "a schema of ours",
    "adapters/teams/package.py": "a package of our own",
    "adapters/teams/render.py": "what we show",
}
"""Readers of what the product itself wrote, and of what is tried elsewhere."""


@pytest.mark.parametrize("target", TARGETS, ids=[one.name for one in TARGETS])
def test_every_kept_input_is_taken_without_a_fault(target: Target) -> None:
    found = {fault for data in [*target.seeds()[:3], *kept(target)] if (fault := fault_of(target, data))}
    assert found == set()


def test_the_kept_inputs_are_small_and_each_belongs_to_a_target() -> None:
    paths = [path for path in KEPT.rglob("*") if path.is_file()]
    assert {path.parent.name for path in paths} <= {one.name for one in TARGETS}
    assert all(path.stat().st_size <= LARGEST for path in paths)
    assert sum(path.stat().st_size for path in paths) < 200_000


def test_every_reader_of_foreign_input_is_tried() -> None:
    tried = {module for target in TARGETS for module in target.modules}
    assert {name for name in tried if not (ROOT / name).is_file()} == set()
    assert _reading() - tried - OWN.keys() == set()
    assert OWN.keys() - _reading() == set()


def _reading() -> set[str]:
    """Modules of ours that turn text or bytes into values by a library."""
    found = set()
    for folder in ("bot", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if (
                name.startswith(("adapters/playground/", "adapters/demo/"))
                or name == "adapters/sample_series.py"
            ):
                continue  # the far side's half of the wire, and the sample's own
            if _CALLED.search(path.read_text(encoding="utf-8")):
                found.add(name)
    return found


def test_no_text_is_taken_for_a_number_that_int_refuses() -> None:
    """``"²".isdigit()`` is true, and ``int("²")`` raises: ``isdecimal`` says what `int` takes."""
    used = [
        str(path.relative_to(ROOT))
        for folder in ("bot", "adapters", "prompts", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\.(?:isdigit|isnumeric)\(", path.read_text(encoding="utf-8"))
    ]
    assert used == []


def _broken(data: bytes) -> object:
    if data.startswith(b"hang"):
        while True:
            pass
    if data.startswith(b"hoard"):
        return len([b"x" * 2**20 for _ in range(2 * MEGABYTES)])
    return {"a": 1}[data.decode()]


PLANTED = Target("planted", _broken, lambda: [b"a"], (), (UnicodeDecodeError,))


def test_an_error_a_hang_and_a_hoard_are_seen_and_a_declared_error_is_none() -> None:
    assert fault_of(PLANTED, b"a") == ""
    assert fault_of(PLANTED, b"\xff") == ""
    assert fault_of(PLANTED, b"b").startswith("KeyError")
    assert fault_of(PLANTED, b"hang", seconds=0.05).startswith("takes longer")
    assert megabytes_of(PLANTED, b"hoard") > MEGABYTES > megabytes_of(PLANTED, b"a")


def test_what_shows_a_fault_is_made_small() -> None:
    assert smaller(PLANTED, b"hang" + b"x" * 50, "takes longer than 2 s ", seconds=0) == b"hang" + b"x" * 50
    assert smaller(PLANTED, b"b" * 100, fault_of(PLANTED, b"b")) == b""


@pytest.mark.parametrize("shape", ["bytes", "json", "zip"])
def test_the_same_number_changes_the_same_way(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any hour: a seed that failed is played again the day after."""
    target = next(one for one in TARGETS if one.shape == shape)
    seed = target.seeds()[0]
    once = [mutated(seed, shape, [seed], (), Random(n)) for n in range(20)]
    monkeypatch.setattr("time.localtime", lambda *_: gmtime(10**9))
    assert once == [mutated(seed, shape, [seed], (), Random(n)) for n in range(20)]
    assert len(set(once)) > 10
