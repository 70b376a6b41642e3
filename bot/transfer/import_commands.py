"""Importing from the chat: by the upload page, or pasted into a form; checked first, then applied."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import all_series, cohort_by_id, row_id, title_in
from bot.core.permissions import Action, Role
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.transfer import (
    ImportOutcome,
    NotApplicable,
    Placement,
    apply_community,
    apply_roster,
    apply_series,
    check_series,
    read_community,
    read_series,
)
from bot.transfer.import_drafts import (
    WHOLE_COMMUNITY,
    check_draft,
    draft_of,
    keep_draft,
    may_give,
    target_of,
)
from bot.transfer.import_questions import problems_card, roster_card
from bot.transfer.roster import COLUMNS
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words
from prompts.words import importing as import_words
from storage.people import Duty
from storage.series import Cohort, Project

UPLOAD_LIFE = timedelta(hours=12)
ONE_SERIES = "series"
"""Subject of an upload link for a series file."""


async def import_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Where to upload. Without a cohort of mine there are the doors for a series and a community file."""
    try:
        cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    except Refusal:
        if typed.get("cohort"):
            raise
        return Reply(card=await _doors(ctx, None))
    return Reply(card=await _doors(ctx, cohort))


async def import_asked(ctx: Context, value: str) -> Reply:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return Reply(card=await _doors(ctx, cohort))


LONGEST_FILE = 2_000_000


async def _doors(ctx: Context, cohort: Cohort | None) -> Card:
    language = ctx.language
    buttons = []
    if cohort is not None:
        buttons += [
            Button(
                label=import_words.upload_roster(language), url=_link(ctx, str(cohort.id)), style="primary"
            ),
            Button(label=import_words.paste_roster(language), form="import", value=str(cohort.id)),
        ]
    buttons.append(Button(label=import_words.upload_series(language), url=_link(ctx, ONE_SERIES)))
    if await ctx.may(Action.MANAGE_COMMUNITY):
        buttons += [
            Button(label=import_words.upload_community(language), url=_link(ctx, WHOLE_COMMUNITY)),
            Button(label=import_words.paste_community(language), form="import", value=WHOLE_COMMUNITY),
        ]
    name = cohort.name if cohort else ctx.community.name
    return Card(
        title=import_words.import_title(language, name=name),
        text=import_words.import_intro(language, columns=", ".join(COLUMNS)),
        buttons=tuple(buttons),
    )


def _link(ctx: Context, subject: str) -> str:
    return ctx.links.to("import", subject, ctx.me.id, ctx.now, life=UPLOAD_LIFE)


# --- pasted -----------------------------------------------------------------------------------------------


async def import_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is a cohort's row id, or `WHOLE_COMMUNITY`. Raises `Refusal` without the right to it."""
    language = ctx.language
    if context == ONE_SERIES:
        return await _series_form(ctx)
    cohort = await target_of(ctx, context)
    label, intro = import_words.community_content(language), import_words.community_intro(language)
    if cohort is not None:
        label = import_words.roster_content(language)
        intro = import_words.import_intro(language, columns=", ".join(COLUMNS))
    return Form(
        name="import",
        title=import_words.import_short_title(language),
        submit=import_words.check_it(language),
        context=context,
        intro=intro,
        fields=(Field(name="content", kind="paragraph", label=label, most=_most(ctx)),),
    )


async def _series_form(ctx: Context) -> Form:
    """The file, and what it cannot say: the first day, and the project where there are several."""
    await ctx.require(Action.RUN_COHORT)
    language = ctx.language
    of_ours = select(Project).where(Project.community_id == ctx.community.id).order_by(col(Project.title))
    projects = list(await ctx.db.scalars(of_ours))
    fields = [
        Field(name="content", kind="paragraph", label=import_words.series_content(language), most=_most(ctx)),
        Field(name="starts", kind="date", label=import_words.series_starts(language),
              hint=import_words.series_starts_hint(language)),
    ]  # fmt: skip
    if projects:
        options = tuple(Option(value=str(one.id), label=one.title) for one in projects[:100])
        fields.append(Field(name="project", kind="choice", label=import_words.series_project(language),
                            options=options, initial=options[0].value))  # fmt: skip
    return Form(
        name="import",
        title=import_words.import_short_title(language),
        submit=import_words.check_it(language),
        context=ONE_SERIES,
        intro=import_words.series_intro(language),
        fields=tuple(fields),
    )


def _most(ctx: Context) -> int:
    """Characters taken: a chat's form holds 3,000, the web page a file of any roster's size."""
    return LONGEST_FILE if ctx.event.who.platform == "web" else 3000


async def import_sent(ctx: Context, context: str, values: Values) -> Reply:
    """The dry run: every problem, or what applying would do with a button to do it."""
    if context == ONE_SERIES:
        return await _series_sent(ctx, values)
    cohort = await target_of(ctx, context)
    content = str(values["content"])
    if cohort is not None:
        return await _roster_sent(ctx, content, cohort)
    told = read_community(content)
    if told.errors:
        return Reply(card=problems_card(ctx.language, told.errors))
    series = len(told.file.series) if told.file else 0
    sessions = sum(len(one.sessions) for one in told.file.series) if told.file else 0
    found = import_words.would_community(ctx.language, series=series, sessions=sessions)
    return await _confirm(ctx, content, None, found, "import.apply")


