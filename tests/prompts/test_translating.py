"""`throughline words update` makes a language's files and brings them up to date without losing a word."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from adapters.cli.updating_words import print_update
from prompts import catalog
from prompts.catalog import FOLDER, all_messages
from prompts.missing import missing_words
from prompts.translating import TEMPLATE_WORDS, update_words

NOW = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)
SKIP = "web.skip_to_content"


def entries(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """Where a Polish file goes."""
    (tmp_path / "pl").mkdir()
    return tmp_path / "pl" / "web.po"


def write(path: Path, context: str, english: str, polish: str, mark: str = "") -> None:
    header = 'msgid ""\nmsgstr ""\n"Last-Translator: Ola <ola@example.org>\\n"\n"Language: pl\\n"\n'
    lines = (f'msgctxt "{context}"', f'msgid "{english}"', f'msgstr "{polish}"')
    path.write_text("\n".join([header, *(mark + line for line in lines), ""]), encoding="utf-8")


def test_a_new_language_gets_a_file_for_each_module_and_every_message(tmp_path: Path) -> None:
    made = update_words("pl", NOW, tmp_path)
    modules = {one.partition(".")[0] for one in all_messages()}
    assert {path.stem for path in (tmp_path / "pl").glob("*.po")} == modules
    assert made.new == [*all_messages()]
    lacking = [line for line in missing_words("pl", tmp_path) if line.startswith("pl/")]
    assert len(lacking) == len(all_messages())


def test_the_header_is_true_and_gettext_accepts_the_files(tmp_path: Path) -> None:
    update_words("pl", NOW, tmp_path, translator="Ola <ola@example.org>")
    path = tmp_path / "pl" / "sessions.po"
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    assert not [word for word in TEMPLATE_WORDS if word in head]
    assert "fuzzy" not in head
    assert '"Language: pl\\n"' in head
    assert '"Last-Translator: Ola <ola@example.org>\\n"' in head
    assert "nplurals=3" in head
    if msgfmt := shutil.which("msgfmt"):
        done = subprocess.run(
            [msgfmt, "--check", "-o", str(tmp_path / "x.mo"), str(path)], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_a_second_run_changes_nothing_and_ours_are_up_to_date(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "es", tmp_path / "es")
    ours = update_words("es", NOW, tmp_path)
    assert (ours.changed, ours.new, ours.obsolete) == ([], [], 0)
    assert ours.kept == len(all_messages())
    written = {path.name: path.read_bytes() for path in (tmp_path / "es").iterdir()}
    assert update_words("es", NOW + timedelta(days=1), tmp_path).files == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "es").iterdir()} == written


def test_a_translation_is_kept_with_its_translators_header(web: Path) -> None:
    write(web, SKIP, "Skip to content", "Do tekstu")
    update_words("pl", NOW, web.parent.parent)
    entry = entries(web).get("Skip to content", context=SKIP)
    assert entry is not None
    assert (entry.string, entry.fuzzy) == ("Do tekstu", False)
    assert "Ola <ola@example.org>" in web.read_text(encoding="utf-8")


def test_where_the_english_changed_the_translation_waits_for_a_look(web: Path) -> None:
    """It keeps its place and its words, tells the old English, and is not used until then."""
    write(web, SKIP, "Go to the text", "Do tekstu")
    for _ in range(2):
        made = update_words("pl", NOW, web.parent.parent)
        entry = entries(web).get("Skip to content", context=SKIP)
        assert entry is not None
        assert (entry.string, entry.fuzzy) == ("Do tekstu", True)
        assert entry.auto_comments == [f"{SKIP} said before: Go to the text"]
        assert made.changed == [SKIP]
    assert f"pl/web.po: {SKIP}: marked fuzzy: Skip to content" in missing_words("pl", web.parent.parent)


def test_what_belongs_to_no_message_any_more_stays_as_obsolete_and_comes_back(web: Path) -> None:
    write(web, "web.gone", "Nothing says this", "Nikt")
    made = update_words("pl", NOW, web.parent.parent)
    assert made.obsolete == 1
    assert '#~ msgstr "Nikt"' in web.read_text(encoding="utf-8")
    update_words("pl", NOW, web.parent.parent)
    assert '#~ msgstr "Nikt"' in web.read_text(encoding="utf-8")
    write(web, SKIP, "Skip to content", "Do tekstu", mark="#~ ")
    update_words("pl", NOW, web.parent.parent)
    entry = entries(web).get("Skip to content", context=SKIP)
    assert entry is not None
    assert entry.string == "Do tekstu"


def test_a_message_with_a_new_name_is_offered_what_the_old_one_had(web: Path) -> None:
    write(web, "web.old_name", "Skip to content", "Do tekstu")
    update_words("pl", NOW, web.parent.parent)
    entry = entries(web).get("Skip to content", context=SKIP)
    assert entry is not None
    assert (entry.string, entry.fuzzy) == ("Do tekstu", True)


@pytest.mark.parametrize(
    ("n", "said"), [(1, "jedna"), (2, "dwie"), (5, "wiele"), (21, "wiele"), (22, "dwie")]
)
def test_a_language_of_three_forms_says_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, said: str
) -> None:
    update_words("pl", NOW, tmp_path)
    message = next(one for one in all_messages().values() if len(one.forms) == 2)
    path = tmp_path / "pl" / f"{message.id.partition('.')[0]}.po"
    text = path.read_text(encoding="utf-8")
    start = text.index(f'msgctxt "{message.id}"')
    forms = text[start:]
    for number, form in enumerate(("jedna", "dwie", "wiele")):
        forms = forms.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{form}"', 1)
    path.write_text(text[:start] + forms, encoding="utf-8")
    found = catalog.catalog_in(tmp_path / "pl", "pl")
    assert found is not None
    monkeypatch.setattr(catalog, "translations", lambda language: found)
    assert message.template("pl", {"n": n}) == said


def test_the_command_tells_what_it_did_and_what_is_no_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_update("pl", folder=tmp_path) == 0
    assert f"{len(all_messages())} to write" in capsys.readouterr().out
    for wrong in ("zz", "../es", "en"):
        assert print_update(wrong, folder=tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pl"]
