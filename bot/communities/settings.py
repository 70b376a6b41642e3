"""The community's own settings: name, states, languages, zone, smallest cells shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.cards import Card, Fact
from bot.communities.states import state_code
from bot.communities.unfit import Unfit, beside_its_field, unread
from bot.desk import Desk
from bot.feature import Reply
from bot.forms import Field, Form, Option, Values
from bot.parsing import Misread
from bot.reports.suppression import SMALLEST_K
from bot.sessions.zone_words import parse_zone
from prompts import catalog
from prompts.words import communities as words

LARGEST_CELL = 100


async def do_community(
    desk: Desk,
    *,
    name: str | None = None,
    states: str | None = None,
    languages: Iterable[str] | None = None,
    zone: str | None = None,
    inside: int | None = None,
    outside: int | None = None,
) -> Reply:
    """Change what is given. All is checked before anything changes."""
    say, ours = desk.language, desk.community
    if name is not None and not 0 < len(name.strip()) <= 120:
        raise Unfit("name", words.name_unfit(say, most=120))
    codes = _states(desk, states) if states is not None else ours.states
    spoken = list(languages) if languages is not None else ours.languages
    if not spoken or not set(spoken) <= set(catalog.languages()):
        raise Unfit("languages", words.language_unfit(say, choices=", ".join(catalog.languages())))
    read = parse_zone(zone) if zone is not None else ours.zone
    if isinstance(read, Misread):
        raise Unfit("zone", unread(say, read))
    least = ours.k_inside if inside is None else inside
    most = ours.k_outside if outside is None else outside
    if not SMALLEST_K <= least <= most <= LARGEST_CELL:
        raise Unfit("outside", words.cells_unfit(say, least=SMALLEST_K, most=LARGEST_CELL))
    ours.name = name.strip() if name else ours.name
    ours.states, ours.languages, ours.zone = codes, spoken, read
    ours.k_inside, ours.k_outside = least, most
    desk.audit("community_changed", f"community:{ours.id}")
    return Reply(card=_card(desk))


def _states(desk: Desk, given: str) -> list[str]:
    codes = []
    for word in given.replace(";", ",").replace("\n", ",").split(","):
        if not word.strip():
            continue
        code = state_code(word)
        if code is None:
            raise Unfit("states", words.unknown_state(desk.language, given=word.strip()[:40]))
        codes.append(code)
    if not codes:
        raise Unfit("states", words.no_state(desk.language))
    return list(dict.fromkeys(codes))


def _card(desk: Desk) -> Card:
    say, ours = desk.language, desk.community
    return Card(
        title=words.community_title(say),
        facts=(
            Fact(label=words.name_label(say), value=ours.name),
            Fact(label=words.states_label(say), value=", ".join(ours.states)),
            Fact(label=words.languages_label(say), value=", ".join(ours.languages)),
            Fact(label=words.zone_label(say), value=ours.zone),
            Fact(label=words.inside_label(say), value=str(ours.k_inside)),
            Fact(label=words.outside_label(say), value=str(ours.k_outside)),
        ),
    )


async def community_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Without anything given: the form."""
    if not typed:
        return Reply(form=await community_form(desk, "", {}))
    languages = typed.pop("languages", None)
    spoken = languages.replace(",", " ").split() if languages is not None else None
    return await do_community(desk, languages=spoken, **typed)


async def community_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say, ours = desk.language, desk.community
    options = tuple(Option(value=one, label=words.language_name(say, one)) for one in catalog.languages())
    cells: dict[str, Any] = {"kind": "number", "lowest": SMALLEST_K, "highest": LARGEST_CELL}
    return Form(
        name="community",
        title=words.community_title(say),
        submit=words.save(say),
        fields=(
            Field(name="name", kind="text", label=words.name_label(say), most=120, initial=ours.name),
            Field(name="states", kind="text", label=words.states_label(say), most=400,
                  hint=words.states_hint(say), initial=", ".join(ours.states)),
            Field(name="languages", kind="choices", label=words.languages_label(say), options=options,
                  initial=tuple(ours.languages)),
            Field(name="zone", kind="text", label=words.zone_label(say), most=80, hint=words.zone_hint(say),
                  initial=ours.zone),
            Field(name="inside", label=words.inside_label(say), initial=ours.k_inside, **cells),
            Field(name="outside", label=words.outside_label(say), initial=ours.k_outside, **cells),
        ),
    )  # fmt: skip


async def community_sent(desk: Desk, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    return await beside_its_field(do_community(desk, **given))
