"""`throughline breakouts plan`: groups for several rounds from a roster file, without a server."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.breakouts.engine import Clash, Member, Plan, Rules, plan
from bot.breakouts.zoom_file import MOST_PEOPLE, MOST_ROOMS, beyond_zoom, fits_zoom, zoom_csv
from bot.tables import Line, TooManyLines, read_table
from bot.tables.addresses import read_addresses
from bot.tables.decoding import Undecodable
from bot.transfer.roster_columns import Layout, find_layout

PEOPLE_MOST = 5_000
ROUNDS_MOST = 100
NAME, EMAIL = "name", "email"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class UnfitRoster(ValueError):
    """The roster or what is asked of it does not fit; the text says what to do about it."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a file. `addresses` and the traits hold only what the file gives."""

    members: tuple[Member, ...]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files to write; None for those nobody asked for."""

    table: Path | None = None
    plain: Path | None = None
    zoom: Path | None = None


def read_roster(content: bytes, traits: Sequence[str] = ()) -> Roster:
    """People by name from a file that the roster import reads as well, in any of its shapes; raises
    `UnfitRoster`. A trait is a column by its heading or by what it is about."""
    try:
        table = read_table(content)
    except (Undecodable, TooManyLines):
        raise UnfitRoster("This is not a CSV file. Save the sheet as CSV and try again.") from None
    if not any(line.cells and any(line.cells) for line in table.lines):
        raise UnfitRoster("The file is empty. It needs a header row with a column named name.")
    layout = find_layout(table.lines)
    if layout is None or not any(layout.places(part) for part in ("name", "first", "display")):
        raise UnfitRoster("The file has no column named name. It needs a header row with one.")
    _check_header(layout, traits)
    people = [(line.number, _person(line, layout, traits)) for line in layout.lines]
    people = [(number, row) for number, row in people if any(row.values())]
    _check_people(people)
    members = tuple(
        Member(row[NAME], {trait: row[trait] for trait in traits if row.get(trait)}) for _, row in people
    )
    return Roster(members, {row[NAME]: row[EMAIL] for _, row in people if row.get(EMAIL)})


def _person(line: Line, layout: Layout, traits: Sequence[str]) -> dict[str, str]:
    cells = {
        place: line.cells[place] if place < len(line.cells) else "" for place in range(len(layout.columns))
    }

    def told(about: str) -> str:
        return next((cells[place] for place in layout.places(about) if cells[place]), "")

    both = " ".join(part for part in (told("first"), told("last")) if part)
    addresses = told(EMAIL)
    found = read_addresses(addresses).emails
    email = found[0] if len(found) == 1 else addresses
    row = {NAME: told(NAME) or both or told("display"), EMAIL: email}
    return row | {trait: cells[_place_of(layout, trait)] for trait in traits}


def _place_of(layout: Layout, trait: str) -> int:
    """The column of a trait; -1 where there is none."""
    by_heading = [place for place, one in enumerate(layout.columns) if one.given.casefold() == trait]
    return next(iter([*by_heading, *layout.places(trait)]), -1)


def _check_header(layout: Layout, traits: Sequence[str]) -> None:
    header = [one.given.casefold() for one in layout.columns if one.given]
    missing = [trait for trait in traits if _place_of(layout, trait) < 0]
    if missing:
        raise UnfitRoster(
            f"The file has no column named {', '.join(missing)}. Its columns are: {', '.join(header)}."
        )
    twice = [title for title, count in Counter(header).items() if count > 1]
    if twice:
        raise UnfitRoster(f"The column {', '.join(twice)} is there twice. Rename or remove one.")


def _check_people(people: Sequence[tuple[int, Mapping[str, str]]]) -> None:
    nameless = [str(number) for number, row in people if not row.get(NAME)]
    if nameless:
        raise UnfitRoster(f"There is no name in row {', '.join(nameless[:5])}. Fill it in or remove the row.")
    counts = Counter(row[NAME] for _, row in people)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise UnfitRoster(
            f"The same name is there twice: {', '.join(twice[:5])}. Tell them apart, such as with an initial."
        )
    if len(people) < 2:
        raise UnfitRoster(f"A plan needs at least 2 people; the file has {len(people)}.")
    if len(people) > PEOPLE_MOST:
        raise UnfitRoster(
            f"The file has {len(people)} people; a plan takes up to {PEOPLE_MOST}. Split the file."
        )


def check_zoom(roster: Roster, size: int) -> None:
    """Say what Zoom would not take before anything is planned. Raises `UnfitRoster`."""
    people = len(roster.members)
    if people > MOST_PEOPLE:
        raise UnfitRoster(f"Zoom takes {MOST_PEOPLE} people in one file; there are {people}. Split the file.")
    rooms = people // size if size > 0 else 0
    if rooms > MOST_ROOMS:
        least = -(-people // MOST_ROOMS)
        raise UnfitRoster(
            f"Zoom takes {MOST_ROOMS} rooms; groups of {size} make {rooms}. Choose groups of {least} or more."
        )
    wrong = {one.id: roster.addresses.get(one.id, "") for one in roster.members}
    wrong = {name: address for name, address in wrong.items() if not fits_zoom(address)}
    if wrong:
        shown = ", ".join(f"{name} ({address or 'none'})" for name, address in list(wrong.items())[:5])
        raise UnfitRoster(
            f"Zoom assigns by email, and {len(wrong)} {'person has' if len(wrong) == 1 else 'people have'} "
            f"no single address that it can use: {shown}. Fill in the column email."
        )
    shared = beyond_zoom([("", [*roster.addresses.values()])]).shared
    if shared:
        names = [name for name, address in roster.addresses.items() if address.casefold() == shared[0]]
        raise UnfitRoster(
            f"{' and '.join(names)} have one address ({shared[0]}), and Zoom puts an address into one room. "
            "Give each person their own."
        )


def make_plan(
    roster: Roster, size: int, rounds: int, seed: int, mix: Sequence[str], console: Console
) -> Plan:
    """The plan, with a progress bar on the console while it is made. Raises `UnfitRoster`."""
    people = len(roster.members)
    if not 2 <= size <= people:
        raise UnfitRoster(f"Groups of {size} do not fit {people} people. Choose a size from 2 to {people}.")
    if not 1 <= rounds <= ROUNDS_MOST:
        raise UnfitRoster(f"Choose from 1 to {ROUNDS_MOST} rounds; {rounds} were asked for.")
    bar = Progress(
        TextColumn("Planning"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
    rules = Rules(size=size, mix=dict.fromkeys(mix, 1.0))
    with bar:
        task = bar.add_task("plan", total=1.0)
        try:
            return plan(
                roster.members,
                rules,
                rounds,
                seed=seed,
                progress=lambda done: bar.update(task, completed=done),
            )
        except Clash as clash:
            raise UnfitRoster(str(clash)) from None


def explained(made: Plan) -> str:
    """Why the plan looks as it does, in lines of plain text."""
    why = made.explanation
    sizes = Counter(size for turn in why.sizes for size in turn)
    lines = [
        f"{why.people} people, {len(made.rounds)} rounds, groups of "
        + " and ".join(str(size) for size in sorted(sizes)),
        f"Repeated meetings: {why.repeats} (fewer than {why.bound} are not possible)",
        f"New meetings: {why.new_meetings}",
        f"Pairs who have met: {why.met_pairs} of {why.possible_pairs}",
    ]
    if any(len(set(turn)) > 1 for turn in why.sizes):
        lines.append(
            f"Odd seats taken out of turn: {why.out_of_turn}; fair turns cost {why.fairness_cost} repeats"
        )
    for trait, mix in why.mix.items():
        share = "unknown" if mix.share is None else f"{mix.share:.0%}"
        lines.append(f"Mix by {trait}: {share} of the pairs differ")
    return "\n".join([*lines, f"Method: {why.method}", f"Seed: {why.seed} (the same seed, the same plan)"])


def table_of(made: Plan) -> str:
    """CSV with one row per seat: round, group, name."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("round", "group", NAME))
    for turn, groups in enumerate(made.rounds, 1):
        for number, group in enumerate(groups, 1):
            writer.writerows((turn, number, _harmless(name)) for name in group)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


