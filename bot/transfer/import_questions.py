"""A roster whose cells cannot all be read: each is asked, with a list to choose from.

Nothing is half-imported.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.reply import Reply
from bot.core.us_states import state_names
from bot.tables.addresses import is_email
from bot.timekeeping.zones import spoken_zone_name
from bot.transfer.import_drafts import CheckedRoster, check_draft, draft_of, may_give, target_of
from bot.transfer.problems import WHOLE_LINE, ImportProblem
from bot.transfer.roster import LEAVE_EMPTY, LEAVE_OUT
from bot.transfer.roster_cells import CHOICES
from bot.transfer.values import COMES
from prompts.text import Marked, plain
from prompts.words import communities as people_words
from prompts.words import importing as words
from storage.imports import ImportDraft
from storage.series import Cohort

SHOWN = 20
"""Lines listed on a card."""
ASKED_IN_CHAT, ASKED_ON_PAGE = 20, 100
"""Cells asked about in one form."""
WITHOUT_LINE = "without_line"
OTHER_ZONES = (
    "America/Los_Angeles", "America/Boise", "America/Denver", "America/Phoenix", "America/Chicago",
    "America/New_York", "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip
TYPED = frozenset({"name", "email", "organisation", "pronouns"})
"""Columns whose cells are typed, not chosen."""


async def roster_card(ctx: Context, draft: ImportDraft, cohort: Cohort, checked: CheckedRoster) -> Card:
    """What applying would do with a button to do it; or what is to be settled first."""
    language = ctx.language
    facts = _notes(language, checked)
    if not checked.problems:
        apply = Button(
            label=words.apply_it(language), action="import.apply", value=str(draft.id), style="primary"
        )
        found = words.would_roster(language, n=len(checked.plan.rows), cohort=cohort.name)
        return Card(title=words.checked(language), text=found, facts=facts, buttons=(apply,))
    card = problems_card(language, checked.problems)
    buttons: tuple[Button, ...] = ()
    if any(problem.can_be_chosen for problem in checked.problems):
        label = words.settle(language)
        buttons = (Button(label=label, form="import-cells", value=str(draft.id), style="primary"),)
    return card.model_copy(update={"facts": facts, "buttons": buttons})


def _notes(language: str, checked: CheckedRoster) -> tuple[Fact, ...]:
    lines = [note.say(language) for note in checked.plan.notes]
    if not lines:
        return ()
    shown = lines[:SHOWN]
    if len(lines) > SHOWN:
        shown.append(words.and_more(language, n=len(lines) - SHOWN))
    return (Fact(label=words.read_like_this(language), value=Marked("\n").join(shown)),)


def problems_card(language: str, problems: Collection[ImportProblem]) -> Card:
    """All problems, as many as a message takes, and how many more there are."""
    lines = [Marked("- ") + problem.say(language) for problem in list(problems)[:SHOWN]]
    more = len(problems) - SHOWN
    return Card(
        title=words.problems_title(language, n=len(problems)),
        text=Marked("\n".join(lines)),
        context=words.more_problems(language, n=more) if more > 0 else words.nothing_imported(language),
    )


# --- cell by cell -----------------------------------------------------------------------------------------


async def cells_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the draft's row id. One question for each cell that could not be read."""
    draft = await draft_of(ctx, context)
    cohort = await target_of(ctx, str(draft.cohort_id))
    assert cohort is not None  # only rosters have cells
    checked = await check_draft(ctx, draft, cohort)
    asked, left = _asked(ctx, checked)
    language, roles = ctx.language, await may_give(ctx, cohort)
    intro = words.cells_intro(language)
    if left:
        intro = intro + " " + words.cells_rest(language, n=left)
    return Form(
        name="import-cells",
        title=words.import_short_title(language),
        submit=words.check_it(language),
        context=context,
        intro=intro,
        fields=tuple(_question(ctx, problem, roles) for problem in asked),
    )


def _asked(ctx: Context, checked: CheckedRoster) -> tuple[list[ImportProblem], int]:
    cells = {(one.line, one.column): one for one in checked.problems if one.can_be_chosen}
    most = ASKED_ON_PAGE if ctx.event.who.platform == "web" else ASKED_IN_CHAT
    return list(cells.values())[:most], max(len(cells) - most, 0)


def _question(ctx: Context, problem: ImportProblem, roles: Collection[str]) -> Field:
    language = ctx.language
    name = f"cell_{problem.line}_{problem.column}"
    label = plain(
        words.cell_label(language, line=problem.line, column=problem.column, given=problem.given[:60])
    )
    hint = plain(problem.say(language))
    if problem.column in TYPED and not problem.likely:
        told = f"{hint} {plain(words.empty_leaves_out(language))}"
        return Field(name=name, kind="text", label=label[:140], hint=told, required=False, most=200)
    options = [Option(value=value, label=said[:75]) for value, said in _choices(ctx, problem, roles).items()]
    return Field(name=name, kind="choice", label=label[:140], hint=hint, options=tuple(options[:100]))


def _choices(ctx: Context, problem: ImportProblem, roles: Collection[str]) -> dict[str, str]:
    """Values and how they are called: likely ones first, then all of the column, then to leave it out."""
    language, column = ctx.language, problem.column
    every: dict[str, str] = {}
    if column == "state":
        every = {code: f"{name.title()} ({code})" for code, name in state_names().items()}
    elif column == "zone":
        every = {zone: spoken_zone_name(zone, language) for zone in (*problem.likely, *OTHER_ZONES)}
    elif column == "language":
        every = {code: people_words.language_name(language, code) for code in ctx.community.languages}
    elif column == "attending":
        every = {COMES: plain(words.comes(language))}
    elif column in CHOICES:
        every = {value: _called(column, value, language) for value in CHOICES[column]}
        every = {value: said for value, said in every.items() if column != "role" or value in roles}
    first = {value: every.get(value, value) for value in problem.likely if value in every or column in TYPED}
    last = (
        {}
        if column in {*TYPED, "attending", WHOLE_LINE}
        else {LEAVE_EMPTY: plain(words.leave_cell(language))}
    )
    if problem.key == "ragged":
        last = {COMES: plain(words.as_it_stands(language))}
    return first | every | last | {WITHOUT_LINE: plain(words.leave_line(language))}


def _called(column: str, value: str, language: str) -> str:
    named = {"job_role": people_words.JOB_ROLES, "setting": people_words.SETTINGS}.get(column, {})
    return plain(named[value](language)) if value in named else value.replace("_", " ").capitalize()


async def cells_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep the answers, and read the file again with them."""
    draft = await draft_of(ctx, context)
    cohort = await target_of(ctx, str(draft.cohort_id))
    assert cohort is not None  # only rosters have cells
    checked = await check_draft(ctx, draft, cohort)
    answers, errors = dict(draft.answers), {}
    for problem in _asked(ctx, checked)[0]:
        name = f"cell_{problem.line}_{problem.column}"
        given = str(values.get(name) or "")
        if problem.column == "email" and given not in {"", WITHOUT_LINE} and not is_email(given):
            errors[name] = plain(words.bad_email(ctx.language, given=given[:60]))
        elif given in {"", WITHOUT_LINE}:
            answers[f"{problem.line}.{WHOLE_LINE}"] = LEAVE_OUT
        else:
            answers[f"{problem.line}.{problem.column}"] = given
    if errors:
        return Reply(errors=errors)
    draft.answers = answers
    await ctx.db.flush()
    return Reply(card=await roster_card(ctx, draft, cohort, await check_draft(ctx, draft, cohort)))
