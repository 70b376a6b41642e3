"""A facilitator fits a form to a series: in a form or as YAML; shown before it is used, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.evaluations import versions
from bot.evaluations.answers import form_of
from bot.evaluations.instrument_files import InstrumentFileError, read_instrument
from bot.evaluations.instruments import Instrument, Item, ObjectiveItem, Presenter, with_objectives
from bot.evaluations.subjects import INSTRUMENTS, Purpose
from bot.evaluations.tailor_form import FROM_CHAT, Unclear, fields_of, tailored
from prompts import dates
from prompts.catalog import MissingTranslation
from prompts.library import Words
from prompts.text import Marked, plain
from prompts.words import tailoring as words
from storage.series import Series, SeriesStatus

WHICH: dict[str, Purpose] = {
    "session": "session",
    "series": "series",
    "followup": "follow_up.first",
    "later": "follow_up.second",
}
"""How people name the forms of a series."""
LONGEST_FILE = 60_000
_MOST_PROBLEMS = 12
_MOST_GAPS = 3


async def tailor_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    series, name = await _meant(ctx, typed)
    if _too_long(versions.prepared(series, name) or versions.in_use(series, name), series):
        return await file_typed(ctx, typed)
    return Reply(form=await tailor_form(ctx, pack(series.id, name), {}))


async def file_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The form as a file that can be edited, on a page."""
    series, name = await _meant(ctx, typed)
    language = ctx.language
    url = ctx.links.to("form", f"evaluation-file|{series.id}:{name}", ctx.me.id, ctx.now)
    button = Button(label=words.open_file(language), url=url)
    return Reply(card=Card(text=words.file_text(language), buttons=(button,)))


async def _meant(ctx: Context, typed: dict[str, Any]) -> tuple[Series, str]:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    purpose = WHICH[typed.get("which") or "session"]
    return await ctx.db.get_one(Series, cohort.series_id), INSTRUMENTS[purpose]


async def _behind(ctx: Context, context: str) -> tuple[Series, str]:
    """The series and the form's name behind a button. Raises `Refusal`."""
    series_id, name = unpack(context, int, str)
    series = await ctx.db.get(Series, series_id)
    if series is None or series.community_id != ctx.community.id or name not in INSTRUMENTS.values():
        raise Refusal(words.not_found(ctx.language))
    await ctx.require(Action.RUN_COHORT, series.id)
    return series, name


# --- the form, and the file ---------------------------------------------------------------------------


