"""Importing from the chat: by the upload page, or pasted into a form; checked first, then applied."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, delete, select

from bot.cards import Button, Card
from bot.communities.importing import (
    GIVEN_BY_FACILITATORS,
    NotApplicable,
    Outcome,
    Placement,
    Problem,
    apply_community,
    apply_roster,
    apply_series,
    check_roster,
    check_series,
    read_community,
    read_roster,
    read_series,
)
from bot.communities.importing.roster import COLUMNS, ROLES
from bot.communities.lookup import all_series, cohort_by_id, row_id, title_in
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.nudges.planner import replan_cohort
from bot.permissions import Action, Role
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words
from prompts.words import importing as import_words
from storage.imports import ImportDraft
from storage.people import Duty
from storage.series import Cohort, Project

UPLOAD_LIFE = timedelta(hours=12)
DRAFT_LIFE = timedelta(days=1)
SHOWN_PROBLEMS = 20
WHOLE_COMMUNITY = "community"
"""Subject of an upload link for a community file; for a roster it is the cohort's row id."""
ONE_SERIES = "series"
"""Subject of an upload link for a series file."""


async def import_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Where to upload. Without a cohort of mine there are the doors for a series and a community file."""
    try:
        cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    except Refusal:
        if typed.get("cohort"):
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
    buttons.append(Button(label=import_words.upload_series(say), url=_link(desk, ONE_SERIES)))
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
    if context == ONE_SERIES:
        return await _series_form(desk)
    cohort = await _target(desk, context)
    label, intro = import_words.community_content(say), import_words.community_intro(say)
    if cohort is not None:
        label = import_words.roster_content(say)
        intro = import_words.import_intro(say, columns=", ".join(COLUMNS))
    return Form(
        name="import",
        title=import_words.import_short_title(say),
        submit=import_words.check_it(say),
        context=context,
        intro=intro,
        fields=(Field(name="content", kind="paragraph", label=label, most=_most(desk)),),
    )


async def _series_form(desk: Desk) -> Form:
    """The file, and what it cannot say: the first day, and the project where there are several."""
    await desk.require(Action.RUN_COHORT)
    say = desk.language
    of_ours = select(Project).where(Project.community_id == desk.community.id).order_by(col(Project.title))
    projects = list(await desk.db.scalars(of_ours))
    fields = [
        Field(name="content", kind="paragraph", label=import_words.series_content(say), most=_most(desk)),
        Field(name="starts", kind="date", label=import_words.series_starts(say),
              hint=import_words.series_starts_hint(say)),
    ]  # fmt: skip
    if projects:
        options = tuple(Option(value=str(one.id), label=one.title) for one in projects[:100])
        fields.append(Field(name="project", kind="choice", label=import_words.series_project(say),
                            options=options, initial=options[0].value))  # fmt: skip
    return Form(
        name="import",
        title=import_words.import_short_title(say),
        submit=import_words.check_it(say),
        context=ONE_SERIES,
        intro=import_words.series_intro(say),
        fields=tuple(fields),
    )


def _most(desk: Desk) -> int:
    """Characters taken: a chat's form holds 3,000, the web page a file of any roster's size."""
    return LONGEST_FILE if desk.event.who.platform == "web" else 3000


async def import_sent(desk: Desk, context: str, values: Values) -> Reply:
    """The dry run: every problem, or what applying would do with a button to do it."""
    if context == ONE_SERIES:
        return await _series_sent(desk, values)
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
    return await _confirm(desk, content, cohort, found, "import.apply")


async def _confirm(
    desk: Desk, content: str, cohort: Cohort | None, found: Marked, action: str, *more: str
) -> Reply:
    """Keep the content until it is confirmed; the button's value names the draft, then what else was said."""
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
        action=action,
        value=":".join([str(draft.id), *more]),
        style="primary",
    )
    return Reply(card=Card(title=import_words.checked(desk.language), text=found, buttons=(apply,)))


async def _series_sent(desk: Desk, values: Values) -> Reply:
    await desk.require(Action.RUN_COHORT)
    content, starts = str(values["content"]), values["starts"]
    assert isinstance(starts, date)  # the form's field says so
    project = str(values.get("project") or "")
    plan = read_series(content)
    problems = plan.errors
    if plan.file is not None and not problems:
        place = await _placement(desk, starts, project)
        problems = tuple(await check_series(desk.db, desk.community, plan.file, place))
    if problems or plan.file is None:
        return Reply(card=problems_card(desk.language, problems))
    found = import_words.would_series(
        desk.language,
        series=title_in(plan.file.series.title.root, desk.language),
        sessions=len(plan.file.sessions),
        day=dates.day(desk.language, starts),
    )
    return await _confirm(desk, content, None, found, "import.series", starts.isoformat(), project)


async def _placement(desk: Desk, starts: date, project: str) -> Placement:
    row = await desk.db.get(Project, row_id(project))
    of_ours = row is not None and row.community_id == desk.community.id
    return Placement(starts, project=row.title if row is not None and of_ours else "")


async def series_applied(desk: Desk, value: str) -> Reply:
    """Apply the series file that was checked; whoever imports it facilitates it."""
    draft_id, _, rest = value.partition(":")
    day, _, project = rest.partition(":")
    draft = await _draft(desk, draft_id)
    await desk.require(Action.RUN_COHORT)
    try:
        place = await _placement(desk, date.fromisoformat(day), project)
    except ValueError:
        raise Refusal(import_words.draft_gone(desk.language)) from None
    plan = read_series(draft.content)
    try:
        outcome = await apply_series(desk.db, desk.community, plan, place, desk.now)
    except NotApplicable as refused:
        return Reply(card=problems_card(desk.language, refused.problems))
    await desk.db.delete(draft)
    await desk.db.flush()
    series = (await all_series(desk))[0]
    if not await desk.may(Action.RUN_COHORT, series.id):
        desk.db.add(Duty(person_id=desk.me.id or 0, role=Role.FACILITATOR, series_id=series.id))
    for cohort_id in sorted(outcome.cohort_ids):
        await replan_cohort(desk.db, cohort_id, desk.now)
    desk.audit("imported", f"series:{series.id}", **outcome.made)
    card = outcome_card(desk.language, outcome, None)
    context = import_words.series_next(desk.language, slug=series.slug)
    return Reply(card=card.model_copy(update={"context": context}), replace=True)


async def _draft(desk: Desk, value: str) -> ImportDraft:
    """My upload that waits to be confirmed. Raises `Refusal`."""
    draft = await desk.db.get(ImportDraft, row_id(value))
    if draft is None or (draft.community_id, draft.person_id) != (desk.community.id, desk.me.id):
        raise Refusal(import_words.draft_gone(desk.language))
    return draft


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
    draft = await _draft(desk, value)
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
