"""Introduce yourself: a short form, shared with the cohort only when its writer says so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.core.cards import Card, Fact
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import TAKES_PART, channels_of, cohort_by_id, enrollment_of, my_enrollments
from bot.core.reply import Refusal, Reply
from prompts.words import communities as words
from storage.nudges import Nudge
from storage.series import Cohort, Enrollment

LONGEST_HOPE = 1000
LONGEST_ANSWER = 120


async def introduce_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The form for the cohort meant."""
    cohort = await ctx.cohort(typed.get("cohort") or "")
    return Reply(form=await introduction_form(ctx, str(cohort.id), {}))


async def introduction_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` for somebody who does not take part in the cohort."""
    cohort, enrollment = await _mine(ctx, context)
    language, me, told = ctx.language, ctx.me, enrollment.introduction
    states = tuple(Option(value=state, label=state) for state in ctx.community.states)
    return Form(
        name="introduce",
        title=words.introduce_yourself(language),
        submit=words.save(language),
        context=str(cohort.id),
        intro=words.introduce_intro(language),
        fields=(
            Field(name="called", kind="text", label=words.called_label(language), most=LONGEST_ANSWER,
                  initial=told.get("called") or me.name),
            Field(name="job_role", kind="choice", label=words.job_role_label(language), required=False,
                  options=_options(words.JOB_ROLES, language, me.job_role), initial=me.job_role or None),
            Field(name="setting", kind="choice", label=words.setting_label(language), required=False,
                  options=_options(words.SETTINGS, language, me.setting), initial=me.setting or None),
            Field(name="organisation", kind="text", label=words.organisation_label(language), required=False,
                  most=LONGEST_ANSWER, initial=me.organisation or None),
            Field(name="state", kind="choice", label=words.state_label(language), required=False,
                  options=_with_own(states, me.state), initial=me.state or None),
            Field(name="hope", kind="paragraph", label=words.hope_label(language), required=False,
                  most=LONGEST_HOPE, initial=told.get("hope")),
            Field(name="share", kind="checkbox", label=words.share_label(language), required=False),
        ),
    )  # fmt: skip


async def introduction_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort, enrollment = await _mine(ctx, context)
    me = ctx.me
    me.job_role, me.setting = str(values["job_role"]), str(values["setting"])
    me.organisation, me.state = str(values["organisation"]), str(values["state"])
    called = " ".join(str(values["called"]).split())
    enrollment.introduction = {"called": called, "hope": str(values["hope"])}
    if not values["share"]:
        return Reply(card=Card(text=words.introduction_kept(ctx.language)))
    channels = await channels_of(ctx.db, cohort.id)
    if not channels:
        return Reply(card=Card(text=words.introduction_no_channel(ctx.language)))
    card = _introduction(ctx, enrollment)
    for channel in channels:
        key = f"introduction:{enrollment.id}:{channel.id}:{_digest(card)}"
        if not (await ctx.db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
            ctx.post(card, channel_id=channel.id, cohort_id=cohort.id, key=key)
    return Reply(card=Card(text=words.introduction_shared(ctx.language)))


def _introduction(ctx: Context, enrollment: Enrollment) -> Card:
    """In the writer's language, as they wrote it."""
    language, me, told = ctx.language, ctx.me, enrollment.introduction
    facts = (
        (words.told_role(language), _label(words.JOB_ROLES, language, me.job_role)),
        (words.told_setting(language), _label(words.SETTINGS, language, me.setting)),
        (words.told_organisation(language), me.organisation),
        (words.told_state(language), me.state),
        (words.told_hope(language), told["hope"]),
    )
    return Card(
        text=words.meet(language, called=told["called"]),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


async def _mine(ctx: Context, context: str) -> tuple[Cohort, Enrollment]:
    """The cohort of the form (without one: my newest) and my enrollment in it."""
    if not context:
        newest = await my_enrollments(ctx)
        context = str(newest[0].cohort_id) if newest else ""
    cohort = await cohort_by_id(ctx, context)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(ctx.language, cohort=cohort.name))
    return cohort, enrollment


def _options(labels: Mapping[str, Any], language: str, own: str) -> tuple[Option, ...]:
    return _with_own(
        tuple(
            Option(value=value, label=reader_language(language)) for value, reader_language in labels.items()
        ),
        own,
    )


def _with_own(options: tuple[Option, ...], own: str) -> tuple[Option, ...]:
    """A value that came with the roster stays possible although the list does not have it."""
    if not own or own in {option.value for option in options}:
        return options
    return (*options, Option(value=own[:75], label=own[:75]))


def _label(labels: Mapping[str, Any], language: str, value: str) -> str:
    return labels[value](language) if value in labels else value


def _digest(card: Card) -> str:
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()[:16]
