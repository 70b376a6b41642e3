"""`start`: pasted, uploaded or typed; questions, one preview, one press, one Undo."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.agendas import Agenda, read_agenda
from bot.agendas.wording import question_words
from bot.communities.opting_out import do_start, has_stopped, names_kind
from bot.core.attached import attachment
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.starting.answering import answered, question_fields, unanswered
from bot.starting.drafts import DraftPlan, change_plan, keep_plan, plan_of
from bot.starting.making import make
from bot.starting.previewing import preview
from bot.starting.undoing import refuse_when_begun, take_back
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import starting as words
from storage.imports import ImportDraft
from storage.people import AuditEvent
from storage.series import Project, ProjectYear, Series

UPLOAD_LIFE = timedelta(hours=12)
LONGEST_FILE = 7_000_000
"""Characters that carry a file of five megabytes."""
NEW = "new"


async def start_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With text: read it. Without: where to upload or paste. For people who run no series, and with the name
    of a kind of message, the opposite of `stop`; so for who has stopped any."""
    text = str(typed.get("text") or "").strip()
    if not await ctx.may(Action.RUN_COHORT) or names_kind(ctx, text):
        return await do_start(ctx, text)
    if text:
        return await _read(ctx, text, "", "text")
    if await has_stopped(ctx):
        again = await do_start(ctx, "")
        assert again.card is not None
        series = Button(label=words.start_title(ctx.language), action="start.ask")
        return Reply(card=again.card.model_copy(update={"buttons": (series, *again.card.buttons)}))
    return await start_asked(ctx, "")


async def start_asked(ctx: Context, value: str) -> Reply:
    language = ctx.language
    upload = ctx.links.to("start", NEW, ctx.me.id, ctx.now, life=UPLOAD_LIFE)
    return Reply(
        card=Card(
            title=words.start_title(language),
            text=words.start_intro(language),
            buttons=(
                Button(label=words.upload(language), url=upload, style="primary"),
                Button(label=words.paste(language), form="start", value=NEW),
            ),
            context=words.start_example(language),
        )
    )


async def start_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The agenda and, if there is one, the list of people; on the web each can be a file."""
    await ctx.require(Action.RUN_COHORT)
    language = ctx.language
    most = LONGEST_FILE if ctx.event.who.platform == "web" else 3000
    return Form(
        name="start",
        title=words.start_short(language),
        submit=words.read_it(language),
        context=context,
        intro=words.form_intro(language),
        fields=(
            Field(name="agenda", kind="paragraph", label=words.agenda_label(language),
                  hint=words.agenda_hint(language), most=most, any_file=True),
            Field(name="people", kind="paragraph", label=words.roster_label(language),
                  hint=words.roster_hint(language), most=most, any_file=True, required=False),
        ),
    )  # fmt: skip


async def start_sent(ctx: Context, context: str, values: Values) -> Reply:
    return await _read(ctx, str(values["agenda"]), str(values.get("people") or ""), "agenda")


async def _read(ctx: Context, given: str, roster: str, field: str) -> Reply:
    """Read an agenda; then the questions, else the preview. A list of people alone is kept as such."""
    agenda = await agenda_of(ctx, given)
    if not agenda.sessions:
        told = agenda.to_answer[0] if agenda.to_answer else None
        text = question_words(told, ctx.language) if told else words.only_people(ctx.language)
        if field == "agenda":
            return Reply(errors={field: plain(text)})
        raise Refusal(text, Button(label=words.paste(ctx.language), form="start", value=NEW))
    found = attachment(given)
    if not roster and found is not None and agenda.roster.people and agenda.roster.file == found[0]:
        roster = given  # the people stand in the same file
    draft = await keep_plan(ctx, DraftPlan(agenda, roster=roster))
    return await _next(ctx, draft, DraftPlan(agenda, roster=roster), from_form=field == "agenda")


async def agenda_of(ctx: Context, given: str) -> Agenda:
    """What a file or a text tells, on the day where I am; read beside the loop."""
    found = attachment(given)
    zone = zone_for(ctx.me.zone, ctx.community.zone)
    today = dates.in_zone(ctx.now, zone).date()
    name, content = found if found else ("", given)
    return await to_thread(read_agenda, content, name, today=today, zone=zone)


async def _next(ctx: Context, draft: ImportDraft, plan: DraftPlan, *, from_form: bool) -> Reply:
    if not plan.agenda.to_answer and not unanswered(plan.agenda):
        return Reply(card=await preview(ctx, draft, plan))
    if from_form:
        return Reply(form=await answers_form(ctx, str(draft.id), {}))
    questions = len(plan.agenda.to_answer)
    language = ctx.language
    return Reply(
        card=Card(
            title=words.read_title(language, title=plan.agenda.title or words.no_title(language)),
            text=words.read_so_far(language, sessions=len(plan.agenda.sessions), questions=questions),
            buttons=(
                Button(
                    label=words.answer(language, n=questions),
                    form="start-answers",
                    value=str(draft.id),
                    style="primary",
                ),
            ),
        )
    )


async def answers_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    _, plan = await plan_of(ctx, context)
    language = ctx.language
    if not plan.agenda.to_answer:
        show = Button(label=words.show_preview(language), action="start.preview", value=context)
        raise Refusal(words.answered_already(language), show)
    return Form(
        name="start-answers",
        title=words.questions_title(language),
        submit=words.preview_it(language),
        context=context,
        intro=words.read_so_far(
            language, sessions=len(plan.agenda.sessions), questions=len(plan.agenda.to_answer)
        ),
        fields=question_fields(plan.agenda, language),
    )


async def answers_sent(ctx: Context, context: str, values: Values) -> Reply:
    draft, before = await plan_of(ctx, context)
    plan = answered(before, values, ctx.language)
    if missing := unanswered(plan.agenda):
        number, _ = next(iter(missing.items()))
        raise Refusal(words.still_missing(ctx.language, number=number))
    change_plan(draft, plan)
    return Reply(card=await preview(ctx, draft, plan))


async def preview_pressed(ctx: Context, value: str) -> Reply:
    draft, plan = await plan_of(ctx, value)
    return await _next(ctx, draft, plan, from_form=False)


# --- where it belongs -------------------------------------------------------------------------------------


async def place_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Title, project and project year: chosen, made, or left as they are."""
    _, plan = await plan_of(ctx, context)
    language = ctx.language
    here = ctx.community.id
    projects = await _names(ctx, select(Project.title).where(Project.community_id == here))
    years = await _names(ctx, select(ProjectYear.label).where(ProjectYear.community_id == here))
    return Form(
        name="start-place",
        title=words.place_title(language),
        submit=words.preview_it(language),
        context=context,
        fields=(
            Field(name="title", kind="text", label=words.title_label(language), most=120,
                  initial=plan.agenda.title),
            Field(name="project", kind="text", label=words.project_label(language), most=120, required=False,
                  initial=plan.project, hint=words.known_ones(language, names=projects) if projects else ""),
            Field(name="year", kind="text", label=words.year_label(language), most=120, required=False,
                  initial=plan.year, hint=words.known_ones(language, names=years) if years else ""),
        ),
    )  # fmt: skip


