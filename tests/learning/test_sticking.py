"""Make it stick: a question, the idea, one's own plan; fewer, later, none."""

from datetime import UTC, date, datetime, timedelta

from bot.core.cards import Button, Card
from bot.core.links import Links
from bot.core.reply import Reply, Skip
from storage.learning import StickAnswer, StickPace
from storage.people import Person
from storage.series import Cohort
from storage.sessions import Session
from tests.communities.support import elsewhere, enroll, rows
from tests.learning.sending import Letterbox, post_until
from tests.learning.support import attend, commit_to, composed, key_ideas, replan, series_with_sessions
from tests.support.stage import Stage, text_of

LAST_DAY = datetime(2027, 3, 16, 19, 0, tzinfo=UTC)
"""Noon Pacific, summer time by then."""
DAYS = (3, 7, 14, 28, 56, 84)


async def a_series_that_ends_on_march_16(stage: Stage) -> tuple[Cohort, list[Session]]:
    cohort, sessions = await series_with_sessions(stage, LAST_DAY - timedelta(weeks=2))
    await key_ideas(stage, sessions[0], approved=True)
    return cohort, sessions


async def question(stage: Stage, cohort: Cohort, user: str, place: int = 1) -> Card | Skip:
    person = next(row for row in await rows(stage, Person) if row.name == user.title())
    group = f"make_it_stick.{place}|series_end"
    return await composed(stage, "make_it_stick", person, cohort_id=cohort.id, group=group)


