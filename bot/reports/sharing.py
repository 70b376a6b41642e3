"""Links to reports in the chat: make one for somebody outside, list them, take one back, read the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import all_series, row_id, title_in
from bot.desk import Desk
from bot.feature import Argument, CommandSpec, FormSpec, PressSpec, Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action, Role
from bot.reports import viewing
from bot.reports.choosing import scope_typed
from bot.reports.scope_names import scope_title
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
FILE_NAMES = {"csv": "CSV", "xlsx": "Excel", "files": "HTML, CSV, Excel"}


# --- sharing ------------------------------------------------------------------------------------------------


async def share_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """A link for the reader named, to the report named, or else to this channel's series."""
    scope = (await scope_typed(desk, str(typed.get("report") or ""))).key
    days = typed.get("days", viewing.LIFE_OUTSIDE.days)
    return await _share(desk, str(typed["reader"]), scope, days, str(typed.get("language") or desk.language))


async def share_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say = desk.language
    options = await _scope_options(desk)
    if not options:
        raise Refusal(words.may_not_see(say))
    return Form(
        name="report-share",
        title=words.share_title(say),
        submit=words.share_submit(say),
        intro=words.share_intro(say, k=desk.community.k_outside),
        fields=(
            Field(name="reader", kind="text", label=words.share_reader(say), most=LONGEST_LABEL,
                  hint=words.share_reader_hint(say), initial=initial.get("reader")),
            Field(name="report", kind="choice", label=words.share_scope(say), options=options),
            Field(name="days", kind="choice", label=words.share_days(say), initial="30",
                  options=tuple(Option(value=str(days), label=str(days)) for days in DAYS)),
            Field(name="language", kind="choice", label=words.share_language(say), initial=say,
                  options=tuple(Option(value=code, label=community_words.language_name(say, code))
                                for code in languages())),
        ),
    )  # fmt: skip


async def share_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await _share(
        desk, str(values["reader"]), str(values["report"]), int(str(values["days"])), str(values["language"])
    )


async def _scope_options(desk: Desk) -> tuple[Option, ...]:
    """The reports that I may hand out: everything first, then the newest series."""
    say, found = desk.language, []
    if await viewing.may_see(desk.db, desk.me, "all"):
        found.append(Option(value="all", label=words.everything(say)))
    for series in (await all_series(desk))[:50]:
        if await viewing.may_see(desk.db, desk.me, f"series:{series.id}"):
            found.append(Option(value=f"series:{series.id}", label=title_in(series.title, say)[:70]))
    return tuple(found)


