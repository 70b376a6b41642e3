"""From a verified event to its effect: recorded durably, handled once, answered.

Three things happen to an event, and the dispatcher of the doors does them in this order::

    recorded = await router.record(event)   # committed: now the door may acknowledge
    reply = await router.handle(recorded)   # one transaction: the effect and the stored reply
    await router.finish(recorded)           # the reply reached the person: nothing of theirs is kept

(With an empty reply `handle` has finished the event already.)

A key that comes again is recorded once; `handle` then returns the stored reply and changes nothing. After a
crash `unfinished` gives the events to handle again (an effect that was committed is not repeated).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.core import arguments, forms, suggestions
from bot.core.cards import EMPTY, Button, Card, mentioned, whole_action
from bot.core.clock import Clock
from bot.core.context import Context, identities_of
from bot.core.events import (
    EVENT,
    Changed,
    Command,
    Event,
    HomeOpened,
    Installed,
    Joined,
    Left,
    Press,
    Said,
    Submit,
    Uninstalled,
)
from bot.core.feature import CommandSpec, Feature, FormSpec, Listener, PressSpec, commands_of, kinds_of
from bot.core.field_error import FieldError
from bot.core.form_keys import name_of
from bot.core.identity import PICKED, NoPerson, Stranger, find_or_greet, known_or_nobody, person_typed
from bot.core.inbox import Inbox
from bot.core.inputs import Unfit
from bot.core.links import Links, Ticket
from bot.core.platform import (
    ChatPlatform,
    PlatformError,
    Profile,
    Throttled,
    Unavailable,
    WorkspaceRefused,
    channels_linked,
    threads_only,
)
from bot.core.quoted_commands import changed, naming_the_cohort, texts_of
from bot.core.reply import Refusal, Reply, WhichCohort, WhichPerson
from bot.core.sealing import BadSeal
from prompts.catalog import SOURCE_LANGUAGE, languages
from prompts.command_names import argument_shown
from prompts.text import Marked, plain
from prompts.words import core as words
from prompts.words import forms as form_words
from prompts.words import privacy as privacy_words
from storage.base import opaque_id
from storage.cells import MOVING, departed
from storage.database import Database, is_away
from storage.nudges import InboxEvent, InboxState, note_latest
from storage.people import Community, Identity, Person, Workspace

log = structlog.get_logger()

CHOSEN = "cohort.chosen"
"""The action of the buttons that answer "which cohort?"."""
MOST_CHOICES = 10
LONGEST_ASKED = 1800
"""Characters that a button can carry on: Slack takes 2,000 as its value."""
_WRAPPED = "cohort="
_MAY_NAME = re.compile(r"""cohorte?=|["“]""", re.IGNORECASE)
FEW_WORDS = 2
"""So few words are meant as a command, whatever they are."""
FEW = 8
"""Events taken over at a time: what is in hand waits for those before it."""
REPLY_LIFE = timedelta(minutes=30)
"""How long a reply is worth delivering after a crash (Slack's response_url lives as long)."""
PROMISED_LIFE = timedelta(hours=6)
"""How long one that the platform put off is: it goes out when it may."""

POSTPONED = "postponed"
"""In place of a failure: the platform said when to come back."""

LOOK_AFTER_SECONDS = 2.0
"""Whether a community has moved."""

_INBOX = "inbox"
_SEALED = "sealed values"


class MovedAway(LookupError):
    """The event went with its community to another database, while we had it in hand."""


class Moving(Throttled):
    """Its community is on the way to another database: it is handled there, or here should that fail."""


class UnknownWorkspace(LookupError):
    """The event comes from a workspace where the bot is not installed, or is not any more."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A durable event: its inbox row, when it came, whether this delivery was the first, and how often it was
    tried."""

    id: int
    event: Event
    since: datetime
    new: bool
    attempts: int = 0


