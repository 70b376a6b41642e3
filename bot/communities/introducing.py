"""Introduce yourself: a short form, shared with the cohort only when its writer says so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.cards import Card, Fact
from bot.communities.lookup import TAKES_PART, channels_of, cohort_by_id, enrollment_of, my_enrollments
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from prompts.words import communities as words
from storage.nudges import Nudge
from storage.series import Cohort, Enrollment

LONGEST_HOPE = 1000
LONGEST_ANSWER = 120


async def introduce_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The form for the cohort meant."""
    cohort = await desk.cohort(typed.get("cohort") or "")
    return Reply(form=await introduction_form(desk, str(cohort.id), {}))


async def introduction_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` for somebody who does not take part in the cohort."""
    cohort, enrollment = await _mine(desk, context)
    say, me, told = desk.language, desk.me, enrollment.introduction
    states = tuple(Option(value=one, label=one) for one in desk.community.states)
    return Form(
        name="introduce",
        title=words.introduce_yourself(say),
        submit=words.save(say),
        context=str(cohort.id),
        intro=words.introduce_intro(say),
        fields=(
            Field(name="called", kind="text", label=words.called_label(say), most=LONGEST_ANSWER,
                  initial=told.get("called") or me.name),
            Field(name="job_role", kind="choice", label=words.job_role_label(say), required=False,
                  options=_options(words.JOB_ROLES, say, me.job_role), initial=me.job_role or None),
            Field(name="setting", kind="choice", label=words.setting_label(say), required=False,
                  options=_options(words.SETTINGS, say, me.setting), initial=me.setting or None),
            Field(name="organisation", kind="text", label=words.organisation_label(say), required=False,
                  most=LONGEST_ANSWER, initial=me.organisation or None),
            Field(name="state", kind="choice", label=words.state_label(say), required=False,
                  options=_with_own(states, me.state), initial=me.state or None),
            Field(name="hope", kind="paragraph", label=words.hope_label(say), required=False,
                  most=LONGEST_HOPE, initial=told.get("hope")),
            Field(name="share", kind="checkbox", label=words.share_label(say), required=False),
        ),
    )  # fmt: skip


async def introduction_sent(desk: Desk, context: str, values: Values) -> Reply:
    cohort, enrollment = await _mine(desk, context)
    me = desk.me
    me.job_role, me.setting = str(values["job_role"]), str(values["setting"])
    me.organisation, me.state = str(values["organisation"]), str(values["state"])
    called = " ".join(str(values["called"]).split())
    enrollment.introduction = {"called": called, "hope": str(values["hope"])}
    if not values["share"]:
        return Reply(card=Card(text=words.introduction_kept(desk.language)))
    channels = await channels_of(desk.db, cohort.id)
    if not channels:
        return Reply(card=Card(text=words.introduction_no_channel(desk.language)))
    card = _introduction(desk, enrollment)
    for channel in channels:
        key = f"introduction:{enrollment.id}:{channel.id}:{_digest(card)}"
        if not (await desk.db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
            desk.post(card, channel_id=channel.id, cohort_id=cohort.id, key=key)
    return Reply(card=Card(text=words.introduction_shared(desk.language)))


def _introduction(desk: Desk, enrollment: Enrollment) -> Card:
    """In the writer's language, as they wrote it."""
    say, me, told = desk.language, desk.me, enrollment.introduction
    facts = (
        (words.told_role(say), _label(words.JOB_ROLES, say, me.job_role)),
        (words.told_setting(say), _label(words.SETTINGS, say, me.setting)),
        (words.told_organisation(say), me.organisation),
        (words.told_state(say), me.state),
        (words.told_hope(say), told["hope"]),
    )
    return Card(
        text=words.meet(say, called=told["called"]),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


async def _mine(desk: Desk, context: str) -> tuple[Cohort, Enrollment]:
    """The cohort of the form (without one: my newest) and my enrollment in it."""
    if not context:
        newest = await my_enrollments(desk)
        context = str(newest[0].cohort_id) if newest else ""
    cohort = await cohort_by_id(desk, context)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(desk.language, cohort=cohort.name))
    return cohort, enrollment


def _options(labels: Mapping[str, Any], language: str, own: str) -> tuple[Option, ...]:
    return _with_own(tuple(Option(value=value, label=say(language)) for value, say in labels.items()), own)


def _with_own(options: tuple[Option, ...], own: str) -> tuple[Option, ...]:
    """A value that came with the roster stays possible although the list does not have it."""
    if not own or own in {option.value for option in options}:
        return options
    return (*options, Option(value=own[:75], label=own[:75]))


def _label(labels: Mapping[str, Any], language: str, value: str) -> str:
    return labels[value](language) if value in labels else value


def _digest(card: Card) -> str:
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()[:16]