def write_files(made: Plan, roster: Roster, outputs: Outputs) -> list[Path]:
    """Write what was asked for; the paths written. Zoom reads one file per meeting, so each round has one."""
    texts: dict[Path, str] = {}
    if outputs.table:
        texts[outputs.table] = table_of(made)
    if outputs.plain:
        texts[outputs.plain] = json.dumps(made.as_dict(), ensure_ascii=False, indent=2) + "\n"
    if outputs.zoom:
        for groups in made.rounds:
            if len(groups) > MOST_ROOMS:
                raise UnfitRoster(f"Zoom takes {MOST_ROOMS} rooms; this plan has {len(groups)}.")
        texts |= _zoom_files(made, roster, outputs.zoom)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="")
    return list(texts)


def _zoom_files(made: Plan, roster: Roster, path: Path) -> dict[Path, str]:
    texts = {}
    for turn, groups in enumerate(made.rounds, 1):
        rooms = [
            (f"Group {number}", [roster.addresses[name] for name in group])
            for number, group in enumerate(groups, 1)
        ]
        one = path if len(made.rounds) == 1 else path.with_name(f"{path.stem}-round-{turn}{path.suffix}")
        texts[one] = zoom_csv(rooms)
    return texts


def plan_from_file(file: Path, size: int, rounds: int, seed: int, mix: str, outputs: Outputs) -> int:
    """Plan, print, write; the exit code: 0, or 2 with one sentence when something does not fit."""
    console, problems = Console(highlight=False), Console(stderr=True, highlight=False)
    traits = [trait.strip().casefold() for trait in mix.split(",") if trait.strip()]
    try:
        roster = read_roster(file.read_bytes(), traits)
        if outputs.zoom:
            check_zoom(roster, size)
        made = make_plan(roster, size, rounds, seed, traits, problems)
        written = write_files(made, roster, outputs)
    except (UnfitRoster, OSError, csv.Error) as error:
        problems.print(f"throughline: {error}", markup=False, soft_wrap=True)
        return 2
    if not (outputs.table or outputs.plain):
        for turn, groups in enumerate(made.rounds, 1):
            console.print(f"Round {turn}", markup=False)
            for number, group in enumerate(groups, 1):
                console.print(f"  Group {number}: {', '.join(group)}", markup=False, soft_wrap=True)
    console.print(explained(made), markup=False, soft_wrap=True)
    for path in written:
        console.print(f"Wrote {path}", markup=False, soft_wrap=True)
    return 0
