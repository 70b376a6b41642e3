"""A facilitator fits a form to a series: in a form or as YAML; shown before it is used, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sqlmodel import col, select

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import row_id, title_in
from bot.desk import Desk
from bot.evaluations import versions
from bot.evaluations.answers import form_of
from bot.evaluations.instrument_files import InstrumentFileError, read_instrument
from bot.evaluations.instruments import Instrument, Item, Objective, with_objectives
from bot.evaluations.subjects import INSTRUMENTS, Purpose
from bot.evaluations.tailor_form import Unclear, fields_of, tailored
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.permissions import Action
from prompts import dates
from prompts.catalog import MissingTranslation
from prompts.library import Words
from prompts.text import Marked, plain
from prompts.words import tailoring as words
from storage.series import Series

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


async def tailor_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    series, name = await _meant(desk, typed)
    return Reply(form=await tailor_form(desk, f"{series.id}:{name}", {}))


async def file_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The form as a file that can be edited, on a page."""
    series, name = await _meant(desk, typed)
    say = desk.language
    url = desk.links.to("form", f"evaluation-file|{series.id}:{name}", desk.me.id or 0, desk.now)
    button = Button(label=words.open_file(say), url=url)
    return Reply(card=Card(text=words.file_text(say), buttons=(button,)))


async def _meant(desk: Desk, typed: dict[str, Any]) -> tuple[Series, str]:
    cohort = await desk.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    purpose = WHICH[typed.get("which") or "session"]
    return await desk.db.get_one(Series, cohort.series_id), INSTRUMENTS[purpose]


async def _behind(desk: Desk, context: str) -> tuple[Series, str]:
    """The series and the form's name behind a button. Raises `Refusal`."""
    number, _, name = context.partition(":")
    series = await desk.db.get(Series, row_id(number))
    if series is None or series.community_id != desk.community.id or name not in INSTRUMENTS.values():
        raise Refusal(words.not_found(desk.language))
    await desk.require(Action.RUN_COHORT, series.id)
    return series, name


# --- the form, and the file ---------------------------------------------------------------------------


