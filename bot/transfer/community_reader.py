"""Reads a community or a series file and tells every problem at once, each with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.bounded_yaml import BoundedText, load
from bot.transfer.community_file import CommunityFile
from bot.transfer.series_file import SeriesFile
from prompts.library import Strict

Kind = TypeVar("Kind", bound=Strict)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong in a file; `line` counts from 1."""

    line: int
    where: str
    message: str


class CommunityFileError(ValueError):
    """The file cannot be used; `problems` holds all that was found, in file order."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__(f"{len(problems)} problems in the community file")
        self.problems = problems


def read_community(text: str) -> CommunityFile:
    """Read a community file. Raises `CommunityFileError` with every problem and its line."""
    return _read(text, CommunityFile)


def read_series(text: str) -> SeriesFile:
    """Read a series file. Raises `CommunityFileError` with every problem and its line."""
    return _read(text, SeriesFile)


def _read(text: str, kind: type[Kind]) -> Kind:
    tree, data = _parse(text)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems = [_problem(found, tree) for found in error.errors()]
        raise CommunityFileError(sorted(problems, key=lambda problem: problem.line)) from error


def line_at(text: str, *path: int | str) -> int:
    """The line, from 1, where a place of a readable file stands, such as ``"series", 0, "cohort"``; of a
    place that it does not have, the last step on the way there."""
    line, tree = 1, _parse(text)[0]
    for step in path:
        found = _child(tree, step)
        if found is None:
            break
        line, tree = found
    return line


def _parse(text: str) -> tuple[yaml.Node | None, object]:
    try:
        return load(text, BoundedText)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or "this is not YAML"
        raise CommunityFileError([FileProblem(mark.line + 1 if mark else 1, "", message)]) from error


def _problem(error: ErrorDetails, tree: yaml.Node | None) -> FileProblem:
    """Follow an error into the file as far as its place exists; steps that pydantic adds are passed over."""
    line = tree.start_mark.line + 1 if tree else 1
    path = []
    for step in error["loc"]:
        found = _child(tree, step)
        if found is None:
            continue
        line, tree = found
        path.append(str(step + 1) if isinstance(step, int) else step)
    return FileProblem(line, " > ".join(path), _message(error))


def _message(error: ErrorDetails) -> str:
    last = error["loc"][-1] if error["loc"] else "the file"
    if error["type"] == "missing":
        return f"{last} is missing"
    if error["type"] in {"model_type", "model_attributes_type"}:
        return f"{last} is to be a list of names with values, such as format: throughline-community/1"
    if error["type"] == "extra_forbidden":
        return f"{last} is not known here"
    if error["type"] == "union_tag_not_found":
        return f"{_tag(error)} is missing"
    if error["type"] == "union_tag_invalid":
        kinds = error["ctx"]["expected_tags"].replace("'", "").replace(",", " or")
        return f"{_tag(error)} is to be {kinds}, not {error['ctx']['tag']}"
    return error["msg"].removeprefix("Value error, ")


def _tag(error: ErrorDetails) -> str:
    """The name whose value says of which kind something is, such as status."""
    return str(error["ctx"]["discriminator"]).strip("'")


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    return None
