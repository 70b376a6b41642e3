"""The page of a report, its plots and its files. What the numbers are called stands with the reports."""

from prompts.catalog import message


@message
def counted_up_to(day: str) -> str:
    """Counted up to {day}"""


@message
def k_line(k: int) -> str:
    """Numbers that fewer than {k} people stand behind are hidden, and so are the ones that would give them away."""


@message
def inside_only() -> str:
    """For the people who run the program. Do not pass it on: ask for a link for outside readers."""


@message
def outside_reader() -> str:
    """For readers outside the program. Nothing here can be traced to a person."""


@message
def figures_title() -> str:
    """Key figures"""


@message
def how_counted() -> str:
    """How this is counted"""


@message
def of_what(what: str) -> str:
    """: {what}"""


@message
def show_table() -> str:
    """The numbers as a table"""


@message
def hidden_short() -> str:
    """hidden"""


@message
def hidden_cell(k: int) -> str:
    """hidden (fewer than {k})"""


@message
def hidden_mark(k: int) -> str:
    """A striped box means hidden: fewer than {k} people, or a number that would give a smaller one away. It does not mean zero."""


@message
def first_of(shown: int, all: int) -> str:
    """The plot shows the first {shown} of {all}; the table has them all."""


@message
def nothing_to_draw() -> str:
    """Every number here is hidden, so there is nothing to draw."""


@message
def reference_line() -> str:
    """1 = the same share as in the workforce"""


@message
def plot_says(label: str, value: str) -> str:
    """{label}: {value}"""


@message
def people_column() -> str:
    """People"""


@message
def group_column() -> str:
    """Group"""


@message
def from_column() -> str:
    """From"""


@message
def with_column() -> str:
    """With"""


@message
def pairs_column() -> str:
    """Pairs of people who met"""


@message
def pairs_within(pairs: int) -> str:
    """{pairs} within"""


@message
def network_sizes() -> str:
    """A larger circle stands for more people, a thicker line for more pairs who met. The number on a circle is its people, the number on a line its pairs."""


@message
def notes_title() -> str:
    """Good to know"""


@message
def files_title() -> str:
    """Take it along"""


@message
def as_csv() -> str:
    """CSV, one number a line"""


@message
def as_xlsx() -> str:
    """Excel workbook"""


@message
def print_hint() -> str:
    """To save a PDF or print, use your browser's print command. This page prints as a one-page summary."""


@message
def print_all() -> str:
    """Print with every table and definition instead"""


@message
def print_summary() -> str:
    """Print as a one-page summary instead"""


@message
def other_language(language: str) -> str:
    """Read in {language}"""


@message
def see_outside(k: int) -> str:
    """See what readers outside see: {k} people or more"""


@message
def see_inside(k: int) -> str:
    """Back to the numbers for inside: {k} people or more"""


@message
def nothing_yet_title() -> str:
    """Nothing to report yet"""


@message
def sensitive_link() -> str:
    """This link is yours alone and can be taken back. Who opens it, and who takes a file, is recorded."""


@message
def dead_title() -> str:
    """This link to a report does not work any more"""


@message
def dead() -> str:
    """It has expired, was taken back, or was cut off when it was copied.

    - Look whether the whole address was copied, up to its last letter.
    - Else ask the person who sent it to you for a new link. In the chat, `report` makes one, and `report share` makes one for somebody outside.

    Nothing of the report was shown."""


@message
def nothing_yet() -> str:
    """No session has taken place yet, so there is nothing to report. Open this link again after the first one."""


@message
def about_part() -> str:
    """About"""


@message
def part_column() -> str:
    """Part"""


@message
def item_column() -> str:
    """Item"""


@message
def measure_column() -> str:
    """Measure"""


@message
def value_column() -> str:
    """Value"""


@message
def n_column() -> str:
    """n"""


@message
def low_column() -> str:
    """95% interval, from"""


@message
def high_column() -> str:
    """95% interval, to"""


@message
def shown_column() -> str:
    """As shown"""


@message
def definition_column() -> str:
    """How it is counted"""


@message
def summary_sheet() -> str:
    """Summary"""


@message
def definitions_sheet() -> str:
    """Definitions"""


@message
def groups_sheet() -> str:
    """Groups"""


@message
def ties_sheet() -> str:
    """Connections"""


@message
def title_row() -> str:
    """Report"""


@message
def cut_row() -> str:
    """Counted up to"""


@message
def k_row() -> str:
    """Hidden below"""


@message
def note_row() -> str:
    """Note"""
