"""The `throughline` command. What a subcommand needs is imported when it runs: `--help` is quick."""

from __future__ import annotations

import re
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from adapters.cli.cannot_choose import CannotChoose
from adapters.settings_error import SettingsError

Result = TypeVar("Result")
Named = Annotated[str, typer.Option(help="Of which community, by name or number, where there are several.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A Slack and Microsoft Teams bot that turns live training sessions into one learning community.",
)
db_app = typer.Typer(
    no_args_is_help=True, help="Migrate, back up, restore and check the databases; move a community."
)
slack_app = typer.Typer(no_args_is_help=True, help="What Slack needs to know of the bot.")
teams_app = typer.Typer(no_args_is_help=True, help="What Teams needs to know of the bot.")
breakouts_app = typer.Typer(no_args_is_help=True, help="Plan groups without a server.")
import_app = typer.Typer(no_args_is_help=True, help="Check a file, then import it.")
attendance_app = typer.Typer(no_args_is_help=True, help="Reports of Zoom, Teams and Meet.")
report_app = typer.Typer(no_args_is_help=True, help="Reports as files.")
tokens_app = typer.Typer(no_args_is_help=True, help="Keys for the tokens of installed workspaces.")
export_app = typer.Typer(no_args_is_help=True, help="Write what another centre can import.")
words_app = typer.Typer(no_args_is_help=True, help="What the bot says, in each language.")
app.add_typer(db_app, name="db")
app.add_typer(slack_app, name="slack")
app.add_typer(tokens_app, name="tokens")
app.add_typer(teams_app, name="teams")
app.add_typer(breakouts_app, name="breakouts")
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")
app.add_typer(words_app, name="words")
app.add_typer(report_app, name="report")
app.add_typer(attendance_app, name="attendance")


def main() -> None:
    """Entry point: a wrong setting ends with one sentence for each, not with a traceback."""
    try:
        app()
    except SettingsError as error:
        for problem in error.problems:
            print(f"throughline: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    except CannotChoose as error:
        print(f"throughline: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def _run(work: Coroutine[object, object, Result]) -> Result:
    import asyncio

    return asyncio.run(work)


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="Listen here instead of PORT.")] = None,
) -> None:
    """Serve the bot. Without Slack or Teams credentials: the playground, with a sample community."""
    from adapters.logs import log_what_nobody_caught
    from adapters.server import serve
    from adapters.settings import read_settings

    given = {} if port is None else {"port": port}
    log_what_nobody_caught()
    raise SystemExit(_run(serve(read_settings(**given))))


def _check_writable(file: Path, option: str) -> None:
    """Before the work, not after. Raises `typer.BadParameter`."""
    try:
        file.open("a").close()
    except OSError as error:
        raise typer.BadParameter(f"cannot write {file}: {error.strerror}", param_hint=option) from error


@app.command()
def demo(
    platform: Annotated[str, typer.Option(help="slack, teams, both, email or all")] = "both",
    json: Annotated[Path | None, typer.Option(help="Write the transcript and the figures here.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the whole series here as one page to read offline.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Print the summary only.")] = False,
    sessions: Annotated[
        int | None, typer.Option(min=1, help="End after so many sessions, not months after the last.")
    ] = None,
) -> None:
    """Play a whole series for 40 people on a moved clock through the real adapters, and check the ledger."""
    from adapters.demo.play import play

    if platform not in {"slack", "teams", "both", "email", "all"}:
        raise typer.BadParameter("choose slack, teams, both, email or all", param_hint="--platform")
    for option, file in (("--json", json), ("--html", html)):
        if file is not None:
            _check_writable(file, option)
    raise SystemExit(_run(play(platform, json_file=json, quiet=quiet, sessions=sessions, html_file=html)))


@app.command()
def simulate(
    people: Annotated[int, typer.Option(min=1, max=100_000_000, help="Everybody enrolled.")] = 1_000,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="Weekly sessions of each series.")] = 6,
    workspaces: Annotated[int, typer.Option(min=1, help="Workspaces that share the people.")] = 1,
    check: Annotated[bool, typer.Option(help="Measure a small run first, and reckon with it.")] = False,
) -> None:
    """On paper: what would be sent when, and what platforms, database and processes make of it."""
    from adapters.simulating.simulate import simulate as simulate_load

    raise SystemExit(simulate_load(people, weeks, workspaces, check=check))


