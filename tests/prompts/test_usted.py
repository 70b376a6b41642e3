"""Spanish readers are "usted" everywhere: no catalogue, form, prompt or sample says "tú"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prompts.catalog import FOLDER, translations

TU = frozenset(
    """
    tú tu tus te ti tuyo tuya tuyos tuyas contigo
    eres estás vas has sabes haces dices ves puedes quieres tienes necesitas prefieres crees participas
    trabajas recuerdas vuelves saltas sigues
    seas vayas tengas hagas digas puedas quieras pases preguntes publiques permitas administres abras sigas
    des tenías habías querías estabas escribías podías pudiste hiciste fuiste tuviste viste dijiste elegiste
    escribiste iniciaste volviste detuviste aprendiste tendrás podrás verás harás serás recibirás
    haz dime dinos escríbelo escríbela escríbelos escríbelas escríbeme guárdalo guárdala pídele
    pídelo pídeselo ábrelo ábrela míralo mírala déjalo déjala déjame agrégalo agrégala agrégame apruébala
    acórtalo quítalo quítala cámbialo cámbiale cámbiala léelo
    léela úsalo úsala edítalo envíalo envíala
    cópialo cópiala pregúntame cuéntanos búscalo inténtalo ponlo ponla ponle hazlo revísalo publícala
    """.split()  # noqa: SIM905
)
"""Pronouns, verbs and commands to one "tú" that are nothing else in Spanish."""
COMMANDS = (
    "escribe elige responde pulsa toca mira usa envía manda pide quita añade agrega guarda vuelve espera "
    "prueba revisa pregunta empieza instala permite cambia divide trae pon di"
)
"""Commands to one "tú" that are also the third person: only where a sentence begins with one and goes on with
a word to type or "otro"."""
BEGINS = re.compile(
    rf"(?:^|[.;:?]\s+)((?:{'|'.join(COMMANDS.split())})\s+(?:`|otr[ao]\b|tu))", re.IGNORECASE | re.MULTILINE
)
TYPED = re.compile(r"`[^`]*`")


def tu_forms(text: str) -> list[str]:
    """The words of a Spanish text that speak to a "tú", in the order they stand."""
    words = re.findall(r"\w+", TYPED.sub("`", text).lower())
    return [word for word in words if word in TU] + BEGINS.findall(TYPED.sub("`", text))


@pytest.mark.parametrize(
    "text", ["Escribe `help` en tu chat.", "Elige otra hora.", "Guárdalo.", "¿Qué vas a hacer?"]
)
def test_the_list_finds_them(text: str) -> None:
    assert tu_forms(text)


@pytest.mark.parametrize(
    "text", ["Escriba `help` en su chat.", "Quien lo abre lee esto.", "Se elige otra hora."]
)
def test_usted_passes(text: str) -> None:
    assert not tu_forms(text)


def test_no_message_says_tu() -> None:
    found = []
    for entry in translations("es"):
        if str(entry.context).startswith("small_talk.say_"):
            continue  # what people say to the bot, who say tú as they like
        told = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        found += [f"{entry.context}: {forms}" for text in told if (forms := tu_forms(str(text)))]
    assert found == []


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_no_form_prompt_or_sample_says_tu(path: Path) -> None:
    """Spanish in our YAML stands behind `es:`, to the end of the quotes."""
    texts = re.findall(r'\bes: "((?:[^"\\]|\\.)*)"', path.read_text())
    assert [f"{text}: {forms}" for text in texts if (forms := tu_forms(text))] == []
