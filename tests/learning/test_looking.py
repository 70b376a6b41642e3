"""Look ahead and look back: what each reader is told, from what is true when it goes."""

from datetime import date, timedelta

from bot.core.cards import Card
from bot.core.reply import Skip
from storage.sessions import Session
from tests.communities.support import CHANNEL, channel_for, enroll
from tests.learning.sending import Letterbox, post_until
from tests.learning.support import (
    FIRST,
    attend,
    composed,
    harvest,
    key_ideas,
    presents,
    reflect,
    replan,
    series_with_sessions,
    theme,
)
from tests.support.stage import Stage, text_of

AFTER_FIRST = FIRST + timedelta(days=1)


async def change(stage: Stage, session: Session, **values: object) -> None:
    async with stage.database.write() as db:
        row = await db.get_one(Session, session.id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_look_ahead_says_what_for_with_whom_when_and_what_to_do_before(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    await presents(stage, await stage.person("pat", "presenter"), first)
    before = {"en": "Read the card.", "es": "Lee la tarjeta."}
    await change(stage, first, pre_work=before, pre_work_minutes=5)
    said = text_of(_card(await composed(stage, "look_ahead", session_id=first.id)))
    assert "Look ahead: A Steady Start" in said
    assert "Tue, Feb 23, 12:00 PM (Pacific Standard Time)" in said
    assert "With: Pat" in said
    assert "Name goal 1." in said
    assert "Before you come (5 min): Read the card." in said
    spanish = text_of(_card(await composed(stage, "look_ahead", language="es", session_id=first.id)))
    assert "Lee la tarjeta." in spanish
    assert "Read the" not in spanish


async def test_a_moved_session_says_where_it_stood(stage: Stage) -> None:
    _, [first, second, _] = await series_with_sessions(stage)
    await change(stage, second, moved_from=second.starts_at, starts_at=second.starts_at + timedelta(days=1))
    await key_ideas(stage, first, approved=True)
    stage.clock.move_to(AFTER_FIRST)
    for kind, session in (("look_ahead", second), ("look_back", first)):
        said = text_of(_card(await composed(stage, kind, session_id=session.id)))
        assert "The time has changed. It was Tue, Mar 2, 12:00 PM" in said
        assert "Wed, Mar 3, 12:00 PM" in said


async def test_who_was_there_and_who_missed_it_read_different_messages(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    ana, ben = await stage.person("ana"), await stage.person("ben")
    for person in (ana, ben):
        await enroll(stage, cohort, person)
    await attend(stage, ana, first)
    await attend(stage, ben, first, there=False)
    await key_ideas(stage, first, approved=True)
    stage.clock.move_to(AFTER_FIRST)
    there = text_of(_card(await composed(stage, "look_back", ana, session_id=first.id)))
    missed = text_of(_card(await composed(stage, "look_back", ben, session_id=first.id)))
    assert "Good that you were there." in there
    assert "The talk" in there
    assert "We missed you." in missed
    assert "Catch up in 5 minutes" in missed
    assert "The card" in missed
    assert "The talk" not in missed
    assert "Say what comes next." in there
    assert "Say what comes next." in missed
    assert "Look ahead: Choice and Voice" in there


async def test_only_what_was_shared_or_posted_is_repeated_and_only_approved_ideas(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana")
    await key_ideas(stage, first, approved=False)
    await theme_on(stage, first)
    for visibility in ("private", "partner", "group", "facilitators", "cohort"):
        await reflect(stage, ana, first, f"said to {visibility}", visibility)
    await harvest(stage, ana, first, "posted note", posted=True)
    await harvest(stage, ana, first, "unposted note", posted=False)
    stage.clock.move_to(AFTER_FIRST)
    said = text_of(_card(await composed(stage, "look_back", ana, session_id=first.id)))
    assert "said to cohort" in said
    assert "posted note" in said
    assert not any(f"said to {one}" in said for one in ("private", "partner", "group", "facilitators"))
    assert "unposted" not in said
    assert "Say what comes next." not in said
    assert "No time" in said


async def theme_on(stage: Stage, session: Session) -> None:
    await stage.person("fay", "facilitator")
    await theme(stage, "no-time", en="No time", es="Sin tiempo")
    await stage.command("fay", f"theme add {session.number} No time")


async def test_after_the_last_session_the_text_says_that_it_was_the_last(stage: Stage) -> None:
    _, [*_, last] = await series_with_sessions(stage)
    await key_ideas(stage, last, approved=True)
    stage.clock.move_to(last.starts_at + timedelta(days=1))
    said = text_of(_card(await composed(stage, "look_back", session_id=last.id)))
    assert "That was the last session" in said
    assert "Look ahead" not in said


async def test_a_language_that_a_text_lacks_waits_and_nothing_goes_in_another(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    await key_ideas(stage, first, approved=True, languages="en")
    lu = await stage.person("lu", language="es")
    stage.clock.move_to(AFTER_FIRST)
    assert await composed(stage, "look_back", lu, session_id=first.id) == Skip("missing_es")


async def test_with_nothing_to_say_nothing_goes(stage: Stage) -> None:
    _, [*_, last] = await series_with_sessions(stage)
    stage.clock.move_to(last.starts_at + timedelta(days=1))
    assert await composed(stage, "look_back", session_id=last.id) == Skip("nothing_to_say")
    assert await composed(stage, "look_back", session_id=999) == Skip("no_session")
    assert await composed(stage, "look_ahead", session_id=999) == Skip("no_session")


async def test_story_three_a_participant_between_two_sessions(stage: Stage) -> None:
    """Approved the day after, the look back goes once to each person, in their language; the look ahead
    to the channel three days before the next session."""
    cohort, [first, *_] = await series_with_sessions(stage)
    await channel_for(stage, cohort)
    await stage.person("fay", "facilitator")
    ana, lu = await stage.person("ana"), await stage.person("lu", language="es")
    for person in (ana, lu):
        await enroll(stage, cohort, person)
    await key_ideas(stage, first, approved=False)
    await replan(stage, cohort)
    await stage.press("fay", "idea.approve", "1:1")
    await attend(stage, ana, first)
    await attend(stage, lu, first, there=False)
    box = Letterbox(stage=stage)
    await post_until(stage, box, date(2027, 3, 1))
    assert box.days("ana") == box.days("lu") == [date(2027, 2, 24)]
    [to_ana], [to_lu] = box.cards("D-ana"), box.cards("D-lu")
    assert "Good that you were there." in text_of(to_ana)
    assert "Di qué sigue." in text_of(to_lu)
    assert "Check in before you check up." not in text_of(to_ana)
    ahead = [card for card in box.cards(CHANNEL.conversation) if "Look ahead" in card.title]
    assert [card.title for card in ahead] == ["Look ahead: A Steady Start", "Look ahead: Choice and Voice"]
    assert _day(box, "Look ahead: Choice and Voice") == date(2027, 3, 1)  # three days before is a Saturday


def _day(box: Letterbox, title: str) -> date:
    return next(at for _, at, card in box.letters if card.title == title).date()


def _card(said: Card | Skip) -> Card:
    assert isinstance(said, Card), said
    return said


async def test_a_look_ahead_in_the_channel_can_be_read_in_the_other_language_on_ones_own_clock(
    stage: Stage,
) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    await channel_for(stage, cohort)
    await enroll(stage, cohort, await stage.person("lu", language="es", zone="America/Anchorage"))
    await stage.person("stranger")
    await replan(stage, cohort)
    [nudge] = [one for one in await stage.nudges() if one.kind == "look_ahead" and one.session_id == first.id]
    card = _card(await composed(stage, "look_ahead", session_id=first.id))
    ask, other = card.buttons
    assert (ask.form, ask.value) == ("ask", str(first.id))
    assert (other.label, other.action) == ("Leer en español", "ahead.read")
    read = await stage.press("lu", "ahead.read", f"{nudge.id}:es", CHANNEL)
    assert not read.public
    assert "Mirada hacia adelante: Un comienzo firme" in text_of(read)
    assert "11:00" in text_of(read)
    for user, value in (
        ("stranger", f"{nudge.id}:es"),
        ("lu", f"{nudge.id}:fr"),
        ("lu", "0:es"),
        ("lu", "x"),
    ):
        assert "Un comienzo" not in text_of(await stage.press(user, "ahead.read", value))


async def test_a_look_back_offers_one_small_step_to_those_who_take_part(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    ana, fay = await stage.person("ana"), await stage.person("fay", "facilitator")
    await enroll(stage, cohort, ana)
    await attend(stage, ana, first)
    await key_ideas(stage, first, approved=True)
    stage.clock.move_to(AFTER_FIRST)
    to_ana = _card(await composed(stage, "look_back", ana, session_id=first.id))
    assert [(button.form, button.value) for button in to_ana.buttons] == [("commit", str(cohort.id))]
    to_fay = _card(await composed(stage, "look_back", fay, session_id=first.id))
    assert to_fay.buttons == ()
    assert "We missed you" not in text_of(to_fay)


async def test_a_look_back_begins_with_a_question_on_the_session_before(stage: Stage) -> None:
    cohort, [first, second, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await key_ideas(stage, first, approved=True)
    await key_ideas(stage, second, approved=True)
    card = _card(await composed(stage, "look_back", ana, session_id=second.id))
    assert card.sections[0].title == "First: what do you recall from last time?"
    asked = card.sections[0].buttons[0]
    shown = await stage.press("ana", asked.action, asked.value)
    assert "Say what comes next." in text_of(shown)
    before_any = _card(await composed(stage, "look_back", ana, session_id=first.id))
    assert "what do you recall" not in text_of(before_any), "nothing came before the first"


async def test_what_a_facilitator_left_out_is_not_asked_by_a_look_back_either(stage: Stage) -> None:
    cohort, [first, second, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await key_ideas(stage, first, approved=True)
    await key_ideas(stage, second, approved=True)
    await stage.person("fay", "facilitator")
    await stage.submit("fay", "stick-core", str(cohort.id), core=["4"], dropped=["1", "2", "3"])
    card = _card(await composed(stage, "look_back", ana, session_id=second.id))
    assert "what do you recall" not in text_of(card)