async def _roster_sent(ctx: Context, content: str, cohort: Cohort) -> Reply:
    draft = await keep_draft(ctx, content, cohort)
    checked = await check_draft(ctx, draft, cohort)
    card = await roster_card(ctx, draft, cohort, checked)
    if not card.buttons:  # nothing of it can be settled here
        await ctx.db.delete(draft)
    return Reply(card=card)


async def _confirm(
    ctx: Context, content: str, cohort: Cohort | None, found: Marked, action: str, *more: str
) -> Reply:
    """Keep the content until it is confirmed; the button's value names the draft, then what else was said."""
    draft = await keep_draft(ctx, content, cohort)
    apply = Button(
        label=import_words.apply_it(ctx.language),
        action=action,
        value=":".join([str(draft.id), *more]),
        style="primary",
    )
    return Reply(card=Card(title=import_words.checked(ctx.language), text=found, buttons=(apply,)))


async def _series_sent(ctx: Context, values: Values) -> Reply:
    await ctx.require(Action.RUN_COHORT)
    content, starts = str(values["content"]), values["starts"]
    assert isinstance(starts, date)  # the form's field says so
    project = str(values.get("project") or "")
    plan = read_series(content)
    problems = plan.errors
    if plan.file is not None and not problems:
        place = await _placement(ctx, starts, project)
        problems = tuple(await check_series(ctx.db, ctx.community, plan.file, place))
    if problems or plan.file is None:
        return Reply(card=problems_card(ctx.language, problems))
    found = import_words.would_series(
        ctx.language,
        series=title_in(plan.file.series.title.root, ctx.language),
        sessions=len(plan.file.sessions),
        day=dates.day(ctx.language, starts),
    )
    return await _confirm(ctx, content, None, found, "import.series", starts.isoformat(), project)


async def _placement(ctx: Context, starts: date, project: str) -> Placement:
    row = await ctx.db.get(Project, row_id(project))
    of_ours = row is not None and row.community_id == ctx.community.id
    return Placement(starts, project=row.title if row is not None and of_ours else "")


async def series_applied(ctx: Context, value: str) -> Reply:
    """Apply the series file that was checked; whoever imports it facilitates it."""
    draft_id, day, project = unpack(value, str, str, str)
    draft = await draft_of(ctx, draft_id)
    await ctx.require(Action.RUN_COHORT)
    try:
        place = await _placement(ctx, date.fromisoformat(day), project)
    except ValueError:
        raise Refusal(import_words.draft_gone(ctx.language)) from None
    plan = read_series(draft.content)
    try:
        outcome = await apply_series(ctx.db, ctx.community, plan, place, ctx.now)
    except NotApplicable as refused:
        return Reply(card=problems_card(ctx.language, refused.problems))
    await ctx.db.delete(draft)
    await ctx.db.flush()
    series = (await all_series(ctx))[0]
    if not await ctx.may(Action.RUN_COHORT, series.id):
        ctx.db.add(Duty(person_id=ctx.me.id, role=Role.FACILITATOR, series_id=series.id))
    for cohort_id in sorted(outcome.cohort_ids):
        await replan_cohort(ctx.db, ctx.kinds, cohort_id, ctx.now)
    ctx.audit("imported", f"series:{series.id}", **outcome.made)
    card = outcome_card(ctx.language, outcome, None)
    context = import_words.series_next(ctx.language, slug=series.slug)
    return Reply(card=card.model_copy(update={"context": context}), replace=True)


async def import_applied(ctx: Context, value: str) -> Reply:
    """Apply what was checked: read and checked again, since the data may have changed meanwhile."""
    draft = await draft_of(ctx, value)
    cohort = await target_of(ctx, str(draft.cohort_id or WHOLE_COMMUNITY))
    if cohort is not None:
        checked = await check_draft(ctx, draft, cohort)
        if checked.problems:
            return Reply(card=await roster_card(ctx, draft, cohort, checked))
        roles = await may_give(ctx, cohort)
        outcome = await apply_roster(ctx.db, cohort, checked.plan, ctx.now, roles)
    else:
        outcome = await apply_community(ctx.db, ctx.community, read_community(draft.content), ctx.now)
    await ctx.db.delete(draft)
    for cohort_id in sorted(outcome.cohort_ids):
        await replan_cohort(ctx.db, ctx.kinds, cohort_id, ctx.now)
    ctx.audit(
        "imported", f"cohort:{cohort.id}" if cohort else f"community:{ctx.community.id}", **outcome.made
    )
    return Reply(card=outcome_card(ctx.language, outcome, cohort), replace=True)


def outcome_card(language: str, outcome: ImportOutcome, cohort: Cohort | None) -> Card:
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