class Router:
    """Knows every declaration; holds no state of its own. `wake` is called after each commit, so that
    what a handler wrote to the outbox goes out at once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        features: tuple[Feature, ...],
        platforms: Mapping[str, ChatPlatform],
        links: Links,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.features = features
        self.platforms = platforms
        self.links = links
        self.wake = wake
        self.inbox = Inbox(database)
        self.commands = commands_of(features)
        self.forms: dict[str, FormSpec] = {spec.name: spec for one in features for spec in one.forms}
        self.kinds = kinds_of(features)
        self.small_talk = next((one.small_talk for one in features if one.small_talk), None)
        self.presses: dict[str, PressSpec] = {spec.action: spec for one in features for spec in one.presses}

    # --- in -------------------------------------------------------------------------------------------

    async def record(self, event: Event) -> Recorded:
        """Commit the event to the inbox. Raises the database's error when that cannot be done: then the
        door must not acknowledge. What features withhold is not in it."""
        event = self._kept(event)
        key = _key_of(event)
        now = self.clock.now()
        row_id, new = await self.inbox.put(key, now, self._written(event))
        return Recorded(row_id, event, now, new)

    def _written(self, event: Event) -> dict[str, object]:
        """The event as the inbox keeps it: sealed when nobody may read what was sent beside who sent it."""
        plain: dict[str, object] = EVENT.dump_python(event, mode="json")
        form = self.forms.get(event.form) if isinstance(event, Submit) else None
        if form is None or not form.sealed:
            return plain
        assert isinstance(event, Submit)
        name = name_of(event.form, event.context)
        plain["values"] = {_SEALED: self.links.form_keys.seal(name, plain["values"], _INBOX, _part(event))}
        return {"sealed": self.links.sealer.seal(plain, _INBOX)}

    def _read(self, written: dict[str, object]) -> Event:
        sealed = written.get("sealed")
        if not sealed:
            return EVENT.validate_python(written)
        plain = self.links.sealer.open(str(sealed), _INBOX)
        values = plain.get("values", {})
        if isinstance(values, dict) and _SEALED in values:
            sent = EVENT.validate_python({**plain, "values": {}})
            assert isinstance(sent, Submit)
            plain["values"] = self._values(sent, values[_SEALED])
        return EVENT.validate_python(plain)

    def _values(self, event: Submit, sealed: str) -> object:
        """What was sent; nothing where the form is over meanwhile (it says so then), or it was handled."""
        try:
            name = name_of(event.form, event.context)
            return self.links.form_keys.open(name, sealed, _INBOX, _part(event))
        except BadSeal:
            return {}

    def _forget_values(self, event: Event) -> None:
        """Handled: nothing opens any more what the inbox, and the database's log, kept of a sealed form."""
        form = self.forms.get(event.form) if isinstance(event, Submit) else None
        if form is not None and form.sealed and isinstance(event, Submit):
            self.links.form_keys.destroy(name_of(event.form, event.context), _part(event))

    def _kept(self, event: Event) -> Event:
        """The event without the words that no feature lets us write down. Words addressed to the bot that
        are no command count as said: they could only be quoted back."""
        spec = self._spec_of(event)
        written = event
        if isinstance(event, Command) and spec is None:
            written = Said(
                key=event.key, who=event.who, where=event.where, answer_to=event.answer_to, text=event.text
            )
        kept = written
        for feature in self.features:
            for withhold in feature.withhold:
                kept = withhold(kept, spec.may_hold if spec else frozenset())
        return event if kept is written else kept

    def _spec_of(self, event: Event) -> CommandSpec | FormSpec | None:
        if isinstance(event, Command):
            return arguments.find_command(event.text.strip() or "help", self.commands)[0]
        return self.forms.get(event.form) if isinstance(event, Submit) else None

    async def handle(self, recorded: Recorded, profile: Profile | None = None) -> Reply:
        """Handle a recorded event once and return its reply. Never raises for what a feature does wrong:
        that is logged under a code, which the reply names. `profile`: what the platform tells of a
        stranger; it is asked when it has to be."""
        event = recorded.event
        language = event.who.language if event.who.language in languages() else SOURCE_LANGUAGE
        self.inbox.hands.took(recorded.id)
        try:
            async with self.database.write() as db:
                row = await _locked(db, recorded.id)
                if row.state != InboxState.RECEIVED:
                    return Reply.from_stored(row.reply or {})
                if await self._overtaken(db, event):
                    _keep(row, Reply())
                    return Reply()
                ctx = await self._desk(db, event, profile)
                language = ctx.language
                reply = await self._quoted(ctx, await self._answered(ctx))
                reply = await _addressed(ctx, self._supported(event, language, reply))
                _keep(row, reply)
        except Stranger:
            return await self.handle(recorded, await self._profile(event))
        except MovedAway:
            self.inbox.hands.let_go(recorded.id)
            return Reply()
        except Moving:
            raise
        except NoPerson:
            reply = Reply()
            await self._settle(recorded.id, reply, failure="NoPerson")
        except Refusal as refusal:
            reply = self._supported(event, language, _refused(refusal, event))
            await self._settle(recorded.id, reply)
        except UnknownWorkspace:
            log.warning("event_from_unknown_workspace", platform=event.who.platform)
            reply = _from_elsewhere(event, language)
            await self._settle(recorded.id, reply, failure="UnknownWorkspace")
        except Exception as error:
            if is_away(error):
                self.inbox.hands.let_go(recorded.id)
                raise  # it stays in the inbox, and is handled when the database is there again
            code = opaque_id()[:8]
            log.error("event_failed", type=event.type, code=code, error=type(error).__name__, exc_info=error)
            reply = Reply(card=Card(text=words.went_wrong(language, code=code)))
            await self._settle(recorded.id, reply, failure=type(error).__name__)
        self._forget_values(event)
        if reply.is_empty:
            self.inbox.hands.let_go(recorded.id)
        self.wake()
        return reply

    async def _overtaken(self, db: AsyncSession, event: Event) -> bool:
        """Whether the same person has already done what overrules this. Else from now on this is what they
        did last."""
        topic = self._topic(event)
        if not topic or event.at is None:
            return False
        return not await note_latest(db, topic, event.at)

    def _topic(self, event: Event) -> str:
        """What a later event of the same person overrules, as a digest; empty where nothing does."""
        about = ""
        if isinstance(event, Press) and whole_action(event.action) in self.presses:
            choice = self.presses[whole_action(event.action)].choice
            about = f"{choice}|{event.value}" if choice else ""
        elif isinstance(event, Joined | Left):
            about = f"in|{event.where.conversation}"
        who = f"{event.who.platform}|{event.who.tenant}|{event.who.alias or event.who.user}"
        return hashlib.sha256(f"{who}|{about}".encode()).hexdigest()[:32] if about else ""

    async def finish(self, recorded: Recorded) -> None:
        """The reply was delivered (or there was none): forget what the person said."""
        async with self.database.write() as db:
            row = await db.get(InboxEvent, recorded.id)
            if row is not None:
                row.state, row.event, row.reply = "done", None, None
        self.inbox.hands.let_go(recorded.id)

    async def postpone(self, recorded: Recorded, wait: timedelta) -> None:
        """It cannot be handled, or answered, before so long: `unfinished` gives it then, in any process."""
        with suppress(MovedAway):
            async with self.database.write() as db:
                row = await _locked(db, recorded.id)
                row.claimed_by, row.lease_until = "", self.clock.now() + wait
                row.attempts += 1
                if row.state != InboxState.DONE and row.failure == "":
                    row.failure = POSTPONED
        self.inbox.hands.let_go(recorded.id)

    async def unfinished(self, most: int = FEW) -> list[Recorded]:
        """What is due by now: events that a crash left behind, and those that were postponed, oldest first;
        from now on this process has them in hand. The replies of a crash are worth delivering for
        `REPLY_LIFE`, postponed ones for `PROMISED_LIFE`; older ones that were handled are only closed."""
        now = self.clock.now()
        async with self.database.write() as db:
            left = []
            for row in await self.inbox.hands.take_over(db, now, most):
                life = PROMISED_LIFE if row.failure == POSTPONED else REPLY_LIFE
                if row.event is None or (row.state == InboxState.HANDLED and row.received_at < now - life):
                    row.state, row.event, row.reply = "done", None, None
                else:
                    left.append(Recorded(row.id, self._read(row.event), row.received_at, False, row.attempts))
        for recorded in left:
            self.inbox.hands.took(recorded.id)
        return left

    async def form(self, event: Event, name: str, context: str, profile: Profile | None = None) -> Reply:
        """Build a form for somebody who is about to see it, without an effect (Teams asks for dialogs so)."""
        try:
            async with self.database.write() as db:
                ctx = await self._desk(db, event, profile)
                return await _addressed(ctx, await self.open_form(ctx, name, context, {}))
        except Stranger:
            return await self.form(event, name, context, await self._profile(event))
        except Refusal as refusal:
            return _refused(refusal, event)

    @asynccontextmanager
    async def looking(self, event: Event) -> AsyncIterator[Context]:
        """For a page: the context of a person whom we know, who looks. Nothing done with it is kept."""
        async with self.database.read() as db:
            yield await self._desk(db, event, None)

    # --- who and where --------------------------------------------------------------------------------

    async def _profile(self, event: Event) -> Profile:
        """What the platform tells of somebody whom we meet first; asked outside any transaction.

        Raises `Throttled` and `Unavailable`: then the event stays in the inbox, for whoever is not known now
        would be somebody else for ever. Where the platform refuses to tell, only the envelope is known."""
        nobody = Profile(event.who.user, "", complete=False)
        platform = self.platforms.get(event.who.platform)
        if platform is None:
            return nobody
        try:
            return await platform.profile(event.who.tenant, event.who.user, event.where.reference)
        except (Throttled, Unavailable, WorkspaceRefused):
            raise
        except PlatformError as error:
            log.warning(
                "profile_refused", platform=event.who.platform, error=type(error).__name__, code=error.code
            )
            return nobody

    async def _desk(self, db: AsyncSession, event: Event, profile: Profile | None) -> Context:
        workspace, community = await _workspace(db, event, self.clock.now())
        if isinstance(event, Left | Uninstalled | Changed) or not event.who.user:
            me = await known_or_nobody(db, community, workspace, event, self.clock.now())
        else:
            me = await find_or_greet(db, community, workspace, event, profile, self.clock.now())
        came_by = event.answer_to.get("link")
        links = self.links.under(Ticket.from_text(came_by)) if came_by else self.links
        return Context(
            db,
            self.clock.now(),
            event,
            community,
            workspace,
            me,
            links,
            self.kinds,
            channels_linked(self.platforms),
            threads_only=threads_only(self.platforms),
            address_platform=next((name for name, one in self.platforms.items() if one.one_to_one_only), ""),
        )

    # --- dispatch -------------------------------------------------------------------------------------

    async def _answered(self, ctx: Context) -> Reply:
        """Raises `Refusal`, whose quoted commands name their cohort as an answer's do."""
        try:
            return await self._dispatch(ctx)
        except Refusal as refusal:
            if change := await naming_the_cohort(ctx, self.commands, refusal.text):
                refusal.text = change(refusal.text)
            raise

    async def _quoted(self, ctx: Context, reply: Reply) -> Reply:
        if reply.card is None:
            return reply
        change = await naming_the_cohort(ctx, self.commands, *texts_of(reply.card))
        return reply if change is None else reply.model_copy(update={"card": changed(reply.card, change)})

    async def _dispatch(self, ctx: Context) -> Reply:
        event = ctx.event
        if ctx.me.deleted_at is not None:
            raise Refusal(words.deleted_person(ctx.language))
        if isinstance(event, Command):
            return await self._command(ctx, event)
        if isinstance(event, Press):
            return await self._press(ctx, event)
        if isinstance(event, Submit):
            return await self._submit(ctx, event)
        if isinstance(event, HomeOpened):
            return await self.home(ctx)
        return await self._tell(ctx, event)

    async def _command(self, ctx: Context, event: Command) -> Reply:
        spec, rest = arguments.find_command(event.text.strip() or "help", self.commands)
        if spec is None:
            return await self._no_command(ctx, event.text, typed=True)
        await ctx.require(spec.may)
        rest = await self._without_cohort(ctx, spec, rest)
        typed = arguments.read_arguments(spec.arguments, rest, ctx.now.date(), ctx.language)
        if typed.wrong:
            raise Refusal(_unfit(ctx.language, spec, *typed.wrong[0]))
        if typed.extra:
            raise Refusal(
                words.extra_words(ctx.language, given=typed.extra, usage=arguments.usage(spec, ctx.language))
            )
        values = await self._with_people(ctx, spec, typed.values)
        if typed.missing and spec.form:
            return await self.open_form(ctx, spec.form, "", values)
        if typed.missing:
            raise Refusal(
                words.missing_argument(
                    ctx.language,
                    name=argument_shown(typed.missing[0], ctx.language),
                    usage=arguments.usage(spec, ctx.language),
                )
            )
        return await spec.handle(ctx, values)

    async def _without_cohort(self, ctx: Context, spec: CommandSpec, rest: str) -> str:
        """What was typed but for the cohort that was named in it; `ctx.cohort` takes that one. A command with
        a cohort of its own at the end of its line reads it by itself."""
        own = next((one for one in spec.arguments if one.name == "cohort"), None)
        if not _MAY_NAME.search(rest) or (own and own.kind == "text" and "=" not in rest):
            return rest
        name, left = arguments.take_cohort(rest, await ctx.cohort_names())
        if name and "cohort=" not in rest.casefold() and self._needs(ctx, spec, rest, left):
            return rest
        ctx.cohort_named = name or ctx.cohort_named
        return left

    def _needs(self, ctx: Context, spec: CommandSpec, rest: str, left: str) -> bool:
        """Whether the line cannot be read without its quoted words: a title may be called like a cohort."""
        today, language = ctx.now.date(), ctx.language
        whole = arguments.read_arguments(spec.arguments, rest, today, language)
        return not whole.wrong and bool(arguments.read_arguments(spec.arguments, left, today, language).wrong)

    async def _with_people(self, ctx: Context, spec: CommandSpec, values: dict[str, Any]) -> dict[str, Any]:
        for argument in spec.arguments:
            given = values.get(argument.name)
            if argument.kind == "person" and isinstance(given, tuple):
                values[argument.name] = await _person_picked(ctx, argument.name, given[0])
            elif argument.kind == "person" and given:
                values[argument.name] = await person_typed(ctx, given)
        return values

    async def _usable(self, ctx: Context) -> dict[str, CommandSpec]:
        return suggestions.usable(self.commands, await ctx.roles())

    async def _no_command(self, ctx: Context, text: str, *, typed: bool) -> Reply:
        """What is said to the bot alone is never left without an answer: it may be small talk, a command that
        was mistyped, or meant for somebody who is not there. `typed`: as a command. Raises `Refusal`."""
        usable, talk = await self._usable(ctx), self.small_talk
        answer = await talk.answer(ctx, text) if talk else None
        if answer is not None:
            return answer
        likely = await talk.perhaps(ctx, text) if talk else ()
        if typed or len(text.split()) <= FEW_WORDS or suggestions.mistyped(text, usable):
            raise Refusal(suggestions.unknown(ctx.language, text, usable), *likely)
        raise Refusal(words.nobody_reads_this(ctx.language), *likely)

    async def _press(self, ctx: Context, event: Press) -> Reply:
        if event.form:
            return await self.open_form(ctx, event.form, event.value, {})
        if event.action == CHOSEN:
            return await self._chosen(ctx, event)
        spec = self.presses.get(whole_action(event.action))
        if spec is None:
            raise Refusal(words.stale_button(ctx.language))
        await ctx.require(spec.may)
        reply = await spec.handle(ctx, event.value)
        return reply if event.action == spec.action else reply.model_copy(update={"replace": False})

    async def _chosen(self, ctx: Context, event: Press) -> Reply:
        """Goes on with what was asked before it was known which cohort is meant. Raises `Refusal` for a
        button that no question of ours had."""
        cohort, _, asked = event.value.partition("|")
        kind, _, rest = asked.partition("|")
        ctx.cohort_named = cohort
        if kind == "form":
            name, _, context = rest.partition("|")
            return await self.open_form(ctx, name, context, {})
        if kind != "command":
            raise Refusal(words.stale_button(ctx.language))
        at = {"key": event.key, "who": event.who, "where": event.where, "answer_to": event.answer_to}
        return await self._command(ctx, Command(**at, text=rest))

    async def open_form(self, ctx: Context, name: str, context: str, initial: Mapping[str, Any]) -> Reply:
        """A reply that opens a form. Raises `Refusal` when I may not or it does not stand any more. A form
        that was asked for a cohort chosen before it remembers that one."""
        spec = self.forms.get(name)
        if spec is None:
            raise Refusal(words.stale_form(ctx.language))
        await ctx.require(spec.may)
        form = await spec.build(ctx, _unwrapped(ctx, context), initial)
        if ctx.cohort_assumed:
            form = form.model_copy(update={"context": f"{_WRAPPED}{ctx.cohort_named}|{form.context}"})
        return Reply(form=form)

    def _supported(self, event: Event, language: str, reply: Reply) -> Reply:
        for feature in self.features:
            for support in feature.support:
                reply = support(event, language, reply)
        return reply

    async def _submit(self, ctx: Context, event: Submit) -> Reply:
        form = (await self.open_form(ctx, event.form, event.context, {})).form
        if form is None:
            raise Refusal(words.stale_form(ctx.language))
        raw = {name: await self._translate_people(ctx, value) for name, value in event.values.items()}
        values, errors = forms.check(form, raw, ctx.language, ctx.now.date())
        withheld = {field.name for field in form.fields} & set(event.withheld)
        errors |= dict.fromkeys(withheld, plain(privacy_words.withheld_from_field(ctx.language)))
        if errors:
            return Reply(errors=errors)
        context, submit = _unwrapped(ctx, event.context), self.forms[event.form].submit
        if submit is not None:
            return await submit(ctx, context, values)
        command = next(one for one in self.commands.values() if one.form == event.form)
        named: Mapping[str, object] = {"cohort": context, **values}
        given = {name: value for name, value in named.items() if value not in ("", None, ())}
        return await command.handle(ctx, await self._with_people(ctx, command, given))

    async def _translate_people(self, ctx: Context, value: object) -> object:
        """A people picker of a platform gives ``user:…``; turn each into the person's row id."""
        if isinstance(value, str) and value.startswith("user:"):
            return await self._person_id(ctx, value)
        if isinstance(value, list | tuple):
            return [await self._translate_people(ctx, one) for one in value]
        return value

    async def _person_id(self, ctx: Context, value: str) -> object:
        identity = (
            await ctx.db.scalars(
                select(Identity).where(
                    Identity.workspace_id == ctx.workspace.id,
                    Identity.platform_user == value.removeprefix("user:"),
                )
            )
        ).first()
        return identity.person_id if identity else value

    async def _tell(self, ctx: Context, event: Event) -> Reply:
        if isinstance(event, Said) and event.edited and not event.withheld:
            return Reply()
        for feature in self.features:
            for listener in _listeners(feature, event):
                reply = await listener(ctx)
                if reply is not None:
                    return reply
        if isinstance(event, Said) and event.where.kind == "direct" and event.text.strip():
            return await self._no_command(ctx, event.text, typed=False)
        return Reply()

    async def home(self, ctx: Context) -> Reply:
        """What is next for me: each feature's section, in the order of the features."""
        cards = [await section(ctx) for feature in self.features for section in feature.home]
        sections = tuple(part for card in cards if card for part in card.sections)
        buttons: tuple[Button, ...] = tuple(button for card in cards if card for button in card.buttons)
        title = next((card.title for card in cards if card and card.title), "")
        text = next((card.text for card in cards if card and card.text), EMPTY)
        return Reply(card=Card(title=title, text=text, sections=sections, buttons=buttons))

    async def _settle(self, row_id: int, reply: Reply, failure: str = "") -> None:
        async with self.database.write() as db:
            row = await _locked(db, row_id)
            _keep(row, reply)
            row.failure = failure