@app.command()
def doctor(
    mail_to: Annotated[str, typer.Option(help="Send a test message to this address as well.")] = "",
    blocks: Annotated[
        bool, typer.Option(help="Have Slack look at one of each kind of message and form: some minutes.")
    ] = False,
) -> None:
    """Check settings, database, clock, time zones and tokens, and say what to do about each problem."""
    from adapters.doctor.examine import examine

    raise SystemExit(_run(examine(mail_to=mail_to, blocks=blocks)))


@db_app.command("migrate")
def db_migrate() -> None:
    """Bring the database to the newest version; safe to run again, and by several processes at once."""
    from adapters.cli.databases import migrate_database

    print(_run(migrate_database()))


@db_app.command("backup")
def db_backup(to: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent copy while the bot runs."""
    from adapters.cli.backups import back_up

    raise SystemExit(back_up(to))


@db_app.command("check")
def db_check() -> None:
    """Hold the outbox against the guarantees of docs/guarantees.md."""
    from adapters.cli.databases import check_database

    raise SystemExit(check_database())


@db_app.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(help="The file to read.", exists=True)],
    force: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
) -> None:
    """Put a copy back. The bot must be stopped."""
    from adapters.cli.backups import restore

    raise SystemExit(restore(source, force=force))


@db_app.command("move")
def db_move(
    community: Annotated[str, typer.Argument(help="Its name, or its number.")],
    to: Annotated[str, typer.Option(help="A name of DATABASES, or main for the one of DATABASE_URL.")],
) -> None:
    """Move a community to another database while the bot runs. Broken off, it goes on when run again."""
    from adapters.cli.moving import move_community

    raise SystemExit(_run(move_community(community, to)))


@app.command("start")
def start(
    file: Annotated[
        str, typer.Argument(help="An agenda: .docx, .xlsx, .csv, .ics, .eml or text. - reads text.")
    ],
    json: Annotated[bool, typer.Option("--json", help="As data.")] = False,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day from which a year is counted.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Offered where the file names none.")] = "",
) -> None:
    """Show what `start` reads in an agenda, and what it asks. Nothing is written."""
    from adapters.cli.starting import print_agenda

    if file != "-" and not Path(file).is_file():
        raise typer.BadParameter(f"there is no file {file}", param_hint="FILE")
    day = today.date() if today else datetime.now().astimezone().date()
    raise SystemExit(print_agenda(file, today=day, zone=zone, as_data=json))


@import_app.command("community")
def import_community(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    apply: Annotated[bool, typer.Option(help="Import it; without this it is only checked.")] = False,
    community: Annotated[
        str,
        typer.Option(help="Into this one, by name or number. Else into the only one, or the file's own."),
    ] = "",
    to: Annotated[
        str,
        typer.Option(help="Begin a new community in this database: a name of DATABASES, or main."),
    ] = "",
) -> None:
    """A whole community from one YAML file; rosters that it names are read from beside it."""
    from adapters.cli.importing import import_community_file

    if community and to:
        raise typer.BadParameter("is for a new community; leave out --community", param_hint="--to")
    raise SystemExit(_run(import_community_file(file, apply=apply, named=community, to=to)))


@import_app.command("roster")
def import_roster(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    cohort: Annotated[
        str,
        typer.Option(help="The cohort's name, or its series' short name. Without it the file is only read."),
    ] = "",
    apply: Annotated[bool, typer.Option(help="Import it; without this it is only checked.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what was read as JSON.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Settle a question: line.column=value, such as 5.state=ID or 5.line=leave_out."),
    ] = None,
    community: Named = "",
) -> None:
    """People from a CSV or Excel file, as other tools export them, into a cohort."""
    from adapters.cli.importing import answers_in, check_roster_file, import_roster_file

    if apply and not cohort:
        raise typer.BadParameter("say into which cohort", param_hint="--cohort")
    try:
        answers = answers_in(answer or [])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--answer") from None
    if not cohort or json:
        raise SystemExit(check_roster_file(file, as_json=json, answers=answers))
    work = import_roster_file(file, cohort, apply=apply, answers=answers, named=community)
    raise SystemExit(_run(work))


@import_app.command("benchmark")
def import_benchmark(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: state, role, headcount.")],
    apply: Annotated[bool, typer.Option(help="Load it; without this it is only checked.")] = False,
    community: Named = "",
) -> None:
    """The workforce that reports hold their reach against."""
    from adapters.cli.importing import import_benchmark_file

    raise SystemExit(_run(import_benchmark_file(file, apply=apply, named=community)))


@import_app.command("series")
def import_series(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    starts: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of the first session.")],
    zone: Annotated[str, typer.Option(help="Such as America/Boise. Else the community's.")] = "",
    cohort: Annotated[str, typer.Option(help="Its cohort's name. Else the series' title.")] = "",
    project: Annotated[str, typer.Option(help="An existing project, or a new one.")] = "",
    year: Annotated[str, typer.Option(help="A project year. Else the one that the first day is in.")] = "",
    apply: Annotated[bool, typer.Option(help="Import it; without this it is only checked.")] = False,
    community: Named = "",
) -> None:
    """A series that `throughline export series` wrote, perhaps in another centre."""
    from adapters.cli.importing import import_series_file
    from bot.transfer import Placement
    from prompts.time_zones import zone_names

    if zone and zone not in zone_names():
        raise typer.BadParameter("write it like America/Boise", param_hint="--zone")
    place = Placement(starts.date(), zone, cohort, project, year)
    raise SystemExit(_run(import_series_file(file, place, apply=apply, named=community)))


@export_app.command("series")
def export_series(
    name: Annotated[str, typer.Argument(help="The series' short name, or its number.")],
    file: Annotated[Path | None, typer.Option(dir_okay=False, help="Write it here. Else print it.")] = None,
    community: Named = "",
) -> None:
    """A series without its people, as a file that `throughline import series` reads."""
    from adapters.cli.exporting import export_series_file

    raise SystemExit(_run(export_series_file(name, file, community)))


@words_app.command("missing")
def words_missing(
    language: Annotated[str, typer.Argument(help="Such as es: the folder prompts/es.")],
) -> None:
    """List every text that a language still lacks. Exit status 1 when there is any."""
    from adapters.cli.missing_words import print_missing

    raise SystemExit(print_missing(language))


@words_app.command("update")
def words_update(
    language: Annotated[str, typer.Argument(help="Such as es, or a new one such as pl.")],
    translator: Annotated[str, typer.Option(help="Named in the files: Ana Ruiz <ana@example.org>.")] = "",
) -> None:
    """Make or update a language's .po files in prompts/: every message, what is translated kept."""
    from adapters.cli.updating_words import print_update

    raise SystemExit(print_update(language, translator))


@breakouts_app.command("plan")
def breakouts_plan(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file with a column name.")],
    size: Annotated[int, typer.Option(help="People in a group.")] = 4,
    rounds: Annotated[int, typer.Option(help="How many rounds.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same plan.")] = 0,
    mix: Annotated[str, typer.Option(help="Columns to spread over the groups: state,role")] = "",
    csv: Annotated[Path | None, typer.Option(help="Write round, group and name here.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the plan and its explanation here.")] = None,
    zoom: Annotated[Path | None, typer.Option(help="Write Zoom's pre-assign file, one per round.")] = None,
) -> None:
    """Plan groups in which people meet as many others as can be, and say why they look so."""
    from adapters.cli.breakouts_plan import Outputs, plan_from_file

    raise SystemExit(plan_from_file(file, size, rounds, seed, mix, Outputs(csv, json, zoom)))


@breakouts_app.command("check")
def breakouts_check(
    plan: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What plan --json wrote.")],
) -> None:
    """Count a plan's repeats and bound anew, without the engine. Exit status 1 when the file is wrong."""
    from adapters.cli.breakouts_check import check

    try:
        raise SystemExit(check(plan))
    except (OSError, ValueError, LookupError, TypeError) as error:
        typer.echo(f"throughline: this is no file that breakouts plan --json wrote ({error!r}).", err=True)
        raise SystemExit(2) from None


@attendance_app.command("check")
def attendance_check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    json: Annotated[bool, typer.Option("--json", help="Print what was read as JSON.")] = False,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The session's day: it helps to read the dates."),
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A roster: say who is likely to be who.")
    ] = None,
) -> None:
    """Read a participants' report and say who was there how long. Nothing is kept."""
    from adapters.cli.attendance_check import check_attendance

    on = day.date() if day else None
    raise SystemExit(check_attendance(file, as_json=json, day=on, roster=roster))


