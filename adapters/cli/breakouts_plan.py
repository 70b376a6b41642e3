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
from bot.breakouts.zoom_file import fits_zoom, zoom_csv

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
    """People by name from a CSV file with a header; raises `UnfitRoster`.

    UTF-8, else Windows-1252 (what Excel writes, and close to Latin-1); comma, semicolon or tab.
    """
    lines = _text(content).splitlines()
    if not lines:
        raise UnfitRoster("The file is empty. It needs a header row with a column named name.")
    delimiter = max(",;\t", key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    header = [title.strip().casefold() for title in rows[0]]
    _check_header(header, traits)
    people = [
        (number, dict(zip(header, map(str.strip, row), strict=False)))
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]
    _check_people(people)
    members = tuple(
        Member(row[NAME], {trait: row[trait] for trait in traits if row.get(trait)}) for _, row in people
    )
    return Roster(members, {row[NAME]: row[EMAIL] for _, row in people if row.get(EMAIL)})


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise UnfitRoster("This is not a CSV file. Save the sheet as CSV and try again.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check_header(header: Sequence[str], traits: Sequence[str]) -> None:
    missing = [title for title in (NAME, *traits) if title not in header]
    if missing:
        raise UnfitRoster(
            f"The file has no column named {', '.join(missing)}. Its columns are: {', '.join(header)}."
        )
    twice = [title for title, count in Counter(header).items() if title and count > 1]
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
        unreachable = [
            member.id for member in roster.members if not fits_zoom(roster.addresses.get(member.id))
        ]
        if unreachable:
            raise UnfitRoster(
                f"Zoom assigns by email, and {len(unreachable)} people have none that it can use "
                f"(such as {unreachable[0]}). Fill in the column email."
            )
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
