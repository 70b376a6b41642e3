"""Instruments as YAML: reading one tells every problem at once, each with its file, line and path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import ValidationError

from bot.core.bounded_yaml import BoundedValues, load
from bot.evaluations.instruments import Instrument


@dataclass(frozen=True)
class InstrumentProblem:
    """One thing wrong in a file; `line` counts from 1, `path` reads like ``items.2.show_if`` (from 0)."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """As a compiler would say it: ``post_session.yaml:12: items.2.labels: …``."""
        place = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}: {place}{self.message}"


class InstrumentFileError(ValueError):
    """The file is no instrument; `problems` holds all that was found, in file order."""

    def __init__(self, problems: Sequence[InstrumentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


_IN_WORDS = {
    "extra_forbidden": "not known here",
    "missing": "is missing",
    "tuple_type": "a list belongs here",
    "model_type": "lines such as name: value belong here",
    "dict_type": "lines such as name: value belong here",
}
"""What pydantic's kinds of errors mean to whoever wrote the file."""


@cache
def instrument_library() -> dict[str, Instrument]:
    """The instruments that come with the product, by name. Raises `InstrumentFileError`."""
    folder = resources.files("prompts") / "instruments"
    files = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda p: p.name)
    read = [read_instrument(path.read_text(encoding="utf-8"), path.name) for path in files]
    return {instrument.name: instrument for instrument in read}


def read_instrument(text: str, file: str) -> Instrument:
    """Read one instrument; `file` is named in problems. Raises `InstrumentFileError` with all of them."""
    try:
        tree, data = load(text, BoundedValues)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or "this is not YAML"
        raise InstrumentFileError(
            [InstrumentProblem(file, mark.line + 1 if mark else 1, "", message)]
        ) from error
    try:
        return Instrument.model_validate(data)
    except ValidationError as error:
        problems = [
            InstrumentProblem(file, *_place(tree, where), message) for where, message in _flat_errors(error)
        ]
        raise InstrumentFileError(sorted(problems, key=lambda problem: problem.line)) from error


def _flat_errors(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    found: list[tuple[tuple[str | int, ...], str]] = []
    for each in error.errors():
        if each["type"] == "instrument":
            found += [(misfit.where, misfit.message) for misfit in each["ctx"]["misfits"]]
        else:
            found.append((each["loc"], _message(each["type"], each["msg"])))
    return found


def _message(kind: str, message: str) -> str:
    return _IN_WORDS.get(kind) or message.removeprefix("Value error, ")


def _place(tree: yaml.Node | None, where: Sequence[str | int]) -> tuple[int, str]:
    """The line of the deepest part of `where` that stands in the file, and the whole path."""
    node, line = tree, tree.start_mark.line + 1 if tree else 1
    for step in where:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line, ".".join(map(str, where))


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    return None
