"""What an import says: problems of a file by their key, and what importing it did."""

from prompts.catalog import message
from prompts.text import Marked


@message
def at_line(line: int, sentence: str) -> str:
    """Line {line}: {sentence}"""


@message
def at_line_and_column(line: int, column: str, sentence: str) -> str:
    """Line {line}, {column}: {sentence}"""


@message
def too_large() -> str:
    """The file is too large. Five megabytes is the most."""


@message
def not_text() -> str:
    """This is not a text file. In your spreadsheet, save it as CSV."""


@message
def damaged() -> str:
    """The file is damaged and cannot be read to its end. Save it again, as CSV in UTF-8."""


@message
def empty_file() -> str:
    """There is nobody in this file."""


@message
def unknown_column(given: str, choices: str) -> str:
    """I do not know the column “{given}”. Remove or rename it. Columns are: {choices}."""


@message
def column_twice(given: str) -> str:
    """The column “{given}” is there twice."""


@message
def missing_column(given: str, choices: str) -> str:
    """The column “{given}” is missing. Columns are: {choices}."""


@message
def ragged(given: str, choices: str) -> str:
    """This line has {given} cells, and the first line has {choices}. Is a comma missing, or one too many?"""


@message
def missing() -> str:
    """This must not be empty."""


@message
def cell_too_long(given: str) -> str:
    """This cell is too long: {given}"""


@message
def bad_quotes() -> str:
    """The quotation marks in this line do not match."""


@message
def too_many_lines(choices: str) -> str:
    """A roster has {choices} lines at most. Split the file."""


@message
def control_characters() -> str:
    """This holds characters that cannot be shown. Type it again."""


@message
def bad_email(given: str) -> str:
    """“{given}” is not an email address."""


@message
def duplicate(given: str, choices: str) -> str:
    """“{given}” already stands on line {choices}."""


@message
def unknown_zone(given: str, choices: str) -> str:
    """I do not know the time zone “{given}”. Write it like America/Boise. {choices}"""


@message
def two_zones(given: str, choices: str) -> str:
    """“{given}” has two time zones. Write one of: {choices}."""


@message
def unknown_state_code(given: str) -> str:
    """“{given}” is not a state. Write it like ID or Idaho."""


@message
def not_one_of(given: str, choices: str) -> str:
    """“{given}” is not possible here. Write one of: {choices}."""


@message
def may_not_give(given: str) -> str:
    """Only an administrator can make somebody {given}. Leave the line out, or ask one."""


@message
def over_capacity(given: str, choices: str) -> str:
    """This would make {given} people, and the cohort has {choices} seats."""


@message
def in_file(given: str) -> str:
    """{given}"""


@message
def too_clever() -> str:
    """The file uses anchors or aliases (`&` and `*`), a very long line, or too many brackets inside each other. Write it plainly, as in the sample."""


@message
def not_yaml() -> str:
    """This is not a community file."""


@message
def skipped_time(given: str, choices: str) -> str:
    """{given} does not exist in {choices}: clocks jump over it that night. Pick another time."""


@message
def repeated_time(given: str, choices: str) -> str:
    """{given} comes twice in {choices}: clocks are set back that night. Pick another time."""


@message
def out_of_order(given: str) -> str:
    """The session at {given} starts before the one above it is over."""


@message
def cadence_unfit(given: str) -> str:
    """The cadence in this file cannot be used: {given}"""


@message
def instrument_unfit(given: str, choices: str) -> str:
    """The form “{given}” in this file cannot be used: {choices}"""


@message
def language_unknown(given: str, choices: str) -> str:
    """I do not speak “{given}”. Take it out of the series' languages. I speak: {choices}."""


@message
def series_there(given: str) -> str:
    """There is a series “{given}” here already. Change its `id` in the file to have both."""


@message
def which_project(choices: str) -> str:
    """Say which project it belongs to. There are: {choices}."""


@message
def too_far_ahead(given: str) -> str:
    """Session {given} would be too far ahead. Choose an earlier first day."""


@message
def upload_series() -> str:
    """Upload a series file"""


@message
def series_content() -> str:
    """The series file"""


@message
def series_intro() -> str:
    """A series file comes from another centre, where somebody typed `series export`. It has the plan and the words, and nobody's names. I check it first, and import all of it or nothing."""


@message
def series_starts() -> str:
    """Day of the first session"""


