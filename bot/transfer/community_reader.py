"""Reads a community or a series file and tells every problem at once, each with its line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.transfer.community_file import CommunityFile
from bot.transfer.series_file import SeriesFile
from prompts.library import Strict

Kind = TypeVar("Kind", bound=Strict)


class TextLoader(yaml.BaseLoader):
    """YAML without surprises: every value is text, so that ``no``, ``12:00`` and a 30 February stay what
    was written until the types judge them; no aliases, which can unfold without end; no key twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not used here", problem_mark=mark)
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Escapes can name what no text holds: half a character, or one that databases refuse. Two halves,
        as JSON writes them, are one character."""
        node = super().compose_scalar_node(anchor)
        try:
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            node.value = "\0"
        if "\0" in node.value:
            mark = node.start_mark
            raise yaml.MarkedYAMLError(problem="this text has a character that is none", problem_mark=mark)
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if twice := [key for key, count in seen.items() if count > 1]:
            raise yaml.MarkedYAMLError(problem=f"{twice[0]} stands here twice", problem_mark=node.start_mark)
        return node


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
        loader = TextLoader(text)
        tree = loader.get_single_node()
        return tree, loader.construct_document(tree) if tree else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or "this is not YAML"
        raise CommunityFileError([FileProblem(mark.line + 1 if mark else 1, "", message)]) from error
    except RecursionError as error:
        raise CommunityFileError([FileProblem(1, "", "too many levels inside each other")]) from error


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