async def _share(desk: Desk, reader: str, scope: str, days: int, language: str) -> Reply:
    label, say = " ".join(reader.split()), desk.language
    if not label or len(label) > LONGEST_LABEL:
        raise Refusal(words.reader_needed(say))
    if not 1 <= days <= viewing.LONGEST_DAYS:
        raise Refusal(words.days_wrong(say, most=viewing.LONGEST_DAYS))
    if language not in languages():
        raise Refusal(words.no_such_language(say, given=language[:20]))
    if not await viewing.may_see(desk.db, desk.me, scope):
        raise Refusal(words.may_not_see(say))
    link, address = await viewing.share(
        desk.db, desk.links, desk.me, scope, label, language, desk.now, timedelta(days=days)
    )
    desk.audit("report_shared", scope, link=link.id)
    text = words.shared_text(
        say,
        report=await scope_title(desk.db, scope, say),
        day=dates.long_day(say, dates.in_zone(link.expires_at, _zone(desk)).date()),
        k=desk.community.k_outside,
        address=address,
    )
    return Reply(
        card=Card(
            title=words.shared_title(say, reader=label),
            text=text,
            buttons=(_take_back(link, say),),
            context=words.shared_context(say, number=link.id or 0),
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


def _zone(desk: Desk) -> str:
    return desk.me.zone or desk.community.zone


# --- listing and taking back --------------------------------------------------------------------------------


async def links_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Mine, and for an administrator everybody's; newest first."""
    say = desk.language
    found = await viewing.links_of(desk.db, desk.me, everybody=await _administers(desk), now=desk.now)
    if not found:
        raise Refusal(words.no_links(say))
    names = await _names(desk, {one.made_by_id for one in found} | {one.person_id or 0 for one in found})
    opened = await viewing.times_opened(desk.db, found)
    sections = [
        await _link_section(desk, one, names, opened.get(one.id or 0, 0)) for one in found[:MOST_LINKS]
    ]
    more = words.more_links(say, n=len(found) - MOST_LINKS) if len(found) > MOST_LINKS else Marked("")
    return Reply(card=Card(title=words.links_title(say), sections=tuple(sections), context=more))


async def _link_section(desk: Desk, link: ReportLink, names: Mapping[int, str], opened: int) -> Section:
    say, number = desk.language, link.id or 0
    line = (
        words.link_line_inside(say, number=number, reader=names.get(link.person_id, "–"))
        if link.person_id
        else words.link_line_outside(say, number=number, reader=link.label)
    )
    until = words.link_until(
        say,
        report=await scope_title(desk.db, link.scope, say),
        maker=names.get(link.made_by_id, "–"),
        day=dates.day(say, link.expires_at, _zone(desk)),
    )
    seen = words.seen_times(say, n=opened) if opened else words.not_seen(say)
    return Section(title=line, text=Marked(" ").join([until, seen]), buttons=(_take_back(link, say),))


async def revoke_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await _revoke(desk, row_id(str(typed["number"])))


async def revoke_pressed(desk: Desk, value: str) -> Reply:
    number = row_id(value)
    return (await _revoke(desk, number)).model_copy(update={"replace": True})


async def _revoke(desk: Desk, number: int) -> Reply:
    """A link that I hold or handed out, or any for an administrator; another's reads as not there."""
    mine = await viewing.links_of(desk.db, desk.me, everybody=await _administers(desk), now=desk.now)
    link = next((one for one in mine if one.id == number), None)
    if link is None:
        raise Refusal(words.no_such_link(desk.language, number=number))
    viewing.revoke(link, desk.me, desk.now)
    desk.audit("report_link_revoked", link.scope, link=link.id)
    return Reply(card=Card(text=words.revoked(desk.language, number=number)))


async def _administers(desk: Desk) -> bool:
    return Role.ADMINISTRATOR in await desk.roles()


async def _names(desk: Desk, ids: set[int]) -> dict[int, str]:
    rows = await desk.db.execute(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


# --- the trail ----------------------------------------------------------------------------------------------


async def audit_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return Reply(card=await _trail(desk, 0))


async def audit_pressed(desk: Desk, value: str) -> Reply:
    """The next older part; the value is the last event shown."""
    before = row_id(value)
    return Reply(card=await _trail(desk, before), replace=True)


async def _trail(desk: Desk, before: int) -> Card:
    say = desk.language
    found = await viewing.trail(desk.db, desk.community.id or 0, MOST_LOOKS + 1, before)
    if not found:
        raise Refusal(words.audit_empty(say))
    shown = found[:MOST_LOOKS]
    facts = [Fact(label=_who_and_when(desk, one), value=await _what(desk, one)) for one in shown]
    older = Button(label=words.audit_older(say), action="report.audit", value=str(shown[-1].id))
    url = desk.links.to(viewing.AUDIT_PURPOSE, "all", desk.me.id or 0, desk.now, life=viewing.LIFE_OF_AUDIT)
    file = Button(label=words.audit_file(say), url=url)
    return Card(
        title=words.audit_title(say),
        facts=tuple(facts),
        buttons=(older, file) if len(found) > MOST_LOOKS else (file,),
    )


def _who_and_when(desk: Desk, look: viewing.Look) -> Marked:
    say, zone = desk.language, _zone(desk)
    when = f"{dates.day(say, look.at, zone)}, {dates.clock_time(say, look.at, zone)}"
    who = words.audit_outside(say, reader=look.who) if look.outside else look.who
    return words.audit_when(say, when=when, who=who)


async def _what(desk: Desk, look: viewing.Look) -> Marked:
    say = desk.language
    report = await scope_title(desk.db, look.scope, say)
    if look.action == viewing.EXPORTED:
        return words.audit_took(say, report=report, form=FILE_NAMES.get(look.form, look.form))
    return (words.audit_saw_page if look.form == "page" else words.audit_saw_card)(say, report=report)


COMMANDS = (
    CommandSpec("report share", Action.READ_REPORTS, words.share_summary, share_typed,
                (Argument("reader", "word"), Argument("report", "word", required=False),
                 Argument("days", "number", required=False), Argument("language", "word", required=False)),
                form="report-share", aliases=("compartir informe",),
                example='report share "State health office" all days=30'),
    CommandSpec("report links", Action.READ_REPORTS, words.links_summary, links_typed,
                aliases=("enlaces de informes",)),
    CommandSpec("report revoke", Action.READ_REPORTS, words.revoke_summary, revoke_typed,
                (Argument("number", "number"),), aliases=("retirar enlace",), example="report revoke 3"),
    CommandSpec("report audit", Action.MANAGE_COMMUNITY, words.audit_summary, audit_typed,
                aliases=("registro de informes",)),
)  # fmt: skip
FORMS = (FormSpec("report-share", Action.READ_REPORTS, share_form, share_sent),)
PRESSES = (
    PressSpec("report.revoke", Action.READ_REPORTS, revoke_pressed),
    PressSpec("report.audit", Action.MANAGE_COMMUNITY, audit_pressed),
)