async def tailor_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """What is being prepared, or else what is in use."""
    series, name = await _behind(ctx, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    if _too_long(instrument, series):
        raise Refusal(words.too_long_here(ctx.language))
    return Form(
        name="evaluation-tailor",
        context=pack(series.id, name),
        title=words.tailor_title(ctx.language),
        submit=words.preview(ctx.language),
        intro=words.tailor_intro(ctx.language, series=title_in(series.title, ctx.language)),
        fields=fields_of(instrument, series.languages, ctx.language),
    )


def _too_long(instrument: Instrument, series: Series) -> bool:
    """A chat's form would lose the last questions, and what is not in it is dropped."""
    return len(fields_of(instrument, series.languages, "en")) > FROM_CHAT


async def tailor_sent(ctx: Context, context: str, values: Values) -> Reply:
    series, name = await _behind(ctx, context)
    before = versions.prepared(series, name) or versions.in_use(series, name)
    try:
        made = tailored(before, values, series.languages, versions.next_version(series, name), ctx.language)
    except Unclear as unclear:
        return Reply(errors={unclear.field: plain(str(unclear))})
    return await _prepared(ctx, series, made)


async def file_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    series, name = await _behind(ctx, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    text = yaml.safe_dump(
        instrument.model_dump(mode="json", exclude_defaults=True),
        allow_unicode=True,
        sort_keys=False,
        width=110,
    )
    file = Field(name="file", kind="paragraph", label=words.file_label(ctx.language), most=LONGEST_FILE,
                 initial=text)  # fmt: skip
    return Form(
        name="evaluation-file",
        context=pack(series.id, name),
        title=words.tailor_title(ctx.language),
        submit=words.preview(ctx.language),
        intro=words.file_intro(ctx.language),
        fields=(file,),
    )


async def file_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Every problem at once, each with its line and path."""
    series, name = await _behind(ctx, context)
    try:
        read = read_instrument(str(values["file"]), f"{name}.yaml")
    except InstrumentFileError as error:
        return Reply(errors={"file": "\n".join(map(str, error.problems[:_MOST_PROBLEMS]))})
    now = versions.in_use(series, name)
    if (read.name, read.kind) != (now.name, now.kind):
        said = words.other_form(ctx.language, name=now.name, kind=now.kind)
        return Reply(errors={"file": plain(said)})
    made = read.model_copy(update={"version": versions.next_version(series, name)})
    return await _prepared(ctx, series, made)


# --- shown --------------------------------------------------------------------------------------------


async def _prepared(ctx: Context, series: Series, made: Instrument) -> Reply:
    versions.prepare(series, made)
    reader_language, value = ctx.language, pack(series.id, made.name, made.version)
    unready = {language: made.unready(language) for language in series.languages}
    missing = ", ".join(_gaps(language, gaps) for language, gaps in unready.items() if gaps)
    lines = [
        words.question_line(
            reader_language,
            number=number,
            text=_said(item, reader_language),
            kind=words.kind(reader_language, item.kind),
        )
        for number, item in enumerate(made.items, start=1)
    ]
    others = await _of_project(ctx, series)
    buttons = [
        Button(
            label=words.look(reader_language), form="evaluation-preview", value=pack(series.id, made.name)
        ),
        Button(
            label=words.change_more(reader_language),
            form="evaluation-tailor",
            value=pack(series.id, made.name),
        ),
    ]
    if not missing:
        use = Button(
            label=words.use_it(reader_language), action="evaluation.use", value=value, style="primary"
        )
        buttons.insert(0, use)
        if len(others) > 1:
            label = plain(words.use_everywhere(reader_language, n=len(others)))
            buttons.insert(1, Button(label=label, action="evaluation.use_everywhere", value=value))
    mode = (
        words.mode_anonymous(reader_language)
        if made.mode == "anonymous"
        else words.mode_confidential(reader_language)
    )
    return Reply(
        card=Card(
            title=words.preview_title(reader_language, version=made.version),
            text=words.cannot_use(reader_language, languages=missing)
            if missing
            else words.nothing_yet(reader_language),
            facts=(Fact(label=words.mode_label(reader_language), value=mode),),
            sections=(Section(title=words.questions(reader_language), text=Marked("\n".join(lines))),),
            buttons=tuple(buttons),
            context=Marked(" ").join(
                [words.longer(reader_language, n=made.longer_by)] * (made.longer_by > 0)
                + [words.open_ones_stay(reader_language)]
            ),
        )
    )


def _gaps(language: str, gaps: Sequence[str]) -> str:
    """``es (items.quality.text)``: where a text is missing, the first places of them."""
    places = ", ".join(gap.removeprefix(".") for gap in gaps[:_MOST_GAPS])
    return f"{language} ({places}{', …' if len(gaps) > _MOST_GAPS else ''})"


def _said(item: Item, language: str) -> str:
    return item.text.root.get(language) or next(iter(item.text.root.values()), "")


async def preview_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The form as people will see it; what is sent with it goes nowhere."""
    series, name = await _behind(ctx, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    example = ObjectiveItem(
        id="example", text=Words({one: str(words.example(one)) for one in series.languages})
    )
    somebody = Presenter(0, plain(words.example_presenter(ctx.language)))
    try:
        form = form_of(with_objectives(instrument, [example], [somebody]), ctx.language)
    except MissingTranslation:
        raise Refusal(words.cannot_use(ctx.language, languages=ctx.language)) from None
    return form.model_copy(update={"name": "evaluation-preview", "context": pack(series.id, name)})


async def preview_sent(ctx: Context, context: str, values: Values) -> Reply:
    return Reply(card=Card(text=words.only_a_preview(ctx.language)))


# --- used, and undone ---------------------------------------------------------------------------------


async def use_pressed(ctx: Context, value: str) -> Reply:
    series, made = await _chosen(ctx, value)
    return _used(ctx, [series], made)


async def use_everywhere_pressed(ctx: Context, value: str) -> Reply:
    """In each series of the project that I run and that is not archived."""
    series, made = await _chosen(ctx, value)
    return _used(ctx, await _of_project(ctx, series), made)


def _used(ctx: Context, all_of: list[Series], made: Instrument) -> Reply:
    language = ctx.language
    for series in all_of:
        own = made.model_copy(update={"version": max(made.version, versions.next_version(series, made.name))})
        versions.take_into_use(series, made if series is all_of[0] else own)
        ctx.audit("instrument_changed", f"series:{series.id}", name=made.name)
    ids = ",".join(str(one.id) for one in all_of)
    undo = Button(label=words.undo(language), action="evaluation.go_back", value=pack(ids, made.name))
    titles = dates.series_of(language, [title_in(one.title, language) for one in all_of])
    text = words.used(language, version=made.version, series=titles)
    return Reply(card=Card(text=text, buttons=(undo,), context=words.open_ones_stay(language)), replace=True)


async def undo_pressed(ctx: Context, value: str) -> Reply:
    """The version before is used again; forms that are open keep theirs."""
    ids, name = unpack(value, str, str)
    back = False
    for number in ids.split(",")[:100]:
        series, _ = await _behind(ctx, pack(number, name))
        back |= versions.go_back(series, name)
        ctx.audit("instrument_undone", f"series:{series.id}", name=name)
    if not back:
        raise Refusal(words.nothing_to_undo(ctx.language))
    return Reply(card=Card(text=words.undone(ctx.language)), replace=True)


async def _chosen(ctx: Context, value: str) -> tuple[Series, Instrument]:
    """The series and the version that the preview showed. Raises `Refusal` when it is another by now."""
    series_id, of_form, version = unpack(value, str, str, str)
    series, name = await _behind(ctx, pack(series_id, of_form))
    made = versions.prepared(series, name)
    if made is None or str(made.version) != version:
        raise Refusal(words.changed_since(ctx.language))
    if any(made.unready(language) for language in series.languages):
        raise Refusal(words.cannot_use(ctx.language, languages=", ".join(series.languages)))
    return series, made


async def _of_project(ctx: Context, series: Series) -> list[Series]:
    """This series first, then the others of its project that I run, with the same languages."""
    found = await ctx.db.scalars(
        select(Series)
        .where(
            Series.project_id == series.project_id,
            Series.id != series.id,
            Series.status != SeriesStatus.ARCHIVED,
        )
        .order_by(col(Series.id))
    )
    others = [
        one
        for one in found
        if set(one.languages) <= set(series.languages) and await ctx.may(Action.RUN_COHORT, one.id)
    ]
    return [series, *others]