async def _person_picked(ctx: Context, field: str, person_id: int) -> Person:
    try:
        return await person_typed(ctx, f"{PICKED}{person_id}")
    except Refusal:
        raise FieldError(field, form_words.unknown_person(ctx.language)) from None


def _unwrapped(ctx: Context, context: str) -> str:
    """A form's own context; the cohort that was chosen before it goes to `ctx`."""
    if not context.startswith(_WRAPPED):
        return context
    ctx.cohort_named, _, own = context.removeprefix(_WRAPPED).partition("|")
    return own


def _asked(event: Event) -> str:
    """What a button that names the cohort goes on with; empty where nothing can be asked again."""
    if isinstance(event, Command):
        return f"command|{event.text}"
    if isinstance(event, Press) and event.action == CHOSEN:
        return event.value.partition("|")[2]
    if isinstance(event, Press) and event.form:
        return f"form|{event.form}|{event.value}"
    return ""


def _listeners(feature: Feature, event: Event) -> tuple[Listener, ...]:
    by_type: dict[type, tuple[Listener, ...]] = {
        Said: feature.said,
        Joined: feature.joined,
        Left: feature.left,
        Changed: feature.changed,
        Installed: feature.installed,
        Uninstalled: feature.uninstalled,
    }
    return by_type.get(type(event), ())