@message
def series_starts_hint() -> str:
    """The other sessions follow with the same days between them."""


@message
def series_zone() -> str:
    """Time zone"""


@message
def series_project() -> str:
    """Project"""


@message
def would_series(series: str, sessions: int, day: str) -> str:
    """**{series}** would be made with {sessions} sessions. The first is on {day}. Nobody gets a message from this."""


@message
def series_next(slug: str) -> str:
    """Look at the dates with `sessions {slug}`, then add your presenters and your people."""


@message
def upload_roster() -> str:
    """Upload a roster"""


@message
def paste_roster() -> str:
    """Paste a few people"""


@message
def upload_community() -> str:
    """Upload a community file"""


@message
def paste_community() -> str:
    """Paste a small community file"""


@message
def import_title(name: str) -> str:
    """Import into {name}"""


@message
def import_short_title() -> str:
    """Import"""


@message
def import_intro(columns: str) -> str:
    """A roster is a CSV file with these columns; only name and email are needed: {columns}. I check everything first, and import all of it or nothing."""


@message
def community_intro() -> str:
    """A community file has the project years, the projects and the series with their sessions, as YAML: `prompts/sample/community.yaml` in the bot's folder is one to begin with. I check it first, and import all of it or nothing."""


@message
def roster_content() -> str:
    """The roster, with its first line"""


@message
def community_content() -> str:
    """The community file"""


@message
def check_it() -> str:
    """Check it"""


@message
def checked() -> str:
    """Checked, nothing imported yet"""


@message
def would_roster(n: int, cohort: str) -> str:
    """{n} person would be imported into **{cohort}**. Nobody gets a message from this.
    ---
    {n} people would be imported into **{cohort}**. Nobody gets a message from this."""


@message
def would_community(series: int, sessions: int) -> str:
    """The file has {series} series with {sessions} sessions. It would be imported as it is."""


@message
def apply_it() -> str:
    """Import it"""


@message
def draft_gone() -> str:
    """This upload was already imported, or it was too long ago. Nothing was changed. Type `import` to start again."""


@message
def problems_title(n: int) -> str:
    """{n} thing to mend first
    ---
    {n} things to mend first"""


@message
def more_problems(n: int) -> str:
    """And {n} more. Nothing was imported."""


@message
def nothing_imported() -> str:
    """Nothing was imported."""


@message
def nothing_new() -> str:
    """Everything in this file is here already. Nothing was changed."""


@message
def imported() -> str:
    """Imported"""


@message
def made_of(kind: str, n: int) -> str:
    """{kind}: {n} new"""


@message
def changed_of(kind: str, n: int) -> str:
    """{kind}: {n} changed"""


@message
def kind_person() -> str:
    """People"""


@message
def kind_enrollment() -> str:
    """Seats in a cohort"""


@message
def kind_role() -> str:
    """Roles"""


@message
def kind_community() -> str:
    """Community settings"""


@message
def kind_projectyear() -> str:
    """Project years"""


@message
def kind_project() -> str:
    """Projects"""


@message
def kind_series() -> str:
    """Series"""


@message
def kind_cohort() -> str:
    """Cohorts"""


@message
def kind_session() -> str:
    """Sessions"""


@message
def kind_objective() -> str:
    """Objectives"""


@message
def kind_segment() -> str:
    """Parts of the agenda"""


@message
def kind_sessionpresenter() -> str:
    """Presenters"""


@message
def kind_keyidea() -> str:
    """Key ideas"""


@message
def kind_theme() -> str:
    """Themes"""


@message
def kind_sessiontheme() -> str:
    """Themes of sessions"""


@message
def kind_resourcepage() -> str:
    """Resource pages"""


@message
def kind_attendance() -> str:
    """Attendances"""


def problem(language: str, key: str, given: str, choices: str) -> Marked:
    """The sentence for a problem of an uploaded file; `key` is the name of one of the messages above."""
    say = globals()[key]
    values = {"given": given, "choices": choices}
    return Marked(say(language, **{name: values[name] for name in say.parameters}))


def made(language: str, kind: str, n: int) -> Marked:
    """``People: 12 new``; `kind` is a table's name."""
    return made_of(language, kind=globals()[f"kind_{kind}"](language), n=n)


def changed(language: str, kind: str, n: int) -> Marked:
    return changed_of(language, kind=globals()[f"kind_{kind}"](language), n=n)
