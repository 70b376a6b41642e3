"""Links to reports in the chat: make one for somebody outside, list them, take one back, read the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card, Fact, Section
from bot.core.context import Context
from bot.core.feature import CommandSpec, FormSpec, PressSpec
from bot.core.forms import Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import all_series, row_id, title_in
from bot.core.permissions import Action, Role
from bot.core.reply import Refusal, Reply
from bot.reports import viewing
from bot.reports.build import counted_so_far
from bot.reports.choosing import scope_typed
from bot.reports.scope_names import scope_title
from bot.reports.scopes import EVERYTHING, Scope
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.catalog import languages
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import report_links as words
from storage.links import ReportLink
from storage.people import Person

LONGEST_LABEL = 80
MOST_LINKS = 12
MOST_LOOKS = 15
DAYS = (7, 30, 90, 365)
SHARE = (
    Argument("reader", "word", label=words.share_reader, hint=words.share_reader_hint, most=LONGEST_LABEL),
    Argument("report", "word", required=False, label=words.share_scope),
    Argument(
        "days", "number", required=False, label=words.share_days, lowest=1, highest=viewing.LONGEST_DAYS
    ),
    Argument("language", "word", required=False, label=words.share_language),
)
"""Where nothing is typed this channel's series is meant, a month, and the writer's language."""
FILE_NAMES = {"csv": "CSV", "xlsx": "Excel", "files": "HTML, CSV, Excel"}


# --- sharing ------------------------------------------------------------------------------------------------


async def share_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """A link for the reader named, to the report named, or else to this channel's series."""
    scope = (await scope_typed(ctx, str(typed.get("report") or ""))).key
    days = typed.get("days", viewing.LIFE_OUTSIDE.days)
    return await _share(ctx, str(typed["reader"]), scope, days, str(typed.get("language") or ctx.language))


async def share_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language = ctx.language
    scopes = await _scope_options(ctx)
    if not scopes:
        raise Refusal(words.may_not_see(language))
    options = {
        "report": scopes,
        "days": tuple(Option(value=str(days), label=str(days)) for days in DAYS),
        "language": tuple(
            Option(value=code, label=community_words.language_name(language, code)) for code in languages()
        ),
    }
    usual = {"days": viewing.LIFE_OUTSIDE.days, "language": language}
    return Form(
        name="report-share",
        title=words.share_title(language),
        submit=words.share_submit(language),
        intro=words.share_intro(language, k=ctx.community.k_outside),
        fields=fields_of(
            [replace(one, required=True) for one in SHARE], language, {**usual, **initial}, options
        ),
    )


async def share_sent(ctx: Context, context: str, values: Values) -> Reply:
    return await _share(
        ctx, str(values["reader"]), str(values["report"]), int(str(values["days"])), str(values["language"])
    )


async def _scope_options(ctx: Context) -> tuple[Option, ...]:
    """The reports that I may hand out: everything first, then the newest series."""
    language, found = ctx.language, []
    if await viewing.may_see(ctx.db, ctx.me, "all"):
        found.append(Option(value="all", label=words.everything(language)))
    for series in (await all_series(ctx))[:50]:
        if await viewing.may_see(ctx.db, ctx.me, f"series:{series.id}"):
            found.append(Option(value=f"series:{series.id}", label=title_in(series.title, language)[:70]))
    return tuple(found)


async def _share(ctx: Context, reader: str, scope: str, days: int, language: str) -> Reply:
    label, reader_language = " ".join(reader.split()), ctx.language
    if not label:
        raise Refusal(words.reader_needed(reader_language))
    if language not in languages():
        raise Refusal(words.no_such_language(reader_language, given=language[:20]))
    if not await viewing.may_see(ctx.db, ctx.me, scope):
        raise Refusal(words.may_not_see(reader_language))
    link, address = await viewing.share(
        ctx.db, ctx.links, ctx.me, scope, label, language, ctx.now, timedelta(days=days)
    )
    ctx.audit("report_shared", scope, link=link.id)
    about = Scope.of_key(scope) or EVERYTHING
    counted = await counted_so_far(ctx.db, ctx.community, about, reader_language, ctx.now)
    text = words.shared_text(
        reader_language,
        report=await scope_title(ctx.db, scope, reader_language),
        day=dates.long_day(reader_language, dates.in_zone(link.expires_at, _zone(ctx)).date()),
        k=ctx.community.k_outside,
        address=address,
    )
    return Reply(
        card=Card(
            title=words.shared_title(reader_language, reader=label),
            text=Marked("\n").join([text, counted]),
            buttons=(_take_back(link, reader_language),),
            context=words.shared_context(reader_language, number=link.id),
        )
    )


def _take_back(link: ReportLink, language: str) -> Button:
    return Button(
        label=words.take_back(language),
        action="report.revoke",
        value=str(link.id),
        style="danger",
        confirm=words.take_back_sure(language),
    )


def _zone(ctx: Context) -> str:
    return zone_for(ctx.me.zone, ctx.community.zone)


# --- listing and taking back --------------------------------------------------------------------------------