_WORKSPACE = (
    select(Workspace, Community)
    .join(Community)
    .where(Workspace.platform == bindparam("platform"), Workspace.tenant == bindparam("tenant"))
)


async def _workspace(db: AsyncSession, event: Event, now: datetime) -> tuple[Workspace, Community]:
    where = {"platform": event.who.platform, "tenant": event.who.tenant}
    found = (await db.execute(_WORKSPACE, where)).first()
    if found is None:
        if await departed(db, event.who.platform, event.who.tenant):
            raise Moving(LOOK_AFTER_SECONDS)
        raise UnknownWorkspace
    workspace, community = found
    if workspace.held_because == MOVING and workspace.held_until and workspace.held_until > now:
        raise Moving(LOOK_AFTER_SECONDS)
    if workspace.uninstalled_at is not None and not isinstance(event, Installed | Uninstalled):
        raise UnknownWorkspace  # delivered late: nobody may be answered there any more
    return workspace, community


_LOCKED = select(InboxEvent).where(InboxEvent.id == bindparam("row_id")).with_for_update()


async def _locked(db: AsyncSession, row_id: int) -> InboxEvent:
    """The inbox row, locked on PostgreSQL so that two deliveries of one event queue up.

    Raises `MovedAway`."""
    row = (await db.scalars(_LOCKED, {"row_id": row_id})).first()
    if row is None:
        raise MovedAway
    return row


