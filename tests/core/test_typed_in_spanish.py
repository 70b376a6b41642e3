"""What help and complaints show of a command in Spanish is Spanish, and is understood as it stands there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.core.arguments import find_command, read_arguments, usage
from bot.core.feature import CommandSpec, Feature, commands_of
from bot.features import all_features

COMMANDS = commands_of(all_features())
EVERY = sorted({spec.name: spec for spec in COMMANDS.values()}.items())
TODAY = date(2027, 2, 8)
SAME = frozenset(
    {"Ana", "ana", "Ben", "Pat", "Ruiz", "Boise", "AK", "ID", "OR", "WA", "HJKMNPQR"}
    | {"https", "example", "org", "room", "form", "funder", "slack", "teams", "steady", "es"}
    | {"confidence", "ruler", "plus", "delta", "idea", "ideas", "personal", "plan"}
)
"""Names, addresses and codes, and words that both languages have."""


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text))


@pytest.mark.parametrize(("name", "spec"), EVERY, ids=[name for name, _ in EVERY])
def test_an_example_is_spanish_and_understood(name: str, spec: CommandSpec) -> None:
    """Every argument by its name too, and each has a name of its own."""
    told = usage(spec, "es")
    assert words_of(told) & words_of(usage(spec, "en")) <= SAME
    found, rest = find_command(told, COMMANDS)
    assert found is spec
    if spec.example:
        typed = read_arguments(spec.arguments, rest, TODAY, "es")
        assert (typed.missing, typed.wrong, typed.extra) == ((), (), "")
    for argument in spec.arguments:
        if argument.kind in ("word", "text"):
            shown = usage(CommandSpec("x", spec.may, spec.summary, spec.handle, (argument,)), "es")
            named = shown.removeprefix("x ").strip("[]")
            assert read_arguments(spec.arguments, f"{named}=algo", TODAY, "es").values == {
                argument.name: "algo"
            }


@pytest.mark.parametrize(
    ("typed", "command", "value"),
    [
        ("invitations on", "invitations", "yes"),
        ("invitations off", "invitations", "no"),
        ("Invitations OFF", "invitations", "no"),
        ("invitaciones sí", "invitations", "yes"),
        ("invitaciones desactivar", "invitations", "no"),
        ("escribirme en correo electrónico", "write me on", "email"),
        ("escribirme en correo", "write me on", "email"),
        ("write me on e-mail", "write me on", "email"),
        ("write me on Mail", "write me on", "email"),
        ("my plans", "my commitments", None),
        ("mis planes", "my commitments", None),
        ("formulario adaptar seguimiento", "evaluation tailor", "followup"),
        ("regla juntas @Ana @Ben", "pair rule", "together"),
    ],
)
def test_a_choice_is_understood_in_any_language(typed: str, command: str, value: str | None) -> None:
    spec, rest = find_command(typed, COMMANDS)
    assert spec is not None
    assert spec.name == command
    read = read_arguments(spec.arguments, rest, TODAY, "en")
    assert not read.wrong
    assert next((read.values.get(one.name) for one in spec.arguments if one.kind == "choice"), None) == value


def test_a_name_that_would_never_be_found_is_refused_at_the_start() -> None:
    known = COMMANDS["pulse"]
    with pytest.raises(ValueError, match="3 words at most: ask one question now"):
        commands_of((Feature("new", commands=(replace(known, aliases=("ask one question now",)),)),))