async def test_story_four_six_reminders_at_growing_gaps(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    stage.clock.move_to(LAST_DAY + timedelta(hours=2))
    await replan(stage, cohort)
    box = Letterbox(stage=stage)
    await post_until(stage, box, date(2027, 6, 30))
    cards = [card for card in box.cards("D-ana") if "recall" in card.title]
    asked = [[n for n in (1, 2, 3) if f"en question {n}?" in text_of(card)] for card in cards]
    assert box.days("ana") == [
        date(2027, 3, 19), date(2027, 3, 23), date(2027, 3, 30),
        date(2027, 4, 13), date(2027, 5, 11), date(2027, 6, 8),
    ]  # fmt: skip
    assert asked == [[1, 2], [1, 3], [2, 3], [1, 2], [1, 3], [2, 3]]
    assert all(sum(n in each for each in asked) >= 3 for n in (1, 2, 3))


async def test_not_yet_brings_an_idea_back_on_the_next_reminder_and_no_other_loses_an_ask(
    stage: Stage,
) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    stage.clock.move_to(LAST_DAY + timedelta(hours=2))
    await replan(stage, cohort)
    box = Letterbox(stage=stage)
    await post_until(stage, box, date(2027, 3, 20))
    await stage.press("ana", "stick.recalled", f"2:{cohort.id}:1:0")
    await post_until(stage, box, date(2027, 6, 30))
    cards = [card for card in box.cards("D-ana") if "recall" in card.title]
    asked = [[n for n in (1, 2, 3) if f"en question {n}?" in text_of(card)] for card in cards]
    assert (asked[0], 2 in asked[1]) == ([1, 2], True)
    assert all(sum(n in each for each in asked) >= 3 for n in (1, 2, 3))


async def test_story_four_stopping_after_the_second_leaves_two_received(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    stage.clock.move_to(LAST_DAY + timedelta(hours=2))
    await replan(stage, cohort)
    box = Letterbox(stage=stage)
    await post_until(stage, box, date(2027, 3, 24))
    stop = next(button for section in box.cards("D-ana")[1].sections for button in section.buttons
                if button.action == "stick.stop")  # fmt: skip
    stopped = await stage.press("ana", stop.action, stop.value)
    assert stopped.card is not None
    assert stopped.card.buttons[0].action == "start"
    await post_until(stage, box, date(2027, 6, 30))
    assert box.days("ana") == [date(2027, 3, 19), date(2027, 3, 23)]


async def test_the_question_comes_alone_and_one_press_shows_the_idea_for_this_reader(stage: Stage) -> None:
    cohort, [first, *_] = await a_series_that_ends_on_march_16(stage)
    ana = await stage.person("ana", job_role="clinician")
    await enroll(stage, cohort, ana)
    await commit_to(stage, ana, first, "I close a chart", "breathe twice")
    asked = text_of(_card(await question(stage, cohort, "ana")))
    assert "en question 1?" in asked
    assert "Say what comes next" not in asked
    assert "answer" not in asked.replace("Answer first", "")
    shown = await stage.press("ana", "stick.show", f"1:{cohort.id}:1")
    said = text_of(shown)
    assert "Say what comes next." in said
    assert "In your role: en clinician 1." in said
    assert "I close a chart" in said
    assert "breathe twice" in said
    assert [label for label in ("I tried it", "It works", "I changed it", "Let it go") if label in said] == [
        "I tried it", "It works", "I changed it", "Let it go",
    ]  # fmt: skip
    assert "took along" not in said
    [answer] = await rows(stage, StickAnswer)
    assert answer.recalled is None


async def test_an_answer_is_quoted_back_once_and_kept_nowhere(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    reply = await stage.submit("ana", "stick-answer", f"1:{cohort.id}:1", answer="canary thoughts")
    assert "canary thoughts" in text_of(reply)
    had_it = next(one for one in _buttons(reply) if one.action == "stick.recalled")
    assert "Well kept" in text_of(await stage.press("ana", had_it.action, had_it.value))
    [answer] = await rows(stage, StickAnswer)
    assert answer.recalled is True
    assert "canary" not in answer.model_dump_json()


async def test_another_persons_plan_is_never_shown(stage: Stage) -> None:
    cohort, [first, *_] = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    await commit_to(stage, await stage.person("ben"), first, "", "canary plan")
    assert "canary" not in text_of(await stage.press("ana", "stick.show", f"1:{cohort.id}:1"))


async def test_the_last_one_ends_with_the_personal_page(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    reply = await stage.press("ana", "stick.show", f"3:{cohort.id}:6")
    assert "What I took along" in text_of(reply)
    url = next(one.url for one in _buttons(reply) if one.url)
    ticket = Links("", "test-secret").read(url.rpartition("/")[2], "took-along", stage.clock.now())
    assert ticket.subject == str(cohort.series_id)


async def test_fewer_means_every_second_one_and_can_be_undone(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    slowed = await stage.press("ana", "stick.slow", f"1:{cohort.id}:1")
    assert "every second one" in text_of(slowed)
    sent = [isinstance(await question(stage, cohort, "ana", place), Card) for place in range(1, 7)]
    assert sent == [True, False, True, False, True, False]
    [again] = _buttons(slowed)
    await stage.press("ana", again.action, again.value)
    assert await rows(stage, StickPace) == []
    assert isinstance(await question(stage, cohort, "ana", 2), Card)


async def test_later_brings_the_same_question_back_once_in_a_week(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    stage.clock.move_to(datetime(2027, 3, 19, 17, 0, tzinfo=UTC))
    for _ in range(2):
        assert "Fri, Mar 26" in text_of(await stage.press("ana", "stick.later", f"2:{cohort.id}:1"))
    box = Letterbox(stage=stage)
    await post_until(stage, box, date(2027, 3, 28))
    assert [str(card.text) for card in box.cards("D-ana")] == ["en question 2?"]


async def test_a_question_without_the_readers_language_or_idea_does_not_go(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    await stage.person("lu", language="es")
    assert await question(stage, cohort, "lu") == Skip("nothing_to_say")
    await key_ideas(stage, first, approved=True, languages="en")
    assert await question(stage, cohort, "lu") == Skip("missing_es")


async def test_only_who_takes_part_may_look(stage: Stage) -> None:
    cohort, _ = await a_series_that_ends_on_march_16(stage)
    await stage.person("ben")
    theirs = await elsewhere(stage)
    assert "do not take part" in text_of(await stage.press("ben", "stick.show", f"1:{cohort.id}:1"))
    for value in (f"1:{theirs.id}:1", "999:1:1", "x", ""):
        assert "cannot find that" in text_of(await stage.press("ben", "stick.show", value))


async def test_took_along_holds_ones_own_things_only(stage: Stage) -> None:
    cohort, [first, second, _] = await a_series_that_ends_on_march_16(stage)
    ana, ben = await stage.person("ana"), await stage.person("ben")
    await enroll(stage, cohort, ana)
    await attend(stage, ana, first)
    await commit_to(stage, ana, first, "I log in", "breathe")
    await commit_to(stage, ben, first, "", "canary plan")
    reply = await stage.command("ana", "took along")
    said = text_of(reply)
    assert "Say what comes next." in said
    assert "en use 1." in said
    assert "I log in" in said
    assert "breathe" in said
    assert "A Steady Start" in said
    assert second.title["en"] not in said
    assert "canary" not in said
    assert "/took-along/" in _buttons(reply)[0].url


def _buttons(reply: Reply) -> list[Button]:
    assert reply.card is not None
    return _of(reply.card)


def _of(card: Card) -> list[Button]:
    return [*card.buttons, *(one for section in card.sections for one in section.buttons)]


def _card(said: Card | Skip) -> Card:
    assert isinstance(said, Card), said
    return said


async def test_three_taps_at_most_from_the_question_to_being_done(stage: Stage) -> None:
    """Every way through a reminder, by the buttons that its reader sees: look and say how the plan goes,
    answer first, be asked later, less often or not at all."""
    cohort, [first, *_] = await a_series_that_ends_on_march_16(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await commit_to(stage, ana, first, "I close a chart", "breathe twice")
    asked = _card(await question(stage, cohort, "ana"))

    look = next(one for one in _of(asked) if one.style == "primary")
    idea = await stage.press("ana", look.action, look.value)
    how = next(one for one in _buttons(idea) if one.action == "commitment.status")
    assert "breathe twice" in text_of(await stage.press("ana", how.action, how.value))
    looked = [look, how]

    first_form = next(one for one in _of(asked) if one.form == "stick-answer")
    quoted = await stage.submit("ana", first_form.form, first_form.value, answer="Ask first")
    had_it = next(one for one in _buttons(quoted) if one.action == "stick.recalled")
    assert (await stage.press("ana", had_it.action, had_it.value)).card is not None
    answered = [first_form, "send", had_it]

    quiet = list(asked.sections[-1].buttons)
    assert {one.action for one in quiet} == {"stick.later", "stick.slow", "stick.stop"}
    for one in quiet:
        assert (await stage.press("ana", one.action, one.value)).card is not None
    assert max(len(looked), len(answered), 1) <= 3
