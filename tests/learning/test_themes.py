"""Coding themes: typed, chosen, suggested; taken off; followed over series and years."""

import pytest

from bot.learning.themes import names_in, slug_of
from storage.sessions import SessionTheme, Theme
from tests.communities.support import elsewhere, enroll, rows
from tests.learning.support import harvest, reflect, series_with_sessions, theme
from tests.support.stage import Stage, text_of


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("no time", ["no time"]),
        ("no time, being seen", ["no time", "being seen"]),
        ('"no time" "being seen, and thanked"', ["no time", "being seen, and thanked"]),
        ("“no time”, “being seen”", ["no time", "being seen"]),
        ("no time\nNo  Time; being seen\n\n", ["No Time", "being seen"]),
        (" , ;", []),
    ],
)
def test_names_are_read_as_people_write_them(said: str, names: list[str]) -> None:
    assert names_in(said) == names


def test_a_slug_is_plain_and_stands_for_every_script() -> None:
    assert slug_of("Sin pausa… entre citas") == "sin-pausa-entre-citas"
    assert slug_of("督导").startswith("theme-")


async def test_typed_themes_are_coded_once_and_the_missing_language_is_named(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    said = text_of(await stage.command("fay", 'theme add 1 "no time", "being seen"'))
    assert "Written down for A Steady Start: no time, being seen" in said
    assert "Not in español yet: no time, being seen" in said
    assert "has these already" in text_of(await stage.command("fay", "theme add 1 No Time"))
    assert len(await rows(stage, SessionTheme)) == 2


async def test_a_theme_of_another_language_is_the_same_theme(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    await theme(stage, "no-time", en="No time for supervision", es="No hay tiempo")
    said = text_of(await stage.command("fay", "theme add 2 no hay tiempo"))
    assert "No time for supervision" in said
    assert "Not in" not in said
    assert len(await rows(stage, Theme)) == 1


async def test_the_form_offers_earlier_themes_and_takes_several_at_once(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    known = await theme(stage, "no-time", en="No time", es="Sin tiempo")
    form = (await stage.command("fay", "theme add 1")).form
    assert form is not None
    assert form.context == "1"
    assert [option.label for field in form.fields for option in field.options] == ["No time"]
    reply = await stage.submit("fay", "theme-add", form.context, earlier=[str(known.id)], new="seen\nheard")
    assert "No time, seen, heard" in text_of(reply)
    assert (await stage.submit("fay", "theme-add", "1", earlier=[], new="")).errors.keys() == {"new"}
    assert (await stage.submit("fay", "theme-add", "1", earlier=[], new="x" * 76)).errors.keys() == {"new"}


async def test_without_a_number_the_form_asks_which_session(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    _, sessions = await series_with_sessions(stage)
    form = (await stage.command("fay", "theme add")).form
    assert form is not None
    assert form.fields[0].name == "session"
    reply = await stage.submit("fay", "theme-add", "", session=str(sessions[1].id), new="power")
    assert "Choice and Voice: power" in text_of(reply)


async def test_a_theme_is_taken_off_and_put_back(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    await stage.command("fay", "theme add 1 power")
    removed = await stage.command("fay", "theme remove 1 power")
    assert "power is off A Steady Start" in text_of(removed)
    assert "is not on" in text_of(await stage.press("fay", "theme.remove", "1:1"))
    assert removed.card is not None
    [undo] = removed.card.buttons
    await stage.press("fay", undo.action, undo.value)
    assert len(await rows(stage, SessionTheme)) == 1
    assert "no theme called" in text_of(await stage.command("fay", "theme remove 1 weather"))


async def test_names_in_other_languages_can_be_added_by_form_and_by_hand(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    await stage.command("fay", "theme add 1 power; voice")
    await stage.submit("fay", "theme-name", "1", en="power", es="poder")
    await stage.command("fay", "theme name voice es voz")
    assert [row.name.get("es") for row in await rows(stage, Theme)] == ["poder", "voz"]
    assert "Not in" not in text_of(await stage.command("fay", "themes 1"))


async def test_themes_are_followed_over_sessions_series_and_years(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    assert "No session has a theme yet" in text_of(await stage.command("fay", "themes"))
    await stage.command("fay", "theme add 1 power; voice")
    await stage.command("fay", "theme add 3 power")
    said = text_of(await stage.command("fay", "themes"))
    assert said.index("power") < said.index("voice")
    assert "Sessions: 2 of 2 · series: 1 · Year 9" in said
    assert "Sessions: 1 of 2" in said


async def test_suggestions_come_from_shared_words_only_and_one_press_takes_one(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    _, [first, *_] = await series_with_sessions(stage)
    people = [await stage.person(name) for name in ("ana", "ben", "lu")]
    for person in people[:2]:
        await reflect(stage, person, first, "The waiting list grows every single week", "cohort")
    for person in people:
        await reflect(stage, person, first, "Secret canary divorce trouble", "private")
    await harvest(stage, people[2], first, "A shared waiting list would help", posted=True)
    card = (await stage.command("fay", "themes 1")).card
    assert card is not None
    said = text_of(card).casefold()
    assert "waiting list" in said
    assert "canary" not in said
    assert "divorce" not in said
    [button, *_] = [one for part in card.sections for one in part.buttons if one.action == "theme.suggested"]
    await stage.press("fay", button.action, button.value)
    [coded] = await rows(stage, Theme)
    assert "waiting list" in coded.name["en"].casefold()


async def test_only_those_who_run_or_present_the_session_may_code_it(stage: Stage) -> None:
    await series_with_sessions(stage)
    ana = await stage.person("ana")
    assert "facilitator" in text_of(await stage.command("ana", "theme add 1 power"))
    await stage.person("pat", "presenter")
    assert "Only a facilitator or a presenter of" in text_of(await stage.command("pat", "theme add 1 power"))
    assert ana.id
    assert await rows(stage, SessionTheme) == []


async def test_another_communitys_session_and_theme_are_not_found(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await series_with_sessions(stage)
    theirs = await elsewhere(stage)
    async with stage.database.write() as db:
        db.add(Theme(community_id=theirs.community_id, slug="theirs", name={"en": "Theirs"}))
    assert "cannot find that" in text_of(await stage.press("fay", "theme.add", "1:1"))
    assert "cannot find that" in text_of(await stage.press("fay", "theme.add", "999:1"))
    assert "no session 9" in text_of(await stage.command("fay", "theme add 9 power"))


async def test_a_participant_sees_no_list_of_themes(stage: Stage) -> None:
    cohort, _ = await series_with_sessions(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    assert "facilitator" in text_of(await stage.command("ana", "themes 1"))
