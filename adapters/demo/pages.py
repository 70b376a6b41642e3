"""A page of the bot as a person without scripts sees it: its words, its buttons, its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_OPTIONAL = ("(optional)", "(opcional)")
_SKIPPED = frozenset({"style", "script", "head", "title"})
_NAMES_CHOICES = frozenset({"legend", "fieldset", "th", "tr"})
"""What names a group of choices, or begins one: a set of them, or a row of a table."""
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "li", "dt", "dd", "section", "legend", "label", "br", "tr", "th", "caption"}
)


@dataclass
class PagePush:
    """A link or a button: what stands on it, its classes, and where it leads. `posts` presses at once, and
    sends `hidden`, what its form holds unseen."""

    label: str
    look: str
    address: str
    posts: bool
    hidden: dict[str, str] = field(default_factory=dict)


@dataclass
class Input:
    """One field of a page's form."""

    name: str
    kind: str
    label: str = ""
    options: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    required: bool = True
    most: int = 3000


@dataclass
class ShownPage:
    """What stands on a page or in an e-mail."""

    title: str = ""
    text: str = ""
    pushes: list[PagePush] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


def read(html: str) -> ShownPage:
    reader = _Reader()
    reader.feed(html)
    reader.page.text = "\n".join(filter(None, (line.strip() for line in "".join(reader.said).splitlines())))
    return reader.page


def _value(attributes: Mapping[str, str | None], name: str) -> str:
    return attributes.get(name) or ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ShownPage()
        self.said: list[str] = []
        self._open: list[str] = []
        self._link: PagePush | None = None
        self._form = ""
        self._hidden: dict[str, str] = {}
        self._legend = ""
        self._labels: dict[str, str] = {}
        self._label_for: str | None = None
        self._in_legend = False
        self._area: Input | None = None
        self._problem = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open.append(tag)
        if tag in _BLOCKS:
            self.said.append("\n")
        if tag == "a" and _value(given, "href").startswith("#"):
            self._problem = _value(given, "href")[1:].replace("main", "")  # not the link to the content
        elif tag == "a":
            self._link = PagePush("", _value(given, "class"), _value(given, "href"), posts=False)
        elif tag == "form":
            self._form, self._hidden = _value(given, "action"), {}
        elif tag == "button" and not _value(given, "name"):
            self._link = PagePush(
                "", _value(given, "class") or "primary", self._form, posts=True, hidden=self._hidden
            )
        elif tag in _NAMES_CHOICES:
            self._in_legend, self._legend = tag in {"legend", "th"}, ""
        elif tag == "label":
            self._label_for = _value(given, "for")
            self._labels.setdefault(self._label_for, "")
        elif tag in {"input", "textarea", "select"}:
            self._input(tag, given)
        elif tag == "option" and _value(given, "value"):
            self._pick(self.page.inputs[-1], _value(given, "value"), "selected" in given)

    def _input(self, tag: str, given: Mapping[str, str | None]) -> None:
        kind, name = _value(given, "type") or tag, _value(given, "name")
        if kind == "hidden":
            self._hidden[name] = _value(given, "value")
        if kind in {"hidden", "file"} or not name:
            return
        one = next((each for each in self.page.inputs if each.name == name), None)
        if one is None:
            label = self._legend if kind in {"radio", "checkbox"} else self._labels.get(name, "")
            one = Input(
                name,
                kind,
                label,
                required=not label.rstrip().endswith(_OPTIONAL),
                most=int(_value(given, "maxlength") or 3000),
            )
            self.page.inputs.append(one)
        if kind in {"radio", "checkbox"}:
            self._pick(one, _value(given, "value"), "checked" in given)
        elif _value(given, "value"):
            one.given.append(_value(given, "value"))
        self._area = one if tag == "textarea" else None

    @staticmethod
    def _pick(one: Input, value: str, picked: bool) -> None:
        one.options.append(value)
        if picked:
            one.given.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in {"a", "button"} and self._link is not None:
            self._link.label = " ".join(self._link.label.split())
            self.page.pushes.append(self._link)
            self._link = None
        if tag == "a":
            self._problem = ""
        if tag in {"legend", "th"}:
            self._in_legend = False
        if tag == "label":
            self._label_for = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.page.title += data
        if _SKIPPED & set(self._open):
            return
        if self._area is not None and "textarea" in self._open:
            self._area.given = [data] if data.strip() else []
            return
        if self._problem:
            self.page.wrong[self._problem] = self.page.wrong.get(self._problem, "") + data
        if self._link is not None:
            self._link.label += data
            return
        if self._in_legend:
            self._legend += data
        if self._label_for:
            self._labels[self._label_for] += data
        self.said.append(data)
