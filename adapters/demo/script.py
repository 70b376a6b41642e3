"""What happens in the demo: a series from the invitation to the last follow-up, and how people answer.

An act whose command the bot does not have is left out, so the script may be ahead of the features.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.story import Act, Story
from adapters.playground.environment import CHANNEL_NAME
from prompts.dates import in_zone
from storage.sessions import Session

MOST_DAYS_AFTER = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Habit:
    """How people answer a kind of message: the share that does, and by which button (what it does)."""

    share: float
    by: str


HABITS = {
    "post_session_form": Habit(0.6, "evaluation"),
    "series_form": Habit(0.7, "evaluation"),
    "form_reminder": Habit(0.5, "evaluation"),
    "follow_up_form": Habit(0.5, "evaluation"),
    "look_back": Habit(0.2, "commit"),
    "commitment_check_in": Habit(0.6, "commitment.answer"),
    "commitment_rehearsal": Habit(0.5, "commitment.rehearsed"),
    "make_it_stick": Habit(0.5, "stick.show"),
    "partner_check": Habit(0.6, "partners.met"),
    "presenter_checklist": Habit(0.8, "checklist"),
    "presenter_tech_check": Habit(0.8, "checklist"),
}
LEFT_OPEN = {"presenter_checklist": 1, "presenter_tech_check": 0}
"""How many items presenters leave open: the slides are ready a week before, sound and screen when they are
checked."""
READS = timedelta(seconds=2)
"""Between one press and the next: platforms take about one message a second in a chat."""
HAD_IT = 0.7
"""The share of recalled questions of which people say that they had it."""


async def play_series(story: Story, sessions: int | None = None) -> None:
    """Play everything, in order; or only up to the end of so many sessions."""
    story.habits = answer_message
    await open_doors(story)
    while (session := await next_session(story)) is not None:
        await play_session(story, session)
        await change_plans(story, session.number)
        if session.number == sessions:
            return
    await play_afterwards(story)


async def answer_message(story: Story, actor: Actor, kind: str, message: str) -> None:
    """A person has got a message of this kind."""
    if kind == "note":
        await accept_invitation(story, actor, message)
        return
    habit = HABITS.get(kind)
    if habit is None or actor.dice.random() > habit.share:
        return
    seen = actor.see(message)
    found = next((push for push in seen.pushes if push.does == habit.by and not push.leads_away), None)
    if found is None:
        return
    await actor.push(seen.id, found)
    if actor.questions():
        await story.fill(actor)
    elif kind == "make_it_stick":
        story.environment.clock.advance(READS)
        await say_whether_recalled(actor)
    elif kind in LEFT_OPEN:
        story.environment.clock.advance(READS)
        await tick_off(actor, LEFT_OPEN[kind])
    story.answered[kind] += 1


async def say_whether_recalled(actor: Actor) -> None:
    """The idea is before them: they had it in mind, or not yet."""
    offered = [push for push in actor.see().pushes if push.does == "stick.recalled"]
    if len(offered) >= 2:
        await actor.push(actor.see().id, offered[0] if actor.dice.random() < HAD_IT else offered[1])


async def tick_off(actor: Actor, left_open: int) -> None:
    """The checklist is before them: the first that is open is done, unless only so many are."""
    seen = actor.see()
    still_open = [push for push in seen.pushes if push.does == "checklist.done"]
    if len(still_open) > left_open:
        await actor.push(seen.id, still_open[0])


async def accept_invitation(story: Story, actor: Actor, message: str) -> None:
    """Join, and agree to what taking part means. A few let the invitation lie."""
    if actor.person.email in story.joined or actor.person.role != "participant":
        return
    seen = actor.see(message)
    if actor.dice.random() > 0.95 or not any(push.stands_out for push in seen.pushes):
        return
    await actor.push_main(seen)
    await actor.push_main()
    story.joined.add(actor.person.email)
    story.answered["invitation"] += 1


async def open_doors(story: Story) -> None:
    """Staff come by; the facilitators open the cohort's channels and invite; people join and say who they
    are."""
    await story.command(story.people("facilitator", "presenter", "evaluator", "administrator"), "me")
    on_slack, on_teams = story.facilitator("slack"), story.facilitator("teams")
    if on_slack is not None:
        await story.act([on_slack], "cohort open", type_and_confirm("cohort open"))
    if on_teams is not None:
        await story.command([on_teams], "cohort link", channel=CHANNEL_NAME)
    inviting = on_slack or on_teams
    if inviting is not None:
        await story.act([inviting], "invite", type_and_confirm("invite"))
    here = [one for one in _some(story, 0.5) if one.person.email in story.joined]
    await story.command(here, "introduce", fill=True)
    await story.command(here[::2], "settings partners=yes")


async def play_session(story: Story, session: Session) -> None:
    """The days before, the session with its groups, and what is kept from it."""
    number = session.number
    await story.until(session.starts_at + timedelta(minutes=3))
    present = [one for one in _some(story, 0.78 - 0.04 * number) if one.person.email in story.joined]
    await story.command(present, "here")
    runs = story.facilitator("slack") or story.facilitator("teams")
    if runs is not None and story.knows("breakout"):
        await story.until(session.starts_at + timedelta(minutes=35))
        await story.act([runs], "breakout", type_and_confirm("breakout 3 20"))
        await story.until(session.starts_at + timedelta(minutes=57))
    await story.until(session.starts_at + timedelta(minutes=session.minutes + 1))
    await story.command(present[::3], "reflect", fill=True)
    await story.command(present[::2], "commit", fill=True)
    if runs is not None:
        await keep_what_surfaced(story, runs, number)


async def keep_what_surfaced(story: Story, runs: Actor, number: int) -> None:
    """Two themes and the key ideas, so that look back and make it stick have something to bring."""
    for theme in ("No time for supervision", "Feeling safe to speak up"):
        await story.command([runs], f'theme add {number} "{theme}"')
    if story.knows("ideas"):
        await story.act([runs], "ideas", _approve_all(f"ideas {number}"))


async def change_plans(story: Story, after: int) -> None:
    """What gets in the way of a plan. After the first session somebody is away past the second, and the third
    is moved; after the second somebody leaves."""
    away, gone = [person for person in story.people("participant") if person.person.email in story.joined][:2]
    runs = story.facilitator("slack") or story.facilitator("teams")
    if after == 1:
        until = (story.now + timedelta(days=10)).date()
        await story.command([away], f"pause until {until.isoformat()}")
        moved = await session_numbered(story, 3)
        if runs is not None and moved is not None:
            later = in_zone(moved.starts_at, moved.zone) + timedelta(days=1)
            await story.act([runs], "move", type_and_confirm(f"session move 3 {later:%Y-%m-%d %H:%M}"))
    if after == 2:
        await story.command([gone], "leave")
        story.joined.discard(gone.person.email)


async def play_afterwards(story: Story) -> None:
    """Some stop, most stay; time passes until nothing is due any more."""
    end = story.now
    runs = story.facilitator("slack") or story.facilitator("teams")
    if runs is not None:
        await story.act([runs], "stick", type_and_confirm("stick"))
    await story.until(end + timedelta(days=10))
    await story.command(_some(story, 1.0)[:2], "stop make_it_stick")
    last = end + MOST_DAYS_AFTER
    while (due := await story.environment.next_moment()) is not None and due <= last:
        await story.until(due)


def _some(story: Story, share: float) -> list[Actor]:
    return [person for person in story.people("participant") if person.dice.random() < share]


def _approve_all(text: str) -> Act:
    async def act(actor: Actor) -> None:
        await actor.type(text)
        seen = actor.see()
        for push in seen.pushes:
            if push.stands_out:
                await actor.push(seen.id, push)

    return act


def type_and_confirm(text: str) -> Act:
    """Type a command and press what stands out on its answer."""

    async def act(actor: Actor) -> None:
        await actor.type(text)
        await actor.push_main()

    return act


async def next_session(story: Story) -> Session | None:
    """The next one that begins, as it stands now: it may have been moved since the last."""
    return next(iter(await sessions_of(story)), None)


async def sessions_of(story: Story) -> list[Session]:
    """The sessions still to come, in order."""
    async with story.environment.application.database.read() as db:
        found = await db.scalars(
            select(Session).where(Session.starts_at > story.now).order_by(col(Session.starts_at))
        )
        return list(found)


async def session_numbered(story: Story, number: int) -> Session | None:
    """By its number in the only cohort."""
    async with story.environment.application.database.read() as db:
        return (await db.scalars(select(Session).where(Session.number == number))).first()
