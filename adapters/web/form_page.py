"""Any form of the bot as a web page, for people who have neither Slack nor Teams, or like a page better.

The link's subject is ``form name|context``. What is sent goes through the same router as from a chat, so a
form that is answered once refuses a second time. Until then what was filled in comes back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from aiohttp import web
from multidict import MultiDict
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from adapters.web.app import Page, Visit
from adapters.web.form_drafts import SHORT, Drafts
from bot.core.attached import attached
from bot.core.cards import Button, Card
from bot.core.events import Press, Submit, Where, Who
from bot.core.forms import Field, Form, Option
from bot.core.reply import Reply
from bot.tables import text_of
from bot.tables.decoding import Undecodable
from prompts.words import web as words
from storage.people import Identity, Person, Workspace

FORM_LIFE = timedelta(hours=12)
LONG_LIST = 7
"""From this many options on a list is a menu that folds out."""


async def form_page(visit: Visit) -> web.StreamResponse:
    """GET shows the form; POST saves it, or shows it again with what is wrong beside each field."""
    name, _, context = visit.ticket.subject.partition("|")
    return await serve_form(visit, name, context, saves=True)


def page_of_form(name: str) -> Page:
    """The page of one form, whose context is the link's subject (an upload, say)."""

    async def page(visit: Visit) -> web.StreamResponse:
        return await serve_form(visit, name, visit.ticket.subject)

    return page


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account a page acts for, and where each button of an answer leads. Where the form is a part of
    another page, that page shows the answer (`done`), says where a form stands (`form_link`), and is the way
    `back`."""

    who: Who
    post_to: Callable[[Button], str] | None = None
    done: Callable[[Reply], Awaitable[web.StreamResponse]] | None = None
    form_link: Callable[[Button], str] | None = None
    back: str = ""


async def serve_form(
    visit: Visit, name: str, context: str, *, saves: bool = False, account: Account | None = None
) -> web.StreamResponse:
    """The conversation of one form: shown, sent, and the buttons of what it was answered.

    `saves`: what is filled in is kept until it is sent. `account`: the one it is sent from; else the
    person's own on the web."""
    who = account.who if account else await web_identity(visit)
    post_to = account.post_to if account else None
    back = account.back if account else ""
    drafts = Drafts(visit, name, context) if saves else None
    at = visit.happening(who)
    if account is None and (pressed := await visit.pressed()) is not None:
        press = Press(**at, action=pressed[0], value=pressed[1])
        return answered(visit, await visit.dispatcher.answered(press))
    if post_to is not None:
        at["where"] = Where(kind="direct", conversation=who.user)
    posted = await visit.posted()
    asked = Press(**{**at, "where": Where()}, action="", form=name, value=context)
    built = await visit.router.form(asked, name, context)
    if built.form is None:
        await _forget(drafts)
        if account is not None and account.done is not None:
            return await account.done(built)
        return answered(visit, built, status=410, post_to=post_to)
    if visit.request.method != "POST":
        _follow(account, built.form, context)
        return await _begun(visit, built.form, drafts, back)
    try:
        given = given_values(posted, built.form)
    except Undecodable:
        wrong: dict[str, str] = {_upload_field(built.form): words.not_text(visit.language)}
        return shown(visit, built.form, {}, wrong, back=back)
    if drafts is not None and "_save" in posted:
        return await _saved(visit, built.form, given, drafts, quietly=posted["_save"] == "quietly")
    reply = await visit.dispatcher.answered(Submit(**at, form=name, context=context, values=given))
    if reply.errors:
        return shown(visit, built.form, given, reply.errors, saves=saves, back=back)
    await _forget(drafts)
    if account is not None and account.done is not None:
        return await account.done(reply)
    if reply.form is not None and account is None:
        again = Button(label=reply.form.title, form=reply.form.name, value=reply.form.context)
        raise web.HTTPSeeOther(_form_link(visit, again))
    return answered(visit, reply, post_to=post_to)


def _follow(account: Account | None, form: Form, context: str) -> None:
    """To the form's own address, where it names the state that it shows: what is sent from there is refused
    once somebody else has changed that."""
    if account is not None and account.form_link is not None and form.context != context:
        named = Button(label=form.title, form=form.name, value=form.context)
        raise web.HTTPSeeOther(account.form_link(named))


async def _begun(visit: Visit, form: Form, drafts: Drafts | None, back: str) -> web.StreamResponse:
    if drafts is None:
        return shown(visit, form, {}, {}, back=back)
    before = await drafts.read()
    told = words.draft_back(visit.language) if before else ""
    return shown(visit, form, before, {}, saves=True, told=told)