@report_app.command("sample")
def report_sample(
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
) -> None:
    """Play the sample series and write its reports as pages, CSV, Excel and PDF, in English and Spanish."""
    from adapters.cli.reporting import write_sample

    raise SystemExit(_run(write_sample(out)))


@report_app.command("export")
def report_export(
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    names: Annotated[list[str] | None, typer.Argument(help="Series, or all, project:1, year:2 …")] = None,
    inside: Annotated[
        bool, typer.Option(help="With numbers that only the program's own people see.")
    ] = False,
    language: Annotated[str, typer.Option(help="en or es")] = "en",
    community: Named = "",
) -> None:
    """Write a community's reports, by default everything and each series, as outside readers see them."""
    from adapters.cli.reporting import export
    from prompts.catalog import languages

    if language not in languages():
        raise typer.BadParameter("choose " + " or ".join(languages()), param_hint="--language")
    raise SystemExit(_run(export(out, names or [], inside=inside, language=language, named=community)))


@slack_app.command("manifest")
def slack_manifest(
    url: Annotated[str, typer.Option(help="The https address under which Slack reaches the bot.")] = "",
    socket_mode: Annotated[bool, typer.Option(help="For a machine without an inbound port.")] = False,
    reasons: Annotated[bool, typer.Option(help="Print why each permission is asked for instead.")] = False,
) -> None:
    """Print the app manifest to paste into Slack's app settings."""
    from adapters.slack.manifest import manifest_text, reasons_text

    if reasons:
        print(reasons_text())
        return
    if url:
        _need_https(url, "--url")
    print(manifest_text(url, socket_mode=socket_mode), end="")


