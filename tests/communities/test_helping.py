"""`help`: short, by topic, within what the asker may do; and nothing that one may do is missing."""

from __future__ import annotations

import re

import pytest

from bot.core.permissions import Role, may
from bot.core.reply import Reply
from bot.features import all_features
from bot.help.topics import PERSONAL, TOPICS
from prompts.catalog import languages
from prompts.command_names import other_names, shown
from prompts.language_tables import language_tables
from prompts.text import plain
from prompts.words import guide as words
from storage.people import Community
from storage.settings import CommunitySettings
from tests.communities.support import enroll, furnish
from tests.support.stage import Stage, text_of

COMMANDS = {spec.name: spec for feature in all_features() for spec in feature.commands}
STAFF = [Role.PRESENTER, Role.FACILITATOR, Role.EVALUATOR, Role.ADMINISTRATOR]


async def _in_a_cohort(stage: Stage, user: str, *roles: str, **attributes: object) -> None:
    person = await stage.person(user, *roles, **attributes)
    await enroll(stage, await furnish(stage), person)


async def _pages(stage: Stage, user: str) -> list[Reply]:
    """Help, and every page that its buttons lead to, and theirs."""
    pages, pressed = [await stage.command(user, "help")], {""}
    for page in pages:
        assert page.card is not None
        for button in page.card.buttons:
            if button.value not in pressed:
                pressed.add(button.value)
                pages.append(await stage.press(user, button.action, button.value))
    return pages


def _named(reply: Reply) -> set[str]:
    """The commands at the start of a page's lines."""
    found = set(re.findall(r"(?m)^• ([^:]+): ", text_of(reply)))
    called = {
        **dict(zip(COMMANDS, COMMANDS, strict=True)),
        **{name: one for one, name in language_tables()["es"].commands.items()},
    }
    return {called[one] for one in found if one in called}


async def test_a_participant_reads_a_few_lines_of_their_own(stage: Stage) -> None:
    await _in_a_cohort(stage, "ana")
    said = text_of(await stage.command("ana", "help"))
    own = len(_named(await stage.press("ana", "help.topic", "sessions")))
    assert own >= len(("sessions", "here", "ask", "agenda", "questions", "invitations"))
    assert f"Your sessions: sessions, here, ask and {own - 3} more" in said
    assert len(re.findall("(?m)^• ", said)) <= 8
    assert "nudges" not in said


async def test_who_is_in_no_cohort_reads_how_to_get_into_one(stage: Stage) -> None:
    await stage.person("ana")
    said = text_of(await stage.command("ana", "help"))
    assert "Your place here: me, join" in said
    assert "More opens up once you are in a cohort." in said
    assert "Your sessions" not in said


async def test_a_facilitator_sees_their_work_first_on_one_screen(stage: Stage) -> None:
    await _in_a_cohort(stage, "fay", "facilitator")
    said = text_of(await stage.command("fay", "help"))
    lines = re.findall("(?m)^• .*", said)
    plan = len(_named(await stage.press("fay", "help.topic", "planning")))
    own = sum([len(_named(await stage.press("fay", "help.topic", one.slug))) for one in PERSONAL])
    assert (plan, own) >= (9, 37)
    assert lines[0] == f"• Plan sessions: session new, session move, session link and {plan - 3} more"
    assert lines[-1] == f"• For yourself: sessions, here, ask and {own - 3} more"
    assert len(lines) <= 12
    assert "The community" not in said, "an administrator's"


@pytest.mark.parametrize("role", [Role.PARTICIPANT, *STAFF])
@pytest.mark.parametrize("language", languages())
async def test_the_topics_hold_every_command_that_one_may_use_and_no_other(
    stage: Stage, role: Role, language: str
) -> None:
    await _in_a_cohort(stage, "ana", *([role] if role in STAFF else []), language=language)
    pages = await _pages(stage, "ana")
    found = {name for page in pages for name in _named(page)}
    expected = {name for name, spec in COMMANDS.items() if may({role, Role.PARTICIPANT}, spec.may)}
    assert found == expected - {"setup"}


async def test_the_first_who_comes_is_shown_how_to_become_administrator(stage: Stage) -> None:
    async with stage.database.write() as db:
        (await db.get_one(Community, 1)).settings = CommunitySettings(setup_code="abc")
    await stage.person("ana")
    assert "Your place here: setup, me, join" in text_of(await stage.command("ana", "help"))


async def test_a_topic_opens_in_place_of_the_page_and_leads_back(stage: Stage) -> None:
    await _in_a_cohort(stage, "fay", "facilitator")
    page = await stage.press("fay", "help.topic", "planning")
    assert page.replace
    assert "session move: Move a session" in text_of(page)
    assert "help session new" in text_of(page)
    assert page.card is not None
    back = await stage.press("fay", page.card.buttons[0].action, page.card.buttons[0].value)
    assert text_of(back) == text_of(await stage.command("fay", "help"))


@pytest.mark.parametrize(
    ("typed", "language"),
    [("help plan sessions", "en"), ("ayuda planear sesiones", "es"), ("help Plan  Sessions", "es")],
)
async def test_a_topic_can_be_typed_by_its_name(stage: Stage, typed: str, language: str) -> None:
    await _in_a_cohort(stage, "fay", "facilitator", language=language)
    assert f"{shown('session move', language)}: " in text_of(await stage.command("fay", typed))
    own = {"en": "help for yourself", "es": "ayuda para usted"}[language]
    assert shown("my commitments", language) in text_of(await stage.command("fay", own))


@pytest.mark.parametrize("language", languages())
def test_no_topic_is_called_like_a_command_or_another_topic(language: str) -> None:
    titles = [
        plain(title).casefold()
        for title in (*(topic.title(language) for topic in TOPICS), words.for_yourself(language))
    ]
    names = {
        name for spec in COMMANDS.values() for name in (spec.name, *spec.aliases, *other_names(spec.name))
    }
    assert len(set(titles)) == len(titles)
    assert names.isdisjoint(titles)


@pytest.mark.parametrize("language", languages())
def test_every_summary_is_a_line_that_starts_large_and_ends_without_a_stop(language: str) -> None:
    for spec in COMMANDS.values():
        summary = plain(spec.summary(language))
        assert summary[0].isupper(), summary
        assert not summary.endswith("."), summary


async def test_help_for_one_command_says_how_to_type_it_and_where_it_belongs(stage: Stage) -> None:
    reply = await stage.command("ana", "help pause until")
    said = text_of(reply)
    assert "pause until 2027-03-01" in said
    assert "pausa" in said
    assert "[Your settings and messages]" in said


async def test_help_in_spanish_by_its_spanish_name(stage: Stage) -> None:
    await stage.person("luz", language="es")
    assert "Unirse a una cohorte" in text_of(await stage.command("luz", "ayuda unirme"))


async def test_help_for_what_i_may_not_says_who_can_and_for_nonsense_names_what_i_may(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    said = text_of(await stage.command("ana", "help cohort open"))
    assert "A facilitator or administrator can do it. Here you can turn to Fay." in said
    for wanted in ("nonsense", "*" * 500, "plan sessions"):
        assert "I do not know" in text_of(await stage.command("ana", f"help {wanted}")), wanted
    said = text_of(await stage.command("ana", "help sesions"))
    assert "Did you mean sessions" in said
    assert "session move" not in said