async def _saved(
    visit: Visit, form: Form, given: dict[str, object], drafts: Drafts, *, quietly: bool
) -> web.StreamResponse:
    """Keep it without checking it; the script wants no page back."""
    told = words.draft_saved(visit.language)
    response: web.StreamResponse = (
        web.Response(status=204) if quietly else shown(visit, form, given, {}, saves=True, told=told)
    )
    await drafts.save(form, given, response)
    return response


async def _forget(drafts: Drafts | None) -> None:
    if drafts is not None:
        await drafts.forget()


def answered(
    visit: Visit, reply: Reply, status: int = 200, post_to: Callable[[Button], str] | None = None
) -> web.Response:
    card = reply.card or Card(title=words.thank_you(visit.language), text=words.saved(visit.language))
    return visit.page(
        "card.html",
        card.title or words.thank_you(visit.language),
        status,
        card=card,
        svg="",
        actions=True,
        post_to=post_to,
        form_link=lambda button: _form_link(visit, button),
    )


def _form_link(visit: Visit, button: Button) -> str:
    """The page of the form that a button opens, bound to the same person."""
    person = visit.person.id if visit.person else 0
    subject = f"{button.form}|{button.value}"
    return visit.links.to("form", subject, person, visit.router.clock.now(), life=FORM_LIFE)


def shown(
    visit: Visit,
    form: Form,
    given: dict[str, object],
    errors: dict[str, str],
    *,
    saves: bool = False,
    told: str = "",
    back: str = "",
) -> web.Response:
    return visit.page(
        "form.html",
        form.title,
        422 if errors else 200,
        form=form,
        values=given,
        errors=errors,
        tables=_tables_of(form),
        options_of=_options_of,
        is_picked=_is_picked,
        long_list=LONG_LIST,
        saves=saves,
        told=told,
        back=back,
    )


def _tables_of(form: Form) -> dict[str, tuple[Field, ...]]:
    """The rows of each table, by the name of the first: neighbors that answer one question."""
    groups = (tuple(rows) for group, rows in groupby(form.fields, key=lambda one: one.group) if group)
    return {rows[0].name: rows for rows in groups}


def _options_of(field: Field) -> tuple[Option, ...]:
    if field.kind != "scale":
        return field.options
    return tuple(
        Option(value=str(step), label=str(step))
        for step in range(field.lowest or 0, (field.highest if field.highest is not None else 10) + 1)
    )


def _is_picked(given: object, value: str) -> bool:
    picks = given if isinstance(given, list | tuple) else [given]
    return value in map(str, picks)


def given_values(posted: Mapping[str, object], form: Form) -> dict[str, object]:
    """What was sent, by field name. A file that was chosen outweighs what was pasted.
    Raises `Undecodable` for a file that is not text."""
    given: dict[str, object] = {}
    for field in form.fields:
        upload = posted.get(f"{field.name}.file")
        found = [str(one) for one in MultiDict(posted).getall(field.name, [])]
        if isinstance(upload, web.FileField):
            content = upload.file.read()
            given[field.name] = attached(upload.filename, content) if field.any_file else text_of(content)
        elif found:
            given[field.name] = found if field.kind in {"choices", "people"} else found[-1]
    return given


def _upload_field(form: Form) -> str:
    """The field that takes more characters than a chat's form: it can be given as a file as well."""
    return next(field.name for field in form.fields if field.most > SHORT)


async def web_identity(visit: Visit) -> Who:
    """The person's identity on the web: made when they first use a link that is bound to them."""
    if visit.person is None:
        raise web.HTTPForbidden(text=words.link_dead(visit.language))
    tenant = f"community-{visit.person.community_id}"
    who = Who(platform="web", tenant=tenant, user=str(visit.person.id), language=visit.language)
    async with visit.router.database.write() as db:
        await ensure_web_identity(db, visit.person, tenant, visit.router.clock.now())
    return who


async def ensure_web_identity(db: AsyncSession, person: Person, tenant: str, now: datetime) -> None:
    """Give a person an identity in the community's web workspace. It receives no messages."""
    found = await db.scalars(select(Workspace).where(Workspace.platform == "web", Workspace.tenant == tenant))
    workspace = found.first()
    if workspace is None:
        workspace = Workspace(
            community_id=person.community_id, platform="web", tenant=tenant, installed_at=now
        )
        db.add(workspace)
        await db.flush()
    mine = select(Identity).where(
        Identity.workspace_id == workspace.id, Identity.platform_user == str(person.id)
    )
    if (await db.scalars(mine)).first() is None:
        db.add(
            Identity(
                workspace_id=workspace.id,
                person_id=person.id,
                platform_user=str(person.id),
                reachable=False,
            )
        )
