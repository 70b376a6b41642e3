"""YAML that a person hands in: bounded in size, depth and number of values.

Aliases and merge keys can unfold 500 bytes into gigabytes, so what an alias stands for counts each time,
and merges are refused; a key given twice would lose the first one in silence. Every reader of such a file
parses with `BoundedText` or `BoundedValues`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

MOST_DEPTH = 40
"""Levels inside each other."""
MOST_NODES = 100_000
"""Values and keys of one file."""
MOST_CHARACTERS = 2_000_000
"""Of one file."""


class _Bounded(yaml.composer.Composer):
    """Raises `yaml.MarkedYAMLError` with the place of what goes too far."""

    depth = nodes = 0
    aliases = False
    """Whether ``*name`` may stand for what ``&name`` marks."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)  # type: ignore[call-arg]  # the loader that this is mixed into reads it
        self.sizes: dict[str, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        parser: Any = self  # every loader is one; the stubs of yaml do not say so here
        event = parser.peek_event()
        if isinstance(event, yaml.AliasEvent) and not self.aliases:
            raise self._problem("aliases (*name) are not used here", event.start_mark)
        before = self.nodes
        self.depth += 1
        self.nodes += self.sizes.get(str(event.anchor), 1) if isinstance(event, yaml.AliasEvent) else 1
        if self.depth > MOST_DEPTH:
            raise self._problem("too many levels inside each other", event.start_mark)
        if self.nodes > MOST_NODES:
            raise self._problem(f"more than {MOST_NODES:,} values", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self.sizes[event.anchor] = self.nodes - before
        return node

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Escapes can name what no text holds: half a character, or one that databases refuse. Two halves,
        as JSON writes them, are one character."""
        node = super().compose_scalar_node(anchor)
        try:
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            node.value = "\0"
        if "\0" in node.value:
            raise self._problem("this text has a character that is none", node.start_mark)
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if merges := [key for key in keys if key.value == "<<" and not key.style]:
            raise self._problem("merge keys (<<) are not used here", merges[0].start_mark)
        if twice := [key for key, count in Counter(key.value for key in keys).items() if count > 1]:
            raise self._problem(f"{twice[0]} stands here twice", node.start_mark)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Raises the same for what looks like a number or a date and is none: 5,000 digits, a 13th month."""
        constructor: Any = super()
        try:
            return constructor.construct_object(node, deep=deep)
        except (ValueError, OverflowError):
            raise self._problem("this is no number or date", node.start_mark) from None

    def _problem(self, problem: str, mark: Any) -> yaml.MarkedYAMLError:
        return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class BoundedText(_Bounded, yaml.BaseLoader):
    """Every value is text, so that ``no``, ``12:00`` and a 30 February stay what was written."""


class BoundedValues(_Bounded, yaml.SafeLoader):
    """Numbers and yes/no become values, and a text may be used again by its alias."""

    aliases = True


def load(text: str, loader: type[BoundedText | BoundedValues]) -> tuple[yaml.Node | None, Any]:
    """The tree (with lines) and the content of one file. Raises `yaml.YAMLError`, with a place if it has one,
    for everything that cannot be read or goes too far."""
    if len(text) > MOST_CHARACTERS:
        raise yaml.MarkedYAMLError(problem=f"more than {MOST_CHARACTERS:,} characters")
    reading = loader(text)
    tree = reading.get_single_node()
    return tree, reading.construct_document(tree) if tree else None
