"""What is wrong with a payload, each with the JSON pointer that Slack's messages carry; and text objects."""

from typing import Any


class Findings:
    """What is wrong with a payload, in Slack's words where we know them."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, where: str, what: str) -> None:
        self.messages.append(f"[ERROR] {what} [json-pointer:{where}]")

    def keys(
        self, item: dict[str, Any], where: str, allowed: set[str], required: tuple[str, ...] = ()
    ) -> None:
        for key in item:
            if key not in allowed:
                self.add(where, f"invalid additional property: {key}")
        for key in required:
            if item.get(key) is None:
                self.add(where, f"missing required field: {key}")

    def string(self, item: dict[str, Any], where: str, key: str, most: int, least: int = 0) -> None:
        value = item.get(key)
        if value is None:
            return
        if not isinstance(value, str):
            self.add(f"{where}/{key}", "must be a string")
        elif len(value) > most:
            self.add(f"{where}/{key}", f"must be less than {most + 1} characters")
        elif len(value) < least:
            self.add(f"{where}/{key}", f"must be more than {least - 1} characters")

    def array(self, item: dict[str, Any], where: str, key: str, most: int, least: int = 1) -> list[Any]:
        value = item.get(key)
        if not isinstance(value, list):
            self.add(f"{where}/{key}", "must be an array")
            return []
        if len(value) > most:
            self.add(f"{where}/{key}", f"no more than {most} items allowed")
        if len(value) < least:
            self.add(f"{where}/{key}", f"must be at least {least} item(s)")
        return value

    def flag(self, item: dict[str, Any], where: str, key: str) -> None:
        if key in item and not isinstance(item[key], bool):
            self.add(f"{where}/{key}", "must be a boolean")


def check_text(
    found: Findings, text: Any, where: str, most: int, kinds: tuple[str, ...] = ("plain_text",)
) -> None:
    """A text object of one of these kinds, from one to `most` characters."""
    if not isinstance(text, dict):
        found.add(where, "must be an object")
        return
    kind = text.get("type")
    if kind not in kinds:
        found.add(f"{where}/type", f"must be one of {', '.join(kinds)}")
        return
    found.keys(text, where, {"type", "text", "emoji" if kind == "plain_text" else "verbatim"}, ("text",))
    found.string(text, where, "text", most, least=1)