async def _addressed(ctx: Context, reply: Reply) -> Reply:
    """The reply with what an adapter needs to render it: the reader's language, whom it mentions."""
    named = mentioned(reply.card) if reply.card else set()
    users = await identities_of(ctx.db, ctx.workspace.id, named) if named else {}
    return reply.model_copy(update={"language": ctx.language, "users": users})


def _key_of(event: Event) -> str:
    return f"{event.who.platform}:{event.who.tenant}:{event.key}"


def _part(event: Event) -> str:
    """The part of a sealed form that an event is."""
    return f"event {_key_of(event)}"


def _keep(row: InboxEvent, reply: Reply) -> None:
    """With nothing to deliver the event is done at once, and what was said is forgotten."""
    row.attempts += 1
    if reply.is_empty:
        row.state, row.event, row.reply = "done", None, None
    else:
        row.state, row.reply = "handled", reply.model_dump(mode="json")


def _unfit(language: str, spec: CommandSpec, name: str, wrong: Unfit) -> Marked:
    """A sentence that quotes what was typed needs no more; another says which argument it is about."""
    if wrong.quotes:
        return wrong.text
    shown = argument_shown(name, language)
    return words.bad_argument(language, name=shown, why=wrong.text, usage=arguments.usage(spec, language))


def _from_elsewhere(event: Event, language: str) -> Reply:
    """A form is not closed over what nobody kept; anything else is nobody's business here."""
    if not isinstance(event, Submit):
        return Reply()
    return Reply(errors={"": plain(words.form_from_elsewhere(language))}, language=language)