def _need_https(url: str, hint: str) -> None:
    """Slack and Teams take no other address; they would say so without saying where."""
    if not re.fullmatch(r"https://[^/\s]+\.[^/\s]+/?", url):
        raise typer.BadParameter(f"“{url}” is not an address like https://learn.example.org", param_hint=hint)


@teams_app.command("package")
def teams_package(
    to: Annotated[Path, typer.Argument(help="The zip file to write.")] = Path("throughline-teams.zip"),
    app_id: Annotated[str, typer.Option(help="Instead of TEAMS_APP_ID.")] = "",
    url: Annotated[str, typer.Option(help="Instead of PUBLIC_URL.")] = "",
    hear_channels: Annotated[
        bool, typer.Option(help="Ask each team's owner to let the bot hear whole channels.")
    ] = False,
) -> None:
    """Write the app package to upload in the Teams admin centre. Over an older one the version grows."""
    from adapters.settings import read_settings
    from adapters.teams.package import build_package

    settings = read_settings()
    chosen = app_id or settings.teams_app_id
    if not chosen:
        raise typer.BadParameter("give --app-id, or set TEAMS_APP_ID", param_hint="--app-id")
    _need_https(url or settings.base_url, "--url, or PUBLIC_URL")
    before = to.read_bytes() if to.is_file() else b""
    to.write_bytes(
        build_package(
            chosen,
            url or settings.base_url,
            hear_channels=hear_channels,
            before=before,
            now=datetime.now(UTC),
        )
    )
    print(f"wrote {to}: upload it in the Teams admin centre under Manage apps")


@tokens_app.command("key")
def tokens_key() -> None:
    """Print a new key for THROUGHLINE_TOKEN_KEYS."""
    from storage.sealing import new_key

    print(new_key())


@tokens_app.command("rotate")
def tokens_rotate() -> None:
    """Bring every token under the first key of THROUGHLINE_TOKEN_KEYS; the bot may run meanwhile."""
    from adapters.cli.rotating import rotate_tokens

    raise SystemExit(_run(rotate_tokens()))
