"""The community's own settings: name, states, languages, zone, smallest cells shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.communities.structure import ZONE
from bot.core.cards import Card, Fact
from bot.core.context import Context
from bot.core.field_error import FieldError, unread
from bot.core.forms import Field, Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.reply import Reply
from bot.core.us_states import state_code
from bot.statistics.protection import SMALLEST_K
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts import catalog
from prompts.words import communities as words

LARGEST_CELL = 100
INSIDE = Argument(
    "inside", "number", required=False, label=words.inside_label, lowest=SMALLEST_K, highest=LARGEST_CELL
)
COMMUNITY = (
    Argument("name", "word", required=False, label=words.name_label, most=120),
    Argument("states", "word", required=False, label=words.states_label, hint=words.states_hint, most=1000),
    Argument("languages", "word", required=False),
    replace(ZONE, most=80),
    INSIDE,
    replace(INSIDE, name="outside", label=words.outside_label),
)
"""What is not typed stays as it is; the form shows all, and leaves nothing empty."""


async def do_community(
    ctx: Context,
    *,
    name: str | None = None,
    states: str | None = None,
    languages: Iterable[str] | None = None,
    zone: str | None = None,
    inside: int | None = None,
    outside: int | None = None,
) -> Reply:
    """Change what is given. All is checked before anything changes."""
    language, ours = ctx.language, ctx.community
    if name is not None and not name.strip():
        raise FieldError("name", words.name_unfit(language, most=120))
    codes = _states(ctx, states) if states is not None else ours.states
    spoken = list(languages) if languages is not None else ours.languages
    if not spoken or not set(spoken) <= set(catalog.languages()):
        raise FieldError("languages", words.language_unfit(language, choices=", ".join(catalog.languages())))
    read = parse_zone(zone) if zone is not None else ours.zone
    if isinstance(read, Misread):
        raise FieldError("zone", unread(language, read))
    least = ours.k_inside if inside is None else inside
    most = ours.k_outside if outside is None else outside
    if not SMALLEST_K <= least <= most <= LARGEST_CELL:
        raise FieldError("outside", words.cells_unfit(language, least=SMALLEST_K, most=LARGEST_CELL))
    ours.name = name.strip() if name else ours.name
    ours.states, ours.languages, ours.zone = codes, spoken, read
    ours.k_inside, ours.k_outside = least, most
    ctx.audit("community_changed", f"community:{ours.id}")
    return Reply(card=_card(ctx))


def _states(ctx: Context, given: str) -> list[str]:
    codes = []
    for word in given.replace(";", ",").replace("\n", ",").split(","):
        if not word.strip():
            continue
        code = state_code(word)
        if code is None:
            raise FieldError("states", words.unknown_state(ctx.language, given=word.strip()[:40]))
        codes.append(code)
    if not codes:
        raise FieldError("states", words.no_state(ctx.language))
    return list(dict.fromkeys(codes))


def _card(ctx: Context) -> Card:
    language, ours = ctx.language, ctx.community
    return Card(
        title=words.community_title(language),
        facts=(
            Fact(label=words.name_label(language), value=ours.name),
            Fact(label=words.states_label(language), value=", ".join(ours.states)),
            Fact(label=words.languages_label(language), value=", ".join(ours.languages)),
            Fact(label=words.zone_label(language), value=ours.zone),
            Fact(label=words.inside_label(language), value=str(ours.k_inside)),
            Fact(label=words.outside_label(language), value=str(ours.k_outside)),
        ),
    )


async def community_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Without anything given: the form."""
    if not typed:
        return Reply(form=await community_form(ctx, "", {}))
    languages = typed.pop("languages", None)
    spoken = languages.replace(",", " ").split() if languages is not None else None
    return await do_community(ctx, languages=spoken, **typed)


async def community_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language, ours = ctx.language, ctx.community
    options = tuple(
        Option(value=one, label=words.language_name(language, one)) for one in catalog.languages()
    )
    spoken = Field(name="languages", kind="choices", label=words.languages_label(language), options=options,
                   initial=tuple(ours.languages))  # fmt: skip
    now = {"name": ours.name, "states": ", ".join(ours.states), "zone": ours.zone, "inside": ours.k_inside,
           "outside": ours.k_outside}  # fmt: skip
    asked = [replace(one, required=True) for one in COMMUNITY]
    return Form(
        name="community",
        title=words.community_title(language),
        submit=words.save(language),
        fields=(*fields_of(asked[:2], language, now), spoken, *fields_of(asked[2:], language, now)),
    )


async def community_sent(ctx: Context, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    return await do_community(ctx, **given)
