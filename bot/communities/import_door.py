"""Importing from the chat: by the upload page, or pasted into a form; checked first, then applied."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import col, delete

from bot.cards import Button, Card
from bot.communities.importing import (
    GIVEN_BY_FACILITATORS,
    Outcome,
    Problem,
    apply_community,
    apply_roster,
    check_roster,
    read_community,
    read_roster,
)
from bot.communities.importing.roster import COLUMNS, ROLES
from bot.communities.lookup import cohort_by_id, row_id
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.nudges.planner import replan_cohort
from bot.permissions import Action
from prompts.text import Marked
from prompts.words import communities as words
from prompts.words import importing as import_words
from storage.imports import ImportDraft
from storage.series import Cohort

UPLOAD_LIFE = timedelta(hours=12)
DRAFT_LIFE = timedelta(days=1)
SHOWN_PROBLEMS = 20
WHOLE_COMMUNITY = "community"
"""Subject of an upload link for a community file; for a roster it is the cohort's row id."""


async def import_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Where to upload. Without a cohort of mine, an administrator gets the door for a community file."""
    try:
        cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    except Refusal:
        if typed.get("cohort") or not await desk.may(Action.MANAGE_COMMUNITY):
            raise
        return Reply(card=await _doors(desk, None))
    return Reply(card=await _doors(desk, cohort))


async def import_asked(desk: Desk, value: str) -> Reply:
    cohort = await cohort_by_id(desk, value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return Reply(card=await _doors(desk, cohort))


LONGEST_FILE = 2_000_000


async def _doors(desk: Desk, cohort: Cohort | None) -> Card:
    say = desk.language
    buttons = []
    if cohort is not None:
        buttons += [
            Button(label=import_words.upload_roster(say), url=_link(desk, str(cohort.id)), style="primary"),
            Button(label=import_words.paste_roster(say), form="import", value=str(cohort.id)),
        ]
    if await desk.may(Action.MANAGE_COMMUNITY):
        buttons += [
            Button(label=import_words.upload_community(say), url=_link(desk, WHOLE_COMMUNITY)),
            Button(label=import_words.paste_community(say), form="import", value=WHOLE_COMMUNITY),
        ]
    name = cohort.name if cohort else desk.community.name
    return Card(
        title=import_words.import_title(say, name=name),
        text=import_words.import_intro(say, columns=", ".join(COLUMNS)),
        buttons=tuple(buttons),
    )


def _link(desk: Desk, subject: str) -> str:
    return desk.links.to("import", subject, desk.me.id or 0, desk.now, life=UPLOAD_LIFE)


# --- pasted -----------------------------------------------------------------------------------------------


async def import_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is a cohort's row id, or `WHOLE_COMMUNITY`. Raises `Refusal` without the right to it."""
    say = desk.language
    cohort = await _target(desk, context)
    label = import_words.roster_content(say) if cohort else import_words.community_content(say)
    return Form(
        name="import",
        title=import_words.import_short_title(say),
        submit=import_words.check_it(say),
        context=context,
        intro=import_words.import_intro(say, columns=", ".join(COLUMNS)),
        fields=(Field(name="content", kind="paragraph", label=label, most=_most(desk)),),
    )


def _most(desk: Desk) -> int:
    """Characters taken: a chat's form holds 3,000, the web page a file of any roster's size."""
    return LONGEST_FILE if desk.event.who.platform == "web" else 3000


async def import_sent(desk: Desk, context: str, values: Values) -> Reply:
    """The dry run: every problem, or what applying would do with a button to do it."""
    cohort = await _target(desk, context)
    content = str(values["content"])
    if cohort is not None:
        plan = read_roster(content, tuple(desk.community.languages))
        problems = await check_roster(desk.db, cohort, plan, await _may_give(desk, cohort))
        found = import_words.would_roster(desk.language, n=len(plan.rows), cohort=cohort.name)
    else:
        told = read_community(content)
        problems = told.errors
        series = len(told.file.series) if told.file else 0
        sessions = sum(len(one.sessions) for one in told.file.series) if told.file else 0
        found = import_words.would_community(desk.language, series=series, sessions=sessions)
    if problems:
        return Reply(card=problems_card(desk.language, problems))
    draft = ImportDraft(
        community_id=desk.community.id or 0,
        person_id=desk.me.id or 0,
        cohort_id=cohort.id if cohort else None,
        content=content,
        created_at=desk.now,
    )
    desk.db.add(draft)
    await desk.db.flush()
    apply = Button(
        label=import_words.apply_it(desk.language),
        action="import.apply",
        value=str(draft.id),
        style="primary",
    )
    return Reply(card=Card(title=import_words.checked(desk.language), text=found, buttons=(apply,)))


