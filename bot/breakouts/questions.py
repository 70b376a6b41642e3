"""The question that groups talk about, in each language of the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.breakouts.preview import preview
from bot.breakouts.rounds import preview_behind
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.lookup import title_in
from bot.core.reply import Reply
from prompts.words import breakouts as words
from prompts.words import communities as community_words
from storage.series import Cohort, Series
from storage.sessions import Session

LONGEST = 1500
PROMPT = "prompt"


async def languages_of(ctx: Context, cohort: Cohort) -> list[str]:
    """Those of the series; the first is the one that groups are spoken to in."""
    return (await ctx.db.get_one(Series, cohort.series_id)).languages


def language_typed(ctx: Context, languages: Sequence[str]) -> str:
    """The language of what somebody types: their own, where the series has it."""
    return ctx.language if ctx.language in languages else languages[0]


async def prepared_prompts(ctx: Context, cohort: Cohort, session: Session | None) -> dict[str, str]:
    """The session's own prompt, in the languages of the series that have it."""
    told = session.breakout_prompt if session is not None else {}
    return {language: told[language] for language in await languages_of(ctx, cohort) if told.get(language)}


def prompt_fields(language: str, languages: Sequence[str], prompts: Mapping[str, str]) -> tuple[Field, ...]:
    """The question, once for each language of the series: ``prompt``, ``prompt_es``."""
    first, *others = languages
    asked = {PROMPT: (words.prompt_label(language), first)}
    for one in others:
        named = community_words.language_name(language, one)
        asked[f"{PROMPT}_{one}"] = (words.prompt_in(language, language_name=named), one)
    return tuple(
        Field(
            name=name,
            kind="paragraph",
            label=label,
            required=False,
            initial=prompts.get(one, ""),
            most=LONGEST,
        )
        for name, (label, one) in asked.items()
    )


def read_prompts(given: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """What was filled in, by language."""
    names = {languages[0]: PROMPT, **{one: f"{PROMPT}_{one}" for one in languages[1:]}}
    asked = {one: str(given.get(name) or "").strip() for one, name in names.items()}
    return {one: text for one, text in asked.items() if text}


async def prompt_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The question of a preview, in each language."""
    one = await preview_behind(ctx, context)
    languages = await languages_of(ctx, await ctx.db.get_one(Cohort, one.cohort_id))
    return Form(
        name="breakout-prompt",
        title=words.change_prompt(ctx.language),
        submit=words.save(ctx.language),
        context=str(one.id),
        fields=prompt_fields(ctx.language, languages, one.draft.prompts),
    )


async def prompt_sent(ctx: Context, context: str, values: Values) -> Reply:
    one = await preview_behind(ctx, context)
    languages = await languages_of(ctx, await ctx.db.get_one(Cohort, one.cohort_id))
    prompts = read_prompts(values, languages)
    one.prompt = title_in(prompts, languages[0])
    one.draft = one.draft.model_copy(update={"prompts": prompts})
    return await preview(ctx, one, note=words.prompt_changed(ctx.language))