def _refused(refusal: Refusal, event: Event) -> Reply:
    if isinstance(refusal, FieldError) and isinstance(event, Submit):
        return Reply(errors={refusal.field: plain(refusal.text)})
    values = _going_on(refusal, _asked(event), _cohort_chosen(event))
    buttons = tuple(Button(label=name[:75], action=CHOSEN, value=value) for name, value in values)
    return Reply(card=Card(text=refusal.text, buttons=buttons or refusal.buttons))


def _going_on(refusal: Refusal, asked: str, cohort: str) -> list[tuple[str, str]]:
    """(label, with what it goes on) of each button, where a refusal asks which cohort or person is meant."""
    if not asked or len(asked) > LONGEST_ASKED:
        return []
    if isinstance(refusal, WhichCohort):
        return [(name, f"{row}|{asked}") for row, name in refusal.choices[:MOST_CHOICES]]
    if isinstance(refusal, WhichPerson) and asked.startswith("command|"):
        before, given, after = asked.rpartition(refusal.given)
        people = refusal.choices[:MOST_CHOICES] if given else ()
        return [(name, f"{cohort}|{before}{PICKED}{row}{after}") for row, name in people]
    return []


def _cohort_chosen(event: Event) -> str:
    return event.value.partition("|")[0] if isinstance(event, Press) and event.action == CHOSEN else ""