async def links_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Mine, and for an administrator everybody's; newest first."""
    language = ctx.language
    found = await viewing.links_of(ctx.db, ctx.me, everybody=await _administers(ctx), now=ctx.now)
    if not found:
        raise Refusal(words.no_links(language))
    names = await _names(ctx, {one.made_by_id for one in found} | {one.person_id or 0 for one in found})
    opened = await viewing.times_opened(ctx.db, found)
    sections = [await _link_section(ctx, one, names, opened.get(one.id, 0)) for one in found[:MOST_LINKS]]
    more = words.more_links(language, n=len(found) - MOST_LINKS) if len(found) > MOST_LINKS else Marked("")
    return Reply(card=Card(title=words.links_title(language), sections=tuple(sections), context=more))


async def _link_section(ctx: Context, link: ReportLink, names: Mapping[int, str], opened: int) -> Section:
    language, number = ctx.language, link.id
    line = (
        words.link_line_inside(language, number=number, reader=names.get(link.person_id, "–"))
        if link.person_id
        else words.link_line_outside(language, number=number, reader=link.label)
    )
    until = words.link_until(
        language,
        report=await scope_title(ctx.db, link.scope, language),
        maker=names.get(link.made_by_id, "–"),
        day=dates.day(language, link.expires_at, _zone(ctx)),
    )
    seen = words.seen_times(language, n=opened) if opened else words.not_seen(language)
    return Section(title=line, text=Marked(" ").join([until, seen]), buttons=(_take_back(link, language),))


async def revoke_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await _revoke(ctx, row_id(str(typed["number"])))


async def revoke_pressed(ctx: Context, value: str) -> Reply:
    number = row_id(value)
    return (await _revoke(ctx, number)).model_copy(update={"replace": True})


async def _revoke(ctx: Context, number: int) -> Reply:
    """A link that I hold or handed out, or any for an administrator; another's reads as not there."""
    mine = await viewing.links_of(ctx.db, ctx.me, everybody=await _administers(ctx), now=ctx.now)
    link = next((one for one in mine if one.id == number), None)
    if link is None:
        raise Refusal(words.no_such_link(ctx.language, number=number))
    viewing.revoke(link, ctx.me, ctx.now)
    ctx.audit("report_link_revoked", link.scope, link=link.id)
    return Reply(card=Card(text=words.revoked(ctx.language, number=number)))


async def _administers(ctx: Context) -> bool:
    return Role.ADMINISTRATOR in await ctx.roles()


async def _names(ctx: Context, ids: set[int]) -> dict[int, str]:
    rows = await ctx.db.execute(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


# --- the trail ----------------------------------------------------------------------------------------------


async def audit_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return Reply(card=await _trail(ctx, 0))


async def audit_pressed(ctx: Context, value: str) -> Reply:
    """The next older part; the value is the last event shown."""
    before = row_id(value)
    return Reply(card=await _trail(ctx, before), replace=True)


async def _trail(ctx: Context, before: int) -> Card:
    language = ctx.language
    found = await viewing.trail(ctx.db, ctx.community.id, MOST_LOOKS + 1, before)
    if not found:
        raise Refusal(words.audit_empty(language))
    shown = found[:MOST_LOOKS]
    facts = [Fact(label=_who_and_when(ctx, one), value=await _what(ctx, one)) for one in shown]
    older = Button(label=words.audit_older(language), action="report.audit", value=str(shown[-1].id))
    url = ctx.links.to(viewing.AUDIT_PURPOSE, "all", ctx.me.id, ctx.now, life=viewing.LIFE_OF_AUDIT)
    file = Button(label=words.audit_file(language), url=url)
    return Card(
        title=words.audit_title(language),
        facts=tuple(facts),
        buttons=(older, file) if len(found) > MOST_LOOKS else (file,),
    )


def _who_and_when(ctx: Context, look: viewing.Look) -> Marked:
    language, zone = ctx.language, _zone(ctx)
    when = f"{dates.day(language, look.at, zone)}, {dates.clock_time(language, look.at, zone)}"
    who = words.audit_outside(language, reader=look.who) if look.outside else look.who
    return words.audit_when(language, when=when, who=who)


async def _what(ctx: Context, look: viewing.Look) -> Marked:
    language = ctx.language
    report = await scope_title(ctx.db, look.scope, language)
    if look.action == viewing.EXPORTED:
        return words.audit_took(language, report=report, form=FILE_NAMES.get(look.form, look.form))
    return (words.audit_saw_page if look.form == "page" else words.audit_saw_card)(language, report=report)


COMMANDS = (
    CommandSpec("report share", Action.READ_REPORTS, words.share_summary, share_typed, SHARE,
                form="report-share",
                example='report share "State health office" all days=30'),
    CommandSpec("report links", Action.READ_REPORTS, words.links_summary, links_typed),
    CommandSpec("report revoke", Action.READ_REPORTS, words.revoke_summary, revoke_typed,
                (Argument("number", "number"),), example="report revoke 3"),
    CommandSpec("report audit", Action.MANAGE_COMMUNITY, words.audit_summary, audit_typed),
)  # fmt: skip
FORMS = (FormSpec("report-share", Action.READ_REPORTS, share_form, share_sent),)
PRESSES = (
    PressSpec("report.revoke", Action.READ_REPORTS, revoke_pressed),
    PressSpec("report.audit", Action.MANAGE_COMMUNITY, audit_pressed),
)