async def _names(ctx: Context, query: Any) -> str:
    return ", ".join(list(await ctx.db.scalars(query))[:8])


async def place_sent(ctx: Context, context: str, values: Values) -> Reply:
    draft, plan = await plan_of(ctx, context)
    agenda = replace(plan.agenda, title=" ".join(str(values["title"]).split()))
    plan = replace(
        plan, agenda=agenda, project=str(values["project"]).strip(), year=str(values["year"]).strip()
    )
    change_plan(draft, plan)
    return await _next(ctx, draft, plan, from_form=False)


# --- made, and taken back ---------------------------------------------------------------------------------


async def make_pressed(ctx: Context, value: str) -> Reply:
    """Make what was previewed. The draft is gone then, so a second press makes nothing."""
    draft, plan = await plan_of(ctx, value)
    if plan.agenda.to_answer or unanswered(plan.agenda):
        return await _next(ctx, draft, plan, from_form=False)
    made = await make(ctx, plan)
    await ctx.db.delete(draft)
    ctx.audit("series_started", f"series:{made.series.id}", people=made.new_people, places=made.new_places)
    language, cohort = ctx.language, str(made.cohort.id)
    opens = words.open_channel(language)
    buttons = [Button(label=opens, action="cohort.open", value=cohort, style="primary")]
    if made.people:
        buttons.append(Button(label=words.invite(language), action="invite.preview", value=cohort))
    else:
        buttons.append(Button(label=words.add_people(language), action="import.ask", value=cohort))
    buttons.append(Button(label=words.undo(language), action="start.undo", value=str(made.series.id)))
    return Reply(
        card=Card(
            title=words.made_title(language, title=made.cohort.name),
            text=Marked("\n\n").join(
                (
                    words.made_text(language, sessions=len(made.sessions), n=made.people),
                    words.made_channel(language, opens=opens),
                )
            ),
            buttons=tuple(buttons),
            context=words.made_next(language, slug=made.series.slug),
        ),
        replace=True,
    )


async def undo_pressed(ctx: Context, value: str) -> Reply:
    """Take it back, all of it. Raises `Refusal` once it has begun."""
    series = await ctx.db.get(Series, row_id(value))
    if series is None or series.community_id != ctx.community.id:
        raise Refusal(words.gone_already(ctx.language))
    await ctx.require(Action.RUN_COHORT, series.id)
    started = (
        await ctx.db.scalars(
            select(AuditEvent).where(
                AuditEvent.community_id == ctx.community.id,
                AuditEvent.action == "series_started",
                col(AuditEvent.subject) == f"series:{series.id}",
            )
        )
    ).first()
    if started is None:
        raise Refusal(words.gone_already(ctx.language))
    await refuse_when_begun(ctx, series)
    title = next(iter(series.title.values()), series.slug)
    people: Any = started.details.get("people") or []
    places: Any = started.details.get("places") or {}
    await take_back(ctx, series, people, places)
    ctx.audit("series_start_undone", f"series:{row_id(value)}")
    again = Button(label=words.start_again(ctx.language), action="start.ask")
    return Reply(card=Card(text=words.undone(ctx.language, title=title), buttons=(again,)), replace=True)
