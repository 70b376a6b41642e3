"""Spanish as a person says it: « » around words, people without a gender, one name for a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.feature import commands_of
from bot.features import all_features
from prompts.catalog import FOLDER, translations
from prompts.command_names import other_names
from prompts.language_tables import language_tables

MASCULINE = (
    r"(?:facilitador|presentador|administrador|evaluador|organizador|coordinador|financiador|usuario|miembro"
    r"|alumno|lector|inscrito)(?:e?s|a|as)?"
)
"""Names for people that say a gender. Spanish here says "quienes facilitan" or "personas inscritas"."""
PLURALS = (
    r"nosotros|vosotros|bienvenidos?|bienvenidas|interesados|juntos|separados(?! por)"
    r"|(?<!personas )inscritas|los demás|a todos(?! sus| los)|todos juntos"
)
"""Words for several people that say a gender by themselves."""
GENDERED = re.compile(rf"\b(?:{MASCULINE}|{PLURALS})\b", re.IGNORECASE)
OTHER_NAMES = {
    r"quiere decir|quería decir|quiso decir": "se refiere a",
    r"parejas?\b(?! de claves)": "colega de aprendizaje; pares",
    r"grupo del curso": "cohorte",
    r"mirada (?:adelante|atrás)|mirar atrás": "mirada hacia adelante, mirada hacia atrás",
    r"\bañad": "agregar",
    r"feriado": "día festivo",
    r"financiador": "quien financia",
    r"personas alcanzadas|sesiones hechas": "personas que participaron, sesiones realizadas",
}
"""What Spanish here does not say, and what it says instead."""
TYPED = re.compile(r"`([^`]*)`")
QUOTES = re.compile(r"[\"“”„]")
PRESS = re.compile(r"\b[Pp]ulsen? (?=[A-ZÁÉÍÓÚÑ])")
HEARD = "small_talk.say_"
"""Messages that hold what people may type, not what they read."""


def spanish() -> Iterator[tuple[str, str]]:
    """Every Spanish text that a person may read, with where it stands."""
    for entry in translations("es"):
        told = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        if entry.context and not str(entry.context).startswith(HEARD):
            yield from ((str(entry.context), str(text)) for text in told)
    for path in sorted(FOLDER.glob("*/*.yaml")):
        if path.parent.name == "sample":
            continue
        yield from (
            (path.name, text) for text in re.findall(r'\bes: "((?:[^"\\]|\\.)*)"', path.read_text("utf-8"))
        )


def faults(text: str) -> list[str]:
    """What a native reader would stumble over."""
    said = TYPED.sub("`", text)
    found = [f"gender: {word}" for word in GENDERED.findall(said)]
    found += [f"quotes: {mark}" for mark in QUOTES.findall(said)]
    found += ["a button without « »" for _ in PRESS.findall(said)]
    found += [f"say {right}" for wrong, right in OTHER_NAMES.items() if re.search(wrong, said, re.IGNORECASE)]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Lo ven los facilitadores.",
        "Todas las inscritas",
        "{names} deben estar separados.",
        "Pulse Deshacer para volver.",
        "“{title}” ha cambiado",
        'Nada se llama "{given}".',
        "¿Qué cohorte quiere decir?",
        "Sus parejas son {names}.",
        "Bienvenidos",
    ],
)
def test_the_list_finds_what_sounds_wrong(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lo ven quienes facilitan.",
        "Todas las personas inscritas",
        "Códigos separados por comas.",
        "Pulse «Deshacer» para volver.",
        'Escriba `title="Un día"`.',
    ],
)
def test_the_list_lets_pass_what_sounds_right(text: str) -> None:
    assert faults(text) == []


def test_no_text_has_gendered_plurals_other_quotes_or_second_names() -> None:
    assert [f"{where}: {found} in {text}" for where, text in spanish() if (found := faults(text))] == []


def test_a_spanish_text_names_commands_as_help_shows_them() -> None:
    """`ajustes` and never `settings`: help shows no other name."""
    commands = [command for feature in all_features() for command in feature.commands]
    names = {command.name for command in commands}
    second = {other for command in commands for other in other_names(command.name)}

    def language(typed: str) -> str:
        words = typed.split()
        starts = [" ".join(words[:n]) for n in range(len(words), 0, -1)]
        known = next((start for start in starts if start in names | second), "")
        return "" if not known else "en" if known in names else "es"

    english = [f"{where}: {text}" for where, text in spanish() if "en" in map(language, TYPED.findall(text))]
    assert english == []


def test_every_catalogue_is_read() -> None:
    """So many texts that a glob that finds nothing would be noticed."""
    assert len(list(spanish())) > 1_500
    assert Path(FOLDER / "es").is_dir()


def test_every_command_has_a_spanish_name_that_help_shows() -> None:
    names = {command.name for feature in all_features() for command in feature.commands}
    assert set(language_tables()["es"].commands) == names


@pytest.mark.parametrize("typed", ["pausar", "parar", "exportar", "sesión nueva", "sesion nueva"])
def test_spanish_commands_are_understood_with_and_without_accents(typed: str) -> None:
    assert typed in commands_of(all_features())
