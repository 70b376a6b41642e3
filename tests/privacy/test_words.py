"""The words of privacy and reflections: in both languages, and easy to read in each."""

from importlib import import_module

import pytest

from prompts.catalog import Message, all_messages, translations
from tests.prompts.reading import hard_ones

MODULES = ("privacy", "reflections")


def messages_of(module: str) -> list[Message[...]]:
    import_module(f"prompts.words.{module}")
    return [one for name, one in all_messages().items() if name.partition(".")[0] == module]


def texts_of(module: str, language: str) -> list[str]:
    """Every text; both where one has a singular and a plural."""
    texts: list[str] = []
    for one in messages_of(module):
        numbers = (1, 2) if len(one.forms) == 2 else (2,)
        texts += {one.template(language, {"n": n}).replace("{", "").replace("}", "") for n in numbers}
    return texts


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_are_easy_to_read(module: str, language: str) -> None:
    assert hard_ones(texts_of(module, language), language) == []


@pytest.mark.parametrize("module", MODULES)
def test_no_translation_stands_for_a_message_that_is_gone(module: str) -> None:
    known = {message.id for message in messages_of(module)}
    told = {
        translation.context
        for translation in translations("es")
        if translation.context and translation.context.startswith(f"{module}.")
    }
    assert told == known
