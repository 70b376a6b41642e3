"""What is said in Teams and what is answered there, through the real door and the real botbuilder."""

from adapters.playground.teams import Post, TeamsSide
from tests.adapters.teams.house import Application

ANA, BEN, CHI, DEE = "Ana Reyes", "Ben Ito", "Chi Okafor", "Dee Stone"


def words_of(post: Post) -> str:
    """All the text of a post's cards, with Markdown's escapes taken away."""
    return str(post.cards).replace("\\\\", "")


async def test_a_command_in_the_own_chat_is_answered_there(application: Application, side: TeamsSide) -> None:
    outcome = await application.settled(await side.say(ANA, None, "hello"))
    assert outcome.status == 200
    assert "Ana Reyes said hello" in words_of(side.received(ANA)[-1])


async def test_a_mention_and_a_quoted_message_in_the_own_chat_are_understood(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.mention_bot(ANA, None, "hello!"))
    quoted = side.received(ANA)[-1]
    assert "Ana Reyes said hello!" in words_of(quoted)
    await application.settled(await side.say(ANA, None, "secret", quoting=quoted))
    assert "only for you" in words_of(side.received(ANA)[-1])
    await application.settled(await side.say(ANA, None, "it went well", quoting=quoted))
    assert "heard it went well" in words_of(side.received(ANA)[-1])


async def test_what_is_no_command_is_heard_as_said(application: Application, side: TeamsSide) -> None:
    await application.settled(await side.say(ANA, None, "helloween is near"))
    assert "heard helloween is near" in words_of(side.received(ANA)[-1])


async def test_a_mention_in_a_channel_is_a_command_and_its_private_answer_comes_privately(
    application: Application, side: TeamsSide
) -> None:
    """Teams shows nothing to one person in a channel, so the answer goes to their own chat, and a line in
    the thread says so."""
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "secret"))
    assert "only for you" in words_of(side.received(BEN)[-1])
    asked, line = side.channel("Cohort 1").posts
    assert line.thread_id == asked.id
    assert "chat privado" in words_of(line)
    assert "Score" not in words_of(line)


async def test_a_public_answer_stands_in_the_thread_where_it_was_asked(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "ask"))
    asked, answered = side.channel("Cohort 1").posts
    assert answered.from_bot
    assert answered.thread_id == asked.id


async def test_a_refusal_says_what_to_do(application: Application, side: TeamsSide) -> None:
    await application.settled(await side.say(ANA, None, "refuse"))
    assert "Do it" in words_of(side.received(ANA)[-1])


async def test_a_press_replaces_the_card_for_who_pressed_and_for_everybody(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "ask"))
    outcome = await application.settled(await side.press(BEN, None, "Yes"))
    assert outcome.shown[0].kind == "card"
    assert "Voted" in str(outcome.shown[0].card)
    assert "Voted" in words_of(side.channel("Cohort 1").posts[-1])


async def test_an_old_client_presses_through_the_fallback(application: Application, side: TeamsSide) -> None:
    side.buttons.old_client = True
    await application.settled(await side.say(ANA, None, "hello"))
    await application.settled(await side.press(ANA, None, "Yes"))
    assert "Voted" in words_of(side.received(ANA)[-1])


async def test_a_private_sentence_after_a_press_in_a_channel_is_shown_to_who_pressed_only(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "ask"))
    outcome = await application.settled(await side.press(CHI, None, "Keep"))
    assert (outcome.shown[0].kind, outcome.shown[0].text) == ("message", "kept 7")
    assert len(side.channel("Cohort 1").posts) == 2


async def test_a_public_answer_to_a_press_stands_in_the_thread(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "ask"))
    await application.settled(await side.press(CHI, None, "Everybody"))
    assert "to all" in words_of(side.channel("Cohort 1").posts[-1])


async def test_a_command_that_needs_a_form_offers_it_with_what_was_typed(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.say(ANA, None, "note text=milk"))
    outcome = await side.press(ANA, None, "Open the form")
    assert outcome.shown[0].kind == "dialog"
    assert "'value': 'milk'" in str(outcome.shown[0].card)


async def test_a_dialog_keeps_what_was_typed_beside_its_errors_until_it_is_right(
    application: Application, side: TeamsSide
) -> None:
    """Ben can be picked because the bot has met him."""
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "ask"))
    await application.settled(await side.say(ANA, None, "hello"))
    assert (await side.press(ANA, None, "Write")).shown[0].text == "A note"
    ben = f"{application.user(BEN)}"
    filled = {"text": "much too long", "kinds": ["a%2Cb", "c"], "stars": "4", "people": [ben], "sure": True}
    wrong = await application.settled(await side.submit(ANA, filled, check=False))
    assert wrong.shown[0].kind == "dialog"
    shown = str(wrong.shown[0].card)
    assert "much too long" in shown
    assert "10 characters" in shown
    assert "'a%2Cb,c'" in shown
    right = await application.settled(await side.submit(ANA, {"text": "short"}))
    assert right.shown[0].kind == "closed"
    saved = words_of(side.received(ANA)[-1])
    assert "for ctx-1" in saved
    assert "'text': 'short'" in saved
    assert "'a,b', 'c'" in saved
    assert "'stars': 4" in saved
    assert "'sure': True" in saved


