"""Every word of the bot in every language: there, easy to read, and open to a translator's tool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from adapters.cli.missing_words import print_missing
from prompts import catalog
from prompts.catalog import FOLDER, Message, MissingTranslation, all_messages, languages, translations
from prompts.missing import missing_words
from tests.prompts.reading import TOO_SHORT, count_words, hard_ones, too_hard

FOR_STAFF = frozenset(
    {
        "archive.archived",
        "archive.what_comes_along",
        "communities.all_invited",
        "communities.settings_now",
        "communities.setup_done",
        "communities.setup_summary",
        "importing.unknown_zone",
        "installations.failed_taken",
        "console.folded_so_far",
        "console.some_failed",
        "experiments.effect_told",
        "experiments.power_enough",
        "platforms.credentials",
        "registration.by_itself",
        "registration.counted",
        "registration.opened_text",
        "small_talk.people",
        "starting.no_messages",
        "starting.read_so_far",
        "starting.start_summary",
        "starting.undone",
        "planning.too_few",
        "planning.too_many_items",
        "sessions.agenda_differs",
        "sessions.item_slides",
        "sessions.why_too_long",
        "tailoring.changed_since",
        "tailoring.not_found",
    }
)
"""What only facilitators and administrators read, in their own trade's words, the few that are harder;
and `settings_now`, a list of labels that no formula fits."""
HEARD = "small_talk.say_"
"""Lists of what people say to the bot: nobody reads them."""


def texts(message: Message[...], language: str) -> set[str]:
    """Singular and plural, with the names of the placeholders in their places."""
    numbers = (1, 2) if len(message.forms) == 2 else (2,)
    return {message.template(language, {"n": n}).replace("{", "").replace("}", "") for n in numbers}


@pytest.mark.parametrize("language", languages())
def test_no_language_lacks_a_word(language: str) -> None:
    assert missing_words(language) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_participants_read_is_at_grade_eight_or_below(language: str) -> None:
    hard, short = [], []
    for message in all_messages().values():
        if message.id in FOR_STAFF or message.id.startswith(HEARD):
            continue
        for text in texts(message, language):
            if count_words(text) < TOO_SHORT:
                short.append(text)
            elif told := too_hard(text, language):
                hard.append(f"{message.id}: {told}")
    assert hard == []
    assert hard_ones(short, language) == []


@pytest.mark.parametrize("language", languages()[1:])
def test_no_translation_stands_for_a_message_that_is_gone(language: str) -> None:
    told = {str(entry.context) for entry in translations(language) if entry.context}
    assert told - all_messages().keys() == set()


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.po")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_translators_tool_opens_the_catalogue(path: Path, tmp_path: Path) -> None:
    """GNU gettext's own check: syntax, header, plurals, placeholders of the braces kind."""
    msgfmt = shutil.which("msgfmt")
    if msgfmt is None:
        pytest.skip("no msgfmt: apt-get install gettext")
    checked = subprocess.run(
        [msgfmt, "--check", "--output-file", str(tmp_path / "out.mo"), str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


HEADER = 'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
ONE = 'msgctxt "web.skip_to_content"\nmsgid "Skip to content"\nmsgstr "{}"\n'


def a_third_language(folder: Path, entry: str) -> None:
    (folder / "xx").mkdir()
    (folder / "xx" / "web.po").write_text(f"{HEADER}\n{entry}", encoding="utf-8")


def test_a_third_language_is_a_folder_and_is_told_word_by_word_what_it_lacks(tmp_path: Path) -> None:
    nothing = missing_words("xx", tmp_path)
    assert len(nothing) > len(all_messages())
    wanted = "xx/web.po: web.skip_to_content: missing: Skip to content"
    assert wanted in nothing
    a_third_language(tmp_path, ONE.format("Al texto"))
    one = missing_words("xx", tmp_path)
    assert set(nothing) - set(one) == {wanted}
    assert any(line.startswith("prompts/library: kinds.") for line in one)
    assert any(line.startswith("prompts/instruments/pulse.yaml") for line in one)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (ONE.format(""), "missing"),
        ("#, fuzzy\n" + ONE.format("Al texto"), "marked fuzzy"),
        (ONE.format("Al {texto}"), "names unknown placeholders texto"),
    ],
)
def test_a_translation_that_cannot_be_used_counts_as_missing(tmp_path: Path, entry: str, why: str) -> None:
    a_third_language(tmp_path, entry)
    assert f"xx/web.po: web.skip_to_content: {why}: Skip to content" in missing_words("xx", tmp_path)


def test_a_language_that_lacks_a_word_never_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_third_language(tmp_path, ONE.format("Al texto"))
    found = catalog.catalog_in(tmp_path / "xx", "es")
    assert found is not None
    monkeypatch.setattr(catalog, "translations", lambda language: found)
    assert all_messages()["web.skip_to_content"]("xx") == "Al texto"
    with pytest.raises(MissingTranslation, match="optional has no xx text"):
        all_messages()["web.optional"]("xx")


def test_plurals_are_counted_as_the_files_say_whatever_babel_knows_of_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later Babel gives Spanish a third form, for millions: what was translated goes on being said."""
    message = next(one for one in all_messages().values() if len(one.forms) == 2)
    forms = "\n".join(
        f'msgid{part} "{text}"' for part, text in zip(("", "_plural"), message.forms, strict=True)
    )
    header = HEADER.replace("nplurals=2; plural=(n != 1);", "nplurals=1; plural=0;")
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "any.po").write_text(
        f'{header}\nmsgctxt "{message.id}"\n{forms}\nmsgstr[0] "una"\n', encoding="utf-8"
    )
    found = catalog.catalog_in(tmp_path / "es", "es")
    assert found is not None
    monkeypatch.setattr(catalog, "translations", lambda language: found)
    assert message.template("es", {"n": 5}) == "una"


def test_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_missing("en") == 0
    assert "en is complete" in capsys.readouterr().out
    assert print_missing("xx") == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith("texts are missing in xx")
    assert print_missing("../es") == 2