def problems_card(language: str, problems: Collection[Problem]) -> Card:
    """All problems, as many as a message takes, and how many more there are."""
    lines = [Marked("- ") + problem.say(language) for problem in list(problems)[:SHOWN_PROBLEMS]]
    more = len(problems) - SHOWN_PROBLEMS
    return Card(
        title=import_words.problems_title(language, n=len(problems)),
        text=Marked("\n".join(lines)),
        context=import_words.more_problems(language, n=more)
        if more > 0
        else import_words.nothing_imported(language),
    )


async def import_applied(desk: Desk, value: str) -> Reply:
    """Apply what was checked: read and checked again, since the data may have changed meanwhile."""
    draft = await desk.db.get(ImportDraft, row_id(value))
    if draft is None or (draft.community_id, draft.person_id) != (desk.community.id, desk.me.id):
        raise Refusal(import_words.draft_gone(desk.language))
    cohort = await _target(desk, str(draft.cohort_id or WHOLE_COMMUNITY))
    if cohort is not None:
        plan = read_roster(draft.content, tuple(desk.community.languages))
        may_give = await _may_give(desk, cohort)
        problems = await check_roster(desk.db, cohort, plan, may_give)
        if problems:
            return Reply(card=problems_card(desk.language, problems))
        outcome = await apply_roster(desk.db, cohort, plan, desk.now, may_give)
    else:
        outcome = await apply_community(desk.db, desk.community, read_community(draft.content), desk.now)
    await desk.db.delete(draft)
    for cohort_id in sorted(outcome.cohort_ids):
        await replan_cohort(desk.db, cohort_id, desk.now)
    desk.audit(
        "imported", f"cohort:{cohort.id}" if cohort else f"community:{desk.community.id}", **outcome.made
    )
    return Reply(card=outcome_card(desk.language, outcome, cohort), replace=True)


def outcome_card(language: str, outcome: Outcome, cohort: Cohort | None) -> Card:
    """What applying did; after a roster, the way to the invitations."""
    if outcome.nothing_new:
        return Card(text=import_words.nothing_new(language))
    lines = [
        *(import_words.made(language, kind, n) for kind, n in outcome.made.items()),
        *(import_words.changed(language, kind, n) for kind, n in outcome.changed.items()),
    ]
    buttons: tuple[Button, ...] = ()
    if cohort is not None:
        invite = Button(label=words.invite_title(language), action="invite.preview", value=str(cohort.id))
        buttons = (invite,)
    return Card(
        title=import_words.imported(language),
        text=Marked("\n").join([Marked("- ") + line for line in lines]),
        buttons=buttons,
    )


async def _target(desk: Desk, context: str) -> Cohort | None:
    """The cohort meant, None for the whole community; with the right to import into it."""
    if context == WHOLE_COMMUNITY:
        await desk.require(Action.MANAGE_COMMUNITY)
        return None
    cohort = await cohort_by_id(desk, context)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def _may_give(desk: Desk, cohort: Cohort) -> Collection[str]:
    return ROLES if await desk.may(Action.MANAGE_COMMUNITY, cohort.series_id) else GIVEN_BY_FACILITATORS


async def drop_old_drafts(errands: Errands) -> None:
    """Housekeeping: what was never confirmed is not kept."""
    before = errands.clock.now() - DRAFT_LIFE
    async with errands.database.write() as db:
        await db.execute(delete(ImportDraft).where(col(ImportDraft.created_at) <= before))