async def test_a_handlers_own_complaint_stands_at_its_field(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.say(ANA, None, "hello"))
    await side.press(ANA, None, "Write")
    outcome = await application.settled(await side.submit(ANA, {"text": "bad"}))
    assert "Not this one" in str(outcome.shown[0].card)


async def test_one_dialog_may_lead_to_the_next(application: Application, side: TeamsSide) -> None:
    await application.settled(await side.say(ANA, None, "hello"))
    await side.press(ANA, None, "Write")
    outcome = await application.settled(await side.submit(ANA, {"text": "again"}))
    assert "'context': 'second'" in str(outcome.shown[0].card)


async def test_who_is_mentioned_in_a_command_is_found_and_mentioned_in_the_answer(
    application: Application, side: TeamsSide
) -> None:
    await application.settled(await side.say(ANA, None, "hello"))
    ana = side.user(ANA)
    outcome = await side.mention_bot(BEN, "Cohort 1", "who <at>Ana Reyes</at>")
    activity = dict(outcome.activity or {})
    activity["id"] += "7"
    activity["entities"] = [
        *activity["entities"],
        {
            "type": "mention",
            "text": "<at>Ana Reyes</at>",
            "mentioned": {"id": ana.teams_id, "aadObjectId": ana.aad_object_id, "name": ANA},
        },
    ]
    await application.settled(await side.deliver(activity))
    assert side.mentions(ANA)


async def test_a_newcomer_and_a_new_place_are_noticed(application: Application, side: TeamsSide) -> None:
    """The bot greets where it is installed once, and who joins a team that it is in."""
    await application.settled(await side.add_bot_to_team("Learning"))
    assert [words_of(p) for p in side.channel("General").posts if "Good to be here" in words_of(p)]
    assert len([p for p in side.channel("General").posts if p.from_bot]) == 1
    await application.settled(await side.join_team(DEE, "Learning"))
    assert "welcome Dee Stone" in words_of(side.received(DEE)[-1])


async def test_a_message_delivered_twice_is_answered_once(application: Application, side: TeamsSide) -> None:
    side.faults.duplicate_event(copies=3)
    await application.settled(await side.say(ANA, None, "hello"))
    assert len(side.received(ANA)) == 1


async def test_zone_language_and_person_come_from_the_envelope(
    application: Application, side: TeamsSide
) -> None:
    from storage.people import Identity, Person

    await application.settled(await side.say(ANA, None, "hello"))
    (person,) = await application.rows(Person)
    (identity,) = await application.rows(Identity)
    assert isinstance(person, Person)
    assert isinstance(identity, Identity)
    assert (person.name, person.zone, person.email) == (ANA, "America/Anchorage", "ana.reyes@example.org")
    assert identity.platform_user == application.user(ANA)
    assert identity.direct == side.conversation_id(ANA, None)
    assert identity.reference["service_url"] == side.service_url


async def test_who_leaves_a_team_is_noticed(application: Application, side: TeamsSide) -> None:
    """One row of the inbox, handled: nothing is said to them."""
    await application.settled(await side.mention_bot(BEN, "Cohort 1", "secret"))
    before = len(side.received(BEN))
    outcome = await application.settled(await side.leave_team(BEN, "Learning"))
    assert outcome.status == 200
    assert len(side.received(BEN)) == before


async def test_an_uninstalled_bot_does_not_answer(application: Application, side: TeamsSide) -> None:
    """Nothing is said any more, and nothing is sent there, until it is added again."""
    from storage.people import Identity

    await application.settled(await side.say(ANA, None, "hello"))
    heard = len(side.received(ANA))
    outcome = await application.settled(await side.uninstall(ANA))
    assert outcome.status == 200
    assert len(side.received(ANA)) == heard
    assert [row.reachable for row in await application.rows(Identity) if isinstance(row, Identity)] == [False]
    await application.settled(await side.install_personal(ANA))
    assert [row.reachable for row in await application.rows(Identity) if isinstance(row, Identity)] == [True]
    await application.settled(await side.say(ANA, None, "hello"))
    assert "Ana Reyes said hello" in words_of(side.received(ANA)[-1])
