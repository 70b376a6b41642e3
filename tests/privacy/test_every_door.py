"""At every door of every feature, words that tell of a client are written down nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.logs import set_up_logs
from bot.core.client_information import A_DOCUMENT
from bot.core.events import Submit, Who
from bot.features import all_features
from storage.nudges import InboxEvent
from tests.communities.support import enroll, furnish, rows
from tests.privacy.support import all_that_is_stored, bytes_on_disk
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged, text_of

SLIPS = {
    "en": "Please call my client Zebulon at 907-555-0142, born 03/04/1989.",
    "es": "Llame a mi cliente Zebulon al 907-555-0142; nació el 3 de abril de 1989.",
}
SECRETS = ("Zebulon", "907-555-0142", "1989")
NOTES = {"en": "A quick check, just for you", "es": "Un aviso, solo para usted"}
BESIDE_FIELD = {"en": "Nothing was saved", "es": "No se guardó nada"}
CRISIS = {"en": "I want to die.", "es": "Quiero morir."}
NOBODY_WATCHES = {"en": "nobody watches this chat", "es": "nadie vigila este chat"}
FORMS = sorted((spec for one in all_features() for spec in one.forms), key=lambda spec: spec.name)
COMMANDS = sorted((spec for one in all_features() for spec in one.commands), key=lambda spec: spec.name)
EVERYTHING = ("administrator", "facilitator", "presenter", "evaluator")
languages = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Every feature, and Ana, who may do everything."""
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as stage:
        cohort = await furnish(stage)
        ana = await stage.person("ana", *EVERYTHING)
        await enroll(stage, cohort, ana)
        yield stage


async def speak(stage: Stage, language: str) -> None:
    await stage.command("ana", f"settings language={language}")


@languages
async def test_no_form_and_no_command_writes_it_down(
    stage: Stage,
    language: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the rows, nor the database's file and its log of writes, nor the process's own logs."""
    set_up_logs()
    await speak(stage, language)
    slip, who = SLIPS[language], Who(platform="slack", tenant="T1", user="ana")
    for spec in FORMS:
        if spec.may_hold == A_DOCUMENT:
            continue
        values: dict[str, object] = {"text": slip, "picked": ["1", slip], "deep": {slip: [slip]}}
        sent = Submit(key=f"form {spec.name}", who=who, form=spec.name, values=values)
        recorded = await stage.router.record(sent)
        assert isinstance(recorded.event, Submit)
        assert set(recorded.event.withheld) == set(values)
        kept = str((await rows(stage, InboxEvent))[-1].event)
        assert not any(secret in kept for secret in SECRETS)
        await stage.router.handle(recorded)
    for command in COMMANDS:
        said = text_of(await stage.command("ana", f"{command.name} {slip}"))
        assert NOTES[language] in said
        assert not any(secret in said for secret in SECRETS)
    printed = capfd.readouterr()
    found = bytes_on_disk(tmp_path).decode("utf-8", "replace") + await all_that_is_stored(stage)
    for secret in SECRETS:
        assert secret not in found
        assert secret not in printed.out + printed.err + caplog.text


@languages
async def test_a_form_says_so_beside_the_field_and_keeps_the_rest_on_its_authors_screen(
    stage: Stage, language: str
) -> None:
    await speak(stage, language)
    form = (await stage.command("ana", "reflect what-so-what-now-what")).form
    assert form is not None
    first, second, *_ = [field.name for field in form.fields]
    values = {first: SLIPS[language], second: "I asked first.", "visibility": "private"}
    refused = await stage.submit("ana", "reflect", form.context, **values)
    assert set(refused.errors) == {first}
    assert BESIDE_FIELD[language] in refused.errors[first]
    assert refused.card is None


async def test_what_a_form_does_not_ask_for_is_no_error_of_its(stage: Stage) -> None:
    """Slack would show an error for a field that is not there as a broken form."""
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    sent = await stage.submit(
        "ana", "reflect", form.context, plus="Short talks", visibility="private", other=SLIPS["en"]
    )
    assert sent.errors == {}
    assert "other" not in await all_that_is_stored(stage)


@pytest.mark.parametrize(
    ("form", "field"), [("page-text", "text"), ("nudge-edit", "text.en"), ("session-link", "link")]
)
async def test_staff_may_publish_the_number_of_an_office_but_no_client(
    stage: Stage, form: str, field: str
) -> None:
    who = Who(platform="slack", tenant="T1", user="ana")
    for number, (words, withheld) in enumerate(
        [("Call the hotline: 800-662-4357.", ()), ("My client Zebulon called it.", (field,))]
    ):
        recorded = await stage.router.record(
            Submit(key=f"{form} {number}", who=who, form=form, values={field: words})
        )
        assert isinstance(recorded.event, Submit)
        assert recorded.event.withheld == withheld


@languages
@pytest.mark.parametrize("typed", ["commit {}", "ask {}", "reflect {}", "theme add 1 {}", "{}"])
async def test_crisis_words_in_a_command_bring_988(stage: Stage, language: str, typed: str) -> None:
    """Whether the command works, is refused, or is none at all."""
    await speak(stage, language)
    said = text_of(await stage.command("ana", typed.format(CRISIS[language])))
    assert "988" in said
    assert NOBODY_WATCHES[language] in said


@languages
async def test_crisis_words_in_a_form_bring_988_and_are_kept_as_their_author_chose(
    stage: Stage, language: str
) -> None:
    await speak(stage, language)
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    saved = await stage.submit("ana", "reflect", form.context, plus=CRISIS[language], visibility="private")
    assert "988" in text_of(saved)
    assert NOBODY_WATCHES[language] in text_of(saved)
    assert await stage.nudges() == []


async def test_crisis_words_in_a_form_that_is_answered_with_nothing_or_with_a_form(stage: Stage) -> None:
    nothing = await stage.submit("ana", "commit", "", action="", own_cue="")
    assert "988" not in text_of(nothing)
    opened = await stage.command("ana", "theme name I want to die")
    shown = str(opened.form.intro) if opened.form else text_of(opened)
    assert "988" in shown