async def tailor_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """What is being prepared, or else what is in use."""
    series, name = await _behind(desk, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    return Form(
        name="evaluation-tailor",
        context=f"{series.id}:{name}",
        title=words.tailor_title(desk.language),
        submit=words.preview(desk.language),
        intro=words.tailor_intro(desk.language, series=title_in(series.title, desk.language)),
        fields=fields_of(instrument, series.languages, desk.language),
    )


async def tailor_sent(desk: Desk, context: str, values: Values) -> Reply:
    series, name = await _behind(desk, context)
    before = versions.prepared(series, name) or versions.in_use(series, name)
    try:
        made = tailored(before, values, series.languages, versions.next_version(series, name), desk.language)
    except Unclear as unclear:
        return Reply(errors={unclear.field: plain(str(unclear))})
    return await _prepared(desk, series, made)


async def file_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    series, name = await _behind(desk, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    text = yaml.safe_dump(
        instrument.model_dump(mode="json", exclude_defaults=True),
        allow_unicode=True,
        sort_keys=False,
        width=110,
    )
    file = Field(name="file", kind="paragraph", label=words.file_label(desk.language), most=LONGEST_FILE,
                 initial=text)  # fmt: skip
    return Form(
        name="evaluation-file",
        context=f"{series.id}:{name}",
        title=words.tailor_title(desk.language),
        submit=words.preview(desk.language),
        intro=words.file_intro(desk.language),
        fields=(file,),
    )


async def file_sent(desk: Desk, context: str, values: Values) -> Reply:
    """Every problem at once, each with its line and path."""
    series, name = await _behind(desk, context)
    try:
        read = read_instrument(str(values["file"]), f"{name}.yaml")
    except InstrumentFileError as error:
        return Reply(errors={"file": "\n".join(map(str, error.problems[:_MOST_PROBLEMS]))})
    now = versions.in_use(series, name)
    if (read.name, read.kind) != (now.name, now.kind):
        said = words.other_form(desk.language, name=now.name, kind=now.kind)
        return Reply(errors={"file": plain(said)})
    made = read.model_copy(update={"version": versions.next_version(series, name)})
    return await _prepared(desk, series, made)


# --- shown --------------------------------------------------------------------------------------------


async def _prepared(desk: Desk, series: Series, made: Instrument) -> Reply:
    versions.prepare(series, made)
    say, value = desk.language, f"{series.id}:{made.name}:{made.version}"
    unready = {language: made.unready(language) for language in series.languages}
    missing = ", ".join(_gaps(language, gaps) for language, gaps in unready.items() if gaps)
    lines = [words.question_line(say, number=number, text=_said(item, say), kind=words.kind(say, item.kind))
             for number, item in enumerate(made.items, start=1)]  # fmt: skip
    others = await _of_project(desk, series)
    buttons = [
        Button(label=words.look(say), form="evaluation-preview", value=f"{series.id}:{made.name}"),
        Button(label=words.change_more(say), form="evaluation-tailor", value=f"{series.id}:{made.name}"),
    ]
    if not missing:
        use = Button(label=words.use_it(say), action="evaluation.use", value=value, style="primary")
        buttons.insert(0, use)
        if len(others) > 1:
            label = plain(words.use_everywhere(say, n=len(others)))
            buttons.insert(1, Button(label=label, action="evaluation.use_everywhere", value=value))
    mode = words.mode_anonymous(say) if made.mode == "anonymous" else words.mode_confidential(say)
    return Reply(
        card=Card(
            title=words.preview_title(say, version=made.version),
            text=words.cannot_use(say, languages=missing) if missing else words.nothing_yet(say),
            facts=(Fact(label=words.mode_label(say), value=mode),),
            sections=(Section(title=words.questions(say), text=Marked("\n".join(lines))),),
            buttons=tuple(buttons),
            context=words.open_ones_stay(say),
        )
    )


def _gaps(language: str, gaps: Sequence[str]) -> str:
    """``es (items.quality.text)``: where a text is missing, the first places of them."""
    places = ", ".join(gap.removeprefix(".") for gap in gaps[:_MOST_GAPS])
    return f"{language} ({places}{', …' if len(gaps) > _MOST_GAPS else ''})"


def _said(item: Item, say: str) -> str:
    return item.text.root.get(say) or next(iter(item.text.root.values()), "")


async def preview_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The form as people will see it; what is sent with it goes nowhere."""
    series, name = await _behind(desk, context)
    instrument = versions.prepared(series, name) or versions.in_use(series, name)
    example = Objective(id="example", text=Words({one: str(words.example(one)) for one in series.languages}))
    try:
        form = form_of(with_objectives(instrument, [example]), desk.language)
    except MissingTranslation:
        raise Refusal(words.cannot_use(desk.language, languages=desk.language)) from None
    return form.model_copy(update={"name": "evaluation-preview", "context": f"{series.id}:{name}"})


async def preview_sent(desk: Desk, context: str, values: Values) -> Reply:
    return Reply(card=Card(text=words.only_a_preview(desk.language)))


# --- used, and undone ---------------------------------------------------------------------------------


async def use_pressed(desk: Desk, value: str) -> Reply:
    series, made = await _chosen(desk, value)
    return _used(desk, [series], made)


async def use_everywhere_pressed(desk: Desk, value: str) -> Reply:
    """In each series of the project that I run and that is not archived."""
    series, made = await _chosen(desk, value)
    return _used(desk, await _of_project(desk, series), made)


def _used(desk: Desk, all_of: list[Series], made: Instrument) -> Reply:
    say = desk.language
    for series in all_of:
        own = made.model_copy(update={"version": max(made.version, versions.next_version(series, made.name))})
        versions.take_into_use(series, made if series is all_of[0] else own)
        desk.audit("instrument_changed", f"series:{series.id}", name=made.name)
    ids = ",".join(str(one.id) for one in all_of)
    undo = Button(label=words.undo(say), action="evaluation.go_back", value=f"{ids}:{made.name}")
    titles = dates.series_of(say, [title_in(one.title, say) for one in all_of])
    text = words.used(say, version=made.version, series=titles)
    return Reply(card=Card(text=text, buttons=(undo,), context=words.open_ones_stay(say)), replace=True)


async def undo_pressed(desk: Desk, value: str) -> Reply:
    """The version before is used again; forms that are open keep theirs."""
    ids, _, name = value.partition(":")
    back = False
    for number in ids.split(",")[:100]:
        series, _ = await _behind(desk, f"{number}:{name}")
        back |= versions.go_back(series, name)
        desk.audit("instrument_undone", f"series:{series.id}", name=name)
    if not back:
        raise Refusal(words.nothing_to_undo(desk.language))
    return Reply(card=Card(text=words.undone(desk.language)), replace=True)


async def _chosen(desk: Desk, value: str) -> tuple[Series, Instrument]:
    """The series and the version that the preview showed. Raises `Refusal` when it is another by now."""
    context, _, version = value.rpartition(":")
    series, name = await _behind(desk, context)
    made = versions.prepared(series, name)
    if made is None or str(made.version) != version:
        raise Refusal(words.changed_since(desk.language))
    if any(made.unready(language) for language in series.languages):
        raise Refusal(words.cannot_use(desk.language, languages=", ".join(series.languages)))
    return series, made


async def _of_project(desk: Desk, series: Series) -> list[Series]:
    """This series first, then the others of its project that I run, with the same languages."""
    found = await desk.db.scalars(
        select(Series)
        .where(Series.project_id == series.project_id, Series.id != series.id, Series.status != "archived")
        .order_by(col(Series.id))
    )
    others = [
        one
        for one in found
        if set(one.languages) <= set(series.languages) and await desk.may(Action.RUN_COHORT, one.id)
    ]
    return [series, *others]
